"""The customer says it again: dissatisfied several times in a short while, or the same question once more."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from rules import likeness, text
from rules.model import Conversation, Finding, Kind, Message, Severity, Signals, Speaker
from rules.policy import Policy

VERSION = 1
DISSATISFIED = 0.5  # from this probability on a message counts as dissatisfied
ASKED = 3  # times the same question
MOST = 12  # newest customer messages compared with one another
NUDGE = "ping"  # a pack's words for it
ADVICE = "先接住情绪：让您反复说真的抱歉，我来负责到底；再给一个具体时间。"
ANSWER = "直接回答客户问的那一句；查不到就说什么时候有结果。"


def check(conversation: Conversation, policy: Policy, now: datetime) -> Iterator[Finding]:
    pairs = zip(conversation.messages, conversation.signals, strict=True)
    said = [(m, s) for m, s in pairs if m.speaker is Speaker.CUSTOMER and s.shape == "text"]
    if len(said) < min(policy.repeat_times, ASKED):
        return
    flags = [(m, s.dissatisfied >= DISSATISFIED and not _is_nudge(m, s)) for m, s in said]
    timed = all(m.at for m, _ in said)
    group = _window(flags, policy) if timed else _run(flags)
    if len(group) >= policy.repeat_times:
        yield _dissatisfied(group, policy, timed)
    asked = _same([m for m, _ in said[-MOST:]], policy)
    if len(asked) >= ASKED:
        says = f"客户同一个问题问了 {len(asked)} 遍"
        yield _finding("repeated_question", Severity.ORANGE, asked[-1], says, ANSWER)


def _is_nudge(message: Message, signals: Signals) -> bool:
    """Whoever only asks if somebody is there says nothing else; other rules hear it."""
    asked = [(start, end) for name, start, end in signals.terms if name == NUDGE]
    rest = len(re.findall(r"\w", message.text)) - len({at for start, end in asked for at in range(start, end)})
    return bool(asked) and rest <= 1


def _window(flags: list[tuple[Message, bool]], policy: Policy) -> list[Message]:
    """The largest group inside the window; the latest of equals."""
    found = [m for m, dissatisfied in flags if dissatisfied]
    best: list[Message] = []
    start = 0
    for end in range(len(found)):
        while not _near(found[start], found[end], policy):
            start += 1
        if end - start + 1 >= len(best):
            best = found[start : end + 1]
    return best


def _run(flags: list[tuple[Message, bool]]) -> list[Message]:
    """Without times: the longest run of the customer's messages one after another."""
    best: list[Message] = []
    run: list[Message] = []
    for message, dissatisfied in flags:
        run = [*run, message] if dissatisfied else []
        best = run if run and len(run) >= len(best) else best
    return best


def _same(said: list[Message], policy: Policy) -> list[Message]:
    """Messages like the newest member of the largest group that says nearly the same."""
    pieces = [likeness.pieces(m.text) for m in said]
    best: list[Message] = []
    for end in range(len(said) - 1, ASKED - 2, -1):
        close = [i for i in range(end) if likeness.alike(pieces[i], pieces[end]) and _near(said[i], said[end], policy)]
        if len(close) + 1 > len(best):
            best = [said[i] for i in (*close, end)]
    return best


def _near(first: Message, second: Message, policy: Policy) -> bool:
    if first.at is None or second.at is None:
        return True
    return second.at - first.at <= timedelta(minutes=policy.repeat_minutes)


def _dissatisfied(group: list[Message], policy: Policy, timed: bool) -> Finding:
    severity = Severity.RED if len(group) > policy.repeat_times else Severity.ORANGE
    count = f"{len(group)} 次/{policy.repeat_minutes} 分钟" if timed else f"连续 {len(group)} 次"
    return _finding("repeated_dissatisfaction", severity, group[-1], f"客户多次表达不满（{count}）", ADVICE)


def _finding(name: str, severity: Severity, message: Message, says: str, advice: str) -> Finding:
    quote = text.quote(message.text)
    return Finding(name, Kind.RISK, severity, message.id, quote, says, f"{name}@{VERSION}", advice)
