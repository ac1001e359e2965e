"""The highlight: what the customer said when they came and left, what turned it, and one sentence to copy."""

from dataclasses import dataclass, field

from handlers.cards.card import Block, Button, Card, Facts, Quote, Text
from handlers.cards.words import clean
from storage.cases import Case

CONSENTS = {"open": "praise_open", "anonymous": "praise_anonymous", "private": "praise_private"}
WORDS = {"open": "同意公开", "anonymous": "匿名", "private": "不公开"}
ANSWERS = {
    "open": "好，已经写上你的名字分享给大家。改主意了，随时再点。",
    "anonymous": "好，已经分享给大家，没有写你的名字。改主意了，随时再点。",
    "private": "好，这一段只留给你自己。做得很好，谢谢你。",
}


@dataclass(frozen=True, slots=True)
class StarView:
    case: Case
    place: str  # 旗舰店 · 在线聊天 · 售后
    agent: str = ""  # empty: not named
    cheers: dict[str, int] = field(default_factory=dict)
    page: str = ""  # of the case, once it is in the library


def star_card(view: StarView) -> Card:
    code = view.case.code
    name = f" · {clean(view.agent)}" if view.agent else ""
    rows = [("为什么好", view.case.told.says)] if view.case.told.says else []
    if view.cheers.get("nominate"):
        rows.append(("提名服务之星", f"{view.cheers['nominate']} 人"))
    blocks = (Text(view.place), *_story(view.case), Facts((*rows, ("编号", f"#{code}"))))
    state = "已收入案例库" if view.case.state == "collected" else "新发现"
    return Card("star", "green", f"⭐ 服务之星时刻{name}", blocks, tuple(_buttons(view)), state)


def withdrawn_card(case: Case) -> Card:
    """Nobody is told who wanted it, or why."""
    told = Text("这一刻先收起来了。谢谢为它高兴过的每一位，下一个好时刻我还会讲给大家听。")
    return Card("star", "grey", "⭐ 收起来的一刻", (told, Facts((("编号", f"#{case.code}"),))), state="已收起")


def ask_card(case: Case, default: str, minutes: int) -> Card:
    """To the agent, before anybody else hears of it."""
    silent = {
        "open": f"没空回也没关系：{minutes} 分钟后写上你的名字分享。",
        "anonymous": f"没空回也没关系：{minutes} 分钟后不写名字地分享。",
        "private": "没空回也没关系：你不点，就只有你自己看到。",
    }[default]
    known = "" if default == "private" else "分享的话，主管群里会知道是谁，方便谢谢你。"
    ask = Text(f"可以讲给大家听吗？{silent}{known}")
    buttons = tuple(_choice(case, consent, "primary" if consent == "open" else "default") for consent in WORDS)
    title = "⭐ 这一段你做得真好"
    return Card("ask", "green", title, (*_story(case), ask), buttons, state="等你说")


def asked_card(case: Case, consent: str, *, answered: bool, standing: bool = True) -> Card:
    """What became of it, and the other answers, because a mind may change."""
    if not standing:
        told = Text("这一段已经收起来了，谢谢你。")
        return Card("ask", "grey", "⭐ 这一段你做得真好", (*_story(case), told), state="已收起")
    by_default = {
        "open": "按你的设置，已经写上你的名字分享给大家。不想公开，随时点。",
        "anonymous": "已经分享给大家，没有写你的名字。不想公开，随时点。",
        "private": "这一段只有你自己看到。愿意分享，随时点。",
    }[consent]
    told = Text(ANSWERS[consent] if answered else by_default)
    buttons = tuple(_choice(case, other) for other in WORDS if other != consent)
    state = {"open": "已公开", "anonymous": "已匿名分享", "private": "只给你"}[consent]
    return Card("ask", "green", "⭐ 这一段你做得真好", (*_story(case), told), buttons, state)


def _story(case: Case) -> list[Block]:
    told = case.told
    blocks: list[Block] = []
    if told.before:
        blocks.append(Quote(told.before, who="客户进门时"))
    if told.after and told.after != told.before:
        blocks.append(Quote(told.after, who="客户离开时"))
    if not blocks and told.quote:
        blocks.append(Quote(told.quote, who="客户"))
    named = f"{told.tactic}——" if told.tactic else ""
    if told.turning and _plain(told.turning) == _plain(told.line):
        return [*blocks, Text(f"转折点，也是可以抄走的一句：{named}「{told.line}」")]
    if told.turning:
        blocks.append(Text(f"转折点：{named}「{told.turning}」"))
    if told.line:
        blocks.append(Text(f"可以抄走的一句：「{told.line}」"))
    return blocks


def _plain(said: str) -> str:
    return said.strip("。！!？?～~….,，、 ")


def _buttons(view: StarView) -> list[Button]:
    code = view.case.code
    liked = view.cheers.get("like", 0)
    kept = Button("看案例", url=view.page) if view.page else None
    collect = Button("收入案例库", "collect", code, command=f"收入案例库 {code}")
    buttons = [
        Button(f"👍 {liked}" if liked else "👍", "like", code, command=f"点赞 {code}", style="primary"),
        kept if view.case.state == "collected" else collect,
        Button("提名服务之星", "nominate", code, command=f"提名 {code}"),
        Button("不合适", "not_fitting", code, command=f"不合适 {code}"),
    ]
    return [button for button in buttons if button is not None]


def _choice(case: Case, consent: str, style: str = "default") -> Button:
    words = WORDS[consent]
    return Button(words, CONSENTS[consent], case.code, command=f"{words} {case.code}", style=style)
