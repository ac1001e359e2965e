"""The day's samples for review: drawn or chosen once, reviewed by somebody, and counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, exists, func, or_, select, update

from storage.db import insert_ignore
from storage.tables import ALERT, CONVERSATION, FINDING, OPINION, OPINION_STAGE, REVIEW_DAY, REVIEW_SAMPLE

A, C, D, F, V = ALERT.c, CONVERSATION.c, REVIEW_DAY.c, FINDING.c, REVIEW_SAMPLE.c
N, G = OPINION.c, OPINION_STAGE.c
CALLED = exists().where(A.conversation == C.id)
LOUD = case((C.level == "red", 2.0), (C.level == "orange", 1.0), else_=0.0)
JUDGED = exists().where(F.conversation == C.id, F.verdict != "")
# Built once: building a statement costs more than running it.
CHANCE = select(D.chance).where(D.day == bindparam("day"))
VOLUME = select(func.count()).where(C.last_at >= bindparam("start"), C.last_at < bindparam("end"))
ENDED = (
    C.last_at >= bindparam("start"),
    C.last_at < bindparam("end"),
    C.screened_at.is_not(None),
    or_(C.status == "resolved", C.last_at < bindparam("quiet_since")),
)
KNOWN = exists().where(V.conversation == C.id, V.day == bindparam("day"))
ENDED_NEW = select(C.id, C.team, C.risk).where(*ENDED, ~KNOWN)
SCORES = {"risk": C.risk + LOUD, "star": C.star}
TELLING = {
    name: select(C.id, C.team, score)
    .where(*ENDED, score >= bindparam("least"), ~JUDGED)
    .order_by(score.desc(), C.id)
    .limit(bindparam("most"))
    for name, score in SCORES.items()
}
TRUSTED = and_(G.criterion == N.criterion, G.stage == "counted")
DENIED = exists().where(A.conversation == C.id, N.alert == A.id, N.state == "told", N.real.is_(False), TRUSTED)
DOUBTED = (
    select(C.id, C.team, C.risk).where(*ENDED, DENIED, ~JUDGED).order_by(C.risk.desc(), C.id).limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Sample:
    id: int
    day: str
    conversation: str
    team: str
    why: str  # doubt | risk | star | random
    score: float
    chance: float
    verdict: str  # "" | real | false_alarm | case | skip
    cause: str
    called: bool
    reviewed_by: str
    reviewed_at: datetime | None

    @property
    def code(self) -> str:
        return f"V{self.id}"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What of a day was looked at."""

    total: int
    screened: int
    reviewed: int
    silent: int  # those that called nobody
    drawn: int  # of them, drawn and reviewed
    missed: int  # of these, somebody should have been called


@dataclass(frozen=True, slots=True)
class Span:
    """A day as moments."""

    day: str
    start: datetime
    end: datetime


def chance_of(tx: Connection, day: str) -> float | None:
    return tx.scalar(CHANCE, {"day": day})


def fix_chance(tx: Connection, day: str, chance: float) -> float:
    """The first one told for a day stays."""
    tx.execute(insert_ignore(tx, REVIEW_DAY), {"day": day, "chance": chance})
    fixed = chance_of(tx, day)
    return chance if fixed is None else fixed


def volume(tx: Connection, start: datetime, end: datetime) -> int:
    return int(tx.scalar(VOLUME, {"start": start, "end": end}) or 0)


def over(tx: Connection, span: Span, quiet_since: datetime) -> list[tuple[str, str, float]]:
    """(conversation, team, risk) of the day's that are over, or quiet since then, and not among the samples."""
    asked = {"day": span.day, **_within(span, quiet_since)}
    return [(id_, team, risk) for id_, team, risk in tx.execute(ENDED_NEW, asked)]


def telling(
    tx: Connection, span: Span, quiet_since: datetime, score: str, least: float, most: int
) -> list[tuple[str, str, float]]:
    """The loudest and those with the highest `risk`, or `star`, that nobody has judged yet."""
    asked = {"least": least, "most": most, **_within(span, quiet_since)}
    return [(id_, team, told) for id_, team, told in tx.execute(TELLING[score], asked)]


def doubted(tx: Connection, span: Span, quiet_since: datetime, most: int) -> list[tuple[str, str, float]]:
    """Those that called somebody although the machine, trusted in such matters, thinks they need not; unjudged."""
    return [(id_, team, risk) for id_, team, risk in tx.execute(DOUBTED, {"most": most, **_within(span, quiet_since)})]


def _within(span: Span, quiet_since: datetime) -> dict[str, datetime]:
    return {"start": span.start, "end": span.end, "quiet_since": quiet_since}


def add(tx: Connection, rows: Sequence[dict[str, Any]]) -> int:
    """Samples that were not known; how many."""
    blank = {"score": 0.0, "chance": 0.0, "verdict": "", "cause": "", "called": False, "reviewed_by": ""}
    new = insert_ignore(tx, REVIEW_SAMPLE, V.id)
    return sum(tx.scalar(new, {**blank, **row}) is not None for row in rows)


def of_day(tx: Connection, day: str, team: str = "") -> list[Sample]:
    """All of a day, the highest score first; an empty team is all of them."""
    ours = (V.day == day, *([or_(V.team == team, V.team == "")] if team else []))
    return [_sample(row) for row in tx.execute(select(REVIEW_SAMPLE).where(*ours).order_by(V.score.desc(), V.id))]


def get(tx: Connection, id_: int) -> Sample | None:
    row = tx.execute(select(REVIEW_SAMPLE).where(V.id == id_)).one_or_none()
    return _sample(row) if row else None


def review(tx: Connection, sample: Sample, verdict: str, by: str, now: datetime) -> None:
    """What somebody says last counts; whether we had called anybody about it is kept beside it."""
    called = bool(tx.scalar(select(exists().where(A.conversation == sample.conversation))))
    values = {"verdict": verdict, "reviewed_by": by, "reviewed_at": now, "called": called}
    tx.execute(update(REVIEW_SAMPLE).where(V.id == sample.id).values(**values))


def because(tx: Connection, id_: int, cause: str) -> None:
    tx.execute(update(REVIEW_SAMPLE).where(V.id == id_).values(cause=cause))


def coverage(tx: Connection, span: Span, team: str = "") -> Coverage:
    ours = (C.last_at >= span.start, C.last_at < span.end, *([C.team == team] if team else []))
    told = select(func.count(), func.count(C.screened_at), func.count().filter(~CALLED)).where(*ours)
    total, screened, silent = tx.execute(told).one()
    mine = (V.day == span.day, V.verdict.not_in(("", "skip")), *([V.team == team] if team else []))
    lot = and_(V.chance > 0, ~V.called)
    counted = select(func.count(func.distinct(V.conversation)), func.count().filter(lot),
                     func.count().filter(and_(lot, V.verdict == "real", V.why != "star"))).where(*mine)  # fmt: skip
    reviewed, drawn, missed = tx.execute(counted).one()
    return Coverage(int(total), int(screened), int(reviewed), int(silent), int(drawn), int(missed))


def _sample(row: Any) -> Sample:
    return Sample(row.id, row.day, row.conversation, row.team, row.why, row.score, row.chance, row.verdict, row.cause,
                  row.called, row.reviewed_by, row.reviewed_at)  # fmt: skip
