"""The one picture worth forwarding: a few figures, what customers meet most, and something kind a customer said."""

from collections.abc import Sequence
from typing import Any

from bot import charts
from bot.checkup.values import Report

WIDTH, EDGE = 720, 44
BARS = 6
TOP, TILE, BAR = 150, 112, 44  # where the tiles begin, their height, the height of one bar's line
LINE = 26  # Chinese characters of the quote on one line
SOFT, GOLD, GOLD_SOFT = "#eef1fe", "#8a6200", "#fff7e2"

Json = dict[str, Any]


def spec(report: Report) -> Json:
    bars = report.bars[:BARS]
    after_tiles = TOP + TILE + 54
    after_bars = after_tiles + (BAR * len(bars) + 20 if bars else -24)
    quote = _wrapped(report.warmest) if report.warmest else []
    end = after_bars + (len(quote) * 30 + 76 if quote else 0)
    height = end + 52
    rects, words = _tiles(report)
    words += _titles(report) + _ends(height)
    if bars:
        words.append(_word(EDGE, after_tiles - 14, "客户最常遇到的事（段）", 17, charts.INK, bold=True))
        more_rects, more_words = _bars(bars, after_tiles + 12)
        rects, words = rects + more_rects, words + more_words
    if quote:
        rects.append(_rect(EDGE, after_bars, WIDTH - EDGE, end - 16, GOLD_SOFT, 14))
        words.append(_word(EDGE + 22, after_bars + 30, "客户说的，值得全组听一遍", 14, GOLD))
        words += [_word(EDGE + 22, after_bars + 62 + 30 * n, line, 20, charts.INK) for n, line in enumerate(quote)]
    return {
        "width": WIDTH,
        "height": height,
        "padding": 0,
        "layer": [_layer(rects), *_texts(words)],
        "config": {"padding": 0, "background": charts.PAPER},
    }


def _titles(report: Report) -> list[Json]:
    counted = f"{report.conversations:,} 段会话，100% 筛过"
    told = " · ".join(part for part in (report.days, counted) if part)
    return [
        _word(EDGE, 62, "客服体检报告", 34, charts.INK, bold=True),
        _word(EDGE, 104, told, 17, charts.FAINT),
    ]


def _tiles(report: Report) -> tuple[list[Json], list[Json]]:
    told = [(f"{report.worth:,}", "段值得看看"), (f"{report.stars:,}", "段值得夸")]
    if report.waits:
        told += [(report.waits[0].value, "首次回复（中位）"), (report.waits[4].value, "三分钟内有回复")]
    width = (WIDTH - 2 * EDGE - 14 * (len(told) - 1)) / len(told)
    rects, words = [], []
    for n, (value, label) in enumerate(told):
        left = EDGE + n * (width + 14)
        rects.append(_rect(left, TOP, left + width, TOP + TILE - 10, SOFT, 14))
        size = 32 if len(value) <= 6 else 24
        words.append(_word(left + 16, TOP + 44, value, size, charts.BLUE, bold=True))
        words.append(_word(left + 16, TOP + 80, label, 14, charts.FAINT))
    return rects, words


def _bars(bars: Sequence[tuple[str, int]], top: float) -> tuple[list[Json], list[Json]]:
    left, right = 250, WIDTH - EDGE - 60
    most = max(count for _, count in bars)
    rects, words = [], []
    for n, (title, count) in enumerate(bars):
        y = top + n * BAR
        end = left + max(4.0, (right - left) * count / most)
        rects.append(_rect(left, y + 8, end, y + BAR - 14, charts.BLUE if n < 3 else "#b9c3f5", 5))
        words.append(_word(EDGE, y + 20, title, 17, charts.INK))
        words.append(_word(end + 10, y + 20, f"{count:,}", 17, charts.FAINT))
    return rects, words


def _ends(height: float) -> list[Json]:
    return [
        _word(EDGE, height - 30, "八哥 Starling · 个人信息已隐去 · 筛查排的是先看的顺序，不是结论", 13, charts.FAINT)
    ]


def _wrapped(quote: str) -> list[str]:
    told = f"「{quote}」"
    return [told[n : n + LINE] for n in range(0, len(told), LINE)][:3]


def _rect(x: float, y: float, x2: float, y2: float, colour: str, round_: float) -> Json:
    return {"x": x, "y": y, "x2": x2, "y2": y2, "colour": colour, "round": round_}


def _word(x: float, y: float, said: str, size: float, colour: str, *, bold: bool = False) -> Json:
    return {"x": x, "y": y, "said": said, "size": size, "colour": colour, "bold": bold}


def _layer(rects: Sequence[Json]) -> Json:
    places = {name: {"field": name, "type": "quantitative", "scale": None, "axis": None} for name in ("x", "y")}
    ends = {name: {"field": name} for name in ("x2", "y2")}
    colour = {"color": {"field": "colour", "type": "nominal", "scale": None}}
    return {
        "data": {"values": list(rects)},
        "mark": {"type": "rect", "cornerRadius": 8},
        "encoding": places | ends | colour,
    }


def _texts(words: Sequence[Json]) -> list[Json]:
    """One layer for each size and weight: a mark has one of each."""
    layers = []
    for size, bold in sorted({(word["size"], word["bold"]) for word in words}):
        chosen = [word for word in words if (word["size"], word["bold"]) == (size, bold)]
        mark = {"type": "text", "align": "left", "baseline": "middle", "fontSize": size}
        # The font comes in one weight: a thin line of its own colour around the letters makes it bold everywhere.
        mark |= {"strokeWidth": size / 34} if bold else {}
        colours = {"color": {"field": "colour", "type": "nominal", "scale": None}}
        colours |= {"stroke": {"field": "colour", "type": "nominal", "scale": None}} if bold else {}
        places = {name: {"field": name, "type": "quantitative", "scale": None, "axis": None} for name in ("x", "y")}
        encoding = places | colours | {"text": {"field": "said", "type": "nominal"}}
        layers.append({"data": {"values": chosen}, "mark": mark, "encoding": encoding})
    return layers
