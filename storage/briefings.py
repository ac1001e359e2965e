"""The day's briefings: one a team and day, with the lead's words and its readers; and what they tell of findings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from rules.model import Kind
from storage.db import insert_ignore
from storage.tables import BRIEFING, BRIEFING_READ, CONVERSATION, FINDING

B, C, F, R = BRIEFING.c, CONVERSATION.c, FINDING.c, BRIEFING_READ.c


@dataclass(frozen=True, slots=True)
class Briefing:
    id: int
    team: str
    day: str
    words: str
    by: str
    plain: bool
    sent_at: datetime | None

    @property
    def code(self) -> str:
        return f"BR{self.id}"


def of(tx: Connection, team: str, day: date) -> Briefing:
    """The team's briefing of the day, begun when there was none."""
    row = {"team": team, "day": day.isoformat(), "words": "", "by": "", "plain": False}
    tx.execute(insert_ignore(tx, BRIEFING), row)
    return _briefing(tx.execute(select(BRIEFING).where(B.team == team, B.day == day.isoformat())).one())


def get(tx: Connection, id_: int) -> Briefing | None:
    row = tx.execute(select(BRIEFING).where(B.id == id_)).one_or_none()
    return _briefing(row) if row else None


def change(tx: Connection, id_: int, **values: Any) -> None:
    tx.execute(update(BRIEFING).where(B.id == id_).values(values))


def read(tx: Connection, id_: int, person: str, now: datetime) -> int:
    """Noted once for each; how many have read it."""
    tx.execute(insert_ignore(tx, BRIEFING_READ), {"briefing": id_, "person": person, "at": now})
    return int(tx.scalar(select(func.count()).where(R.briefing == id_)) or 0)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A rule that held in several conversations."""

    rule: str
    conversations: int
    agents: int


def patterns(tx: Connection, accounts: Sequence[str], since: datetime, until: datetime) -> list[Pattern]:
    """What was found in conversations of these accounts, the most frequent first; what was overturned is not."""
    holder = C.source + ":" + C.agent
    asked = (
        select(
            F.rule, func.count(func.distinct(F.conversation)).label("n"), func.count(func.distinct(C.agent)).label("a")
        )
        .join(CONVERSATION, C.id == F.conversation)
        .where(F.found_at >= since, F.found_at < until, F.kind == Kind.RISK.value)
        .where(F.verdict.not_in(("false_alarm", "overturned")), holder.in_(accounts))
        .group_by(F.rule)
    )
    found = [Pattern(row.rule, int(row.n), int(row.a)) for row in tx.execute(asked)]
    return sorted(found, key=lambda p: (-p.conversations, p.rule))


def _briefing(row: Any) -> Briefing:
    return Briefing(row.id, row.team, row.day, row.words, row.by, row.plain, row.sent_at)
