"""Ballots of a case: one for a person, changeable until the close; the ledger keeps every change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from rules.poll import Vote
from storage.db import upsert
from storage.tables import BALLOT, BALLOT_STEP, DECISION, FINDING, POLL_CASE, POLL_SESSION, WORDING, WORDING_VOTE

B, L, C, S, W, V = BALLOT.c, BALLOT_STEP.c, POLL_CASE.c, POLL_SESSION.c, WORDING.c, WORDING_VOTE.c
D, F = DECISION.c, FINDING.c
SAID = ("role", "choice", "severity", "cause", "alarm", "at")
# Built once: building a statement costs more than running it.
STEP = BALLOT_STEP.insert()
VOTE = (B.role, B.choice, B.severity, B.cause, B.alarm)
MINE = select(*VOTE).where(B.case == bindparam("case"), B.person == bindparam("who"))


@dataclass(frozen=True, slots=True)
class Better:
    """A wording somebody proposed; who, only their own vote asks."""

    id: int
    text: str
    person: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """A current ballot of a closed case, with what the group decided."""

    case: int
    rule: str
    person: str
    choice: str
    severity: int
    cause: str
    outcome: str
    voted: str  # what the votes alone decided, before any meeting
    at: datetime  # of what it is about


def cast(tx: Connection, case: int, person: str, vote: Vote, surface: str, now: datetime) -> None:
    """What counts now first: its row holds off a second ballot of the same person, so that the ledger is in order."""
    said = {name: getattr(vote, name) for name in Vote.__slots__} | {"at": now}
    tx.execute(upsert(tx, BALLOT, ("case", "person"), SAID), {"case": case, "person": person, **said})
    tx.execute(STEP, {"case": case, "person": person, "surface": surface, **said})


def mine(tx: Connection, case: int, person: str) -> Vote | None:
    row = tx.execute(MINE, {"case": case, "who": person}).first()
    return Vote(*row) if row else None


def votes(tx: Connection, case: int, but: Sequence[str] = ()) -> list[Vote]:
    """All that count: `but` are heard in another way."""
    asked = select(*VOTE).where(B.case == case, B.person.not_in(but))
    return [Vote(*row) for row in tx.execute(asked.order_by(B.person))]


def voters(tx: Connection, cases: Sequence[int]) -> Mapping[int, int]:
    """How many have voted, by case."""
    rows = tx.execute(select(B.case, func.count()).where(B.case.in_(cases)).group_by(B.case))
    found = {case: int(n) for case, n in rows}
    return {case: found.get(case, 0) for case in cases}


def from_ledger(tx: Connection, case: int) -> dict[str, Vote]:
    """What counts by the ledger alone: the last thing each person said."""
    asked = select(L.person, L.role, L.choice, L.severity, L.cause, L.alarm).where(L.case == case).order_by(L.id)
    return {person: Vote(*said) for person, *said in tx.execute(asked)}


def counted(tx: Connection) -> list[tuple[int, int]]:
    """(session, ballots that stand) of every session that was voted in, in their order."""
    asked = select(C.session, func.count()).join(BALLOT, B.case == C.id).group_by(C.session).order_by(C.session)
    return [(int(session), int(n)) for session, n in tx.execute(asked)]


def write(tx: Connection, case: int, person: str, text: str, now: datetime) -> None:
    """Another way to say it; a second one of the same person takes the place of the first."""
    row = {"case": case, "person": person, "text": text, "at": now}
    tx.execute(upsert(tx, WORDING, ("case", "person"), ("text", "at")), row)


def wordings(tx: Connection, case: int) -> list[Better]:
    asked = select(W.id, W.text, W.person).where(W.case == case).order_by(W.id)
    return [Better(*row) for row in tx.execute(asked)]


def like(tx: Connection, case: int, person: str, wording: int, now: datetime) -> None:
    row = {"case": case, "person": person, "wording": wording, "at": now}
    tx.execute(upsert(tx, WORDING_VOTE, ("case", "person"), ("wording", "at")), row)


def liked(tx: Connection, case: int) -> list[int]:
    """The wording of each vote."""
    return list(tx.scalars(select(V.wording).where(V.case == case).order_by(V.person)))


def picked(tx: Connection, case: int, person: str) -> int | None:
    """The wording they chose."""
    return tx.scalar(select(V.wording).where(V.case == case, V.person == person))


def likers(tx: Connection, cases: Sequence[int]) -> Mapping[int, int]:
    rows = tx.execute(select(V.case, func.count()).where(V.case.in_(cases)).group_by(V.case))
    found = {case: int(n) for case, n in rows}
    return {case: found.get(case, 0) for case in cases}


def pooled(tx: Connection) -> list[Spoken]:
    """Every ballot that counted in a case that is closed, over all sessions; the last decision of each case."""
    last = select(D.case, func.max(D.version).label("version")).group_by(D.case).subquery()
    first = DECISION.alias("first")
    told = (D.outcome, first.c.outcome.label("voted"), func.coalesce(F.found_at, S.proposed_at))
    asked = (
        select(B.case, C.rule, B.person, B.choice, B.severity, B.cause, *told, C.own)
        .join(POLL_CASE, C.id == B.case)
        .join(POLL_SESSION, S.id == C.session)
        .outerjoin(FINDING, F.id == C.finding)
        .join(DECISION, D.case == B.case)
        .join(last, (last.c.case == D.case) & (last.c.version == D.version))
        .join(first, (first.c.case == B.case) & (first.c.version == 1))
        .order_by(B.case, B.person)
    )
    return [Spoken(*row[:9]) for row in tx.execute(asked) if row.person not in row.own]
