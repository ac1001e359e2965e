"""The examples a rule carries: written as people write chats, read as conversations, and tried against the rule.

One text is one message of the rule's speaker. Several lines are a chat: 客：… 服：… 机：…, 30 seconds apart;
「客：+5 …」 comes five minutes after the line before; 下单：+60 is an order, 评分：1 a rating, 状态：resolved a status.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from rules import scene, signals
from rules.checks import pack_rules
from rules.model import Conversation, Message, Order, Rating, Speaker, StatusChange
from rules.packs import Packs
from rules.rule import Example, Rule

START = datetime(2026, 11, 20, 2, tzinfo=UTC)
STEP = timedelta(seconds=30)
LINE = re.compile(r"(客|服|机|系统|下单|评分|状态)[：:]\s*(?:\+(\d+)\s*)?(.*)", re.DOTALL)
WHO = {"客": Speaker.CUSTOMER, "服": Speaker.AGENT, "机": Speaker.BOT, "系统": Speaker.SYSTEM}


def mistakes(packs: Packs) -> Iterator[str]:
    """Every example that does not do what it says, in words."""
    for rule in packs.rules:
        for example in rule.yes:
            if rule.id not in caught(example, rule, packs):
                yield f"规则 {rule.id} 没有认出它的正例：{_told(example)}"
        for example in rule.no:
            if rule.id in caught(example, rule, packs):
                yield f"规则 {rule.id} 误抓了它的反例：{_told(example)}"


def caught(example: Example, rule: Rule, packs: Packs) -> frozenset[str]:
    """The ids of all rules that hold in the example."""
    conversation = read(example, rule, packs)
    now = max((m.at for m in conversation.messages if m.at), default=START)
    return frozenset(finding.check for finding in pack_rules.check(scene.of(conversation, now), packs))


def read(example: Example, rule: Rule, packs: Packs) -> Conversation:
    lines = [LINE.fullmatch(line) for line in example] if isinstance(example, tuple) else []
    if not lines:
        speaker = Speaker.AGENT if Speaker.CUSTOMER not in rule.who else Speaker.CUSTOMER
        return _conversation([Message("m1", speaker, str(example), START)], packs)
    at = START
    messages: list[Message] = []
    facts: dict[str, tuple[str, datetime]] = {}
    for line in lines:
        if line is None:
            continue
        at += timedelta(minutes=int(line[2])) if line[2] else STEP
        if line[1] in WHO:
            messages.append(Message(f"m{len(messages) + 1}", WHO[line[1]], line[3], at, "a1"))
        else:
            facts[line[1]] = (line[3].strip(), at)
    return _conversation(messages, packs, facts)


def _conversation(
    messages: list[Message], packs: Packs, facts: dict[str, tuple[str, datetime]] | None = None
) -> Conversation:
    known = facts or {}
    return Conversation(
        "example",
        tuple(messages),
        tuple(signals.read(m.text, packs, m.speaker) for m in messages),
        rating=Rating(int(known["评分"][0]), at=known["评分"][1]) if "评分" in known else None,
        statuses=(StatusChange(*known["状态"]),) if "状态" in known else (),
        orders=(Order("E1", "u1", paid_at=known["下单"][1]),) if "下单" in known else (),
    )


def _told(example: Example) -> str:
    return example if isinstance(example, str) else " / ".join(example)
