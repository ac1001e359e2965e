"""What screening found in each conversation; one row for one check at one message, kept true at every look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, select, update

from rules.model import Finding, Kind, Severity
from storage.db import upsert
from storage.tables import FINDING

F = FINDING.c


@dataclass(frozen=True, slots=True)
class Found:
    finding: Finding
    found_at: datetime
    standing: bool  # still true at the last look


def settle(tx: Connection, conversation: str, findings: Sequence[Finding], now: datetime) -> None:
    """Keep these as what stands; earlier ones that were not found again stay in the record, no longer standing."""
    tx.execute(update(FINDING).where(F.conversation == conversation, F.standing).values(standing=False))
    rows = [
        {"conversation": conversation, "check_id": f.rule.partition("@")[0], "message": f.message, "kind": f.kind.value,
         "severity": int(f.severity), "quote": f.quote, "says": f.says, "rule": f.rule, "advice": f.advice,
         "found_at": now, "standing": True, "verdict": ""}
        for f in {(f.rule.partition("@")[0], f.message): f for f in findings}.values()
    ]  # fmt: skip
    if rows:
        changed = ("kind", "severity", "quote", "says", "rule", "advice", "standing")
        tx.execute(upsert(tx, FINDING, ("conversation", "check_id", "message"), changed), rows)


def standing(tx: Connection, conversations: Sequence[str]) -> dict[str, dict[tuple[str, str], Finding]]:
    """What stands in each conversation, by check and message."""
    found: dict[str, dict[tuple[str, str], Finding]] = {}
    for row in tx.execute(select(FINDING).where(F.conversation.in_(conversations), F.standing)):
        found.setdefault(row.conversation, {})[row.check_id, row.message] = _finding(row)
    return found


def of(tx: Connection, conversation: str) -> list[Found]:
    """All that was ever found, what stands first, the worst first, the latest first."""
    standing_first = case((F.standing, 0), else_=1)
    rows = tx.execute(
        select(FINDING).where(F.conversation == conversation).order_by(standing_first, F.severity.desc(), F.id.desc())
    )
    return [Found(_finding(row), row.found_at, row.standing) for row in rows]


def judge(tx: Connection, conversation: str, kinds: Sequence[str], verdict: str) -> None:
    """A person's verdict on everything that stands or stood: real | false_alarm."""
    tx.execute(update(FINDING).where(F.conversation == conversation, F.kind.in_(kinds)).values(verdict=verdict))


def _finding(row: Any) -> Finding:
    check = row.rule.partition("@")[0]
    kind, severity = Kind(row.kind), Severity(row.severity)
    return Finding(check, kind, severity, row.message, row.quote, row.says, row.rule, row.advice)
