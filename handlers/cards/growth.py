"""The growth card: where somebody stands, two things to practise, examples, a small exercise, and what changed."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from handlers.cards.amounts import amount
from handlers.cards.card import Block, Button, Card, Choices, Facts, Quote, Text
from handlers.cards.words import clean
from rules import growth
from rules.growth import Effect
from rules.metrics.cells import MEASURED
from rules.portrait import Standing
from storage.cases import Case
from storage.growth import Exercise, Goal

SUBJECT = "grow"
LETTERS = ("甲", "乙")
SHOWN = 0.005  # less is written as nothing


class Practice(Protocol):
    @property
    def goal(self) -> Goal: ...
    @property
    def standing(self) -> Standing | None: ...
    @property
    def effect(self) -> Effect | None: ...
    @property
    def examples(self) -> tuple[Case, ...]: ...


class Plan(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def stage(self) -> str: ...
    @property
    def mastered(self) -> tuple[str, ...]: ...
    @property
    def practices(self) -> Sequence[Practice]: ...
    @property
    def exercise(self) -> Exercise | None: ...
    @property
    def answered(self) -> tuple[int, int]: ...


def plan_card(plan: Plan, *, own: bool) -> Card:
    """Alone to the person, or to their lead."""
    blocks: list[Block] = []
    if plan.mastered:
        blocks.append(Text(f"这几类没有明显短板：{'、'.join(plan.mastered)}"))
    for i, practice in enumerate(plan.practices, 1):
        blocks.append(Facts(((f"{i}. {title(practice.goal)}", state(practice)),)))
        blocks += [Quote(clean(case.best), who=f"#{case.code} {_by(case)}") for case in practice.examples]
    if not plan.practices:
        blocks.append(Text("没有明显要补的，或者样本还不够。想练什么，可以和主管一起定。"))
    if own and plan.exercise is not None and plan.practices:
        blocks += _exercise(plan.practices[0].goal, plan.exercise)
    done, right = plan.answered
    if done:
        blocks.append(Text(f"小练习做过 {done} 题，和大家选得一样 {right} 题。"))
    buttons = tuple(
        Button(f"第 {i} 个先不练", "goal_decline", f"{SUBJECT}/{p.goal.code}", command=f"先不练 {p.goal.code}")
        for i, p in enumerate(plan.practices, 1)
    )
    head = f"🌱 {plan.name} · {growth.STAGES[plan.stage]}，这阵子练什么"
    return Card("growth", "green", head, tuple(blocks), buttons)


def title(goal: Goal) -> str:
    m = MEASURED[goal.measure].title
    return f"{goal.reason}的{m}" if goal.reason else m


def agreed(goal: Goal, gone: Goal | None, today: date) -> str:
    """What was set together, from when, and what makes room for it."""
    begins = "今天" if goal.since == today else f"下周一（{goal.since.month}-{goal.since.day}）"
    room = f"「{title(gone)}」先放下，" if gone else ""
    return f"从{begins}开始练「{title(goal)}」，{room}一次最多练两个。"


def state(practice: Practice) -> str:
    s, set_by = practice.standing, practice.goal.set_by
    now = "近八周还没有数"
    if s is not None:
        now = f"现在 {amount(s.measure, s.value)}（组内中位 {amount(s.measure, s.middle)}，共 {s.n}）"
    who = f"，{set_by} 定的" if set_by else ""
    return f"{now}；从 {practice.goal.since.month}-{practice.goal.since.day} 起算{who}，{changed(practice)}"


def changed(practice: Practice) -> str:
    got, m = practice.effect, MEASURED[practice.goal.measure]
    if got is None or got.word == growth.FEW:
        return "练的时间还短，样本少"
    low, high = got.interval
    if m.time:
        low, high, value = (growth.percent_faster(v) for v in (low, high, got.value))
        said, unit = "快" if value >= 0 else "慢", "%"
    else:
        value, said, unit = got.value, "好" if got.value >= 0 else "差", " 个百分点"
    apart = f"比大家的变化{said} {abs(value) * 100:.0f}{unit}" if abs(value) >= SHOWN else "和大家的变化一样"
    counted = f"练之前 {got.n[0]} 段，之后 {got.n[1]} 段"
    return f"{apart}（{low * 100:+.0f} 到 {high * 100:+.0f}），{got.word}（{counted}）"


def check_in(practised: Sequence[Practice]) -> str:
    """One line of the digest."""
    told = "；".join(f"{title(p.goal)}：{changed(p)}" for p in practised)
    return f"这周在练 {told}。发「成长」看例子和小练习，不合适可以先不练。"


def _exercise(goal: Goal, e: Exercise) -> list[Block]:
    """Which of the two comes first says nothing."""
    options = tuple((f"选{letter}", f"{SUBJECT}/{goal.code}:{e.case}:{i}") for i, letter in enumerate(LETTERS))
    shown = [Quote(clean(words), who=who) for who, words in e.excerpt[-2:]]
    said = Facts(tuple((letter, clean(text)) for letter, text in zip(LETTERS, pair(e), strict=True)))
    return [Text("小练习：共评过的一题，哪个回复更好？"), *shown, said, Choices("drill", options)]


def pair(e: Exercise) -> tuple[str, str]:
    return (e.better, e.other) if e.case % 2 else (e.other, e.better)


def is_better(e: Exercise, choice: int) -> bool:
    return pair(e)[choice] == e.better


def _by(case: Case) -> str:
    return case.person or "一位同事"
