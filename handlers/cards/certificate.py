"""The certificate: a picture worth forwarding, drawn as SVG, that says for what and by which count."""

import re
from collections.abc import Sequence
from html import escape

WIDE, HIGH = 420, 300
FONT = "Noto Sans SC, PingFang SC, HarmonyOS Sans SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"
GOLD, INK, FAINT, PAPER, LIGHT = "#b8862b", "#1b1f2e", "#626980", "#fffdf7", "#f4e6c3"
LINE = 26  # letters in a line


def certificate_svg(award: str, names: Sequence[str], when: str, line: str) -> str:
    """`when`: the span and the team."""
    who = "、".join(names)
    size = 34 if len(who) <= 8 else 24 if len(who) <= 14 else 17
    told = wrapped(line)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{HIGH}" viewBox="0 0 {WIDE} {HIGH}" '
        f'font-family="{FONT}" role="img" aria-label="{escape(award)}：{escape(who)}">'
        f'<rect width="{WIDE}" height="{HIGH}" fill="{PAPER}"/>'
        f'<rect x="10" y="10" width="{WIDE - 20}" height="{HIGH - 20}" rx="10" fill="none" stroke="{GOLD}" '
        f'stroke-width="2"/><rect x="16" y="16" width="{WIDE - 32}" height="{HIGH - 32}" rx="6" fill="none" '
        f'stroke="{LIGHT}" stroke-width="2"/>'
        + _laurel(WIDE / 2, 62)
        + _text(128, award, 24, GOLD, bold=True)
        + _text(176, who, size, INK, bold=True)
        + "".join(_text(210 + 20 * i, part, 13, INK) for i, part in enumerate(told))
        + _text(HIGH - 28, when, 12, FAINT)
        + "</svg>"
    )


def wrapped(line: str) -> list[str]:
    """Rather after a comma than within a word."""
    found = [""]
    for part in re.findall(r"[^，；。]+[，；。]?", line):
        if found[-1] and len(found[-1]) + len(part) > LINE:
            found.append("")
        found[-1] += part
    return [one[i : i + LINE] for one in found for i in range(0, len(one), LINE)][:3]


def _text(y: float, told: str, size: int, colour: str, *, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{WIDE / 2}" y="{y}" text-anchor="middle" font-size="{size}" fill="{colour}"{weight}>'
        f"{escape(told)}</text>"
    )


def _laurel(x: float, y: float) -> str:
    """A star between two twigs."""
    points = "0,-20 5.9,-8.1 19,-6.2 9.5,3.1 11.8,16.2 0,10 -11.8,16.2 -9.5,3.1 -19,-6.2 -5.9,-8.1"
    leaves = "".join(
        f'<ellipse cx="{side * (34 + 3 * i)}" cy="{14 - 11 * i}" rx="4" ry="8" fill="{GOLD}" opacity="0.75" '
        f'transform="rotate({side * (40 - 22 * i)} {side * (34 + 3 * i)} {14 - 11 * i})"/>'
        for side in (-1, 1)
        for i in range(3)
    )
    return f'<g transform="translate({x} {y})"><polygon points="{points}" fill="{GOLD}"/>{leaves}</g>'
