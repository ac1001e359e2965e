"""What the live view asks beside the conversation itself: whether it changed, what could not be checked, who looked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, exists, func, or_, select

from storage.tables import ALERT, ALERT_STEP, AUDIT, CONVERSATION, MESSAGE, ORDER

C, A, S, L, M, B = CONVERSATION.c, ALERT.c, ALERT_STEP.c, AUDIT.c, MESSAGE.c, ORDER.c
LOOKING = ("view", "reveal")
Mark = tuple[int, int]  # rises with every change of the conversation; with each step of its alerts, and each order

IDS: BindParameter[list[str]] = bindparam("ids", expanding=True)
ORDERED = (
    select(func.count(B.id) + func.count(B.paid_at))
    .where(B.source == C.source, B.customer == C.customer_id, B.customer != "")
    .scalar_subquery()
)
MARKS = (
    select(C.id, C.version, func.coalesce(func.max(S.id), 0) + ORDERED)
    .join(ALERT, A.conversation == C.id, isouter=True)
    .join(ALERT_STEP, S.alert == A.id, isouter=True)
    .where(C.id.in_(IDS))
    .group_by(C.id, C.version, C.source, C.customer_id)
)
LOOK = select(L.at, L.actor, L.action, L.subject, L.detail)
LOOKS = LOOK.where(L.subject.in_(IDS), L.action.in_(LOOKING), L.allowed).order_by(L.id.desc())
MOST = 1000  # looks of a week


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody read a conversation."""

    at: datetime
    actor: str
    revealed: bool  # without masks
    conversation: str
    why: str


def marks(tx: Connection, conversations: Sequence[str]) -> dict[str, Mark]:
    rows = tx.execute(MARKS, {"ids": conversations})
    return {id_: (int(version), int(step)) for id_, version, step in rows}


def unchecked(tx: Connection, conversation: str) -> tuple[tuple[str, str], ...]:
    """(what could not be judged, why)."""
    found: Any = tx.scalar(select(C.unchecked).where(C.id == conversation))
    return tuple((str(check), str(because)) for check, because in found or ())


def faded(tx: Connection, conversation: str) -> bool:
    return bool(tx.scalar(select(C.faded).where(C.id == conversation)))


def looks(tx: Connection, conversations: Sequence[str], limit: int = 200) -> list[Look]:
    """Who read them, the latest first."""
    rows = tx.execute(LOOKS.limit(limit), {"ids": conversations})
    return [_look(row) for row in rows]


def last_look(tx: Connection, conversation: str, actor: str) -> datetime | None:
    at: datetime | None = tx.scalar(
        select(func.max(L.at)).where(L.subject == conversation, L.actor == actor, L.action == "view", L.allowed)
    )
    return at


def looks_at(tx: Connection, source: str, accounts: Sequence[str], since: datetime) -> list[Look]:
    """Who since then read conversations that one of these sub-accounts holds or spoke in, the latest first."""
    holds = exists().where(C.id == L.subject, C.agent.in_(accounts))
    spoke = exists().where(M.conversation == L.subject, M.agent.in_(accounts))
    recent = (L.at >= since, L.action.in_(LOOKING), L.allowed, L.subject.startswith(f"{source}:", autoescape=True))
    rows = tx.execute(LOOK.where(*recent, or_(holds, spoke)).order_by(L.id.desc()).limit(MOST))
    return [_look(row) for row in rows]


def _look(row: Any) -> Look:
    return Look(row.at, row.actor, row.action == "reveal", row.subject, str(row.detail.get("why", "")))
