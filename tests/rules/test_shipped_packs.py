"""The packs that ship do what their own examples say."""

import re

import pytest

from rules import condition, examples, packs, signals
from rules.model import Kind, Severity
from rules.rule import Example, Rule
from tests.rules.shipped import FOLDER, shipped

RULES = shipped().rules
YES = [(rule, example) for rule in RULES for example in rule.yes]
NO = [(rule, example) for rule in RULES for example in rule.no]


@pytest.mark.parametrize(("rule", "example"), YES, ids=[f"{r.id}-{i}" for i, (r, _) in enumerate(YES)])
def test_a_rule_catches_its_examples(rule: Rule, example: Example) -> None:
    assert rule.id in examples.caught(example, rule, shipped())


@pytest.mark.parametrize(("rule", "example"), NO, ids=[f"{r.id}-{i}" for i, (r, _) in enumerate(NO)])
def test_a_rule_leaves_its_counterexamples_alone(rule: Rule, example: Example) -> None:
    assert rule.id not in examples.caught(example, rule, shipped())


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_every_rule_catches_something_no_other_of_its_kind_catches(rule: Rule) -> None:
    """A hint (severity none) is another kind of thing than an alert."""
    kinds = {other.id: (other.kind, other.severity > Severity.NONE) for other in RULES}
    caught = [examples.caught(example, rule, shipped()) for example in rule.yes]
    assert {rule.id} in [{i for i in ids if kinds[i] == kinds[rule.id]} for ids in caught]


def test_every_rule_has_a_source_and_red_lines_a_law_or_a_norm() -> None:
    assert [rule.id for rule in RULES if not rule.source] == []
    assert [rule.id for rule in RULES if rule.kind is Kind.REDLINE and not (rule.law or "规范" in rule.source)] == []


def test_no_alert_blames_the_agent() -> None:
    """Risks and stars of customers speak of what the customer says and needs."""
    assert [rule.id for rule in RULES if rule.kind is Kind.RISK and "客服没" in rule.says] == []


def test_what_may_be_sent_to_a_customer_is_a_whole_sentence_and_no_instruction() -> None:
    said = [rule for rule in RULES if rule.say]
    assert len(said) > 50
    assert [rule.id for rule in said if rule.kind is not Kind.RISK] == []
    told = re.compile("主管|换个人接|先道歉|先接住|再给一个|客户|[：「]|…")
    assert [rule.id for rule in said if told.search(rule.say) or rule.say[-1] not in "。？"] == []


def test_every_term_is_found_by_its_own_set() -> None:
    known = shipped()
    missed = [
        (name, term)
        for name, keywords in known.sets.items()
        for term in keywords.terms
        if name not in {place[0] for place in signals.read(f"说，{term}", known).terms}
    ]
    assert missed == []


def test_the_guide_shows_a_rule_that_works_and_every_condition() -> None:
    guide = (FOLDER / "README.md").read_text("utf-8")
    shown = packs.parse({"README.md": guide.split("```toml\n")[1].split("```")[0]})
    assert list(examples.mistakes(shown)) == []
    assert [key for key in condition.KEYS if f"{key}" not in guide] == []


def test_the_first_set_is_large_enough() -> None:
    assert len(RULES) >= 120
    assert sum(len(keywords.terms) for keywords in shipped().sets.values()) >= 1500
