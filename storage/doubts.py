"""Where people or scores are of two minds: what a calibration is worth holding about."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from storage.tables import APPEAL, APPEALED, CONVERSATION, FINDING, REVIEW_SAMPLE

A, D, C, F, R = APPEAL.c, APPEALED.c, CONVERSATION.c, FINDING.c, REVIEW_SAMPLE.c
HALF = 0.5
NEAR, FAR = 0.15, 0.5  # so far from a half is in doubt; and when little else is, whatever is nearest


def appealed(tx: Connection, since: datetime, limit: int) -> list[int]:
    """Findings that one judge saw in one way and the next in another, the newest first."""
    split = (A.state.in_(("accepted", "partly")), A.decided_at >= since)
    asked = select(func.min(D.finding)).join(APPEAL, A.id == D.appeal).where(*split)
    return list(tx.scalars(asked.group_by(A.id).order_by(A.id.desc()).limit(limit)))


def reviewed(tx: Connection, since: datetime, limit: int) -> list[int]:
    """Findings that a reviewer judged otherwise than somebody else had."""
    other = {"real": ("false_alarm", "overturned"), "false_alarm": ("real",)}
    found: list[int] = []
    for said, others in other.items():
        asked = (
            select(func.min(F.id))
            .join(REVIEW_SAMPLE, R.conversation == F.conversation)
            .where(R.verdict == said, R.reviewed_at >= since, F.kind == "risk", F.verdict.in_(others))
        )
        found += tx.scalars(asked.group_by(F.conversation).order_by(func.min(F.id).desc()).limit(limit))
    return sorted(found, reverse=True)[:limit]


def between(tx: Connection, since: datetime, near: float, limit: int) -> list[tuple[str, int | None]]:
    """(conversation, its loudest standing finding) whose score is nearest to a half."""
    close = (C.last_at >= since, C.risk > HALF - near, C.risk < HALF + near, C.screened_at.is_not(None))
    apart = func.abs(C.risk - HALF)
    ids = list(tx.scalars(select(C.id).where(*close).order_by(apart, C.id).limit(limit)))
    standing = select(F.conversation, F.id).where(F.conversation.in_(ids), F.standing, F.kind == "risk", F.severity > 0)
    worst: dict[str, int] = {}
    for row in tx.execute(standing.order_by(F.severity, F.id.desc())):
        worst[row.conversation] = row.id
    return [(id_, worst.get(id_)) for id_ in ids]
