"""What one conversation adds to the figures, read once and independent of how a platform counts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from rules.metrics import holding
from rules.metrics.asks import Ask, asks
from rules.metrics.ordered import ordered
from rules.metrics.resolving import Resolution, resolution
from rules.model import Conversation, Message, Order, Speaker

DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Rated:
    score: int
    at: datetime | None  # when, or when the conversation ended if the source does not say
    agent: str | None  # who held the conversation then
    since: timedelta | None  # since the invitation, else since the last word; None: not known


@dataclass(frozen=True, slots=True)
class Facts:
    """Agents are sub-accounts; None stands for "nobody is named"."""

    conversation: str
    shop: str
    customer: str  # "" when the source does not say
    order: str
    chat: bool  # phone and e-mail know no chat speed
    human: bool  # got past the bot, if there was one
    timed: bool  # every message has its time
    asks: tuple[Ask, ...]
    said: tuple[tuple[str | None, int], ...]  # messages by agent
    spoke: tuple[tuple[datetime, str | None], ...]  # when, by whom; empty without times
    held: tuple[str, ...]  # agents in the order in which they took over
    closes: tuple[datetime, ...]  # when it was resolved, each time
    resolution: Resolution | None
    rated: Rated | None
    invited: tuple[datetime | None, ...]
    orders: tuple[Order, ...]

    @property
    def person(self) -> tuple[str, str]:
        """Whom we count as one customer: of this shop, or of this conversation only."""
        return (self.shop, self.customer) if self.customer else ("", f"?{self.conversation}")

    @property
    def began(self) -> datetime | None:
        return self.asks[0].at if self.asks else None


def facts(told: Conversation) -> Facts:
    """Messages may come in any order and more than once; so may everything else."""
    c = ordered(told)
    asked, human = asks(c), [m for m in c.messages if m.speaker is Speaker.AGENT]
    timed = all(m.at for m in c.messages)
    return Facts(
        conversation=c.id,
        shop=c.shop,
        customer=c.customer_id,
        order=c.order_id,
        chat=c.channel not in ("phone", "email"),
        human=_reached(c, human),
        timed=timed,
        asks=asked,
        said=_counted(human),
        spoke=tuple((m.at, m.agent) for m in human if m.at) if timed else (),
        held=holding.timeline(c),
        closes=tuple(s.at for s in c.statuses if s.at and s.status == "resolved"),
        resolution=resolution(c) if timed else None,
        rated=_rated(c),
        invited=c.invited,
        orders=c.orders,
    )


def beside(conversation: str, shop: str, customer: str, order: str, began: datetime) -> Facts:
    """Only that a customer came, for conversations that are not counted themselves."""
    ask = Ask(
        began,
        began,
        answered=False,
        reply_at=None,
        holder=None,
        ran_out=None,
        ran_out_handed=None,
        left=False,
        stage=0,
        over=False,
    )
    return Facts(
        conversation, shop, customer, order, chat=False, human=False, timed=True, asks=(ask,), said=(), spoke=(),
        held=(), closes=(), resolution=None, rated=None, invited=(), orders=(),
    )  # fmt: skip


def _reached(c: Conversation, human: list[Message]) -> bool:
    """A human had it: one spoke or was assigned, or no bot ever stood before the agents."""
    if human or any(a.agent for a in c.assignments):
        return True
    if any(m.speaker is Speaker.BOT for m in c.messages):
        return any(s.status == "open" for s in c.statuses[1:])
    return c.status != "pending"


def _counted(human: list[Message]) -> tuple[tuple[str | None, int], ...]:
    agents = dict.fromkeys(m.agent for m in human)
    return tuple((agent, sum(m.agent == agent for m in human)) for agent in agents)


def _rated(c: Conversation) -> Rated | None:
    if c.rating is None:
        return None
    at = c.rating.at
    moments = [m.at for m in c.messages if m.at] + [s.at for s in c.statuses if s.at and s.status == "resolved"]
    cards = [card for card in c.invited if card]
    before = [t for t in cards or moments if at and t <= at]
    since = at - max(before) if at and before else None
    when = at or max(moments, default=None)
    return Rated(c.rating.score, when, holding.at(c, when), since)
