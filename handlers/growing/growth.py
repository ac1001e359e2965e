"""Growth plans: two goals at a time from the portrait, with examples, an exercise, and what changed since."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from handlers import digest, disclosed, due
from handlers.cards import growth as cards
from handlers.context import Context
from handlers.counting import bindings, portraits, tables
from handlers.people import Person
from rules import growth, portrait
from rules.growth import Effect
from rules.metrics.blocks import Table
from rules.metrics.cells import MEASURED, Cells, Sums
from rules.portrait import Standing
from storage import cases
from storage import growth as records
from storage import honours as days_at_work
from storage.cases import Case, Filter
from storage.db import Tx
from storage.growth import Exercise, Goal

WEEKLY, MONDAY, AT = "growth_week", 0, time(9, 41)  # never on the whole or half hour
STILL_NEWS = timedelta(hours=12)
BEFORE = timedelta(days=28)  # what a goal is held against
REACH = 180  # days in which conversations make one experienced
LIMIT = 3  # examples of a goal


@dataclass(frozen=True, slots=True)
class Practice:
    goal: Goal
    standing: Standing | None  # among colleagues, over eight weeks
    effect: Effect | None
    examples: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    name: str
    stage: str
    mastered: tuple[str, ...]
    practices: tuple[Practice, ...]
    exercise: Exercise | None
    answered: tuple[int, int]  # exercises, rightly


@dataclass(frozen=True, slots=True)
class Known:
    """What the days tell of a team."""

    names: frozenset[str]
    group: Table  # of eight weeks

    def told(self, name: str) -> list[Standing]:
        return [*portrait.standings(self.group, name), *portrait.reasons(self.group, name)]


def look(ctx: Context) -> int:
    """On Monday: goals for who has room for one, and a line with the week's news of practice; how many people."""
    monday = due.weekly(ctx, MONDAY, AT)
    if not due.is_news(ctx, monday, STILL_NEWS) or not due.waits(ctx, WEEKLY, monday):
        return 0
    with ctx.store.read() as tx:
        teams = [(known(ctx, tx, team), portraits.serving(ctx, team)) for team in portraits.teams(ctx) or [""]]
    return due.once(ctx, WEEKLY, monday, lambda tx: _weekly(ctx, tx, teams))


def _weekly(ctx: Context, tx: Tx, teams: Sequence[tuple[Known, Sequence[str]]]) -> int:
    done = 0
    for told, names in teams:
        for person in (p for name in names if (p := ctx.people.named(name))):
            settle(ctx, tx, person, told)
            practised = [_practice(ctx, tx, told, goal) for goal in open_goals(tx, person.name)]
            if practised:
                digest.later(ctx, tx, person, cards.check_in(practised))
                done += 1
    return done


def known(ctx: Context, tx: Tx, team: str, more: Sequence[str] = ()) -> Known:
    eight = portraits.eight_weeks(_today(ctx))
    names = frozenset((*portraits.serving(ctx, team), *more))
    return Known(names, tables.table(ctx, tx, names, eight.since, eight.until))


def settle(ctx: Context, tx: Tx, person: Person, told: Known | None = None) -> list[Goal]:
    """Give them the goals that would help, once they ask for their plan, or on Monday."""
    told = told or known(ctx, tx, person.team, [person.name])
    for goal in suggested(ctx, tx, person, told):
        records.add(tx, goal, ctx.now())
    return open_goals(tx, person.name)


def suggested(ctx: Context, tx: Tx, person: Person, told: Known) -> list[Goal]:
    """While there is room and something is worth it; what they declined does not come back in another dress."""
    had = records.of(tx, person.name)
    room = growth.MOST - sum(goal.state == "open" for goal in had)
    taken = {goal.measure for goal in had if goal.state in ("open", "declined")}
    found = growth.goals(told.told(person.name), stage(ctx, tx, person, told), taken, room)
    return [Goal(0, person.name, s.measure.name, s.reason, "open", begins(ctx), "", "") for s in found]


