"""Honours and what they rest on: proposals, what leads decided, nominations, points, and proof of good service."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select, update

from storage.db import insert_ignore, upsert
from storage.tables import (
    ALERT,
    ALERT_STEP,
    CASE,
    CONVERSATION,
    FIGURE_CELL,
    FINDING,
    HONOUR,
    HONOUR_CONSENT,
    NOMINATION,
    POINT,
)

A, C, F, H, K, N, P, S = ALERT.c, CONVERSATION.c, FINDING.c, HONOUR.c, CASE.c, NOMINATION.c, POINT.c, ALERT_STEP.c
Row = tuple[str, int, int, float, float, float]  # name, n, good, expected, value, chance


@dataclass(frozen=True, slots=True)
class Honour:
    id: int
    award: str
    team: str
    since: date
    until: date
    span: str  # week | month
    state: str  # proposed | confirmed | skipped | withdrawn
    proposed: tuple[Row, ...]
    clear: bool
    winners: tuple[str, ...]
    formula: str
    points: int
    reason: str
    decided_by: str
    decided_at: datetime | None

    @property
    def code(self) -> str:
        return f"H{self.id}"


@dataclass(frozen=True, slots=True)
class Proposal:
    award: str
    team: str
    since: date
    until: date
    span: str
    proposed: tuple[Row, ...]
    clear: bool
    winners: tuple[str, ...]
    formula: str
    points: int


@dataclass(frozen=True, slots=True)
class Nomination:
    person: str
    by: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the points ledger, as it goes to HR."""

    person: str
    points: int
    why: str
    confirmed_by: str
    at: datetime
    honour: str


def propose(tx: Connection, p: Proposal, now: datetime) -> Honour | None:
    """None when this award of this team and span was proposed before."""
    values = {name: getattr(p, name) for name in ("award", "team", "span", "clear", "formula", "points")}
    values |= {"since": p.since.isoformat(), "until": p.until.isoformat(), "proposed": [[*row] for row in p.proposed]}
    values |= {"winners": [*p.winners], "state": "proposed", "reason": "", "decided_by": "", "proposed_at": now}
    number: int | None = tx.scalar(insert_ignore(tx, HONOUR, H.id), values)
    return get(tx, number) if number is not None else None


def get(tx: Connection, id_: int, *, lock: bool = False) -> Honour | None:
    asked = select(HONOUR).where(H.id == id_)
    row = tx.execute(asked.with_for_update() if lock else asked).one_or_none()
    return _honour(row) if row else None


def confirm(tx: Connection, honour: Honour, winners: Sequence[str], by: str, reason: str, now: datetime) -> None:
    """A person stands behind it; only now there are points."""
    if not by:
        raise ValueError("nobody confirmed")
    values = {"state": "confirmed", "winners": [*winners], "reason": reason, "decided_by": by, "decided_at": now}
    tx.execute(update(HONOUR).where(H.id == honour.id).values(**values))
    why = f"{honour.award} {honour.since}~{honour.until}"
    rows = [
        {"honour": honour.id, "person": who, "points": honour.points, "why": why, "confirmed_by": by, "at": now}
        for who in winners
    ]
    if rows and honour.points:
        tx.execute(POINT.insert(), rows)


def withdraw(tx: Connection, honour: Honour, by: str, why: str, now: datetime) -> None:
    """It was confirmed by mistake: nothing leaves the ledger, the points come off in a line of their own."""
    values = {"state": "withdrawn", "reason": why, "decided_by": by, "decided_at": now}
    tx.execute(update(HONOUR).where(H.id == honour.id).values(**values))
    entries = tx.execute(select(P.person, P.points).where(P.honour == honour.id)).all()
    off = f"撤回 {honour.award} {honour.since}~{honour.until}"
    rows = [
        {"honour": honour.id, "person": person, "points": -points, "why": off, "confirmed_by": by, "at": now}
        for person, points in entries
    ]
    if rows:
        tx.execute(POINT.insert(), rows)


def skip(tx: Connection, id_: int, by: str, now: datetime) -> None:
    tx.execute(update(HONOUR).where(H.id == id_).values(state="skipped", decided_by=by, decided_at=now))


def confirmed(tx: Connection, since: date | None = None, until: date | None = None) -> list[Honour]:
    """Awards that a lead confirmed, by the end of their span; the earliest first."""
    where = [H.state == "confirmed"]
    where += [H.until >= since.isoformat()] if since else []
    where += [H.until <= until.isoformat()] if until else []
    return [_honour(row) for row in tx.execute(select(HONOUR).where(*where).order_by(H.until, H.id))]


