"""What people decided about conversations, whichever surface they used: what the learner learns from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, literal, select, union_all

from storage.columns import UtcDateTime
from storage.tables import ALERT, CASE, FINDING

A, F, K = ALERT.c, FINDING.c, CASE.c
SINCE = bindparam("since", type_=UtcDateTime)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The last word on one conversation; None where nobody has spoken."""

    conversation: str
    risk: bool | None
    star: bool | None
    at: datetime


def _said(kind: str, yes: bool, at: Any, conversation: Any, *where: Any) -> Select[Any]:
    return select(conversation.label("c"), literal(kind).label("k"), literal(yes).label("v"), at.label("at")).where(
        at >= SINCE, *where
    )


# One line for each way of giving a verdict; what Starling closed by itself is nobody's verdict.
SOURCES: Sequence[Select[Any]] = (
    _said("risk", True, A.closed_at, A.conversation, A.kind == "risk", A.state == "resolved", A.closed_by != ""),
    _said("risk", False, A.closed_at, A.conversation, A.kind == "risk", A.state == "false_alarm"),
    _said("risk", False, F.found_at, F.conversation, F.kind == "risk", F.verdict == "overturned"),
    _said("star", True, K.found_at, K.conversation, K.kind == "star", K.state == "collected"),
    _said("star", False, K.found_at, K.conversation, K.kind == "star", K.state == "declined"),
    _said("star", False, F.found_at, F.conversation, F.kind == "star", F.verdict == "overturned"),
)


def reviewed(tx: Connection, since: datetime) -> Iterator[Reviewed]:
    """Every conversation with a verdict since then, in the order of the last one."""
    found: dict[str, Reviewed] = {}
    together = union_all(*SOURCES).subquery()
    rows = tx.execute(select(together).order_by(together.c.at, together.c.c), {"since": since})
    for conversation, kind, given, at in rows:
        before = found.pop(conversation, None) or Reviewed(conversation, None, None, at)
        risk = given if kind == "risk" else before.risk
        star = given if kind == "star" else before.star
        found[conversation] = Reviewed(conversation, risk, star, at)
    yield from found.values()
