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
    rows += [(_name(b.account), f"{_when(b)}{_whose(b)}（{clean(b.actor)}说的）") for b in reversed(lately)]
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


def bound(b: Bound, days: int = 0, *, seen: bool = True) -> str:
    """`days`: how many are counted anew because a shift was drawn; `seen`: whether anybody ever spoke on it."""
    rest = "；其他日子不变" if b.until else "；之前的不变" if b.since else ""
    again = f"以前的 {days} 天正在重新数，最近的先好。" if days else ""
    doubt = "" if seen else "还没有见过这个子账号接待，写错了的话再绑一次就好。"
    return f"好，{_name(b.account)} {_when(b)}{_whose(b)}{rest}。{again}{doubt}"


def _whose(b: Bound) -> str:
    return f"算{clean(b.person)}的" if b.person else "不算任何人的（机器人或停用）"


def _when(b: Bound) -> str:
    days = f"从 {b.since} 起" if b.since else f"到 {b.until} 为止" if b.until else ""
    if b.since and b.until:
        days = f"在 {b.since} 至 {b.until[5:] if b.until[:4] == b.since[:4] else b.until}"
    said = [days, f"每天 {b.hours}" if b.hours else ""]
    return "".join(f"{part} " for part in said if part)


def _name(key: str) -> str:
    """As one types it: its colon is no link's."""
    account, _, shift = key.partition(SHIFT)
    shown = clean(account)
    shown = account if shown.replace("：", ":") == account else shown
    return shown + (f"（{shift} 那班）" if shift else "")
