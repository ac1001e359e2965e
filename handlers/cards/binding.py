"""Whose sub-accounts are: the morning's question, and what was answered."""

from collections.abc import Mapping, Sequence

from handlers.cards.card import Block, Card, Choices, Facts, Text
from handlers.cards.words import clean
from rules.binding import SHIFT, Bound

MOST = 4  # accounts asked about on one card
TYPED = "名单里没有的，可以说「绑定 shop:xiaoli 小李」；几个人轮班用的，加上时间「09:00-18:00」。"


def unbound(found: Mapping[str, int], names: Sequence[str]) -> Card:
    if not found:
        return Card(
            "binding",
            "green",
            "🌱 子账号都有主人了",
            (Text("谢谢，数据会算到本人名下，以前的也一起改好了。"),),
            state="已绑定",
        )
    blocks: list[Block] = []
    for account, days in list(found.items())[:MOST]:
        blocks.append(Text(f"{_name(account)} · 最近 7 天接待了 {days} 天"))
        if SHIFT not in account:
            blocks.append(Choices("bind", tuple((name, f"bind/{account}={name}") for name in names)))
    more = f"还有 {len(found) - MOST} 个，绑好这些再看。" if len(found) > MOST else ""
    title = f"🟡 {len(found)} 个子账号还不知道是谁的"
    return Card("binding", "yellow", title, (*blocks, Text(f"{more}{TYPED}")), state="待绑定")


def listed(found: Mapping[str, int], lately: Sequence[Bound], names: Sequence[str]) -> Card:
    rows = [(_name(account), f"还没有绑定，最近 7 天接待了 {days} 天") for account, days in list(found.items())[:8]]
    rows += [
        (_name(b.key), f"{clean(b.person) or '没有人'}{_when(b)}（{clean(b.actor)}说的）") for b in reversed(lately)
    ]
    if not rows:
        rows = [("都绑好了", "配置里写的子账号都有主人")]
    return Card("reply", "blue", "🌱 子账号是谁的", (Facts(tuple(rows)), Text(TYPED)))


def doubted(account: str, by: str) -> Card:
    """A lead says that nobody uses it; an admin decides."""
    says = Text("没有人用的子账号，旁听它的聊天不再等告知。确实是机器人或停用的号，管理员再点。")
    choice = Choices("bind", (("没有人在用", f"bind/{account}=没有人"),))
    return Card("binding", "yellow", f"🟡 {by}说，{_name(account)} 没有人在用", (says, choice), state="待管理员定")


def settled(b: Bound) -> Card:
    return Card("binding", "green", f"🌱 {_name(b.account)} 定好了", (Text(bound(b)),), state="已绑定")


def bound(b: Bound) -> str:
    whose = clean(b.person) if b.person else "没有人"
    return f"好，{_name(b.account)}{_when(b)}是{whose}的了，数据马上按这个算。"


def _when(b: Bound) -> str:
    parts = [b.hours, f"从 {b.since} 起" if b.since else "", f"到 {b.until}" if b.until else ""]
    said = " ".join(part for part in parts if part)
    return f"（{said}）" if said else ""


def _name(key: str) -> str:
    account, _, shift = key.partition(SHIFT)
    return clean(account) + (f"（{shift} 那班）" if shift else "")
