"""Drawing: a Vega-Lite spec becomes an SVG for pages or a PNG for chats, with a Chinese font and without a network.

Drawing holds a JavaScript engine: the first picture takes two or three seconds and about 70 MiB, the next ones half a
second; call it in a thread. Data stand in the spec (`"data": {"values": […]}`); a URL in it is refused.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import pylopdf_fonts_zh_cn
import vl_convert

Spec = Mapping[str, Any]

FONT = "Noto Sans SC"
# On a page the reader's own Chinese font stands in where ours is not installed.
FONTS = f"{FONT}, PingFang SC, HarmonyOS Sans SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"
INK, FAINT, LINE, PAPER = "#1b1f2e", "#626980", "#e2e5ee", "#ffffff"
RED, ORANGE, YELLOW, GREEN, BLUE, GREY = "#d8434e", "#dd7a1f", "#c79a12", "#2c9a62", "#4f63dd", "#8a91a5"
HOUSE: Spec = {
    "background": PAPER,
    "font": FONTS,
    "padding": 16,
    "view": {"stroke": None},
    "range": {"category": [BLUE, GREEN, ORANGE, RED, YELLOW, GREY]},
    "axis": {
        "labelColor": FAINT,
        "titleColor": FAINT,
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "gridColor": LINE,
        "domainColor": LINE,
        "tickColor": LINE,
    },
    "legend": {"labelColor": FAINT, "titleColor": FAINT, "labelFontSize": 13, "titleFontSize": 13},
    "title": {"color": INK, "fontSize": 18, "subtitleColor": FAINT, "subtitleFontSize": 13, "anchor": "start"},
}
_WIDTH = re.compile(r'<svg[^>]*? width="([0-9.]+)"')


def svg(spec: Spec) -> str:
    """To stand in a page; the caller's `config` wins over the house's. Raises ValueError when the spec is wrong."""
    _register()
    config = HOUSE | spec.get("config", {})
    drawn: str = vl_convert.vegalite_to_svg({**spec, "config": config}, allowed_base_urls=[])
    return drawn


def png(spec: Spec, width: int) -> bytes:
    """`width` pixels wide, high as it comes; `{"svg": …}` is a drawing that is finished already."""
    _register()
    drawn = str(spec["svg"]) if "svg" in spec else svg(spec)
    found = _WIDTH.search(drawn)
    scale = width / float(found[1]) if found else 1.0
    painted: bytes = vl_convert.svg_to_png(drawn, scale=scale)
    return painted


@cache
def _register() -> None:
    vl_convert.register_font_directory(str(pylopdf_fonts_zh_cn.sans_path().parent))
