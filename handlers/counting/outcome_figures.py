"""成交 and 话术: what came after service, and which ways of saying it went with better outcomes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from urllib.parse import quote

from handlers import looks, permissions
from handlers.cards import outcomes as cards
from handlers.cards.card import Card
from handlers.cards.replies import sentence
from handlers.context import Context
from handlers.counting import outcomes, portraits
from handlers.people import Person
from handlers.permissions import Matter
from handlers.requests import Request
from rules import compare, portrait, spans
from rules.compare import Compared
from rules.metrics import intervals
from rules.metrics.cells import Measured, Sums, added
from rules.outcomes import FIGURES
from rules.portrait import Standing
from rules.spans import Span
from rules.talk_tracks import Track
from storage import audit, conversations
from storage import outcomes as records
from storage.db import Tx

BACK = 90  # days, for talk-tracks
HOW = "可以说：成交 / 成交 本月 / 成交 售后 上月 / 成交 小李 上月"
HOW_TRACKS = "可以说：话术 / 话术 先认领问题 / 话术 先认领问题 比 给一个准时间"
SHOWN = 6
SHOWN_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Proven:
    """A talk-track with what it went with, against the same situations without it."""

    track: Track
    compared: Compared | None
    sums: Sums  # with it
    n: int
    examples: tuple[tuple[str, str], ...]  # (conversation, masked words): hard cases that it turned, then the latest
    alone: Mapping[str, Sums] = field(default_factory=dict)  # by another track that could have been said, and was not


@dataclass(frozen=True, slots=True)
class Came:
    """One figure of a person, beside the group's."""

    name: str
    title: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Together:
    """One figure of a team, all agents together; `against` the other teams on the same kinds of cases."""

    name: str
    title: str
    share: float
    interval: tuple[float, float]
    n: int
    against: Compared | None


def mine(ctx: Context, tx: Tx, request: Request) -> Card:
    """成交 [name or team] [span]: one's own; another's for their lead and QA; a team's without names."""
    words = request.text.split()
    if group := next((word for word in words if word.removesuffix("组") in portraits.teams(ctx)), ""):
        return _team(ctx, tx, request, group)
    named = next((p for word in words if (p := ctx.people.named(word.lstrip("@")))), None)
    rest = " ".join(word for word in words if not named or word.lstrip("@") != named.name)
    today = ctx.now().astimezone(ctx.zone).date()
    span, person = spans.read(rest or "本月", today), named or request.person
    if span is None or person is None:
        return sentence(f"{spans.why_not(rest, today)}{HOW}")
    if named is not None and named is not request.person:
        refusal = permissions.refusal(request.person, "portrait", Matter(named.team, named))
        audit.write(tx, ctx.now(), request.speaker, "outcomes", named.name, allowed=not refusal)
        if refusal:
            return sentence(refusal)
    here = "/me" if named in (None, request.person) else f"/portrait/{quote(person.name)}"
    page = ctx.page(f"{here}/conversations?span={span.told}")
    return cards.mine(person.name, span, of_person(ctx, tx, person, span), ctx.outcomes, page)


def _team(ctx: Context, tx: Tx, request: Request, word: str) -> Card:
    """成交 售后 上月: nobody is named."""
    name = word.removesuffix("组")
    said = " ".join(one for one in request.text.split() if one != word)
    span = spans.read(said or "本月", ctx.now().astimezone(ctx.zone).date())
    refusal = permissions.refusal(request.person, "team_portrait", Matter(name))
    if refusal or span is None:
        return sentence(refusal or f"这个时间我没看懂。{HOW}")
    page = ctx.page(f"/team/{quote(name)}/conversations?span={span.told}")
    return cards.team(name, span, *of_team(ctx, tx, name, span), ctx.outcomes, page)


def of_team(ctx: Context, tx: Tx, name: str, span: Span) -> tuple[list[Together], list[Proven]]:
    """What came after the team's service, beside the other teams'; and its talk-tracks, with against without."""
    mine = added(grouped(ctx, tx, portraits.serving(ctx, name), span.since, span.until).values())
    rest = [p for team in portraits.teams(ctx) if team != name for p in portraits.serving(ctx, team)]
    others = added(grouped(ctx, tx, rest, span.since, span.until).values())
    figures = [_together(figure, mine[figure], others.get(figure, {})) for figure in FIGURES if figure in mine]
    said = [of_track(mine, track) for track in ctx.talk_tracks]
    return figures, sorted((one for one in said if one.n), key=_rank)


def _together(name: str, sums: Sums, others: Sums) -> Together:
    n, good = (sum(one[i] for one in sums.values()) for i in range(2))
    interval = intervals.share(good, round(n)) if round(n) else None
    return Together(name, FIGURES[name], good / n, interval or (0.0, 1.0), round(n), compare.compare(sums, others))