def begins(ctx: Context) -> date:
    """Practice is counted from a Monday on, because past days are kept by weeks."""
    today = _today(ctx)
    return today + timedelta(days=-today.weekday() % 7)


def open_goals(tx: Tx, name: str) -> list[Goal]:
    return [goal for goal in records.of(tx, name) if goal.state == "open" and goal.measure in MEASURED]


def stage(ctx: Context, tx: Tx, person: Person, told: Known) -> str:
    keys = bindings.of(ctx, tx).keys(person.name)
    first = min(days_at_work.first_days(tx, keys).values(), default=_today(ctx).isoformat())
    today = _today(ctx)
    served = tables.table(ctx, tx, [person.name], today - timedelta(days=REACH), today).cells(person.name)
    volume = round(sum(one[0] for one in served.get("calm", {}).values()))
    days = (_today(ctx) - date.fromisoformat(first)).days
    return growth.stage(days, volume, len(growth.mastered(told.told(person.name))))


def plan(ctx: Context, tx: Tx, person: Person, told: Known | None = None) -> Plan:
    """As it stands, whether or not there is room for more."""
    told = told or known(ctx, tx, person.team, [person.name])
    goals = open_goals(tx, person.name)
    own = set(bindings.of(ctx, tx).keys(person.name))
    practices = tuple(_practice(ctx, tx, told, goal, tuple(examples(tx, goal, own))) for goal in goals)
    answered, right = records.answers(tx, [goal.id for goal in records.of(tx, person.name)])
    left = [e for e in records.exercises(tx) if e.case not in answered] if goals else []
    mastered = tuple(growth.mastered(told.told(person.name)))
    return Plan(person.name, stage(ctx, tx, person, told), mastered, practices, next(iter(left), None),
                (len(answered), right))  # fmt: skip


def examples(tx: Tx, goal: Goal, own: set[str]) -> Iterator[Case]:
    """Of colleagues, from the library: what stands there was agreed to, and is named only as they like."""
    words = f"{goal.reason} {MEASURED[goal.measure].title}"
    found = cases.search(tx, words, LIMIT * 3, Filter(reason=goal.reason)) if goal.reason else []
    found = found or cases.search(tx, words, LIMIT * 3) or cases.search(tx, "", LIMIT * 3)
    yield from [case for case in found if case.account not in own and case.best][:LIMIT]


def _practice(ctx: Context, tx: Tx, told: Known, goal: Goal, cases_: tuple[Case, ...] = ()) -> Practice:
    m = MEASURED[goal.measure]
    before = tables.table(ctx, tx, told.names, goal.since - BEFORE, goal.since - timedelta(days=1))
    after = tables.table(ctx, tx, told.names, goal.since, _today(ctx))

    def about(cells: Cells) -> Sums:
        sums = cells.get(m.name, {})
        return {key: one for key, one in sums.items() if not goal.reason or key.partition("/")[0] == goal.reason}

    mine, others = (
        (about(before.cells(goal.person)), about(after.cells(goal.person))),
        (about(before.together(but=goal.person)), about(after.together(but=goal.person))),
    )
    standing = portrait.one(told.group, m, goal.reason, goal.person)
    return Practice(goal, standing, growth.effect(m, mine, others), cases_)


def of_team(ctx: Context, tx: Tx, team: str) -> list[tuple[str, tuple[Practice, ...]]]:
    """What each of a team practises, by name; for their lead and QA."""
    told, serving = known(ctx, tx, team), portraits.serving(ctx, team)
    return [(name, tuple(_practice(ctx, tx, told, goal) for goal in open_goals(tx, name)))
            for name in sorted({*serving} - {*disclosed.untold(ctx, tx, serving)})]  # fmt: skip


def _today(ctx: Context) -> date:
    return ctx.now().astimezone(ctx.zone).date()
