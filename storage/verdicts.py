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


def _said(rank: int, kind: str, yes: bool, at: Any, conversation: Any, *where: Any) -> Select[Any]:
    told = (literal(rank).label("r"), literal(kind).label("k"), literal(yes).label("v"))
    return select(conversation.label("c"), *told, at.label("at")).where(at >= SINCE, *where)


# One line for each way of giving a verdict, with its rank: where several speak of one conversation, the highest counts,
# and of equals the last. What Starling closed by itself is nobody's verdict. A finding's own verdict has no time but
# that of the finding.
SOURCES: Sequence[Select[Any]] = (
    _said(0, "risk", True, F.found_at, F.conversation, F.kind == "risk", F.verdict == "real"),
    _said(0, "risk", False, F.found_at, F.conversation, F.kind == "risk", F.verdict == "false_alarm"),
    _said(0, "star", True, F.found_at, F.conversation, F.kind == "star", F.verdict == "real"),
    _said(0, "star", False, F.found_at, F.conversation, F.kind == "star", F.verdict == "false_alarm"),
    _said(1, "risk", True, A.closed_at, A.conversation, A.kind == "risk", A.state == "resolved", A.closed_by != ""),
    _said(1, "risk", False, A.closed_at, A.conversation, A.kind == "risk", A.state == "false_alarm"),
    _said(1, "star", True, K.found_at, K.conversation, K.kind == "star", K.state == "collected"),
    _said(1, "star", False, K.found_at, K.conversation, K.kind == "star", K.state == "declined"),
    _said(2, "risk", False, F.found_at, F.conversation, F.kind == "risk", F.verdict == "overturned"),
    _said(2, "star", False, F.found_at, F.conversation, F.kind == "star", F.verdict == "overturned"),
)


def reviewed(tx: Connection, since: datetime) -> Iterator[Reviewed]:
    """Every conversation with a verdict since then, in the order of the last one."""
    found: dict[str, Reviewed] = {}
    together = union_all(*SOURCES).subquery()
    t = together.c
    rows = tx.execute(select(t.c, t.k, t.v, t.at).order_by(t.r, t.at, t.c), {"since": since})
    for conversation, kind, given, at in rows:
        before = found.get(conversation) or Reviewed(conversation, None, None, at)
        risk = given if kind == "risk" else before.risk
        star = given if kind == "star" else before.star
        found[conversation] = Reviewed(conversation, bool(risk) if risk is not None else None,
                                       bool(star) if star is not None else None, max(at, before.at))  # fmt: skip
    yield from sorted(found.values(), key=lambda one: (one.at, one.conversation))
