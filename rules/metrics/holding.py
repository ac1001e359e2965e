"""Who held a conversation: by its assignments and, where the source tells none, by who spoke."""

from datetime import datetime, timedelta

from rules.model import Conversation, Message, Speaker

PATIENCE = timedelta(minutes=3)  # the limit that platforms hold a wait against; then it has run out


def told(c: Conversation) -> list[tuple[datetime, str | None]]:
    """Assignments with their time."""
    return [(a.at, a.agent) for a in c.assignments if a.at]


def timeline(c: Conversation) -> tuple[str, ...]:
    """Agents in the order in which they took over; nobody twice in a row, and the queue left out."""
    assigned = [a for a in c.assignments if a.agent]
    since = assigned[0].at if assigned else None
    spoke = [m.agent for m in c.messages if m.speaker is Speaker.AGENT and m.agent and _before(m, since)]
    agents = (spoke if since or not assigned else []) + [a.agent for a in assigned]
    return tuple(a for i, a in enumerate(agents) if a and (i == 0 or agents[i - 1] != a))


def at(c: Conversation, moment: datetime | None) -> str | None:
    """The last agent who held it by then; the queue holds nothing against anybody."""
    assigned = [agent for when, agent in told(c) if agent and (moment is None or when <= moment)]
    if assigned:
        return assigned[-1]
    spoke = [m.agent for m in c.messages if m.speaker is Speaker.AGENT and m.agent and _until(m, moment)]
    return spoke[-1] if spoke else next((a.agent for a in reversed(c.assignments) if a.agent and not a.at), None)


def of(c: Conversation, ask: Message, reply: Message | None) -> str | None:
    """Who held the customer's message: the agent then, or the first who took it over, or who answered."""
    found = _assigned(c, ask, reply)
    if found:
        return found
    if reply and reply.agent:
        return reply.agent
    return at(c, ask.at)


def ran_out(c: Conversation, ask: Message, reply: Message | None, since: datetime | None) -> str | None:
    """Who held the customer's message when its time was up, or when it was answered before that."""
    if since is None or not told(c):
        return of(c, ask, reply)
    in_time = reply is not None and reply.at is not None and reply.at <= since + PATIENCE
    moment = reply.at if in_time and reply else since + PATIENCE
    before = [agent for when, agent in told(c) if moment and when <= moment]
    if in_time and reply:
        return next((agent for agent in reversed(before) if agent), reply.agent)
    if before:
        return before[-1]
    spoke = [m.agent for m in c.messages if m.speaker is Speaker.AGENT and m.agent and m.at and m.at <= since]
    return spoke[-1] if spoke else None


def passed_on(c: Conversation, ask: Message, reply: Message | None, holder: str | None) -> bool:
    """Its holder passed it on to a colleague without having answered it."""
    if not ask.at or (reply and reply.agent == holder):
        return False
    return any(
        agent and agent != holder and when > ask.at and (reply is None or reply.at is None or when < reply.at)
        for when, agent in told(c)
    )


def _assigned(c: Conversation, ask: Message, reply: Message | None) -> str | None:
    if ask.at is None:
        return None
    before = [agent for when, agent in told(c) if when <= ask.at]
    if before and before[-1]:
        return before[-1]
    return next((agent for when, agent in told(c) if agent and when > ask.at and _not_after(when, reply)), None)


def _not_after(when: datetime, reply: Message | None) -> bool:
    return reply is None or reply.at is None or when <= reply.at


def _before(message: Message, moment: datetime | None) -> bool:
    return moment is None or (message.at is not None and message.at < moment)


def _until(message: Message, moment: datetime | None) -> bool:
    return moment is None or message.at is None or message.at <= moment
