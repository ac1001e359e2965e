"""Changes of the schema: one file in versions/ for each, run in order at every start.

While nothing has been released, `python -m storage.migrations first` writes versions/0001 anew from storage.tables;
afterwards `python -m storage.migrations "what changes"` writes the next file, to be read before it is committed.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.db import Store
from storage.errors import NewerSchema

T = TypeVar("T")
FOLDER = Path(__file__).parent
# Two processes that start together on one PostgreSQL take turns.
TURN = text("SELECT pg_advisory_xact_lock(hashtext('starling schema'))")


def upgrade(store: Store | str) -> tuple[str, ...]:
    """Bring the schema up to date in one transaction; returns the versions that were missing."""
    return _with(store, lambda opened: opened.transact(upgrade_on))


def current(store: Store | str) -> str | None:
    """The version of the schema; None for an empty database."""
    return _with(store, lambda opened: _read(opened, _current))


def pending(store: Store | str) -> tuple[str, ...]:
    """The versions this program has and the database lacks, oldest first; raises NewerSchema."""
    return _with(store, lambda opened: _read(opened, _pending))


def config(tx: Connection | None = None) -> Config:
    made = Config()
    made.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    made.attributes["connection"] = tx
    return made


def upgrade_on(tx: Connection) -> tuple[str, ...]:
    if tx.dialect.name == "postgresql":
        tx.execute(TURN)
    missing = _pending(tx)
    if missing:
        command.upgrade(config(tx), "head")
    return missing


def _current(tx: Connection) -> str | None:
    return MigrationContext.configure(tx).get_current_revision()


def _pending(tx: Connection) -> tuple[str, ...]:
    ours = [script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()][::-1]
    theirs = _current(tx)
    if theirs is not None and theirs not in ours:
        raise NewerSchema(
            f"数据库已经由更新的八哥升级到版本 {theirs}，这一版只认识到 {ours[-1]}。请换用新版，或恢复升级前的备份。"
        )
    return tuple(ours if theirs is None else ours[ours.index(theirs) + 1 :])


def _with(store: Store | str, ask: Callable[[Store], T]) -> T:
    if isinstance(store, Store):
        return ask(store)
    with Store.open(store) as opened:
        return ask(opened)


def _read(store: Store, ask: Callable[[Connection], T]) -> T:
    with store.read() as tx:
        return ask(tx)
