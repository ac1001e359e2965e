"""Stored conversations of a stretch of time, page by page, and what people said of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, func, select

from rules.model import Kind
from storage.tables import ALERT, CONVERSATION, FINDING, MESSAGE

C, M, F, A = CONVERSATION.c, MESSAGE.c, FINDING.c, ALERT.c


def size(tx: Connection, since: datetime, until: datetime) -> int:
    """How many conversations had news then."""
    return int(tx.scalar(select(func.count()).where(C.last_at >= since, C.first_at < until)) or 0)


def page(tx: Connection, after: str, since: datetime, until: datetime, limit: int) -> list[str]:
    """The next of them, in the order of their ids."""
    told = select(C.id).where(C.id > after, C.last_at >= since, C.first_at < until)
    return list(tx.scalars(told.order_by(C.id).limit(limit)))


@dataclass(slots=True)
class Reviewed:
    """What people said of one conversation."""

    rules: dict[str, str] = field(default_factory=dict)  # verdict by rule
    kinds: dict[Kind, str] = field(default_factory=dict)  # verdict by kind, where a rule has none of its own
    called: set[Kind] = field(default_factory=set)  # there was an alert

    def verdict(self, rule: str, kind: Kind) -> str:
        return self.rules.get(rule) or self.kinds.get(kind, "")


def reviews(tx: Connection, conversations: Sequence[str]) -> Mapping[str, Reviewed]:
    """real | false_alarm | overturned, of the latest finding and the latest alert that have one."""
    found = {id_: Reviewed() for id_ in conversations}
    judged = select(F.conversation, F.kind, F.rule, F.verdict).where(F.conversation.in_(conversations), F.verdict != "")
    for conversation, kind, rule, verdict in tx.execute(judged.order_by(F.id)):
        found[conversation].rules[rule.partition("@")[0]] = verdict
        found[conversation].kinds[Kind(kind)] = verdict
    alerts = select(A.conversation, A.kind, A.state, A.claimed_at, A.closed_at).where(A.conversation.in_(conversations))
    for row in tx.execute(alerts.order_by(A.id)):
        one, kind = found[row.conversation], Kind(row.kind)
        one.called.add(kind)
        if row.state == "false_alarm":
            one.kinds[kind] = "false_alarm"
        elif row.claimed_at and row.closed_at:
            one.kinds.setdefault(kind, "real")
    return found
