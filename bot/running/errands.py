"""What a command asks of a running Starling: SQLite has one writer, so the command leaves a note beside the database.

The note is a file only we can read; the writer does what it says and takes it away, and the command waits for that.
"""

import asyncio
import json
import os
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

import structlog
from sqlalchemy.engine import make_url

from bot.running.erasing import erased
from bot.web.login_link import offer
from bot.webhooks.ingest import utc_now
from handlers.errors import UserError
from storage import migrations
from storage.db import InUse, Store, Tx

log = structlog.get_logger()

Body = Mapping[str, Any]
LOOK_EVERY = 0.5  # seconds
PATIENCE = 10.0  # seconds a command waits
NOBODY = "正在运行的八哥没有回应，请看看它是不是卡住了，再试一次。"

ERRANDS: Mapping[str, Callable[[Tx, datetime, Body], object]] = {"login-link": offer, "erase": erased}


def do(url: str, name: str, body: Body, patience: float = PATIENCE) -> None:
    """Here and now where we may write, else by the process that serves the file. Raises UserError when it is deaf."""
    try:
        with Store.open(url, exclusive=True) as store:
            migrations.upgrade(store)
            store.transact(lambda tx: ERRANDS[name](tx, utc_now(), body))
    except InUse:
        _leave(url, name, body, patience)


async def run(url: str, store: Store) -> None:
    """Until cancelled: do what is asked, in the process that serves the file."""
    folder = _folder(url)
    while folder is not None:
        await asyncio.sleep(LOOK_EVERY)
        await asyncio.to_thread(work, folder, store)


def work(folder: Path, store: Store) -> int:
    """Do what waits; a note that makes no sense is taken away too."""
    notes = sorted(folder.glob("*.json")) if folder.is_dir() else []
    for note in notes:
        try:
            told = json.loads(note.read_text(encoding="utf8"))
            errand = ERRANDS[told["name"]]
            store.transact(lambda tx, do=errand, body=told["body"]: do(tx, utc_now(), body))  # type: ignore[misc]
        except Exception as error:  # one note
            log.error("errand_failed", error=type(error).__name__)
        note.unlink(missing_ok=True)
    return len(notes)


def _leave(url: str, name: str, body: Body, patience: float) -> None:
    folder = _folder(url)
    if folder is None:
        raise UserError(NOBODY)
    folder.mkdir(mode=0o700, exist_ok=True)
    note = folder / f"{token_hex(8)}.json"
    draft = note.with_suffix(".draft")
    with open(draft, "w", encoding="utf8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        json.dump({"name": name, "body": dict(body)}, file, ensure_ascii=False)
    draft.rename(note)
    until = time.monotonic() + patience
    while note.exists() and time.monotonic() < until:
        time.sleep(0.05)
    if note.exists():
        note.unlink(missing_ok=True)
        raise UserError(NOBODY)


def _folder(url: str) -> Path | None:
    """Beside the database's file; none for a database without one."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or address.database in (None, "", ":memory:"):
        return None
    return Path(f"{Path(str(address.database)).absolute()}-errands")
