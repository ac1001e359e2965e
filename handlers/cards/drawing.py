"""Portraits as a picture: one row a measure with its value, where it stands, and its eight weeks.

The same SVG serves chats, which paint it, and pages, whose style sheet replaces the colours by their classes.
"""

from collections.abc import Sequence
from html import escape
from math import log

from handlers.cards.amounts import amount
from rules.metrics.cells import Measured
from rules.portrait import CHANGED, FEW, Change, Portrait, Standing, Trend, Week

BOLD = 'font-weight="600"'
WIDE, ROW, HEAD, FOOT = 420, 62, 52, 30
BAR, LINE = (132, 128), (282, 122)  # where a row's two drawings begin, and how wide they are
MARGIN = 0.06  # of a drawing, at both ends
WIDER = 4.0  # times as long or short, at the ends of the scale of a time
FONT = "Noto Sans SC, PingFang SC, HarmonyOS Sans SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"
COLOURS = {
    "ink": "#1b1f2e",
    "faint": "#626980",
    "rule": "#e2e5ee",
    "own": "#4f63dd",
    "good": "#14713f",
    "mid": "#8a91a5",
}


def portrait_svg(p: Portrait, title: str, *, middle: bool = True) -> str:
    """`middle`: whether there are colleagues to compare with."""
    high = HEAD + ROW * max(1, len(p.changes)) + FOOT
    trends = {t.measure.name: t for t in p.trends}
    rows = [
        _row(change, trends.get(change.standing.measure.name), HEAD + i * ROW, middle=middle)
        for i, change in enumerate(p.changes)
    ]
    note = (
        "竖线是组里的中间位置，点是你，横线是 90% 区间；右边是近 8 周，越靠上越好"
        if middle
        else "横线是 90% 区间，两头是刻度，越靠右越好；右边是近 8 周，越靠上越好"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{high}" viewBox="0 0 {WIDE} {high}" '
        f'class="portrait" font-family="{FONT}" role="img" aria-label="{escape(title)}">'
        f'<rect class="c-paper" width="{WIDE}" height="{high}" fill="#ffffff"/>'
        + _text(16, 30, title, "ink", 16, BOLD)
        + "".join(rows)
        + _text(16, high - 12, note, "faint", 12)
        + "</svg>"
    )


def _row(change: Change, trend: Trend | None, top: int, *, middle: bool) -> str:
    s = change.standing
    value = amount(s.measure, s.plain)
    return (
        f'<line class="c-rule" x1="16" x2="{WIDE - 16}" y1="{top}" y2="{top}" stroke="{COLOURS["rule"]}"/>'
        + _text(16, top + 22, s.measure.title, "faint", 13)
        + _text(16, top + 46, value, "ink", 17, BOLD)
        + _bar(change, top + 30, middle=middle)
        + _text(BAR[0], top + 54, f"共 {s.n}", "faint", 12)
        + (_weeks(trend, top + 12) + _word(trend, top + 54) if trend else "")
    )


def _bar(change: Change, y: int, *, middle: bool) -> str:
    """To the right is better."""
    s = change.standing
    ends = [s.interval[0], s.interval[1], s.value, s.middle] if middle else _ends(s)
    place = _scale([_even(s.measure, v) * s.measure.better for v in ends], *BAR)
    at = [place(_even(s.measure, v) * s.measure.better) for v in (s.interval[0], s.interval[1], s.value, s.middle)]
    tone = "good" if s.strong and middle else "own"
    mark = _stroke(at[3], y - 11, at[3], y + 11, "mid", 2) if middle else ""
    return (
        (mark if middle else _axis(s, y))
        + _stroke(at[0], y, at[1], y, tone, 4)
        + (f'<circle class="c-{tone}" cx="{at[2]:.1f}" cy="{y}" r="6" fill="{COLOURS[tone]}"/>')
    )


def _ends(s: Standing) -> list[float]:
    """Of a scale that is the same for everybody, so that few conversations look as wide as they are."""
    if not s.measure.time:
        return [0.0, 1.0]
    return [min(s.value / WIDER, s.interval[0]), max(s.value * WIDER, s.interval[1])]


def _axis(s: Standing, y: int) -> str:
    ends = sorted(_ends(s), reverse=s.measure.better < 0)
    begins, past = BAR[0] + BAR[1] * MARGIN, BAR[0] + BAR[1] * (1 - MARGIN)
    return (
        f'<line class="c-rule" x1="{begins}" x2="{past}" y1="{y}" y2="{y}" stroke="{COLOURS["rule"]}"/>'
        + _text(begins, y - 12, amount(s.measure, ends[0]), "faint", 10)
        + _text(past, y - 12, amount(s.measure, ends[1]), "faint", 10, 'text-anchor="end"')
    )


def _weeks(trend: Trend, top: int) -> str:
    """Up is better; weeks with little are small."""
    known = [(i, w) for i, w in enumerate(trend.weeks) if w.value is not None]
    if not known:
        return ""
    m = trend.measure
    place = _scale([_even(m, w.value or 0) * m.better for _, w in known], 26, -26)
    step = LINE[1] / max(1, len(trend.weeks) - 1)
    dots = [(LINE[0] + i * step, top + place(_even(m, w.value or 0) * m.better), w) for i, w in known]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in dots)
    tone = "good" if trend.word == CHANGED and trend.better else "own"
    line = f'<polyline class="l-{tone}" points="{path}" fill="none" stroke="{COLOURS[tone]}" stroke-width="2"/>'
    return line + "".join(_dot(x, y, week, tone) for x, y, week in dots)


def _dot(x: float, y: float, week: Week, tone: str) -> str:
    title = f"<title>{escape(week.label)}：共 {week.n}</title>"
    return (
        f'<circle class="c-{tone}" cx="{x:.1f}" cy="{y:.1f}" r="{3 if week.n >= 10 else 1.8}" '
        f'fill="{COLOURS[tone]}">{title}</circle>'
    )


def _word(trend: Trend, y: int) -> str:
    said = f"{trend.word} {trend.arrow}".strip() + (f"（{trend.n}）" if trend.word == FEW else "")
    return _text(LINE[0], y, said, "good" if trend.word == CHANGED and trend.better else "faint", 12)


def _scale(values: Sequence[float], begins: float, wide: float) -> "_Place":
    low, high = min(values), max(values)
    return _Place(low, (high - low) or 1.0, begins + wide * MARGIN, wide * (1 - 2 * MARGIN), flat=high == low)


class _Place:
    """Where a value stands on a line."""

    def __init__(self, low: float, spread: float, begins: float, wide: float, *, flat: bool):
        self._low, self._spread, self._begins, self._wide, self._flat = low, spread, begins, wide, flat

    def __call__(self, value: float) -> float:
        return self._begins + self._wide * (0.5 if self._flat else (value - self._low) / self._spread)


def _even(m: Measured, value: float) -> float:
    """On a scale on which twice as long is as far as half as long."""
    return log(max(value, 0.5)) if m.time else value


def _text(x: float, y: float, said: str, tone: str, size: int, more: str = "") -> str:
    return (
        f'<text class="c-{tone}" x="{x}" y="{y}" font-size="{size}" fill="{COLOURS[tone]}" {more}>{escape(said)}</text>'
    )


def _stroke(x1: float, y1: float, x2: float, y2: float, tone: str, wide: int) -> str:
    return (
        f'<line class="l-{tone}" x1="{x1:.1f}" y1="{y1}" x2="{x2:.1f}" y2="{y2}" '
        f'stroke="{COLOURS[tone]}" stroke-width="{wide}" stroke-linecap="round"/>'
    )
