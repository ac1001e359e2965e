"""Changes of rules that people decided: proposed once, accepted or declined by name, in force until undone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select, update

from rules.changes import Change
from rules.policy import Policy
from rules.policy import decided as decide_policy
from storage.db import insert_ignore
from storage.tables import RULE_CHANGE

R = RULE_CHANGE.c
CHANGED = ("accepted", "undone")
IN_FORCE = select(R.rule, R.version, R.what, R.value).where(R.state == "accepted").order_by(R.decided_at, R.id)


@dataclass(frozen=True, slots=True)
class RuleChange:
    id: int
    change: Change
    reason: str
    link: str
    state: str  # proposed | accepted | declined | undone
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    undone_by: str
    undone_at: datetime | None

    @property
    def code(self) -> str:
        return f"R{self.id}"


def propose(tx: Connection, change: Change, reason: str, link: str, now: datetime) -> int | None:
    """Its number; None when the same was proposed for this version before, whatever became of it."""
    row = {"rule": change.rule, "version": change.version, "what": change.what, "value": change.value,
           "reason": reason, "link": link, "state": "proposed", "proposed_at": now, "decided_by": "",
           "undone_by": ""}  # fmt: skip
    number: int | None = tx.scalar(insert_ignore(tx, RULE_CHANGE, R.id), row)
    return number


def decide(tx: Connection, id_: int, by: str, now: datetime, *, accept: bool) -> bool:
    """Whether it was still open."""
    values = {"state": "accepted" if accept else "declined", "decided_by": by, "decided_at": now}
    return tx.execute(update(RULE_CHANGE).where(R.id == id_, R.state == "proposed").values(**values)).rowcount > 0


def undo(tx: Connection, id_: int, by: str, now: datetime) -> bool:
    """Whether it was in force."""
    values = {"state": "undone", "undone_by": by, "undone_at": now}
    return tx.execute(update(RULE_CHANGE).where(R.id == id_, R.state == "accepted").values(**values)).rowcount > 0


def in_force(tx: Connection) -> tuple[Change, ...]:
    """What screening is to apply, the latest decision last."""
    return tuple(Change(*row) for row in tx.execute(IN_FORCE))


def into(tx: Connection, policy: Policy) -> Policy:
    """The policy with what is in force now: read where screening happens, so that every process obeys at once."""
    changes = in_force(tx)
    return decide_policy(policy, changes) if changes != policy.changes else policy


def decided(tx: Connection, link: str) -> dict[str, datetime]:
    """When something about a rule (by name@version) was last decided: whatever changed it, or was asked for `link`."""
    moments = select(R.rule, R.version, func.max(R.decided_at), func.max(R.undone_at))
    rows = tx.execute(
        moments.where(or_(R.link == link, R.state.in_(CHANGED)), R.state != "proposed").group_by(R.rule, R.version)
    )
    return {f"{rule}@{version}": max(at for at in moments if at) for rule, version, *moments in rows}


def epochs(tx: Connection) -> dict[str, list[tuple[datetime, str]]]:
    """By name@version: since when another way of it holds, and by which change; the earliest first."""
    rows = tx.execute(select(RULE_CHANGE).where(R.state.in_(CHANGED)).order_by(R.decided_at, R.id))
    found: dict[str, list[tuple[datetime, str]]] = {}
    for change in map(_change, rows):
        begins = found.setdefault(change.change.name, [])
        begins += [(change.decided_at, change.code)] if change.decided_at else []
        begins += [(change.undone_at, f"{change.code} 撤销后")] if change.undone_at else []
    return {name: sorted(begins) for name, begins in found.items()}


def get(tx: Connection, id_: int) -> RuleChange | None:
    row = tx.execute(select(RULE_CHANGE).where(R.id == id_)).one_or_none()
    return _change(row) if row else None


def latest(tx: Connection, limit: int = 50) -> list[RuleChange]:
    """Open ones first, then the newest."""
    order = ((R.state != "proposed"), R.id.desc())
    return [_change(row) for row in tx.execute(select(RULE_CHANGE).order_by(*order).limit(limit))]


def _change(row: Any) -> RuleChange:
    change = Change(row.rule, row.version, row.what, row.value)
    return RuleChange(row.id, change, row.reason, row.link, row.state, row.proposed_at, row.decided_by, row.decided_at,
                      row.undone_by, row.undone_at)  # fmt: skip
