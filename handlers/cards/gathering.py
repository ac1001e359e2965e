"""One card for many alerts: what was too much for a room, what waited for the morning, one matter of a shop."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from handlers.cards.card import Block, Button, Card, Facts, Quote, Table, Text
from handlers.cards.words import HEADS, STATES, clean
from rules.model import Severity
from rules.privacy import quote

TONES = {Severity.RED: "red", Severity.ORANGE: "orange", Severity.YELLOW: "yellow", Severity.NONE: "yellow"}
LEVELS = {Severity.RED: "红色", Severity.ORANGE: "橙色", Severity.YELLOW: "黄色"}
CLOSED = frozenset({"resolved", "false_alarm"})
LISTED, LISTED_ALL, QUOTED = 5, 30, 3
CLEAR = 48  # characters; a longer quote says too much at once
COLUMNS = ("编号", "客户", "需要", "状态")


@dataclass(frozen=True, slots=True)
class Line:
    """One alert among others."""

    code: str
    who: str
    need: str
    severity: Severity
    state: str
    own: bool = False  # has a card of its own as well

    @property
    def closed(self) -> bool:
        return self.state in CLOSED


@dataclass(frozen=True, slots=True)
class GatheringView:
    code: str
    kind: str  # more | held | matter
    lines: tuple[Line, ...]  # the loudest first
    editable: bool = True  # it can grow; elsewhere it is complete from the first
    since: str = ""  # when it began
    count: int = 0  # of a matter: customers
    shop: str = ""
    matter: str = ""
    quotes: tuple[str, ...] = ()  # raw

    @property
    def open(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if not line.closed)


def gathering_card(view: GatheringView) -> Card:
    together = [line for line in view.open if not line.own] or view.open or view.lines
    worst = max((line.severity for line in together), default=Severity.ORANGE)
    tone = TONES[worst] if view.open or (view.kind == "matter" and not view.lines) else "green"
    draw = {"more": _more, "held": _held, "matter": _matter}[view.kind]
    title, blocks = draw(view, HEADS[worst])
    return Card("gathering", tone, title, blocks, _buttons(view), _state(view))


def call_card(view: GatheringView, mentions: Iterable[str]) -> Card:
    """A new post that calls somebody about all of them at once."""
    waiting = sum(line.state == "open" for line in view.lines)
    card = gathering_card(view)
    words = Text(f"这 {waiting} 位客户还没人认领，请帮忙看一眼。")
    return replace(card, blocks=(words, *card.blocks), mentions=tuple(mentions))


def all_card(view: GatheringView) -> Card:
    """Every one of them, for whoever asked, alone."""
    rows = tuple(_row(line) for line in view.lines[:LISTED_ALL])
    rest = len(view.lines) - len(rows)
    blocks: list[Block] = [Table(COLUMNS, rows)] if rows else []
    mild = view.count - len(view.lines)
    if view.kind == "matter" and mild > 0:
        blocks.append(Text(f"另有 {mild} 位只是问到，话还不重，没有单独提醒。"))
    if rest > 0:
        blocks.append(Text(f"还有 {rest} 条，发「告警」也能看到。"))
    blocks.append(Text("想跟哪一位，发「认领 编号」就行。"))
    return Card("reply", "blue", f"🌱 {view.code} 的全部 {len(view.lines)} 条", tuple(blocks))


def _more(view: GatheringView, head: str) -> tuple[str, tuple[Block, ...]]:
    if not view.open:
        return f"✅ 这 {len(view.lines)} 条都有着落了", _table(view)
    calm = "这会儿事情多，红色的单独说，其余先放在一起。"
    if any(line.severity is Severity.RED for line in view.open):
        calm = "这会儿事情太多，群里一分钟说不完，先放在一起；最急的在最上面。"
    return f"{head} 还有 {_levels(view.open)}", (Text(calm), *_table(view))


def _held(view: GatheringView, head: str) -> tuple[str, tuple[Block, ...]]:
    over = len(view.lines) - len(view.open)
    if not view.open:
        return f"✅ 安静时间里的 {len(view.lines)} 条都有着落了", _table(view)
    well = f"，另有 {over} 条已经收尾" if over else ""
    return f"{head} 安静时间里攒下 {_levels(view.open)}", (Text(f"{view.since}{well}。"), *_table(view))


def _matter(view: GatheringView, head: str) -> tuple[str, tuple[Block, ...]]:
    quotes = tuple(Quote(said, who="客户") for said in clearest(view.quotes))
    title = f"{head} {clean(view.matter)}：{view.since} {view.count} 位客户说到同一件事"
    rows = [("店铺", clean(view.shop))] if view.shop else []
    alone = sum(line.own and not line.closed for line in view.lines)
    more = f"，其中 {alone} 条另有自己的卡片" if alone else ""
    alerts = f"{len(view.lines)} 条告警{more}" if view.lines else "话都还不重"
    rows.append(("涉及", f"{view.count} 段会话，{alerts}"))
    rows.append(("可以这样做", "先对齐一句统一的答复，再挨个告诉客户什么时候有准信。"))
    return title, (*quotes, Facts(tuple(rows)))


def clearest(quotes: Sequence[str]) -> tuple[str, ...]:
    """Three that say most in the fewest words, masked, none twice."""
    masked = dict.fromkeys(quote(said, CLEAR) for said in quotes)
    told = [said for said in masked if said]
    return tuple(sorted(told, key=lambda said: (said.endswith("…"), abs(len(said) - CLEAR // 2)))[:QUOTED])


def _levels(lines: Sequence[Line]) -> str:
    """2 条橙色、7 条黄色"""
    counts = {level: sum(line.severity is level for line in lines) for level in LEVELS}
    return "、".join(f"{n} 条{LEVELS[level]}" for level, n in counts.items() if n)


def _table(view: GatheringView) -> tuple[Block, ...]:
    shown = (view.open or view.lines)[:LISTED]
    rest = len(view.lines) - len(shown)
    more = (Text(f"还有 {rest} 条，点「看全部」。"),) if rest > 0 else ()
    return (Table(COLUMNS, tuple(_row(line) for line in shown)), *more)


def _row(line: Line) -> tuple[str, str, str, str]:
    return (f"{HEADS[line.severity]} #{line.code}", line.who, clean(line.need), STATES[line.state])


def _state(view: GatheringView) -> str:
    """Where a card cannot change it stays the same word, so that growing costs no line."""
    waiting = sum(line.state == "open" and not line.own for line in view.lines)
    if not view.editable:
        return "一起看"
    if waiting:
        return f"{waiting} 条待认领"
    return "已认领" if view.open else "都收尾了" if view.lines else "看着"


def _buttons(view: GatheringView) -> tuple[Button, ...]:
    see = Button("看全部", "see_all", view.code, command=f"看全部 {view.code}")
    waiting = any(line.state == "open" and not line.own for line in view.lines)
    if view.kind == "matter" and waiting:
        claim = Button("都认领", "claim_all", view.code, command=f"都认领 {view.code}", style="primary")
        return (claim, see)
    return (see,) if view.lines else ()
