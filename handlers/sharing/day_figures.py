"""The four figures of a day, a week or a month of a team, each with its n, its interval and whether it really moved."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from handlers.cards.amounts import percent, seconds
from handlers.cards.briefing import Point
from handlers.context import Context
from handlers.counting import figures
from rules import briefing
from rules.briefing import Shown
from rules.metrics import intervals
from rules.metrics.figures import Figure
from storage import alerts, conversation_counts
from storage.db import Tx

BACK = 5  # days: the last one at work is not longer ago
WEEK = timedelta(days=7)
COMMON = "generic"
NAMES = ("first_reply_median", "median_reply", "csat")
Say = Callable[[float], str]
NOTHING = Figure("", None, None, 0, None, "", ())


@dataclass(frozen=True, slots=True)
class Span:
    """Days that are told together, and those they are compared with."""

    since: date
    until: date
    before: date  # the first of the days before

    @property
    def earlier(self) -> "Span":
        return Span(self.before, self.since - timedelta(days=1), self.before)

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def compared(self) -> str:
        return "前一周平均一天" if self.days == 1 else "上一周" if self.days == WEEK.days else "上个月"

    def moments(self, ctx: Context) -> tuple[datetime, datetime]:
        ends = self.until + timedelta(days=1)
        return datetime.combine(self.since, time(), ctx.zone), datetime.combine(ends, time(), ctx.zone)


def accounts(ctx: Context, team: str) -> list[str]:
    return sorted({a for p in ctx.people.people if not team or p.team == team for a in p.accounts})


def last_day(ctx: Context, tx: Tx, team: str, today: date) -> Span:
    """Yesterday, or the last day before on which there were customers."""
    for ago in range(1, BACK + 1):
        span = _day(today - timedelta(days=ago))
        if _talks(ctx, tx, team, span)[0]:
            return span
    return _day(today - timedelta(days=1))


def told(ctx: Context, tx: Tx, team: str, span: Span) -> tuple[tuple[str, str], ...]:
    """Nothing where there were no customers."""
    total, screened = _talks(ctx, tx, team, span)
    if not total:
        return ()
    mine = accounts(ctx, team)
    now, before = (_figures(ctx, tx, mine, days) for days in (span, span.earlier))
    wait, content = now["median_reply"], now["csat"]
    rows = [("接待", _talks_told(ctx, tx, team, span, total, screened))]
    if wait.value is not None:
        rows.append(("客户等待", f"中位数 {seconds(wait.value)}（{_beside(wait, before['median_reply'], seconds)}，"
                                 f"共 {wait.n} 次）"))  # fmt: skip
    if content.value is not None:
        told = _beside(content, before["csat"], percent)
        rows.append(("满意", f"{percent(content.value)}（{told}，共 {content.n} 人评价）"))
    return (*rows, ("救回", _saved_told(ctx, tx, team, span)))


def points(ctx: Context, tx: Tx, team: str, until: date) -> tuple[Point, ...]:
    pack, found = ctx.metrics.packs.get(COMMON), []
    days = [until - timedelta(days=ago) for ago in range(6, -1, -1)]
    told = figures.figures_by_day(tx, accounts(ctx, team), days[0], until, pack, NAMES) if pack else {}
    for day in days:
        one = _named(told.get(day.isoformat(), ()))
        found.append((f"{day.month}-{day.day}", one["median_reply"].value, one["csat"].value))
    return tuple(found)


def _day(day: date) -> Span:
    return Span(day, day, day - WEEK)


def _talks(ctx: Context, tx: Tx, team: str, span: Span) -> tuple[int, int | None]:
    """(conversations of these days, of which were screened); what was erased since is known from its figures alone."""
    mine = accounts(ctx, team)
    total, screened = conversation_counts.of_team(tx, team, mine, *span.moments(ctx))
    return (total, screened) if total else (_figures(ctx, tx, mine, span)["first_reply_median"].n, None)


def _talks_told(ctx: Context, tx: Tx, team: str, span: Span, total: int, screened: int | None) -> str:
    before = _talks(ctx, tx, team, span.earlier)[0]
    usual = before * span.days / span.earlier.days if span.days == 1 else float(before)
    moved = briefing.moved(_count(total, span.days), _count(before, span.earlier.days))
    checked = "" if screened is None else "，全部筛过" if screened == total else f"，筛过 {screened} 段"
    low, high = intervals.count(total)
    return f"{total} 段{checked}（{span.compared} {usual:.0f} 段，区间 {low:.0f}–{high:.0f}，{moved}）"


def _saved_told(ctx: Context, tx: Tx, team: str, span: Span) -> str:
    """Of the pressing matters, how many were saved."""
    (pressing, saved), (once, then) = (alerts.saved(tx, team, *days.moments(ctx)) for days in (span, span.earlier))
    now, before = _share(len(saved), pressing), _share(len(then), once)
    if now.span is None:
        return "没有红色和橙色告警"
    moved = briefing.moved(now, before)
    return f"{len(saved)} 段（区间 {_between(now.span, percent)}，{moved}，红色和橙色告警共 {pressing} 条）"


def _count(n: int, days: int) -> Shown:
    low, high = intervals.count(n)
    return Shown(n / days, n, (low / days, high / days))


def _share(good: int, n: int) -> Shown:
    return Shown(good / n if n else None, n, intervals.share(good, n))


def _beside(now: Figure, before: Figure, said: Say) -> str:
    """区间 28–35 秒，正常波动"""
    word = briefing.moved(Shown(now.value, now.n, now.interval), Shown(before.value, before.n, before.interval))
    return f"区间 {_between(now.interval, said)}，{word}" if now.interval else word


def _between(span: intervals.Interval, said: Say) -> str:
    """35–41 秒: the unit once, where both have the same."""
    low, high = map(said, span)
    unit = high.lstrip("0123456789.")
    return f"{low.removesuffix(unit)}–{high}"


def _figures(ctx: Context, tx: Tx, mine: Sequence[str], span: Span) -> dict[str, Figure]:
    pack = ctx.metrics.packs.get(COMMON)
    return _named(figures.figures_of(tx, mine, span.since, span.until, pack, NAMES) if pack else ())


def _named(found: Iterable[Figure]) -> dict[str, Figure]:
    rows = {figure.name.rpartition(".")[2]: figure for figure in found}
    return {name: rows.get(name, NOTHING) for name in NAMES}
