"""One conversation in one order, whatever order it was told in: by time, ties by who spoke; each id once."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from rules.model import Conversation, Message, Speaker, StatusChange
from rules.shape import NOTICE

FIRST = datetime.min.replace(tzinfo=UTC)
RANK = {Speaker.CUSTOMER: 0, Speaker.BOT: 1, Speaker.SYSTEM: 2, Speaker.NOTE: 3, Speaker.AGENT: 4}


def ordered(c: Conversation) -> Conversation:
    """Where a message has no time, the order in which they were told is all there is. Blank messages say nothing."""
    messages = [_automatic(m) for m in c.messages if m.text.strip()]
    if all(m.at for m in messages):
        messages.sort(key=lambda m: (m.at or FIRST, RANK[m.speaker], m.id, m.text, m.agent or ""))
    return replace(
        c,
        messages=tuple(once(messages)),
        signals=(),
        assignments=tuple(sorted(c.assignments, key=lambda a: a.at or FIRST)),
        statuses=_changes(sorted(c.statuses, key=lambda s: s.at or FIRST)),
        invited=tuple(sorted(set(c.invited), key=lambda at: at or FIRST)),
    )


def _automatic(m: Message) -> Message:
    """【自动回复】 under an agent's account is nobody's answer."""
    said = m.speaker is Speaker.AGENT and NOTICE.match(m.text)
    return replace(m, speaker=Speaker.SYSTEM) if said else m


def once(messages: Iterable[Message]) -> Iterator[Message]:
    known: set[str] = set()
    for message in messages:
        if message.id not in known:
            known.add(message.id)
            yield message


def _changes(statuses: list[StatusChange]) -> tuple[StatusChange, ...]:
    """Told twice in the same words it happened once."""
    return tuple(s for i, s in enumerate(statuses) if i == 0 or statuses[i - 1] != s)
