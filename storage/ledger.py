"""What rules raised and what became of it, gathered from findings, alerts and what happened afterwards."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from rules.ledger import Raised
from rules.model import Kind, Severity
from storage.judgements import GROUP
from storage.tables import ALERT, CASE, CONVERSATION, DECISION, FINDING, HAPPENING, POLL_CASE

F, A, C, D, H, K, Q = FINDING.c, ALERT.c, CONVERSATION.c, DECISION.c, HAPPENING.c, CASE.c, POLL_CASE.c
COLLECTED = {"collected": "real", "declined": "false_alarm"}


def raised(tx: Connection, since: datetime, until: datetime, low_rating: int) -> list[Raised]:
    """Each finding that called somebody, or was judged without; of every one the first alert it was part of."""
    first: dict[int, Raised] = {}
    for finding, one in _rows(tx, since, until, low_rating):
        first.setdefault(finding, one)
    return list(first.values())


def _rows(tx: Connection, since: datetime, until: datetime, low_rating: int) -> Iterator[tuple[int, Raised]]:
    for row in tx.execute(_asked(since, until, low_rating)):
        kind, number = Kind(row.kind), row.alert
        at = max(row.found_at, row.opened_at or row.found_at)
        yield row.id, Raised(
            row.rule, kind, Severity(row.severity), at, f"A{number}" if number else row.conversation,
            row.star if kind is Kind.STAR else row.risk, row.verdict or COLLECTED.get(row.collected or "", ""),
            row.claimed_at, row.closed_at, row.closed_by or "", row.ended_at, row.low_at,
        )  # fmt: skip


def _asked(since: datetime, until: datetime, low_rating: int) -> Any:
    spoke = and_(
        A.conversation == F.conversation, A.kind == F.kind, or_(A.closed_at.is_(None), A.closed_at >= F.found_at)
    )
    star = and_(K.conversation == F.conversation, F.kind == Kind.STAR.value)
    from_ = FINDING.join(CONVERSATION, C.id == F.conversation).outerjoin(ALERT, spoke).outerjoin(CASE, star)
    chosen = select(
        F.id, F.conversation, F.rule, F.kind, F.severity, F.found_at, _verdict(), C.risk, C.star, A.id.label("alert"),
        A.opened_at, A.claimed_at, A.closed_at, A.closed_by, K.state.label("collected"), _ended().label("ended_at"),
        case((and_(C.rating_score <= low_rating, C.rated_at > F.found_at), C.rated_at)).label("low_at"),
    )  # fmt: skip
    told = or_(A.id.is_not(None), K.id.is_not(None), F.verdict != "")
    within = (F.found_at >= since, F.found_at <= until, or_(F.severity > 0, F.verdict != ""), told)
    return chosen.select_from(from_).where(*within).order_by(F.id, A.id)


def _verdict() -> ColumnElement[str]:
    """Of the rule: a calibration that takes a finding off somebody says apart whether the rule was right."""
    voted = and_(F.verdict == "overturned", F.judged_by.like(f"{GROUP} %"))
    word = case((D.alarm == "right", "real"), (D.alarm == "wrong", "overturned"), else_="")
    last = select(word).join(POLL_CASE, Q.id == D.case).where(Q.finding == F.id).order_by(D.id.desc()).limit(1)
    said = last.correlate(FINDING).scalar_subquery()
    return case((voted, func.coalesce(said, "")), else_=F.verdict).label("verdict")


def _ended() -> ColumnElement[datetime | None]:
    """When the helpdesk first called the conversation resolved after the finding."""
    over = (H.conversation == F.conversation, H.kind == "status", H.value == "resolved", H.at > F.found_at)
    return select(func.min(H.at)).where(*over).scalar_subquery()
