"""The day's briefings: one a team and day, with the lead's words and its readers; and what they tell of findings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from rules.model import Kind
from storage.db import insert_ignore
from storage.tables import BRIEFING, BRIEFING_READ, CONVERSATION, FINDING

B, C, F, R = BRIEFING.c, CONVERSATION.c, FINDING.c, BRIEFING_READ.c
# Built once: building a statement costs more than running it.
GET = select(BRIEFING).where(B.id == bindparam("id"))
READERS = select(func.count()).where(R.briefing == bindparam("briefing"))
FREQUENT = (
    select(F.rule, func.count(func.distinct(F.conversation)), func.count(func.distinct(C.agent)))
    .join(CONVERSATION, C.id == F.conversation)
    .where(F.found_at >= bindparam("since"), F.found_at < bindparam("until"), F.kind == Kind.RISK.value)
    .where(F.verdict.not_in(("false_alarm", "overturned")))
    .where((C.source + ":" + C.agent).in_(bindparam("accounts", expanding=True)))
    .group_by(F.rule)
)
FREQUENT_AMONG = FREQUENT.where(F.check_id.in_(bindparam("checks", expanding=True)))


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
    row = tx.execute(GET, {"id": id_}).one_or_none()
    return _briefing(row) if row else None


def change(tx: Connection, id_: int, **values: Any) -> None:
    tx.execute(update(BRIEFING).where(B.id == id_).values(values))


def read(tx: Connection, id_: int, person: str, now: datetime) -> int:
    """Noted once for each; how many have read it."""
    tx.execute(insert_ignore(tx, BRIEFING_READ), {"briefing": id_, "person": person, "at": now})
    return int(tx.scalar(READERS, {"briefing": id_}) or 0)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A rule that held in several conversations."""

    rule: str
    conversations: int
    agents: int


def patterns(
    tx: Connection, accounts: Sequence[str], since: datetime, until: datetime, among: Sequence[str] = ()
) -> list[Pattern]:
    """What was found in conversations of these accounts, the most frequent first; what was overturned is not.

    `among`: only what these checks found.
    """
    asked = {"since": since, "until": until, "accounts": accounts}
    rows = tx.execute(FREQUENT_AMONG, {**asked, "checks": among}) if among else tx.execute(FREQUENT, asked)
    found = [Pattern(rule, int(n), int(agents)) for rule, n, agents in rows]
    return sorted(found, key=lambda p: (-p.conversations, p.rule))


def _briefing(row: Any) -> Briefing:
    return Briefing(row.id, row.team, row.day, row.words, row.by, row.plain, row.sent_at)
