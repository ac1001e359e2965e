"""救回来了: how the customer came and left, who helped, and how long it took; and the lead's week of such moments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.cards.card import Button, Card, Facts, Quote, Text
from handlers.cards.words import AGENT, clock, span, unnamed, who
from rules.model import Conversation, Message
from rules.moods import Turn
from rules.privacy import quote
from storage.alerts import Saved


@dataclass(frozen=True, slots=True)
class SavedView:
    code: str
    conversation: Conversation
    turn: Turn
    took: timedelta
    zone: ZoneInfo
    colleagues: tuple[str, ...] = ()  # whose names are left out of the customer's words


def saved_card(view: SavedView, helped: Sequence[str]) -> Card:
    """`helped`: what each did, named as far as this place may know."""
    title = f"💚 救回来了 · 用了 {span(view.took)}" if view.took >= timedelta(minutes=1) else "💚 救回来了"
    came, left = view.turn.felt
    rows = (("心情", f"从{came}到{left}"), ("谁搭了手", " · ".join(helped)), ("编号", f"#{view.code}"))
    before, after = _said(view, view.turn.before, "之前"), _said(view, view.turn.after, "后来")
    blocks = (Text(who(view.conversation)), before, after, Facts(rows))
    keep = Button("收入案例库", "collect", view.code, command=f"收入案例库 {view.code}")
    return Card("saved", "green", title, blocks, (keep,), "谢谢大家")


def week_card(saved: Sequence[Saved], pressing: int, since: datetime, zone: ZoneInfo) -> Card:
    """For the lead: how many of the pressing ones were saved, how fast, and whom to thank."""
    took = sorted(one.took for one in saved)
    rows = (
        ("救回", f"{len(saved)} 段（红色和橙色告警共 {pressing} 条）"),
        ("用时", f"一半在 {span(took[len(took) // 2])}以内，最快 {span(took[0])}"),
        ("谁搭了手", _thanks(saved)),
    )
    day = Text(f"{since.astimezone(zone):%m-%d} 起的七天")
    return Card("week", "green", f"💚 上周救回 {len(saved)} 位客户", (day, Facts(rows)))


def _said(view: SavedView, message: Message, when: str) -> Quote:
    words = quote(unnamed(message.text, view.colleagues, AGENT))
    return Quote(words, clock(message.at, view.zone) if message.at else "", when)


def _thanks(saved: Sequence[Saved]) -> str:
    times: dict[str, int] = {}
    for one in saved:
        for name in one.helpers:
            times[name] = times.get(name, 0) + 1
    best = sorted(times.items(), key=lambda pair: (-pair[1], pair[0]))
    return " · ".join(f"{name} {n} 次" for name, n in best)
