"""Short ways to write a conversation in a test: said("客", "在吗"), said("服", "您好", 40)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from rules import screen, signals
from rules.model import Assignment, Conversation, Message, Screening, Speaker, StatusChange
from rules.policy import Policy
from tests.rules.shipped import shipped

TEN = datetime(2026, 11, 20, 2, tzinfo=UTC)  # ten in the morning in Shanghai, a Friday
WHO = {"客": Speaker.CUSTOMER, "服": Speaker.AGENT, "机": Speaker.BOT, "系": Speaker.SYSTEM, "注": Speaker.NOTE}
Said = tuple[str, str, float]


def at(seconds: float) -> datetime:
    return TEN + timedelta(seconds=seconds)


def chat(*said: Said, **rest: Any) -> Conversation:
    """Each line: who, the words, seconds after ten."""
    messages = tuple(Message(f"m{i}", WHO[who], words, at(s), "a1") for i, (who, words, s) in enumerate(said, 1))
    return heard(Conversation("c1", messages, **rest))


def untimed(*said: tuple[str, str]) -> Conversation:
    messages = tuple(Message(f"m{i}", WHO[who], words) for i, (who, words) in enumerate(said, 1))
    return heard(Conversation("c1", messages))


def heard(conversation: Conversation) -> Conversation:
    found = tuple(signals.read(m.text, shipped(), m.speaker) for m in conversation.messages)
    return replace(conversation, signals=found)


def screened(conversation: Conversation, seconds: float, policy: Policy | None = None) -> Screening:
    return screen.screen(conversation, shipped(), policy or Policy(), at(seconds))


def taken(agent: str | None, seconds: float) -> Assignment:
    return Assignment(agent, at(seconds))


def became(status: str, seconds: float) -> StatusChange:
    return StatusChange(status, at(seconds))


def told(screening: Screening) -> Sequence[tuple[str, str, str]]:
    return [(f.check, f.severity.level, f.says) for f in screening.findings]
