"""The words of screening as values: messages, conversations, and what a check says about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum


class Speaker(StrEnum):
    CUSTOMER = "customer"
    AGENT = "agent"
    BOT = "bot"
    SYSTEM = "system"
    NOTE = "note"  # private, never seen by the customer


class Kind(StrEnum):
    RISK = "risk"
    STAR = "star"
    REDLINE = "redline"


class Severity(IntEnum):
    """How loud; the name in lower case is the `level` people see."""

    NONE = 0
    YELLOW = 1
    ORANGE = 2
    RED = 3

    @property
    def level(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Message:
    id: str
    speaker: Speaker
    text: str
    at: datetime | None = None  # aware; None when the source does not say
    agent: str | None = None  # the helpdesk sub-account


@dataclass(frozen=True, slots=True)
class Signals:
    """What one message says by itself; computed once and stored with it."""

    shape: str  # "text" | "ack" (好的, 谢谢, 嗯) | "notice" | "card" | "emoji" | "empty"
    terms: tuple[tuple[str, int, int], ...] = ()  # (keyword set, start, end) in Message.text
    patterns: tuple[str, ...] = ()  # names of the regexes that match
    sentiment: float | None = None  # SnowNLP's probability that the text is positive, 0..1
    dissatisfied: float = 0.0  # probability, customer messages only
    satisfied: float = 0.0


@dataclass(frozen=True, slots=True)
class Assignment:
    agent: str | None  # None: back to the queue
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StatusChange:
    status: str  # open | pending | resolved
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    score: int  # 1..5
    comment: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderItem:
    sku: str
    title: str
    amount: float  # yuan


@dataclass(frozen=True, slots=True)
class Order:
    id: str
    customer: str
    shop: str = ""
    paid_at: datetime | None = None
    items: tuple[OrderItem, ...] = ()
    refunded_at: datetime | None = None  # all of it; such an order was a purchase, but is no success


@dataclass(frozen=True, slots=True)
class Conversation:
    """Messages in the order of their time; `signals[i]` belongs to `messages[i]`."""

    id: str
    messages: tuple[Message, ...]
    signals: tuple[Signals, ...] = ()
    channel: str = "chat"  # chat | phone | email
    shop: str = ""
    team: str = ""
    customer_id: str = ""
    customer_name: str = ""
    assignments: tuple[Assignment, ...] = ()
    statuses: tuple[StatusChange, ...] = ()
    rating: Rating | None = None
    order_id: str = ""
    orders: tuple[Order, ...] = ()
    invited: tuple[datetime | None, ...] = ()  # when the customer was asked for a rating

    @property
    def agent(self) -> str | None:
        """The sub-account that holds the conversation: the last assignment, else the last agent who wrote."""
        if self.assignments:
            return self.assignments[-1].agent
        return next((m.agent for m in reversed(self.messages) if m.speaker is Speaker.AGENT and m.agent), None)

    @property
    def status(self) -> str:
        return self.statuses[-1].status if self.statuses else "open"


@dataclass(frozen=True, slots=True)
class Finding:
    check: str  # e.g. "slow_reply"
    kind: Kind
    severity: Severity
    message: str  # id of the message it is about
    quote: str  # raw words of that message; masked when a card is made
    says: str  # one Chinese phrase about the customer's need: 客户等待 6 分钟未回复
    rule: str  # "slow_reply@3"
    advice: str = ""  # what to say or do first


@dataclass(frozen=True, slots=True)
class LookAgain:
    at: datetime
    check: str


@dataclass(frozen=True, slots=True)
class Unchecked:
    check: str
    because: str


@dataclass(frozen=True, slots=True)
class Screening:
    """Everything screening says about one conversation at one moment."""

    findings: tuple[Finding, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()
    look_again_at: datetime | None = None
    risk: float = 0.0
    star: float = 0.0
    dissatisfied: Mapping[str, float] = field(default_factory=dict)  # customer message id -> probability
    satisfied: Mapping[str, float] = field(default_factory=dict)
    contributions: tuple[tuple[str, float], ...] = ()  # why `risk` is what it is: (feature, log-odds)

    @property
    def severity(self) -> Severity:
        """The worst risk or red line found."""
        return max((f.severity for f in self.findings if f.kind is not Kind.STAR), default=Severity.NONE)
