"""One conversation under two ways to screen, as of its time: what either finds that the other does not."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from rules import changes, decide, limits, moments, scene, score
from rules.checks import pack_rules, repeated, waiting
from rules.decide import Verb
from rules.model import Conversation, Finding, Kind, LookAgain, Screening, Severity
from rules.packs import Packs, only
from rules.rule import Rule
from rules.scene import Scene
from rules.scope import CONTENT, Moments, Scope, Side, lasts, moments_for
from rules.score import Rated
from rules.screen import CHECKS, Check, judged, screen

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Fate(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    LOUDER = "louder"
    QUIETER = "quieter"


@dataclass(frozen=True, slots=True)
class Change:
    """One rule in one conversation that comes out differently."""

    fate: Fate
    rule: str  # its id
    finding: Finding  # as the new way sees it; of what was removed, as the old way did
    before: Severity
    at: datetime  # when that was seen


@dataclass(frozen=True, slots=True)
class Lens:
    """One side, made ready for one scope."""

    side: Side
    lasting: Packs  # rules that stay true once they are: asked once, at the end
    ending: Packs  # so do these, but time makes them true: asked at the end as long as anybody looks
    passing: Packs  # asked at every moment
    late: Packs  # those of `scope.late`
    without: "Lens | None" = None  # them


Seen = Mapping[str, tuple[Finding, datetime]]  # by rule: its loudest finding, and when it was first seen


def lens(side: Side, scope: Scope) -> Lens:
    late = only(side.packs, scope.late)
    return Lens(side, *_groups(side, scope.rules), late, Lens(side, *_groups(side, scope.rules - scope.late), late))


def _groups(side: Side, ids: frozenset[str]) -> tuple[Packs, Packs, Packs]:
    mine = [rule for rule in side.packs.rules if rule.id in ids]
    lasting, ending, passing = ({rule.id for rule in mine if _group(rule) == n} for n in range(3))
    return only(side.packs, lasting), only(side.packs, ending), only(side.packs, passing)


def _group(rule: Rule) -> int:
    return 2 if not lasts(rule) else 1 if "waited" in rule.keys else 0


def compare(old: Lens, new: Lens, both: Sequence[Conversation], scope: Scope, until: datetime) -> list[Change]:
    """`both`: the conversation with the signals of the old side and with those of the new one."""
    if scope.limits and waiting.check in scope.checks:
        apart = limits.between(both[0], old.side.policy, new.side.policy, old.late, until)
        scope = scope if apart.waits else _without(scope, waiting.check)
        if not apart.looks:
            old, new = old.without or old, new.without or new
    ready = [_ready(lens, one, scope, until) for lens, one in zip((old, new), both, strict=True)]
    if scope.levels and any(one.worth for one in ready):
        ready = _judged(ready)
    if scope.limits and not limits.often(ready[0].conversation, old.side.policy, new.side.policy):
        ready = [replace(one, checks={k: v for k, v in one.checks.items() if k is not repeated.check}) for one in ready]
    before, after = (_seen(one, until) for one in ready)
    return [
        change
        for rule in sorted(before.keys() | after.keys())
        if (change := _change(rule, before.get(rule), after.get(rule))) is not None
    ]


def _without(scope: Scope, check: Check) -> Scope:
    return replace(scope, checks=tuple(one for one in scope.checks if one is not check))


def calls(side: Side, conversation: Conversation, kind: Kind, until: datetime, hints: Iterable[datetime] = ()) -> bool:
    """Whether somebody would have been called about a matter of this kind at some moment; `hints`: the likeliest."""

    told = judged(conversation, score.levels(conversation)) if side.rate else conversation

    def ask(view: Conversation, now: datetime) -> tuple[bool, datetime | None]:
        screening = screen(view, side.packs, side.policy, now, _sure if side.rate else None)
        return _speaks(side, view, screening, kind, now), screening.look_again_at

    if any(ask(moments.as_of(told, at), at)[0] for at in hints if at < until):
        return True
    return any(speaks for _, speaks in moments.looks(told, until, ask))


def _speaks(side: Side, view: Conversation, screening: Screening, kind: Kind, now: datetime) -> bool:
    """More risk never calls fewer people, so it is only asked for where it decides."""

    def speaks(risk: float) -> bool:
        decisions = decide.decide({}, replace(screening, risk=risk), view, side.policy, now)
        return any(d.kind is kind and d.verb is Verb.SPEAK for d in decisions)

    if side.rate is None:
        return speaks(screening.risk)
    return speaks(1.0) and (speaks(0.0) or speaks(side.rate(view).risk))


def _sure(conversation: Conversation) -> Rated:
    """Stands for the scores where they are known already, or do not matter."""
    return Rated(1.0, 0.0, {}, {})


def _change(
    rule: str, before: tuple[Finding, datetime] | None, after: tuple[Finding, datetime] | None
) -> Change | None:
    if before is None and after is not None:
        return Change(Fate.ADDED, rule, after[0], Severity.NONE, after[1])
    if before is not None and after is None:
        return Change(Fate.REMOVED, rule, before[0], before[0].severity, before[1])
    if before is None or after is None or before[0].severity == after[0].severity:
        return None
    fate = Fate.LOUDER if after[0].severity > before[0].severity else Fate.QUIETER
    return Change(fate, rule, after[0], before[0].severity, after[1])


@dataclass(frozen=True, slots=True)
class Ready:
    """One side of one conversation, with what is worth asking and when."""

    lens: Lens
    conversation: Conversation
    checks: Moments
    lasting: bool
    ending: bool
    passing: tuple[datetime, datetime] | None  # from when on they may hold, and when all waits they ask for are over

    @property
    def worth(self) -> bool:
        return bool(self.checks) or self.lasting or self.ending or self.passing is not None


def _ready(lens: Lens, conversation: Conversation, scope: Scope, until: datetime) -> Ready:
    checks = moments_for(scope.checks, conversation, lens.side.policy, until)
    lasting, ending, passing = (
        _may_hold(packs, conversation, until) for packs in (lens.lasting, lens.ending, lens.passing)
    )
    return Ready(lens, conversation, checks, lasting is not None, ending is not None, passing)


def _judged(ready: Sequence[Ready]) -> list[Ready]:
    """With the scores of the messages, which depend on nothing said later; computed once where both sides agree."""
    known: dict[tuple[int, int], Conversation] = {}
    found = []
    for one in ready:
        rate, key = one.lens.side.rate, (id(one.lens.side.rate), id(one.conversation))
        if rate and key not in known:
            known[key] = judged(one.conversation, score.levels(one.conversation))
        found.append(replace(one, conversation=known.get(key, one.conversation)))
    return found


def _seen(ready: Ready, until: datetime) -> Seen:
    lens, conversation, policy = ready.lens, ready.conversation, ready.lens.side.policy
    seen: dict[str, tuple[Finding, datetime]] = {}
    if ready.lasting:
        at = {m.id: m.at for m in conversation.messages}
        last = max((moment for moment in at.values() if moment), default=until)
        for finding in pack_rules.check(scene.of(conversation, last), lens.lasting):
            _note(seen, changes.applied([finding], policy.changes), at.get(finding.message) or last)
    if ready.checks or ready.ending or ready.passing is not None:
        for moment, found in _at_moments(ready, until):
            _note(seen, changes.applied(found, policy.changes), moment)
    return seen


def _at_moments(ready: Ready, until: datetime) -> Iterator[tuple[datetime, list[Finding]]]:
    """Rules of a pack ask for no look themselves; those about waits are asked whenever a check wants to look again."""
    every = moments.of(ready.conversation, until)
    end = every[-1] if every else until
    some = {at for times in ready.checks.values() for at in times or ()} | ({end} if ready.ending else set())
    if ready.passing is not None:  # from the moment before, because somebody may look again until the next one
        some.update(every[max(0, bisect_right(every, ready.passing[0]) - 1) :])
    waits = ready.passing is not None and any("waited" in rule.keys for rule in ready.lens.passing.rules)
    known = ready.passing[1] if ready.passing else end
    names = tuple(scene.names(signals) for signals in ready.conversation.signals)
    asking: set[Check] = set()

    def ask(view: Conversation, now: datetime) -> tuple[list[Finding], datetime | None]:
        found: list[Finding] = []
        looks: list[datetime] = []
        long = waits or (ready.ending and now >= end)
        for check in _due(ready, now, frozenset(asking), every=long):
            said = list(check(view, ready.lens.side.policy, now))
            found += [what for what in said if isinstance(what, Finding) and check in ready.checks]
            again = [what.at for what in said if isinstance(what, LookAgain)]
            asking.discard(check)
            if again and ((long and now < known) or (ready.ending and now >= end) or not _loudest(said)):
                asking.add(check)
                looks += again
        asked = [(ready.passing is not None, ready.lens.passing), (ready.ending and now >= end, ready.lens.ending)]
        for packs in (packs for wanted, packs in asked if wanted):
            seen = Scene(view, names[: len(view.messages)], tuple([m.speaker for m in view.messages]), now)
            found += pack_rules.check(seen, packs)
        return found, min(looks, default=None)

    return moments.looks(ready.conversation, until, ask, None if None in ready.checks.values() else some)


def _due(ready: Ready, now: datetime, asking: frozenset[Check], *, every: bool) -> Iterator[Check]:
    """Checks at a moment of their own or one they asked for; at `every` moment those that may want to look again."""
    for check, times in ready.checks.items():
        if times is None or now in times or check in asking or (every and check not in CONTENT):
            yield check
    if every:
        yield from (check for check in CHECKS if check not in ready.checks and check not in CONTENT)


def _loudest(said: Sequence[object]) -> bool:
    """Another look at the same messages would only change the figures."""
    return any(isinstance(what, Finding) and what.severity is Severity.RED for what in said)


def _may_hold(packs: Packs, conversation: Conversation, until: datetime) -> tuple[datetime, datetime] | None:
    """From when on one of these rules may hold, by the names it needs and the wait it asks for; never too late.

    And from when on waiting longer changes nothing.
    """
    if packs.always or not packs.triggered:
        return (LONG_AGO, until) if packs.always else None
    inner = any("waited" in rule.keys and not rule.patience for rule in packs.rules)
    last, starts = _last_moment(conversation, until), list[datetime]()
    for i, (message, signals) in enumerate(zip(conversation.messages, conversation.signals, strict=True)):
        for name in scene.names(signals) & packs.triggered.keys():
            patiences = [packs.rules[place].patience for place in packs.triggered[name]]
            if not min(patiences) or limits.waited(conversation, i, last) >= min(patiences):
                starts += [(message.at or LONG_AGO) + timedelta(minutes=patience) for patience in patiences]
    return (min(starts), until if inner else max(starts)) if starts else None


def _last_moment(conversation: Conversation, until: datetime) -> datetime:
    """Of an open conversation nobody knows it: it may be looked at again and again."""
    if conversation.status != "resolved":
        return until
    return max(moments.of(conversation, until), default=until)


def _note(seen: dict[str, tuple[Finding, datetime]], found: Sequence[Finding], at: datetime) -> None:
    for finding in found:
        rule = finding.rule.partition("@")[0]
        known = seen.get(rule)
        if known is None:
            seen[rule] = finding, at
        elif finding.severity > known[0].severity:
            seen[rule] = finding, known[1]
