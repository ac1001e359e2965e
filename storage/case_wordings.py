"""Standard wordings of cases: written and approved by QA, each version kept; and how often they helped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select, update

from rules.privacy import harmless
from storage import cases
from storage.cases import REVIEW, Case
from storage.db import insert_ignore
from storage.tables import CASE, CASE_USE, CASE_WORDING

C, W, U = CASE.c, CASE_WORDING.c, CASE_USE.c
LONGEST = 300  # characters


@dataclass(frozen=True, slots=True)
class Wording:
    case: int
    version: int
    text: str
    why: str
    by: str
    at: datetime
    approved_by: str
    approved_at: datetime | None


def write(tx: Connection, case: int, text: str, why: str, by: str, now: datetime) -> int:
    """A new version, to be approved; its number."""
    cases.lock(tx, case)
    version = 1 + (tx.scalar(select(func.max(W.version)).where(W.case == case)) or 0)
    row = {"case": case, "version": version, "text": harmless(text).strip()[:LONGEST], "by": by, "at": now,
           "why": harmless(why).strip()[:LONGEST], "approved_by": ""}  # fmt: skip
    tx.execute(CASE_WORDING.insert(), row)
    return version


def approve(tx: Connection, case: int, version: int, by: str, now: datetime, review: timedelta = REVIEW) -> bool:
    """It is what people are given from now on; False when there is no such version or it stands already."""
    cases.lock(tx, case)
    wording = next((one for one in history(tx, case) if one.version == version), None)
    current = tx.scalar(select(C.version).where(C.id == case))
    if wording is None or current == version:
        return False
    signed = {"approved_by": by, "approved_at": now}
    tx.execute(update(CASE_WORDING).where(W.case == case, W.version == version).values(signed))
    tx.execute(update(CASE).where(C.id == case).values(wording=wording.text, version=version, review_at=now + review))
    cases.index(tx, case)
    return True


def confirm(tx: Connection, case: int, now: datetime, review: timedelta = REVIEW) -> None:
    """Looked at again, and still right."""
    tx.execute(update(CASE).where(C.id == case).values(review_at=now + review))


def own(tx: Connection, case: int, owner: str) -> None:
    tx.execute(update(CASE).where(C.id == case).values(owner=owner))


def history(tx: Connection, case: int) -> list[Wording]:
    """Every version, the newest first."""
    rows = tx.execute(select(CASE_WORDING).where(W.case == case).order_by(W.version.desc()))
    return [Wording(**row._mapping) for row in rows]


def waiting(tx: Connection) -> dict[int, int]:
    """The newest versions that nobody has approved yet, by case."""
    newest = select(W.case, func.max(W.version)).join(CASE, C.id == W.case)
    unsigned = newest.where(C.state == "collected", W.approved_by == "", W.version > C.version)
    return {row[0]: row[1] for row in tx.execute(unsigned.group_by(W.case))}


def overdue(tx: Connection, now: datetime) -> list[Case]:
    """To be looked at again, the longest overdue first."""
    return cases.where(tx, C.state == "collected", C.review_at <= now, order=(C.review_at, C.id))


def use(tx: Connection, case: Case, person: str, now: datetime, zone: ZoneInfo) -> bool:
    """用过，有用; False when they had said so today."""
    row = {"case": case.id, "person": person, "day": now.astimezone(zone).date().isoformat(), "version": case.version}
    return tx.scalar(insert_ignore(tx, CASE_USE, U.case), {**row, "at": now}) is not None


def used(tx: Connection, ids: Sequence[int]) -> dict[int, int]:
    """How often each was said to help."""
    counted = select(U.case, func.count()).where(U.case.in_(ids)).group_by(U.case)
    return {row[0]: row[1] for row in tx.execute(counted)} if ids else {}
