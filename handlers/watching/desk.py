"""What somebody who listens may do: the hints so far, what to say next, and who could take the conversation."""

from dataclasses import dataclass

from handlers import hints, looks, permissions, serving
from handlers.alerting import alert_actions
from handlers.cards.coaching import ANSWERS
from handlers.cards.words import STATES, clock
from handlers.context import Context
from handlers.people import Person
from handlers.permissions import Matter
from handlers.watching import handover
from rules.model import Kind
from storage import alerts as records
from storage import whispers
from storage.alerts import Alert
from storage.conversations import Stored
from storage.db import Tx
from storage.whispers import Whisper

STEPS = ("claim", "whisper", "take_over", "hand_to", "resolve", "mine", "help")


@dataclass(frozen=True, slots=True)
class Hint:
    at: str
    by: str
    words: str
    answer: str  # 14:07 收到; empty: none yet
    value: str  # what an answer is about, while one is wanted of whoever looks


@dataclass(frozen=True, slots=True)
class Desk:
    code: str
    state: str
    agent: str
    may: frozenset[str]
    hints: tuple[Hint, ...]
    suggestions: tuple[tuple[str, str], ...]
    colleagues: tuple[str, ...]  # who could be handed the conversation


def of(ctx: Context, tx: Tx, person: Person, stored: Stored) -> Desk | None:
    """The open matter of the conversation, customers' needs before red lines; None when there is nothing to do."""
    standing = records.standing(tx, [stored.conversation.id])
    open_ = (standing.get((stored.conversation.id, kind)) for kind in Kind)
    mine = (a for a in open_ if a and not permissions.refusal(person, "view", looks.matter(ctx, stored, a)))
    alert = next(mine, None)
    if alert is None:
        return None
    agent = serving.holder(ctx, stored)
    may = _may(person, alert, alert_actions.matter_of(ctx, tx, alert, stored))
    if stored.conversation.status == "resolved" or alert.claimed_by:
        may -= {"help"}  # nobody is there any more to be helped with, or somebody helps already
    heard = [w for w in whispers.of(tx, alert.id) if "whisper" in may or person.name in (w.by, w.to)]
    told = tuple(_hint(ctx, alert, w, person) for w in heard)
    fresh = hints.fresh(ctx, tx, alert) if "whisper" in may else ()
    able = handover.able(ctx, stored.source, agent) if "hand_to" in may else ()
    return Desk(alert.code, STATES[alert.state], agent.name if agent else "", may, told, fresh, able)


def _may(person: Person, alert: Alert, matter: Matter) -> frozenset[str]:
    may = {step for step in STEPS if not permissions.refusal(person, step, matter)}
    if alert.claimed_by == person.name:
        may -= {"claim"}
    if matter.agent is None:
        may -= {"whisper"}
    return frozenset(may)


def _hint(ctx: Context, alert: Alert, whisper: Whisper, person: Person) -> Hint:
    said = f"{clock(whisper.answered_at, ctx.zone)} {ANSWERS[whisper.answer]}" if whisper.answered_at else ""
    wanted = whisper.to == person.name and not whisper.answer
    return Hint(
        clock(whisper.at, ctx.zone), whisper.by, whisper.words, said, f"{alert.code}/{whisper.id}" if wanted else ""
    )
