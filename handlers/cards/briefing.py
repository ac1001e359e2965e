"""☀️ The morning briefing of a team, its preview for the lead, and the reports of a week and a month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from handlers.cards.card import Block, Button, Card, Facts, Form, Picture, Text

WEEKDAYS = "一二三四五六日"
NUMBERS = "①②③④⑤"
LETTERS = {"axis": {"labelFontSize": 17}, "title": {"fontSize": 18}}  # to be read on a phone, where it is half as wide
Point = tuple[str, float | None, float | None]  # day, wait in seconds, satisfied share


@dataclass(frozen=True, slots=True)
class View:
    """All that a briefing tells; an empty part is left out."""

    code: str
    team: str
    day: date
    figures: tuple[tuple[str, str], ...] = ()
    points: tuple[Point, ...] = ()
    learn: tuple[str, ...] = ()
    avoid: str = ""
    tips: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()  # open appeals, polls
    honours: tuple[str, ...] = ()
    duty: str = ""
    words: str = ""
    by: str = ""
    late: str = ""  # the time at which it was due
    page: str = ""

    @property
    def empty(self) -> bool:
        """Who is on duty is no reason to call everybody together."""
        told = (self.figures, self.learn, self.avoid, self.tips, self.waiting, self.honours, self.words)
        return not any(told)

    @property
    def date(self) -> str:
        return f"{self.day.month} 月 {self.day.day} 日 周{WEEKDAYS[self.day.weekday()]}"


def briefing(view: View) -> Card:
    buttons = [Button("读过", "briefing_read", view.code, command=f"读过 {view.code}", style="primary")]
    if view.page:
        buttons.append(Button("看案例", url=view.page))
    late = [Text(f"今天的晨会到晚了：原定 {view.late}，那会儿我没在线，现在补上。")] if view.late else []
    return Card("briefing", "blue", f"☀️ {view.team}组晨会 · {view.date}", (*late, *_body(view)), tuple(buttons))


def preview(view: View, at: str) -> Card:
    """To the lead alone, while there is time to change it."""
    say = f"发「寄语 {view.code} 想说的话」"
    form = Form("briefing_words", view.code, "想对大家说的一句话（写在最上面）", "加上", say)
    buttons = [Button("现在发", "briefing_now", view.code, command=f"晨会 {view.code}", style="primary")]
    if view.avoid:
        buttons.append(Button("不讲「避一个」", "briefing_plain", view.code, command=f"不讲 {view.code}"))
    head = Text(f"{at} 发到群里。可以加一句话，也可以现在就发；不用动也行。")
    return Card("briefing_preview", "blue", f"☀️ 预览：{view.team}组晨会 · {view.date}", (head, *_body(view), form),
                tuple(buttons), f"{at} 发出")  # fmt: skip


def sent(card: Card, at: str) -> Card:
    """The preview, once it is out: nothing left to press, nor to say how."""
    blocks = tuple(block for block in card.blocks[1:] if not isinstance(block, Form))
    return replace(card, blocks=blocks, buttons=(), state=f"{at} 已发出")


def read_by(card: Card, readers: int) -> Card:
    return replace(card, state=f"{readers} 人读过")


def report(view: View, title: str, link: str) -> Card:
    buttons = (Button("打印版", url=link),) if link else ()
    return Card("report", "blue", title, _body(view), buttons)


def lines(view: View) -> list[str]:
    """What is told below the figures, a sentence each."""
    learn = [f"学{_count(len(view.learn))}个，今天就能用："] if view.learn else []
    learn += [f"{mark} {case}" for mark, case in zip(NUMBERS, view.learn, strict=False)]
    avoid = [f"避一个：{view.avoid}"] if view.avoid else []
    tips = [f"今天多留意：{tip}" for tip in view.tips]
    praise = [f"恭喜：{told}" for told in view.honours]
    last = " · ".join((*([f"今天值班：{view.duty}"] if view.duty else []), *view.waiting))
    return [*learn, *avoid, *tips, *praise, *([last] if last else [])]


def _body(view: View) -> tuple[Block, ...]:
    words = [Text(f"{view.by}：{view.words}")] if view.words else []
    figures = [Facts(view.figures)] if view.figures else []
    return (*words, *figures, *pictures(view.points), *map(Text, lines(view)))


def _count(n: int) -> str:
    return "一两三四五"[n - 1]


def pictures(points: Sequence[Point]) -> list[Picture]:
    """A week of waits and of satisfaction, one above the other."""
    waits = [(day, wait) for day, wait, _ in points if wait is not None]
    if not waits:
        return []
    content = [(day, share) for day, _, share in points if share is not None]
    alt = "客户等待：" + "，".join(f"{day} {wait:.0f} 秒" for day, wait in waits)
    rows = [_line(waits, "客户等待中位数（秒）", "#4f63dd", None)]
    rows += [_line(content, "满意", "#2c9a62", ".0%")] if len(content) > 1 else []
    return [Picture("", alt, {"vconcat": rows, "config": LETTERS})]


def _line(rows: Sequence[tuple[str, float]], title: str, colour: str, shape: str | None) -> Mapping[str, Any]:
    values = [{"day": day, "value": value} for day, value in rows]
    y: dict[str, Any] = {"field": "value", "type": "quantitative", "title": None, "scale": {"zero": False}}
    y |= {"axis": {"tickCount": 3, **({"format": shape} if shape else {})}}
    return {"width": 520, "height": 110, "title": title, "data": {"values": values},
            "mark": {"type": "line", "point": {"size": 60, "color": colour}, "color": colour, "strokeWidth": 3},
            "encoding": {"x": {"field": "day", "type": "ordinal", "sort": None, "title": None,
                               "axis": {"labelAngle": 0}}, "y": y}}  # fmt: skip
