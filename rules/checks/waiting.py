"""The customer waits: a first or a later reply is slow, told before the limit, at the limit, and afterwards."""

from collections.abc import Iterator
from datetime import datetime

from rules import hours, text, waiting
from rules.model import Conversation, Finding, Kind, LookAgain, Severity, Speaker, Unchecked
from rules.policy import Policy
from rules.waiting import Turn

VERSION = 1
STEP = 180  # seconds after which the figure on a card is brought up to date
LAST = 1800  # and until when
UNCHECKED = "response_time"
LATE = "answered_late"  # the rule of waits that are over: true of a finished conversation, no reason for an alert
ADVICE = "先回一句：让您久等了，我正在看您的问题，马上给您答复。"
NOT_MEASURED = {"email": "e-mail has no chat-speed limit", "phone": "phone transcript"}


def check(conversation: Conversation, policy: Policy, now: datetime) -> Iterator[Finding | LookAgain | Unchecked]:
    if not any(m.speaker is Speaker.CUSTOMER for m in conversation.messages):
        return
    if conversation.channel in NOT_MEASURED:
        yield Unchecked(UNCHECKED, NOT_MEASURED[conversation.channel])
        return
    if not waiting.timed(conversation):
        yield Unchecked(UNCHECKED, "no timestamps")
        return
    turns = waiting.turns(conversation)
    yield from _answered(turns, policy, now)
    if turns and turns[-1].reply is None:
        yield from _open(turns[-1], policy, now)


def _answered(turns: tuple[Turn, ...], policy: Policy, now: datetime) -> Iterator[Finding]:
    """The longest of each sort: one sentence says enough."""
    for first in (True, False):
        waits = [(turn.seconds(now, policy), turn) for turn in turns if turn.reply and turn.first is first]
        seconds, turn = max(waits, key=lambda wait: wait[0], default=(0.0, None))
        if turn and seconds >= _limit(turn, policy):
            says = f"客户等了 {text.spell(seconds)}才得到回复"
            yield _finding(turn, Severity.ORANGE, says, LATE, "")


def _open(turn: Turn, policy: Policy, now: datetime) -> Iterator[Finding | LookAgain]:
    waited, limit = turn.seconds(now, policy), _limit(turn, policy)
    warning = limit - policy.warn_before_seconds
    if waited >= limit:
        yield _finding(turn, Severity.RED, f"客户已等 {text.spell(waited)}", _name(turn), ADVICE)
        yield from _again(turn, limit + STEP * ((waited - limit) // STEP + 1), policy, now, until=LAST)
    elif waited >= warning and policy.warn_before_seconds > 0:
        left = limit - int(waited)
        says = f"客户已等 {_exactly(int(waited))}，再过 {left} 秒就超过 {_exactly(limit)}未回复"
        yield _finding(turn, Severity.YELLOW, says, _name(turn), ADVICE)
        yield from _again(turn, limit, policy, now)
    else:
        yield from _again(turn, warning, policy, now)


def _again(
    turn: Turn, seconds: float, policy: Policy, now: datetime, until: float = float("inf")
) -> Iterator[LookAgain]:
    at = hours.after(turn.began, seconds, policy) if seconds <= until else None
    if at and at > now:
        yield LookAgain(at, _name(turn))


def _exactly(seconds: int) -> str:
    """So that what was waited and what is left add up: 2 分 5 秒, 55 秒, 3 分钟."""
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return f"{rest} 秒"
    return f"{minutes} 分 {rest} 秒" if rest else f"{minutes} 分钟"


def _limit(turn: Turn, policy: Policy) -> int:
    return policy.first_reply_seconds if turn.first else policy.reply_seconds


def _name(turn: Turn) -> str:
    return "slow_first_reply" if turn.first else "slow_reply"


def _finding(turn: Turn, severity: Severity, says: str, rule: str, advice: str) -> Finding:
    quote = text.quote(turn.message.text)
    return Finding(_name(turn), Kind.RISK, severity, turn.message.id, quote, says, f"{rule}@{VERSION}", advice)
