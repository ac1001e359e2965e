"""The weekly calibrations and their questions, from the proposal to the close."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from storage.db import insert_ignore
from storage.tables import POLL_CASE, POLL_SESSION

S, C = POLL_SESSION.c, POLL_CASE.c
OVER = ("closed", "dropped")
# Built once: building a statement costs more than running it.
GET = select(POLL_SESSION).where(S.id == bindparam("id"))
GET_LOCKED, GET_SHARED = GET.with_for_update(), GET.with_for_update(read=True)
GOING_ON = select(POLL_SESSION).where(S.state.not_in(OVER)).order_by(S.id)
CASE = select(POLL_CASE).where(C.id == bindparam("id"), ~C.dropped)


@dataclass(frozen=True, slots=True)
class Calibration:
    id: int
    link: str
    state: str  # proposed | confirmed | open | wording | closed | dropped
    proposed_at: datetime
    due_at: datetime
    opened_at: datetime | None
    closes_at: datetime | None
    ends_at: datetime | None
    confirmed_by: str

    @property
    def code(self) -> str:
        return f"poll{self.id}"


@dataclass(frozen=True, slots=True)
class Candidate:
    """What can become a question."""

    conversation: str
    message: str
    finding: int | None
    rule: str
    team: str
    why: str
    excerpt: tuple[tuple[str, str], ...]  # (who, words), masked
    own: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    id: int
    session: int
    place: int
    conversation: str
    message: str
    finding: int | None
    rule: str
    team: str
    why: str
    excerpt: tuple[tuple[str, str], ...]
    own: tuple[str, ...]
    heard: str
    dropped: bool
    drawn: int
    drawn_at: datetime | None

    @property
    def code(self) -> str:
        return f"Q{self.id}"


def propose(tx: Connection, candidates: Sequence[Candidate], due_at: datetime, now: datetime) -> Calibration | None:
    """None when there is a session for that time already, or none of the candidates is new."""
    row = {"link": secrets.token_hex(6), "state": "proposed", "proposed_at": now, "due_at": due_at, "confirmed_by": ""}
    number = tx.scalar(insert_ignore(tx, POLL_SESSION, S.id), row)
    if number is None:
        return None
    for candidate in candidates:
        _add(tx, number, candidate)
    return get(tx, number)


def _add(tx: Connection, session: int, question: Candidate) -> None:
    place = int(tx.scalar(select(func.count()).where(C.session == session)) or 0) + 1
    row = {"session": session, "place": place, "conversation": question.conversation, "message": question.message,
           "finding": question.finding, "rule": question.rule, "team": question.team, "why": question.why,
           "excerpt": [list(line) for line in question.excerpt], "own": list(question.own), "heard": "",
           "dropped": False, "drawn": 0}  # fmt: skip
    tx.execute(insert_ignore(tx, POLL_CASE), row)


def get(tx: Connection, id_: int, *, lock: bool = False, shared: bool = False) -> Calibration | None:
    """`shared`: it stays as it is until this transaction ends, and many may ask so at once."""
    asked = GET_SHARED if shared else GET_LOCKED if lock else GET
    row = tx.execute(asked, {"id": id_}).one_or_none()
    return Calibration(*row) if row else None


def going_on(tx: Connection) -> list[Calibration]:
    return [Calibration(*row) for row in tx.execute(GOING_ON)]


def latest(tx: Connection, limit: int = 20) -> list[Calibration]:
    return [Calibration(*row) for row in tx.execute(select(POLL_SESSION).order_by(S.id.desc()).limit(limit))]


def change(tx: Connection, session: Calibration, **values: Any) -> Calibration:
    tx.execute(update(POLL_SESSION).where(S.id == session.id).values(**values))
    return get(tx, session.id) or session


def questions(tx: Connection, session: int) -> list[Question]:
    """Those that are asked, in their order."""
    asked = select(POLL_CASE).where(C.session == session, ~C.dropped).order_by(C.place)
    return [_question(row) for row in tx.execute(asked)]


def question(tx: Connection, id_: int) -> Question | None:
    row = tx.execute(CASE, {"id": id_}).one_or_none()
    return _question(row) if row else None


def drop(tx: Connection, id_: int) -> None:
    """Not asked; the others move up."""
    found = question(tx, id_)
    if found is None:
        return
    tx.execute(update(POLL_CASE).where(C.id == id_).values(dropped=True))
    later = (C.session == found.session, C.place > found.place, ~C.dropped)
    tx.execute(update(POLL_CASE).where(*later).values(place=C.place - 1))


def hear(tx: Connection, id_: int, words: str) -> None:
    tx.execute(update(POLL_CASE).where(C.id == id_).values(heard=words))


def drawn(tx: Connection, id_: int, voters: int, now: datetime) -> None:
    tx.execute(update(POLL_CASE).where(C.id == id_).values(drawn=voters, drawn_at=now))


def asked(tx: Connection, since: datetime) -> set[str]:
    """Conversations that were proposed before, so that nobody is asked twice."""
    recent = select(C.conversation).join(POLL_SESSION, S.id == C.session).where(S.proposed_at >= since)
    return set(tx.scalars(recent))


def _question(row: Any) -> Question:
    excerpt = tuple((str(who), str(words)) for who, words in row.excerpt)
    return Question(row.id, row.session, row.place, row.conversation, row.message, row.finding, row.rule, row.team,
                    row.why, excerpt, tuple(row.own), row.heard, row.dropped, row.drawn, row.drawn_at)  # fmt: skip
