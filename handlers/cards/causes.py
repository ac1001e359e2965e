"""The weekly list for whoever can change a process, a policy or a system: what it cost customers, and how often."""

from collections import Counter
from collections.abc import Sequence

from handlers.cards.card import Card, Table, Text
from handlers.cards.words import clean
from rules.causes import word

SHOWN = 10


def week(found: Sequence[tuple[str, str]]) -> Card:
    """(cause, what was found) of every confirmed matter of the week."""
    times = Counter((cause, clean(says)) for cause, says in found)
    rows = tuple((word(cause), says, f"{n} 段") for (cause, says), n in times.most_common(SHOWN))
    more = f"，先看最多的 {SHOWN} 种" if len(times) > SHOWN else ""
    calm = Text("这些不是哪位同事能单独改的，没有算在任何人身上。改掉一条，客户和同事都轻松一点。")
    title = f"🌱 上周有 {len(found)} 段聊天卡在能一起改的地方{more}"
    return Card("week", "blue", title, (Table(("原因", "发生了什么", "次数"), rows), calm))
