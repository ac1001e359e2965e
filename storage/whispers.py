"""Whispers: private hints to the agent of a conversation, each with its answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from storage.tables import WHISPER

W = WHISPER.c
# Built once: every change of an alert asks for its hints.
OF = select(WHISPER).where(W.alert == bindparam("alert")).order_by(W.id)


@dataclass(frozen=True, slots=True)
class Whisper:
    id: int
    alert: int
    by: str
    to: str
    words: str
    at: datetime
    answer: str  # "" | got_it | help
    answered_at: datetime | None


def add(tx: Connection, alert: int, by: str, to: str, words: str, now: datetime) -> Whisper:
    row = {"alert": alert, "by": by, "to": to, "words": words, "at": now, "answer": ""}
    id_: int = tx.execute(WHISPER.insert().returning(W.id), row).scalar_one()
    return Whisper(id_, alert, by, to, words, now, "", None)


def of(tx: Connection, alert: int) -> list[Whisper]:
    """The oldest first."""
    return [_whisper(row) for row in tx.execute(OF, {"alert": alert})]


def answer(tx: Connection, id_: int, word: str, now: datetime) -> None:
    tx.execute(update(WHISPER).where(W.id == id_).values(answer=word, answered_at=now))


def _whisper(row: Any) -> Whisper:
    return Whisper(row.id, row.alert, row.by, row.to, row.words, row.at, row.answer, row.answered_at)
