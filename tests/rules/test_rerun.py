"""Asking only what changed, only when it can matter, finds the same as screening everything at every moment."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest

from bot.samples.generator import conversations
from rules import file, moments, packs, rerun, scope, score, screen, signals
from rules.changes import Change
from rules.model import Conversation, Finding, Kind, Severity
from rules.packs import Packs
from rules.policy import Policy
from rules.rerun import Fate
from rules.scope import Side
from tests.rules.conversations import at, chat
from tests.rules.shipped import shipped, texts

START = datetime.fromisoformat("2026-11-16T09:00:00+08:00")
PASSING = """
[keywords.late_word]
terms = "到哪 什么时候 怎么"
[[rule]]
id = "unanswered_question"
version = 1
title = "问了没人答"
kind = "risk"
severity = "orange"
says = "客户问了还没人答"
when = { any = ["late_word"], waited = { from = 2 } }
examples.yes = ["怎么退"]
examples.no = ["好"]
"""
LASTING = PASSING.replace("waited = { from = 2 }", "dissatisfied = { from = 0.3 }").replace(
    "unanswered_question", "cross"
)


@cache
def other(*more: str) -> Packs:
    return packs.parse(texts() | {f"more{n}.toml": text for n, text in enumerate(more)})


def heard(conversation: Conversation, by: Packs) -> Conversation:
    judge = score.judge(lambda text: 0.4)
    read = tuple(signals.read(m.text, by, m.speaker, judge) for m in conversation.messages)
    return replace(conversation, signals=read)


@cache
def samples() -> tuple[Conversation, ...]:
    return tuple(file.read_conversation(line) for line in conversations(11, 80, START))


def side(by: Packs | None = None, **knobs: Any) -> Side:
    return Side(by or shipped(), replace(Policy(), **knobs), score.rate)


def everything(one: Side, conversation: Conversation, until: datetime) -> Mapping[str, Severity]:
    """The plain way."""

    def ask(view: Conversation, now: datetime) -> tuple[tuple[Finding, ...], datetime | None]:
        found = screen.screen(view, one.packs, one.policy, now, one.rate)
        return found.findings, found.look_again_at

    worst: dict[str, Severity] = {}
    for _, found in moments.looks(conversation, until, ask):
        for finding in found:
            rule = finding.rule.partition("@")[0]
            worst[rule] = max(finding.severity, worst.get(rule, Severity.NONE))
    return worst


def plainly(old: Side, new: Side, both: tuple[Conversation, Conversation], until: datetime) -> set[tuple[str, str]]:
    before, after = everything(old, both[0], until), everything(new, both[1], until)
    found = {(rule, "added") for rule in after.keys() - before.keys()}
    found |= {(rule, "removed") for rule in before.keys() - after.keys()}
    shared = before.keys() & after.keys()
    found |= {(rule, "louder") for rule in shared if after[rule] > before[rule]}
    return found | {(rule, "quieter") for rule in shared if after[rule] < before[rule]}


@pytest.mark.parametrize(
    "changed",
    [
        lambda: side(first_reply_seconds=90),
        lambda: side(reply_seconds=400, warn_before_seconds=0),
        lambda: side(repeat_times=2, repeat_minutes=30),
        lambda: side(low_rating=3, high_rating=4),
        lambda: side(changes=(Change("slow_first_reply", 1, "severity", "yellow"),)),
        lambda: side(other(PASSING)),
        lambda: side(other(LASTING), reply_seconds=60),
    ],
    ids=["first reply", "later replies", "repeats", "ratings", "decided", "a passing rule", "a rule on levels"],
)
def test_the_quick_way_finds_what_the_plain_way_finds(changed: Callable[[], Side]) -> None:
    old, new = side(), changed()
    wanted = scope.between(old, new)
    lenses = rerun.lens(old, wanted), rerun.lens(new, wanted)
    total = 0
    for conversation in samples():
        both = heard(conversation, old.packs), heard(conversation, new.packs)
        until = conversation.messages[-1].at or START
        until += timedelta(hours=1)
        found = {(c.rule, c.fate.value) for c in rerun.compare(*lenses, both, wanted, until)}
        assert found == plainly(old, new, both, until), conversation.id
        total += len(found)
    assert total > 0, "these samples do not try it"


def test_what_is_the_same_is_not_asked_at_all() -> None:
    assert not scope.between(side(), side(mute_minutes=5))
    assert not scope.between(side(), side(packs.parse(texts())))


def test_only_rules_that_use_a_changed_word_are_asked() -> None:
    changed = texts() | {
        "escalation.toml": texts()["escalation.toml"].replace("12315 12345", "12315 12345 消协热线", 1)
    }
    found = scope.between(side(), side(packs.parse(changed)))
    assert "threat_regulator" in found.rules
    assert len(found.rules) < len(shipped().rules) / 4
    assert found.checks == ()


def test_a_knob_nobody_told_us_about_asks_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(scope.KNOBS, "low_rating")
    assert scope.between(side(), side(low_rating=1)).checks == screen.CHECKS


def test_who_is_called_is_told_as_of_the_time() -> None:
    talk = chat(("客", "在吗，怎么退货", 0), ("服", "您好", 100), ("客", "好的谢谢", 130))
    strict, mild = side(first_reply_seconds=90, warn_before_seconds=30), side()
    assert rerun.calls(strict, talk, Kind.RISK, at(1000))
    assert not rerun.calls(mild, talk, Kind.RISK, at(1000))


def test_a_rule_by_another_severity_is_louder_or_quieter() -> None:
    quieter = side(changes=(Change("slow_first_reply", 1, "severity", "yellow"),))
    talk = chat(("客", "在吗，怎么退货", 0))
    wanted = scope.between(side(), quieter)
    found = rerun.compare(rerun.lens(side(), wanted), rerun.lens(quieter, wanted), (talk, talk), wanted, at(1000))
    assert [(c.rule, c.fate, c.before) for c in found] == [("slow_first_reply", Fate.QUIETER, Severity.RED)]