def consent(tx: Connection, id_: int, person: str, now: datetime, *, public: bool) -> None:
    row = {"honour": id_, "person": person, "public": public, "at": now}
    tx.execute(upsert(tx, HONOUR_CONSENT, ("honour", "person"), ("public", "at")), row)


def consents(tx: Connection, id_: int) -> dict[str, bool]:
    c = HONOUR_CONSENT.c
    return {r.person: r.public for r in tx.execute(select(c.person, c.public).where(c.honour == id_))}


def nominate(tx: Connection, told: Nomination, team: str, day: date) -> bool:
    """False when they nominated the same colleague today already."""
    row = {"person": told.person, "by": told.by, "day": day.isoformat(), "team": team, "why": told.why, "at": told.at}
    return tx.scalar(insert_ignore(tx, NOMINATION, N.person), row) is not None


def nominations(tx: Connection, team: str, since: date, until: date) -> list[Nomination]:
    within = N.day.between(since.isoformat(), until.isoformat())
    rows = tx.execute(select(NOMINATION).where(N.team == team, within).order_by(N.at, N.by))
    return [Nomination(r.person, r.by, r.why, r.at) for r in rows]


def points(
    tx: Connection, since: datetime | None = None, until: datetime | None = None, person: str = ""
) -> list[Entry]:
    """The ledger, the earliest first."""
    where = [*([P.at >= since] if since else []), *([P.at < until] if until else [])]
    where += [P.person == person] if person else []
    rows = tx.execute(select(POINT).where(*where).order_by(P.id))
    return [Entry(r.person, r.points, r.why, r.confirmed_by, r.at, f"H{r.honour}") for r in rows]


# Proof of good service


def excellent(tx: Connection, since: datetime, until: datetime, top: int) -> set[str]:
    """Conversations with a star that a person confirmed, or whose customer gave the highest rating."""
    proof = or_(F.verdict == "real", K.state == "collected", C.rating_score >= top)
    asked = (
        select(F.conversation)
        .join(CONVERSATION, C.id == F.conversation)
        .outerjoin(CASE, (K.conversation == F.conversation) & (K.kind == "star"))
        .where(F.kind == "star", F.standing, F.verdict.not_in(("false_alarm", "overturned")), proof)
        .where(F.found_at >= since, F.found_at < until)
    )
    return set(tx.scalars(asked))


def saved(tx: Connection, since: datetime, until: datetime) -> set[str]:
    """Conversations that somebody saved."""
    asked = select(A.conversation).join(ALERT_STEP, A.id == S.alert)
    return set(tx.scalars(asked.where(S.step == "saved", S.at >= since, S.at < until)))


def praised(tx: Connection, rules: Sequence[str], since: datetime, until: datetime) -> set[str]:
    """Conversations whose customer praised, by one of these rules."""
    by_rule = or_(*(F.rule.like(f"{rule}@%") for rule in rules))
    words = select(F.conversation).where(
        F.kind == "star", F.standing, F.verdict.not_in(("false_alarm", "overturned")), by_rule,
        F.found_at >= since, F.found_at < until,
    )  # fmt: skip
    return set(tx.scalars(words))


def top_rated(tx: Connection, since: datetime, until: datetime, top: int) -> set[str]:
    """Conversations with the highest rating."""
    return set(tx.scalars(select(C.id).where(C.rating_score >= top, C.rated_at >= since, C.rated_at < until)))


def first_days(tx: Connection, accounts: Sequence[str]) -> dict[str, str]:
    """Since when an account is at work."""
    k = FIGURE_CELL.c
    asked = select(k.account, func.min(k.day)).where(k.account.in_(accounts)).group_by(k.account)
    return {row[0]: row[1] for row in tx.execute(asked)}


def first_day(tx: Connection) -> str:
    """Since when anything is known; "" when nothing is."""
    return tx.scalar(select(func.min(FIGURE_CELL.c.day))) or ""


def _honour(row: Any) -> Honour:
    proposed = tuple((str(r[0]), int(r[1]), int(r[2]), float(r[3]), float(r[4]), float(r[5])) for r in row.proposed)
    return Honour(
        row.id, row.award, row.team, date.fromisoformat(row.since), date.fromisoformat(row.until), row.span, row.state,
        proposed, row.clear, tuple(row.winners), row.formula, row.points, row.reason, row.decided_by, row.decided_at,
    )  # fmt: skip
