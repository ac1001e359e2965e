"""Alerts: open matters, their states, and each step with who and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Update, bindparam, func, select, update

from rules.model import Kind, Severity
from storage.tables import ALERT, ALERT_STEP

A, S = ALERT.c, ALERT_STEP.c


@dataclass(frozen=True, slots=True)
class Alert:
    id: int
    conversation: str
    kind: Kind
    severity: Severity
    state: str  # open | claimed | resolved | false_alarm | muted
    team: str
    opened_at: datetime
    changed_at: datetime
    claimed_by: str
    claimed_at: datetime | None
    closed_by: str
    closed_at: datetime | None
    closing: str
    muted_until: datetime | None
    escalate_at: datetime | None
    escalated: int
    helper: str
    shop: str = ""
    matter: str = ""
    ladder: tuple[Mapping[str, Any], ...] = ()
    since: datetime | None = None  # when the one before it was closed: what was found until then is that one's

    @property
    def of_colleague(self) -> bool:
        """A red line speaks of what a colleague said, not of what a customer needs."""
        return self.kind is Kind.REDLINE

    @property
    def code(self) -> str:
        return f"A{self.id}"

    def covers(self, found_at: datetime) -> bool:
        """Whether what was found then is part of this one, not of the one before or after it."""
        over = self.ended_at is not None and found_at > self.ended_at
        return not over and (self.since is None or found_at > self.since)

    @property
    def ended_at(self) -> datetime | None:
        """What is only noted, in shadow mode, goes on."""
        return None if self.state == "shadow" else self.closed_at


@dataclass(frozen=True, slots=True)
class Step:
    at: datetime
    actor: str  # "" is Starling
    step: str
    words: str


@dataclass(frozen=True, slots=True)
class Saved:
    """A conversation that ended well because somebody helped."""

    code: str
    helpers: tuple[str, ...]
    took: timedelta


# Built once: building a statement costs more than running it.
BEFORE = select(func.max(A.closed_at)).where(
    A.conversation == bindparam("conversation"), A.kind == bindparam("kind"), A.state != "shadow"
)
OPEN = ALERT.insert().returning(A.id)
NOTE = ALERT_STEP.insert()
GET = select(ALERT).where(A.id == bindparam("id"))
GET_LOCKED = GET.with_for_update()
STEPS = select(ALERT_STEP).where(S.alert == bindparam("alert")).order_by(S.id)
CLIMBS = select(func.min(A.escalate_at)).where(A.escalate_at > bindparam("after"))
WAKES = select(func.min(A.muted_until)).where(
    A.state == "muted", A.closed_at.is_(None), A.muted_until > bindparam("after")
)
CLIMBING = select(A.id).where(A.escalate_at <= bindparam("now")).order_by(A.escalate_at).limit(bindparam("most"))
WAKING = (
    select(A.id)
    .where(A.state == "muted", A.closed_at.is_(None), A.muted_until <= bindparam("now"))
    .limit(bindparam("most"))
)
LATEST = select(ALERT).where(A.conversation.in_(bindparam("ids", expanding=True))).order_by(A.id).with_for_update()


@cache
def _change(names: tuple[str, ...]) -> Update:
    values: dict[str, Any] = {name: bindparam(f"b_{name}") for name in ("changed_at", *names)}
    return update(ALERT).where(A.id == bindparam("b_id")).values(values)


def open_one(
    tx: Connection, conversation: str, kind: Kind, severity: Severity, team: str, now: datetime, **more: Any
) -> Alert:
    before = tx.scalar(BEFORE, {"conversation": conversation, "kind": kind.value})
    row = {"conversation": conversation, "kind": kind.value, "severity": int(severity), "team": team, "state": "open",
           "shop": "", "matter": "", "ladder": [], "opened_at": now, "changed_at": now, "since": before,
           **more}  # fmt: skip
    id_ = tx.execute(OPEN, row).scalar_one()
    note(tx, id_, now, "", "opened")
    return get(tx, id_)


def change(tx: Connection, alert: Alert, now: datetime, **values: Any) -> Alert:
    tx.execute(
        _change(tuple(values)), {"b_id": alert.id, "b_changed_at": now, **{f"b_{n}": v for n, v in values.items()}}
    )
    return get(tx, alert.id)


def note(tx: Connection, alert: int, now: datetime, actor: str, step: str, words: str = "") -> None:
    tx.execute(NOTE, {"alert": alert, "at": now, "actor": actor, "step": step, "words": words})


def find(tx: Connection, id_: int, *, lock: bool = False) -> Alert | None:
    """With `lock` nobody else changes it before this transaction ends (PostgreSQL)."""
    row = tx.execute(GET_LOCKED if lock else GET, {"id": id_}).one_or_none()
    return _alert(row) if row else None


def get(tx: Connection, id_: int, *, lock: bool = False) -> Alert:
    """Raises LookupError."""
    alert = find(tx, id_, lock=lock)
    if alert is None:
        raise LookupError(id_)
    return alert


def standing(tx: Connection, conversations: Sequence[str]) -> dict[tuple[str, Kind], Alert]:
    """The matters not closed yet, by conversation and kind."""
    rows = tx.execute(select(ALERT).where(A.conversation.in_(conversations), A.closed_at.is_(None)))
    return {(a.conversation, a.kind): a for a in map(_alert, rows)}


def latest(tx: Connection, conversations: Sequence[str]) -> dict[tuple[str, Kind], Alert]:
    """The last matter of each conversation and kind, closed or not; held, so that no press comes between."""
    rows = tx.execute(LATEST, {"ids": conversations})
    return {(a.conversation, a.kind): a for a in map(_alert, rows)}


def of(tx: Connection, conversation: str) -> list[Alert]:
    """All that were ever opened about it, the oldest first."""
    return [_alert(r) for r in tx.execute(select(ALERT).where(A.conversation == conversation).order_by(A.id))]


def not_closed(tx: Connection, limit: int = 20) -> list[Alert]:
    rows = tx.execute(select(ALERT).where(A.closed_at.is_(None)).order_by(A.severity.desc(), A.id).limit(limit))
    return [_alert(r) for r in rows]


def to_escalate(tx: Connection, now: datetime, limit: int = 50) -> list[int]:
    return list(tx.scalars(CLIMBING, {"now": now, "most": limit}))


def to_wake(tx: Connection, now: datetime, limit: int = 50) -> list[int]:
    """Muted matters whose time is over."""
    return list(tx.scalars(WAKING, {"now": now, "most": limit}))


def next_due(tx: Connection, after: datetime) -> datetime | None:
    """When the next rung of a ladder is climbed, or the next quiet time is over, later than this moment."""
    climbs, wakes = tx.scalar(CLIMBS, {"after": after}), tx.scalar(WAKES, {"after": after})
    return min((at for at in (climbs, wakes) if at is not None), default=None)


def steps(tx: Connection, alert: int) -> list[Step]:
    rows = tx.execute(STEPS, {"alert": alert})
    return [Step(r.at, r.actor, r.step, r.words) for r in rows]


def saved(tx: Connection, team: str, since: datetime, until: datetime) -> tuple[int, list[Saved]]:
    """(how many pressing matters a team's customers had, those that were saved); an empty team is all of them."""
    ours = (A.kind == Kind.RISK.value, A.severity >= int(Severity.ORANGE), A.state.not_in(("false_alarm", "shadow")),
            A.opened_at >= since, A.opened_at < until, *([A.team == team] if team else []))  # fmt: skip
    pressing = int(tx.scalar(select(func.count()).where(*ours)) or 0)
    told = select(A.id, A.opened_at, A.closed_at, S.words).join(ALERT_STEP, A.id == S.alert)
    rows = tx.execute(told.where(*ours, S.step == "saved").order_by(A.id))
    return pressing, [Saved(f"A{r.id}", tuple(r.words.split("、")), r.closed_at - r.opened_at) for r in rows]


def _alert(row: Row[Any]) -> Alert:
    return Alert(
        row.id, row.conversation, Kind(row.kind), Severity(row.severity), row.state, row.team, row.opened_at,
        row.changed_at, row.claimed_by, row.claimed_at, row.closed_by, row.closed_at, row.closing, row.muted_until,
        row.escalate_at, row.escalated, row.helper, row.shop, row.matter, tuple(row.ladder), row.since,
    )  # fmt: skip
