"""Whose a finding is: the sub-account that held the conversation when the words fell, never whoever came later."""

from rules.model import Conversation, Message, Speaker


def account(conversation: Conversation, message: str) -> str:
    """Empty when nobody held it: a wait in the queue is no agent's."""
    place = next((n for n, m in enumerate(conversation.messages) if m.id == message), None)
    if place is None:
        return conversation.agent or ""
    said = conversation.messages[place]
    if said.speaker is Speaker.AGENT and said.agent:
        return said.agent
    return _assigned(conversation, said) if _dated(conversation, said) else _nearest(conversation, place)


def _dated(conversation: Conversation, said: Message) -> bool:
    return said.at is not None and any(a.at is not None for a in conversation.assignments)


def _assigned(conversation: Conversation, said: Message) -> str:
    """By the last assignment before the words; without one, they fell in the queue."""
    held = [a for a in conversation.assignments if a.at is not None and said.at is not None and a.at <= said.at]
    return (held[-1].agent or "") if held else ""


def _nearest(conversation: Conversation, place: int) -> str:
    """Who spoke last before it; else who answered it."""
    before = (m.agent for m in reversed(conversation.messages[:place]) if m.speaker is Speaker.AGENT and m.agent)
    after = (m.agent for m in conversation.messages[place:] if m.speaker is Speaker.AGENT and m.agent)
    return next(before, None) or next(after, None) or conversation.agent or ""
