"""Alerts that were only noted, because Starling was in shadow mode: who would have been called, and who agreed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select, update

from rules.model import Kind, Severity
from storage.tables import ALERT, CONVERSATION

A, C = ALERT.c, CONVERSATION.c
STATE = "shadow"


@dataclass(frozen=True, slots=True)
class Shadow:
    id: int
    conversation: str
    kind: Kind
    severity: Severity
    team: str
    opened_at: datetime
    risk: float
    verdict: str  # "" | real | false_alarm
    judged_by: str

    @property
    def code(self) -> str:
        return f"A{self.id}"


def between(tx: Connection, since: datetime, until: datetime, team: str = "") -> list[Shadow]:
    """The loudest first; an empty team is all of them."""
    ours = (A.opened_at >= since, A.opened_at < until, *([or_(A.team == team, A.team == "")] if team else []))
    return [_shadow(row) for row in tx.execute(_asked(*ours).order_by(A.severity.desc(), C.risk.desc(), A.id))]


def get(tx: Connection, id_: int) -> Shadow | None:
    row = tx.execute(_asked(A.id == id_)).one_or_none()
    return _shadow(row) if row else None


def judge(tx: Connection, id_: int, verdict: str, by: str, now: datetime) -> None:
    told = {"verdict": verdict, "closed_by": by, "changed_at": now}
    tx.execute(update(ALERT).where(A.id == id_, A.state == STATE).values(**told))


def _asked(*where: Any) -> Any:
    chosen = select(A.id, A.conversation, A.kind, A.severity, A.team, A.opened_at, A.verdict, A.closed_by, C.risk)
    return chosen.select_from(ALERT.join(CONVERSATION, C.id == A.conversation)).where(A.state == STATE, *where)


def _shadow(row: Any) -> Shadow:
    return Shadow(row.id, row.conversation, Kind(row.kind), Severity(row.severity), row.team, row.opened_at, row.risk,
                  row.verdict, row.closed_by)  # fmt: skip
