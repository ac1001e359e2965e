"""The precision ledger as people read it, and the cards that ask whether a rule should speak more quietly."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from handlers.cards.card import Block, Button, Card, Facts, Table, Text
from handlers.cards.rule_words import LEVELS, change_words
from handlers.cards.words import clean, clock, span
from rules.ledger import Tally
from storage.rule_changes import RuleChange

Title = Callable[[str], str]
STATES = {"proposed": "待质检确认", "accepted": "已降级", "declined": "保留原样", "undone": "已撤销"}
KINDS = {"risk": "风险分", "redline": "红线", "star": "高光分"}
LATE = "太晚：接手时会话已经结束或已给低分，或一直没人接、最后给了低分。"
JUDGED = "有效：有人判为有效，或认领后收尾、没有判误报。没人判过的不算进准确率。"
COLUMNS = ("规则", "准确率", "误报", "太晚", "认领")


def ledger(worst: Sequence[Tally], best: Sequence[Tally], scores: Sequence[Tally], title: Title, days: int) -> Card:
    judged = [tally for tally in scores if tally.judged]
    if not judged and not worst:
        return Card("reply", "blue", "🌱 还没有可以算的判定", (Text("大家点过「误报」或「解决」以后，这里就有数了。"),))
    blocks: list[Block] = [Text("最需要改的"), _table(worst, title)]
    if best:
        blocks += [Text("最靠得住的"), _table(best, title)]
    if judged:
        blocks += [Text("按分数看"), Table(("分数", *COLUMNS[1:]), tuple(_row(t, _band(t.name)) for t in judged))]
    blocks.append(Text(f"{JUDGED}{LATE}"))
    return Card("reply", "blue", f"🌱 规则账本 · 最近 {days} 天", tuple(blocks))


def _table(tallies: Sequence[Tally], title: Title) -> Table:
    return Table(COLUMNS, tuple(_row(tally, f"{title(tally.name)}（{tally.name}）") for tally in tallies))


def _row(tally: Tally, name: str) -> tuple[str, ...]:
    wrong = tally.false_alarm + tally.overturned
    return (name, precision(tally), f"{wrong} 次", f"{tally.late} 次", _claimed(tally.claim))


def precision(tally: Tally) -> str:
    """83%（70–91%，共 42 次）"""
    if tally.precision is None:
        return "还没有判定"
    low, high = tally.interval
    return f"{tally.precision:.0%}（{low * 100:.0f}–{high:.0%}，共 {tally.judged} 次）"


def _claimed(length: timedelta | None) -> str:
    return "没人认领" if length is None else f"中位 {span(length)}"


def _band(name: str) -> str:
    kind, _, least = name.partition(" ")
    return f"{KINDS[kind]} {float(least):.0%} 起"


def demotion(change: RuleChange, title: str, zone: ZoneInfo) -> Card:
    """Asks, and afterwards says who decided; what was decided can be taken back."""
    level = LEVELS.get(change.change.value, "")
    asks_for = f"改成{level}" if level else change_words(change.change, title)
    rows = [("规则", f"{title}（{change.change.name}）"), ("提议", asks_for), ("为什么", change.reason)]
    if change.decided_at is not None:
        word = "保留原样" if change.state == "declined" else "同意降级"
        rows.append(("决定", f"{change.decided_by} {clock(change.decided_at, zone, change.proposed_at)} {word}"))
    if change.undone_at is not None:
        rows.append(("撤销", f"{change.undone_by} {clock(change.undone_at, zone, change.proposed_at)} 撤销"))
    rows.append(("编号", f"#{change.code}"))
    asks = (Text("没人同意之前，它照旧提醒。"),) if change.state == "proposed" else ()
    title = (
        f"🟠 「{clean(title)}」常常提醒错，要不要让它轻一点" if asks else f"🌱 「{clean(title)}」{STATES[change.state]}"
    )
    tone = "orange" if asks else "grey" if change.state == "declined" else "green"
    clean_rows = tuple((label, clean(told)) for label, told in rows)
    return Card("review", tone, title, (Facts(clean_rows), *asks), _buttons(change), STATES[change.state])


def _buttons(change: RuleChange) -> tuple[Button, ...]:
    code = change.code
    if change.state == "proposed":
        return (
            Button("同意降级", "accept_change", code, command=f"同意降级 {code}", style="primary"),
            Button("保留", "decline_change", code, command=f"保留 {code}"),
        )
    if change.state == "accepted":
        return (Button("撤销降级", "undo_change", code, command=f"撤销降级 {code}"),)
    return ()
