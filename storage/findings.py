"""What screening found in each conversation; one row for one check at one message, kept true at every look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, select, update

from rules.decide import COUNTED, WAITED
from rules.model import Finding, Kind, Severity
from storage.db import upsert
from storage.tables import FINDING

F = FINDING.c


@dataclass(frozen=True, slots=True)
class Found:
    finding: Finding
    found_at: datetime
    standing: bool  # still true at the last look


Stood = Mapping[str, Mapping[tuple[str, str], Finding]]  # by conversation, then by check and message
CHANGING = ("kind", "severity", "quote", "says", "rule", "model", "advice", "standing")
# Built once: building a statement costs more than running it.
GONE = (
    update(FINDING)
    .where(F.conversation == bindparam("c"), F.check_id == bindparam("k"), F.message == bindparam("m"))
    .values(standing=False)
)
STANDING = select(FINDING).where(F.conversation.in_(bindparam("ids", expanding=True)), F.standing)
# What a customer says leads: a count of it comes after all that is as loud as orange, a wait after all that is as loud.
LEADS = case((F.check_id.in_(COUNTED), 1.5), (F.check_id.in_(WAITED), F.severity - 0.5), else_=F.severity)
OF = (
    select(FINDING)
    .where(F.conversation == bindparam("conversation"))
    .order_by(case((F.standing, 0), else_=1), LEADS.desc(), F.id.desc())
)


def settle(
    tx: Connection, found: Mapping[str, Sequence[Finding]], stood: Stood, now: datetime, model: str = ""
) -> None:
    """Keep these as what stands, by conversation; what stood and was not found again stays in the record.

    `model`: which models gave the scores.
    """
    new: list[dict[str, Any]] = []
    gone: list[dict[str, str]] = []
    for conversation, findings in found.items():
        before = stood.get(conversation, {})
        stands = {(f.rule.partition("@")[0], f.message): f for f in findings}
        new += [
            _row(conversation, key, f, now) | {"model": model}
            for key, f in stands.items()
            if _changed(before.get(key), f)
        ]
        gone += [{"c": conversation, "k": check, "m": message} for check, message in before.keys() - stands.keys()]
    if gone:
        tx.execute(GONE, gone)
    if new:
        tx.execute(upsert(tx, FINDING, ("conversation", "check_id", "message"), CHANGING), new)


def standing(tx: Connection, conversations: Sequence[str]) -> Stood:
    """What stands in each conversation."""
    found: dict[str, dict[tuple[str, str], Finding]] = {}
    for row in tx.execute(STANDING, {"ids": conversations}):
        found.setdefault(row.conversation, {})[row.check_id, row.message] = _finding(row)
    return found


def of(tx: Connection, conversation: str) -> list[Found]:
    """All that was ever found, what stands first, what says most first, the latest first."""
    return [Found(_finding(row), row.found_at, row.standing) for row in tx.execute(OF, {"conversation": conversation})]


def _changed(before: Finding | None, after: Finding) -> bool:
    return before is None or (before.severity, before.says, before.rule) != (after.severity, after.says, after.rule)


def _row(conversation: str, key: tuple[str, str], f: Finding, now: datetime) -> dict[str, Any]:
    check, message = key
    return {"conversation": conversation, "check_id": check, "message": message, "kind": f.kind.value,
            "severity": int(f.severity), "quote": f.quote, "says": f.says, "rule": f.rule, "advice": f.advice,
            "found_at": now, "standing": True, "verdict": "", "judged_by": "", "cause": "", "account": ""}  # fmt: skip


def _finding(row: Any) -> Finding:
    check = row.rule.partition("@")[0]
    kind, severity = Kind(row.kind), Severity(row.severity)
    return Finding(check, kind, severity, row.message, row.quote, row.says, row.rule, row.advice)
