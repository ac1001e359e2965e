"""What people decided about conversations, whichever surface they used: what the learner learns from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, exists, func, literal, or_, select, union_all

from storage.columns import UtcDateTime
from storage.judgements import GROUP
from storage.tables import ALERT, CASE, DECISION, FINDING, REVIEW_SAMPLE

A, D, F, K, V = ALERT.c, DECISION.c, FINDING.c, CASE.c, REVIEW_SAMPLE.c
JUDGED_AT = func.coalesce(F.judged_at, F.found_at)
OTHER = FINDING.alias("other")
STILL_REAL = exists().where(OTHER.c.conversation == F.conversation, OTHER.c.kind == F.kind, OTHER.c.verdict == "real")
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
# and of equals the last. What Starling closed by itself is nobody's verdict.
SOURCES: Sequence[Select[Any]] = (
    _said(0, "risk", True, JUDGED_AT, F.conversation, F.kind == "risk", F.verdict == "real"),
    _said(0, "risk", False, JUDGED_AT, F.conversation, F.kind == "risk", F.verdict == "false_alarm"),
    _said(0, "star", True, JUDGED_AT, F.conversation, F.kind == "star", F.verdict == "real"),
    _said(0, "star", False, JUDGED_AT, F.conversation, F.kind == "star", F.verdict == "false_alarm"),
    _said(1, "risk", True, A.closed_at, A.conversation, A.kind == "risk", A.state == "resolved", A.closed_by != ""),
    _said(1, "risk", False, A.closed_at, A.conversation, A.kind == "risk", A.state == "false_alarm"),
    _said(1, "star", True, K.found_at, K.conversation, K.kind == "star", K.state == "collected"),
    _said(1, "star", False, K.found_at, K.conversation, K.kind == "star", K.state == "declined"),
    _said(1, "risk", True, V.reviewed_at, V.conversation, V.why != "star", V.verdict == "real"),
    _said(1, "risk", False, V.reviewed_at, V.conversation, V.why != "star", V.verdict == "false_alarm"),
    _said(1, "star", True, V.reviewed_at, V.conversation, V.verdict == "case"),
    _said(1, "star", True, V.reviewed_at, V.conversation, V.why == "star", V.verdict == "real"),
    _said(1, "star", False, V.reviewed_at, V.conversation, V.why == "star", V.verdict == "false_alarm"),
    _said(
        2,
        "risk",
        False,
        JUDGED_AT,
        F.conversation,
        F.kind == "risk",
        F.verdict == "overturned",
        ~STILL_REAL,
        F.judged_by.not_like(f"{GROUP} %"),
    ),
    _said(2, "star", False, JUDGED_AT, F.conversation, F.kind == "star", F.verdict == "overturned", ~STILL_REAL),
    # A calibration: nobody's fault is no proof that the customer was content, unless we should not have spoken up.
    _said(4, "risk", True, D.at, D.conversation, or_(D.outcome == "deduct", D.alarm == "right")),
    _said(4, "risk", False, D.at, D.conversation, D.outcome != "deduct", D.alarm == "wrong"),
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
