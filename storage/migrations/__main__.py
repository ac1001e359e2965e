"""For developers: write a version file from what storage.tables has and an upgraded database lacks."""

import sys

from alembic import command
from sqlalchemy import Connection

from storage import migrations
from storage.db import Store


def write(message: str) -> None:
    files = sorted((migrations.FOLDER / "versions").glob("*.py"))
    if message == "first":
        for file in files:
            file.unlink()
        files, message = [], "every table"
    name = f"{len(files) + 1:04}"

    def job(tx: Connection) -> None:
        migrations.upgrade_on(tx)
        command.revision(migrations.config(tx), message, autogenerate=True, rev_id=name)

    with Store.open("sqlite://") as store:
        store.transact(job)


if __name__ == "__main__":
    write(" ".join(sys.argv[1:]) or "first")
