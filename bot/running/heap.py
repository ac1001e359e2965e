"""The collector of garbage in a long run: what was built at the start lives until the end and is not looked through."""

import gc


def freeze() -> None:
    """Call it once everything is loaded; what comes later is looked through more rarely than Python does by itself."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)
