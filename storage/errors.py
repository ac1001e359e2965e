"""What can be wrong with a database; each sentence is for the person who runs Starling."""


class InUse(Exception):
    """Another running Starling holds this SQLite file."""


class NewerSchema(Exception):
    """A newer Starling has already changed this database."""


class CannotOpen(Exception):
    """There is no usable database at this address."""


class Unavailable(Exception):
    """The database cannot take writes just now (locked, full, disconnected); nothing was kept, try again later."""


class TooSlow(Exception):
    """Reading took longer than somebody should wait; nothing was changed, and less may be asked for."""