def of_track(mine: Mapping[str, Sums], track: Track) -> Proven:
    used, without = (mine.get(outcomes.track_side(track.id, used=used), {}) for used in (True, False))
    return Proven(track, compare.compare(used, without), used, round(sum(one[0] for one in used.values())), ())


def of_person(ctx: Context, tx: Tx, person: Person, span: Span) -> list[Came]:
    """Among those who serve in their team, with the case mix taken out."""
    names = {*portraits.serving(ctx, person.team), person.name}
    group = grouped(ctx, tx, sorted(names), span.since, span.until)
    found = []
    for name, title in FIGURES.items():
        sums = {who: told[name] for who, told in group.items() if name in told}
        standing = portrait.among(measured(name), sums, only=[person.name]).get(person.name)
        if standing is not None:
            found.append(Came(name, title, standing))
    return found


def measured(name: str) -> Measured:
    return Measured(name, FIGURES[name], "", False, 1)


def grouped(ctx: Context, tx: Tx, names: Sequence[str], since: date, until: date) -> dict[str, dict[str, Sums]]:
    """By person and figure."""
    found: dict[str, list[dict[str, Sums]]] = {}
    for who, _, told in outcomes.of_people(ctx, tx, names, since, until):
        found.setdefault(who, []).append(told)
    return {who: added(days) for who, days in found.items()}


def tracks(ctx: Context, tx: Tx, request: Request) -> Card:
    """话术: ranked by proven effect; 话术 A 比 B: the two side by side."""
    known = proven(ctx, tx)
    text = request.text.strip()
    if not text:
        return cards.ranking(known[:SHOWN], BACK, ctx.page("/talk-tracks"))
    chosen = sorted((one for one in known if one.track.title in text or one.track.id in text.split()), key=_at(text))
    if len(chosen) == 2:
        return cards.versus(chosen[0], chosen[1], versus(chosen[0], chosen[1]))
    return cards.one(chosen[0], BACK) if len(chosen) == 1 else sentence(f"没有找到这个话术。{HOW_TRACKS}")


def proven(ctx: Context, tx: Tx) -> list[Proven]:
    """Those with a proven effect first, by what they bring; then the others by how often they were said."""
    today = ctx.now().astimezone(ctx.zone).date()
    told: dict[str, list[Mapping[str, Sums]]] = {}
    examples: dict[str, list[list[str]]] = {}
    alone: dict[str, list[Mapping[str, Sums]]] = {}
    keys = [f"~{track.id}" for track in ctx.talk_tracks]
    for account, _, day in records.read(tx, keys, today - timedelta(days=BACK), today):
        told.setdefault(account[1:], []).append({"with": day["with"], "without": day["without"]})
        alone.setdefault(account[1:], []).append(day.get("alone", {}))
        examples.setdefault(account[1:], [])[:0] = day["examples"]
    found = []
    for track in ctx.talk_tracks:
        one = _proven(track, told.get(track.id, []), examples.get(track.id, []))
        found.append(replace(one, alone=added(dict(day) for day in alone.get(track.id, ()))))
    return sorted(found, key=_rank)


def proven_in(found: Sequence[Proven], words: str) -> Proven | None:
    """The best of those that really helped which these words say."""
    helped = (one for one in found if one.compared and one.compared.word == compare.REAL and one.compared.value > 0)
    return next((one for one in helped if one.track.says(words)), None)


def _proven(track: Track, days: Sequence[Mapping[str, Sums]], examples: Sequence[Sequence[str]]) -> Proven:
    sums = added(dict(day) for day in days)
    used = sums.get("with", {})
    n = round(sum(cell[0] for cell in used.values()))
    best: dict[str, str] = {}
    for conversation, words, _ in sorted(examples, key=outcomes.easy):
        best.setdefault(words, conversation)
    told = tuple((conversation, words) for words, conversation in best.items())
    return Proven(track, compare.compare(used, sums.get("without", {})), used, n, told[:SHOWN_EXAMPLES])


def _rank(one: Proven) -> tuple[int, float, int]:
    real = one.compared is not None and one.compared.word == compare.REAL
    return (0 if real else 1 if one.compared else 2), -(one.compared.value if real and one.compared else 0.0), -one.n


def versus(one: Proven, other: Proven) -> Compared | None:
    """Two ways with one goal, in the kinds of cases that both were said in; where both were said it tells nothing."""
    return compare.compare(one.alone.get(other.track.id, {}), other.alone.get(one.track.id, {}))


def links(ctx: Context, tx: Tx, person: Person, found: Sequence[Proven]) -> dict[str, str]:
    """Addresses of the examples' conversations, of those that this person may read."""
    ids = [c for one in found for c, _ in one.examples]
    may = {}
    for id_, stored in conversations.load(tx, ids).items():
        if not permissions.refusal(person, "view", looks.matter(ctx, stored)):
            may[id_] = f"/c/{stored.link}"
    return may


def _at(text: str) -> Callable[[Proven], int]:
    """Where it is named."""
    return lambda one: max(text.find(one.track.title), text.find(one.track.id))
