"""The rule language: what its conditions mean, and what people are told when they get it wrong."""

from collections.abc import Sequence

import pytest

from rules import examples, packs, scene, signals, traditional
from rules.checks import pack_rules
from rules.engine import Engine, KeywordSet, Pattern
from rules.pack_lines import PackError
from rules.packs import Packs
from tests.rules.conversations import at
from tests.rules.shipped import shipped

SETS = """
[keywords.a]
terms = "苹果"
[keywords.b]
terms = "香蕉"
[keywords.c]
terms = "樱桃"
"""
HEAD = """
[[rule]]
id = "r"
version = 2
title = "试"
kind = "risk"
severity = "red"
says = "{n} 次，{minutes} 分钟，{term}"
"""
EXAMPLES = '\nexamples = {yes = ["x"], no = ["x"]}\n'


def pack(when: str, more: str = "") -> Packs:
    return packs.parse({"own.toml": SETS + HEAD + more + EXAMPLES + f"when = {{{when}}}"})


def holds(when: str, *said: str, more: str = "") -> bool:
    compiled = pack(when, more)
    return bool(examples.caught(tuple(said) if "：" in said[0] else said[0], compiled.rules[0], compiled))


@pytest.mark.parametrize(
    ("when", "yes", "no"),
    [
        ('any = ["a", "b"]', "香蕉", "樱桃"),
        ('all = ["a", "b"]', "苹果香蕉", "苹果"),
        ('any = ["a"], none = ["b"]', "苹果", "苹果香蕉"),
        ('at_least = {n = 2, of = ["a", "b", "c"]}', "樱桃和苹果", "樱桃和樱桃"),
        ('count = {of = ["a"], from = 2}', "苹果苹果", "苹果"),
        ("match = '苹.{1,2}果', unless = '不是'", "苹青果", "不是苹青果"),
        ('any = ["a"], match = "好"', "苹果好", "好"),
        ('any = ["a"], length = {to = 4}', "苹果呢", "苹果呢到了没有"),
        ('or = [{any = ["a"]}, {all = ["b", "c"]}]', "樱桃香蕉", "樱桃"),
        ('and = [{any = ["a"]}, {any = ["b"]}]', "苹果香蕉", "香蕉"),
        ('any = ["a"], not = {any = ["c"]}', "苹果", "苹果樱桃"),
        ('any = ["a"]', "苹果", "不要苹果"),
    ],
)
def test_conditions_of_one_message(when: str, yes: str, no: str) -> None:
    assert holds(when, yes)
    assert not holds(when, no)


@pytest.mark.parametrize(
    ("when", "yes", "no"),
    [
        ('any = ["a"], after = {any = ["b"]}', ("客：香蕉", "客：苹果"), ("客：苹果", "客：香蕉")),
        ('any = ["a"], before = {any = ["b"]}', ("客：苹果", "客：香蕉"), ("客：香蕉", "客：苹果")),
        ('any = ["a"], after = {any = ["b"], within_messages = 1}', ("客：香蕉", "客：苹果"),
         ("客：香蕉", "服：在", "客：苹果")),
        ('any = ["a"], after = {any = ["b"], within_minutes = 5}', ("客：香蕉", "客：+5 苹果"),
         ("客：香蕉", "客：+6 苹果")),
        ('any = ["a"], after = {who = "agent", any = ["b"]}', ("服：香蕉", "客：苹果"), ("客：香蕉", "客：苹果")),
        ('any = ["a"], repeat = {times = 2}', ("客：苹果", "服：嗯", "客：苹果"), ("客：苹果", "服：苹果")),
        ('any = ["a"], repeat = {times = 2, within_minutes = 3}', ("客：苹果", "客：+3 苹果"),
         ("客：苹果", "客：+4 苹果")),
        ('repeat = {times = 2, alike = true}', ("客：我的退款几时到", "客：我的退款几时到呀"),
         ("客：我的退款几时到", "客：能换个颜色吗")),
        ('any = ["a"], silence = {from = 10}', ("服：嗯", "客：+10 苹果"), ("服：嗯", "客：+9 苹果")),
        ('any = ["a"], waited = {from = 4}', ("客：苹果", "服：+4 来了"), ("客：苹果", "服：+3 来了")),
        ('any = ["a"], first = true', ("服：苹果", "客：苹果"), ("客：香蕉", "客：苹果")),
        ('any = ["a"], last = true', ("客：苹果", "服：好"), ("客：苹果", "客：好吧")),
        ('any = ["a"], rating = {to = 2}', ("客：苹果", "评分：1"), ("客：苹果", "评分：3")),
        ('any = ["a"], status = ["resolved"]', ("客：苹果", "状态：resolved"), ("客：苹果", "状态：open")),
        ('any = ["a"], ordered = {within_days = 1}', ("客：苹果", "下单：+60"), ("客：苹果", "下单：+1500")),
        ('any = ["a"], channel = ["chat"]', ("客：苹果",), ("服：苹果",)),
    ],
)  # fmt: skip
def test_conditions_across_messages(when: str, yes: Sequence[str], no: Sequence[str]) -> None:
    assert holds(when, *yes)
    assert not holds(when, *no)


