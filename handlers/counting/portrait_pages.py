"""What the pages of portraits show: the same numbers as on cards, with how each is counted and what it is made of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from handlers.cards import portrait as words
from handlers.cards.amounts import amount, seconds
from handlers.cards.drawing import portrait_svg
from handlers.cards.words import clean
from handlers.context import Context
from handlers.counting import bindings, portraits
from handlers.people import Person
from rules import portrait
from rules.metrics import tally
from rules.metrics.blocks import Table
from rules.metrics.cells import CALM, MEASURED, SHOP, Trail
from rules.metrics.definition import Definition, Pack
from rules.metrics.figures import Figure
from rules.portrait import Change, Portrait, Standing
from rules.spans import Span
from storage import figure_cells, figure_days
from storage.db import Tx

PAGES = 6  # digits of a page's number
MOST = 200  # conversations on one page


@dataclass(frozen=True, slots=True)
class Row:
    title: str
    value: str
    interval: str
    middle: str
    n: int
    word: str  # 确有变化 ↑
    place: str  # among colleagues
    says: str
    more: str  # the query that leads to its conversations


@dataclass(frozen=True, slots=True)
class Counted:
    """One figure as a platform counts it."""

    title: str
    value: str
    interval: str
    n: int
    pending: int
    says: str
    source: str
    more: str


@dataclass(frozen=True, slots=True)
class Platform:
    title: str  # 旺旺的口径（第 1 版）
    shops: str
    sure: str  # 近似, or when it was compared with the back office
    certainty: str
    figures: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    name: str
    span: Span
    n: int
    colleagues: int
    left_out: int
    svg: str
    rows: tuple[Row, ...]
    reasons: tuple[Row, ...]
    strengths: str
    practise: str
    mix: tuple[tuple[str, int, int], ...]  # reason, conversations, percent
    hard: int
    platforms: tuple[Platform, ...]
    version: str  # of the definitions


@dataclass(frozen=True, slots=True)
class Seen:
    """One conversation behind a figure."""

    day: str
    reason: str
    difficulty: str
    value: str
    link: str  # "" when it is kept no longer
    shop: str
    who: str


def person(ctx: Context, tx: Tx, who: Person, span: Span) -> Shown:
    whole = portraits.of(ctx, tx, who, span)
    title = f"{clean(who.name)} · {span.label} · 共 {whole.n} 段"
    return _shown(ctx, whole, portrait_svg(whole, title), platforms(ctx, tx, [who.name], span))


def team(ctx: Context, tx: Tx, name: str, span: Span) -> tuple[Shown, Table]:
    whole, group = portraits.team(ctx, tx, name, span)
    title = f"{clean(name)}组 · {span.label} · 共 {whole.n} 段"
    svg = portrait_svg(whole, title, middle=False)
    return _shown(ctx, whole, svg, ()), group


def shop(ctx: Context, tx: Tx, name: str, span: Span) -> Shown:
    whole = portraits.shop(ctx, tx, name, span)
    title = f"{clean(name)} · {span.label} · 共 {whole.n} 段"
    return _shown(ctx, whole, portrait_svg(whole, title, middle=False), ())


def members(group: Table) -> list[tuple[str, int, list[tuple[str, str]]]]:
    """(name, conversations, (value, place) by measure), by name: no ranking. For their lead and QA."""
    by_measure = [portrait.everybody(group, m, intervals=False) for m in MEASURED.values()]
    served = dict(zip(group.people, group.of("calm")[:, :, 0].sum(axis=1).tolist(), strict=True))
    return [(who, round(served[who]), [_cell(found.get(who)) for found in by_measure]) for who in sorted(group.active)]


def trail(ctx: Context, tx: Tx, names: Iterable[str], span: Span, asked: Mapping[str, str]) -> tuple[list[Seen], int]:
    """(conversations behind a figure, how many there are): those to learn from first when a measure is asked for."""
    known, wanted = bindings.of(ctx, tx), set(names)
    keys = sorted({key for name in wanted for key in known.keys(name)})
    told = figure_cells.trail(tx, keys, span.since, span.until)
    return _behind(tx, [(day, who, t) for a, day, t in told if (who := known.person(a, day)) in wanted], asked)


def shop_trail(ctx: Context, tx: Tx, name: str, span: Span, asked: Mapping[str, str]) -> tuple[list[Seen], int]:
    """The same of a shop; nobody is named."""
    told = figure_cells.trail(tx, [f"{SHOP}{name}"], span.since, span.until)
    return _behind(tx, [(day, "", t) for _, day, t in told], asked)


def _behind(tx: Tx, days: Sequence[tuple[str, str, Trail]], asked: Mapping[str, str]) -> tuple[list[Seen], int]:
    measure, reason = MEASURED.get(asked.get("measure", "")), asked.get("reason", "")
    found = [
        (day, who, told)
        for day, who, trail in days
        for told in trail
        if (not reason or told[1] == reason) and (measure is None or measure.name in told[3])
    ]
    if measure is not None:
        found.sort(key=lambda one: one[2][3][measure.name] * measure.better)
    begins = (page_of(asked) - 1) * MOST
    shown = found[begins : begins + MOST]
    kept = figure_cells.links(tx, [told[0] for _, _, told in shown])
    seen = [_seen(day, who, told, kept.get(told[0]), asked.get("measure", "")) for day, who, told in shown]
    return seen, len(found)


def page_of(asked: Mapping[str, str]) -> int:
    """From 1 on."""
    told = asked.get("page", "")
    return max(1, int(told)) if told.isdecimal() and len(told) < PAGES else 1


def _shown(ctx: Context, p: Portrait, svg: str, counted: Sequence[Platform]) -> Shown:
    return Shown(
        p.name, p.span, p.n, p.colleagues, p.left_out, svg,
        tuple(_row(c.standing, p.span, c) for c in p.changes),
        tuple(_row(s, p.span) for s in sorted(p.reasons, key=lambda s: (s.reason, [*MEASURED].index(s.measure.name)))),
        "、".join(words.strength(s) for s in p.strengths), "、".join(words.label(s) for s in p.to_practise),
        tuple((reason, n, round(100 * n / p.n)) for reason, n in p.mix), p.hard, tuple(counted), version(ctx),
    )  # fmt: skip


def version(ctx: Context) -> str:
    """Of the definitions that portraits are made by."""
    pack = ctx.metrics.packs.get("generic")
    return f"{pack.title}的口径（第 {pack.version} 版）" if pack else ""


def _row(s: Standing, span: Span, change: Change | None = None) -> Row:
    asked = {"measure": s.measure.name, "reason": s.reason, "span": span.told}
    return Row(
        s.measure.title if change else f"{s.reason} · {s.measure.title}", amount(s.measure, s.plain),
        f"{amount(s.measure, s.interval[0])}–{amount(s.measure, s.interval[1])}", amount(s.measure, s.middle), s.n,
        words.word(change) if change else "", place(s), "" if s.measure.figure else CALM,
        urlencode({key: value for key, value in asked.items() if value}),
    )  # fmt: skip


def place(s: Standing) -> str:
    """Where they stand among colleagues, in words."""
    if not s.enough:
        return portrait.FEW
    return "拿手" if s.strong else "可以练" if s.weak else "差不多"


def _cell(s: Standing | None) -> tuple[str, str]:
    return ("—", "") if s is None else (amount(s.measure, s.plain), place(s))


def platforms(ctx: Context, tx: Tx, names: Sequence[str], span: Span) -> list[Platform]:
    """As each platform counts: those of the shops first, the common one last."""
    known = bindings.of(ctx, tx)
    keys = sorted({key for name in names for key in known.keys(name)})
    found = []
    for pack in sorted(ctx.metrics.packs.values(), key=lambda p: p.name == "generic"):
        rows = figure_days.read_days(tx, keys, span.since, span.until, pack.name)
        mine = (told for account, day, told in rows if known.person(account, day) in names)
        found.append(_platform(ctx, pack, [*tally.figures(mine, pack)], span))
    return found


def _platform(ctx: Context, pack: Pack, figures: Sequence[Figure], span: Span) -> Platform:
    shops = [shop for shop, name in ctx.metrics.shops.items() if name == pack.name]
    whose = "、".join(map(clean, shops)) or ("所有店铺" if pack.name in ("generic", ctx.metrics.default) else "")
    sure = "近似" if pack.approximate else f"{pack.reconciled} 和后台对过数"
    counted = tuple(_counted(f, d, span) for f in figures if (d := pack.definition(f.name)) is not None and f.n)
    certainty = pack.definitions[0].certainty if pack.definitions else ""
    return Platform(f"{pack.title}的口径（第 {pack.version} 版）", whose, sure, certainty, counted)


def _counted(f: Figure, d: Definition, span: Span) -> Counted:
    behind = next((m.name for m in MEASURED.values() if m.measure == d.measure), "")
    asked = {"measure": behind, "span": span.told}
    return Counted(
        d.title, words.value_of(f, d.unit), words.interval_of(f, d.unit), f.n, f.pending, d.says,
        f"{d.source}（{d.date}）", urlencode({k: v for k, v in asked.items() if v}),
    )  # fmt: skip


def _seen(day: str, who: str, told: Sequence[object], row: object, measure: str) -> Seen:
    _, reason, difficulty, values = told
    value = values.get(measure) if isinstance(values, dict) else None
    said = "" if value is None else _value(measure, value)
    hard = "有难度" if difficulty == "hard" else ""
    return Seen(day, str(reason), hard, said, getattr(row, "link", ""), clean(getattr(row, "shop", "")), clean(who))


def _value(measure: str, value: float) -> str:
    if MEASURED[measure].time:
        return seconds(value)
    return "是" if value else "否"
