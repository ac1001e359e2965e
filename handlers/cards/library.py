"""Cases found by 案例 <词>: the best three on one card, each with the words to copy."""

from collections.abc import Mapping, Sequence

from handlers.cards.card import Block, Button, Card, Quote, Text
from storage.cases import Case

MARKS = ("①", "②", "③")


def spoken_by(case: Case) -> str:
    """Whose words the sentence to copy is."""
    if case.version:
        return f"标准话术 v{case.version}"
    return "大家选出的说法" if case.kind == "poll" else "同事原话"


def unclear_card(words: str) -> Card:
    """Nothing in the question tells what is meant."""
    told = Text("我没看懂要找什么。用客户会说的话试试，比如「案例 退款 等太久」。")
    return Card("reply", "grey", f"📖 没看懂：{words}", (told,))


def found_card(words: str, found: Sequence[Case], used: Mapping[int, int], page: str) -> Card:
    """`used`: how often each was said to help."""
    about = f"：{words}" if words else "：最近收进来的"
    link = (Button("看全部", url=page),) if page else ()
    if not found:
        told = Text("换个说法试试，比如「案例 退款 等太久」。看到好的聊天，按「收入案例库」，下次就找得到。")
        return Card("reply", "grey", f"📖 还没有相近的案例{about}" if words else "📖 案例库还空着", (told,), link)
    blocks: list[Block] = []
    for mark, case in zip(MARKS, found, strict=False):
        blocks += _told(mark, case, used.get(case.id, 0))
    helped = [
        Button(f"{mark} 用过，有用", "case_used", f"reply/{case.code}", command=f"有用 {case.code}")
        for mark, case in zip(MARKS, found, strict=False)
        if case.best
    ]
    return Card("reply", "blue", f"📖 案例{about}", tuple(blocks), (*helped, *link))


def _told(mark: str, case: Case, used: int) -> list[Block]:
    tags = " · ".join(tag for tag in (case.told.reason, f"#{case.code}", f"{used} 次有用" if used else "") if tag)
    title = case.told.title or case.told.before or case.told.says
    blocks: list[Block] = [Text(f"{mark} {title}（{tags}）")]
    if case.best:
        blocks.append(Quote(case.best, who=spoken_by(case)))
    else:
        blocks.append(Text("可以怎么说，质检还在写。"))
    return blocks