def test_a_rule_of_the_agent_reads_the_agents_messages() -> None:
    assert holds('any = ["a"]', "服：苹果", more='who = "agent"')
    assert not holds('any = ["a"]', "客：苹果", more='who = "agent"')


def test_the_finding_speaks_of_the_newest_hit_with_its_figures() -> None:
    compiled = pack('any = ["a"]')
    seen = examples.read(("客：苹果", "客：+4 又是 苹果 呀"), compiled.rules[0], compiled)
    (finding,) = pack_rules.check(scene.of(seen, at(0)), compiled)
    assert (finding.says, finding.message, finding.quote) == ("2 次，4 分钟，苹果", "m2", "又是 苹果 呀")
    assert finding.rule == "r@2"


def mistakes(text: str) -> tuple[str, ...]:
    with pytest.raises(PackError) as refused:
        packs.parse({"own.toml": text})
    return refused.value.mistakes


def test_every_mistake_is_told_with_its_file_and_line() -> None:
    told = mistakes(
        SETS
        + """[[rule]]
id = "r 1"
version = 0
kind = "bad"
severity = "red"
says = "{who}"
colour = 1
[rule.when]
any = ["zz"]
match = '(?=x)'
anny = ["a"]
[rule.examples]
yes = ["x"]
"""
    )
    lines = {line.split("：")[0] for line in told}
    assert lines == {f"own.toml 第 {n} 行" for n in (8, 9, 10, 11, 13, 14, 16, 17, 18, 19)}
    assert any("没有叫「zz」的词组" in line for line in told)
    assert any("至少要有一个 no 的例子" in line for line in told)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[keywords.a]\nterms = [1]", "第 2 行：terms 要是文字的列表"),
        ('[keywords.a]\nterms = ["x", "x"]', "第 2 行：「x」写了两次"),
        ("[keywords.a]\nterms = 'x'\nweight = 1", "第 3 行：词组里不认识「weight」"),
        ("[keywords.a]\nterms = 'x'\ndissatisfied = 2", "第 3 行：dissatisfied 要是 0 到 1"),
        ("[keyword.a]\nterms = 'x'", "不认识 [keyword]"),
        ("[patterns.p]\nmatch = '(x'", "第 2 行：正则「(x」不能用"),
        ("a = [1,\n\n", "TOML 写法有误"),
        ("x = = 1", "第 1 行：TOML 写法有误"),
    ],
)
def test_a_mistake_says_its_remedy(text: str, says: str) -> None:
    assert any(says in line for line in mistakes(text))


def test_a_set_may_be_used_by_another_file_and_not_be_written_twice() -> None:
    rule = HEAD + EXAMPLES + 'when = {any = ["a"]}'
    assert packs.parse({"z.toml": SETS, "a.toml": rule}).rules
    with pytest.raises(PackError, match="词组「a」写了两次"):
        packs.parse({"z.toml": SETS, "y.toml": SETS})


def test_versions_tell_which_part_changed() -> None:
    one = packs.parse({"p": SETS})
    other = packs.parse({"p": SETS.replace("苹果", "梨")})
    third = packs.parse({"p": SETS + "[patterns.p]\nmatch = 'x'"})
    assert one.versions == packs.parse({"q": "# 改了注释\n" + SETS}).versions
    assert (one.versions.terms == other.versions.terms, one.versions.patterns == other.versions.patterns) == (
        False,
        True,
    )
    assert (one.versions.terms == third.versions.terms, one.versions.patterns == third.versions.patterns) == (
        True,
        False,
    )


def test_a_pathological_regex_cannot_hold_anybody_up() -> None:
    engine = Engine((), (Pattern("p", "(a+)+$"), Pattern("q", "(x*)*y")))
    assert engine.patterns("a" * 4000 + "!" + "x" * 4000, frozenset()) == ()


def test_a_filter_forgets_no_match_among_a_thousand_regexes() -> None:
    patterns = [Pattern(f"p{i}", f"词{i}.{{0,40}}尾{i}") for i in range(1000)]
    engine = Engine((), patterns)
    for i in range(0, 1000, 7):
        assert engine.patterns(f"头词{i}和{i * 31}中间尾{i}", frozenset()) == tuple(
            p.name for p in patterns if engine.compiled[p.name].search(f"头词{i}和{i * 31}中间尾{i}")
        )


@pytest.mark.parametrize("words", ["蘋果", "ａ蘋果", "\u200b蘋\u200b果"])
def test_traditional_characters_and_look_alikes_are_read_as_ours(words: str) -> None:
    ((name, start, end),) = signals.read(words, pack('any = ["a"]')).terms
    assert (name, words[start:end].replace("\u200b", "")) == ("a", "蘋果")


def test_no_term_is_written_in_characters_that_are_read_as_others() -> None:
    written = {ord(c) for keywords in shipped().sets.values() for term in keywords.terms for c in term}
    assert not written & traditional.table().keys()


def test_an_empty_pack_finds_nothing() -> None:
    assert signals.read("苹果？", packs.parse({})).terms == ()
    assert Engine((KeywordSet("a", ("苹果",)),), ()).patterns("苹果", frozenset()) == ()
