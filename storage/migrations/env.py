"""How alembic runs: always on a connection handed over by storage.migrations, inside its transaction."""

from typing import Any, Literal

from alembic import context
from sqlmodel.sql.sqltypes import AutoString

from storage.tables import SQLModel


def spelled(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """How a column's type is written in a version file."""
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    if kind == "type" and type(item).__module__ == "storage.columns":
        return f"columns.{type(item).__name__}()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_item=spelled,
    render_as_batch=True,  # SQLite changes a table by copying it
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
