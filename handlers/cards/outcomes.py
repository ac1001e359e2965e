"""Cards of outcomes and talk-tracks: shares with their n and how sure they are; together, not because of it."""

from collections.abc import Sequence
from typing import Protocol

from handlers.cards.amounts import percent
from handlers.cards.card import Block, Button, Card, Facts, Quote, Text
from rules.compare import FEW, REAL, Compared
from rules.outcomes import AGAIN, CREDITS, SHOWN_ONLY, VERSION, Options
from rules.portrait import Standing
from rules.spans import Span
from rules.talk_tracks import GOALS, Track

NOTHING = "还没有能对上的订单和评价，或者时间还没到。订单可以用 webhook 或文件送进来。"
TRACKS = 5  # of a team, told
NOT_CAUSE = "相关，不等于因果：数的是一起发生，不说是谁带来的。"


class Came(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def standing(self) -> Standing: ...


class Proven(Protocol):
    @property
    def track(self) -> Track: ...
    @property
    def compared(self) -> Compared | None: ...
    @property
    def n(self) -> int: ...
    @property
    def examples(self) -> tuple[tuple[str, str], ...]: ...


class Together(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def share(self) -> float: ...
    @property
    def interval(self) -> tuple[float, float]: ...
    @property
    def n(self) -> int: ...
    @property
    def against(self) -> Compared | None: ...


def mine(name: str, span: Span, came: Sequence[Came], o: Options, page: str = "") -> Card:
    ranked = [c for c in came if c.name not in SHOWN_ONLY]
    blocks: list[Block] = [Facts(tuple((c.title, _standing(c.standing)) for c in ranked))] if ranked else []
    if not ranked:
        blocks.append(Text(NOTHING))
    for c in came:
        if c.name in SHOWN_ONLY:
            blocks.append(Text(_shown_only(c.title, c.standing.plain, c.standing.n)))
    blocks += [Text(_credited(o)), Text(NOT_CAUSE)]
    return Card("reply", "green", f"🌱 {name} · {span.label}服务以后", tuple(blocks), _links(page))


def team(name: str, span: Span, came: Sequence[Together], said: Sequence[Proven], o: Options, page: str = "") -> Card:
    """A team together: every share with its n and interval, beside the other teams; nobody is named."""
    ranked = [c for c in came if c.name not in SHOWN_ONLY]
    blocks: list[Block] = [Facts(tuple((c.title, _together(c)) for c in ranked))] if ranked else [Text(NOTHING)]
    blocks += [Text(_shown_only(c.title, c.share, c.n)) for c in came if c.name in SHOWN_ONLY]
    if said:
        blocks += [Text("组里的话术，同类问题里说了和没说的比："),
                   Facts(tuple((one.track.title, effect(one)) for one in said[:TRACKS]))]  # fmt: skip
    blocks += [Text(f"{_credited(o)}{_mature(o)}"), Text(NOT_CAUSE)]
    return Card("reply", "green", f"🌱 {name}组 · {span.label}服务以后", tuple(blocks), _links(page))


def _links(page: str) -> tuple[Button, ...]:
    return (Button("看会话", url=page),) if page else ()


def _together(c: Together) -> str:
    low, high = c.interval
    beside = "" if c.against is None else f"；和别的组同类比：{difference(c.against)}"
    return f"{percent(c.share)}（{percent(low)}–{percent(high)}，共 {c.n}）{beside}"


def _shown_only(title: str, share: float, n: int) -> str:
    return f"{title}：{percent(share)}（共 {n} 段），只看不奖。"


def _credited(o: Options) -> str:
    cross = "最先推荐的人" if o.credit == "first" else "付款前最后推荐的人"
    to = f"转化算给{CREDITS[o.credit]}，交叉销售算给{cross}"
    return f"一笔订单只算一次：{to}；退了款的订单、有条件的好评不算。口径第 {VERSION} 版。"


def _mature(o: Options) -> str:
    again = "、".join(map(str, AGAIN))
    return (
        f"时间没到的还没算进来：转化 {o.conversion_days} 天，交叉销售 {o.cross_days} 天，"
        f"评价 {o.review_days} 天，回购 {again} 天。"
    )


def _standing(s: Standing) -> str:
    if not s.enough:
        return f"样本少（共 {s.n}）"
    word = "高于组内" if s.strong else "低于组内" if s.weak else "和组内差不多"
    low, high = s.interval
    return f"{percent(s.value)}（{percent(low)}–{percent(high)}，组内中位 {percent(s.middle)}，{word}，共 {s.n}）"


def ranking(found: Sequence[Proven], days: int, page: str) -> Card:
    rows = tuple(
        (f"{i}. {one.track.title}", effect(one)) for i, one in enumerate((one for one in found if one.compared), 1)
    )
    rows += tuple((one.track.title, effect(one)) for one in found if not one.compared)
    best = next((one for one in found if one.examples and one.compared and one.compared.word == REAL), None)
    blocks: list[Block] = [Facts(rows)] if rows else [Text("还没有话术可以比。")]
    if best is not None:
        blocks += [Text(f"可以抄走的一句（{best.track.title}）："), Quote(best.examples[0][1], who="客服")]
    blocks.append(Text(f"同类问题里，说了和没说的比。{NOT_CAUSE}"))
    buttons = (Button("看全部", url=page),) if page else ()
    return Card("reply", "green", f"🌱 话术，近 {days} 天", tuple(blocks), buttons)


def one(found: Proven, days: int) -> Card:
    track = found.track
    blocks: list[Block] = [
        Text(f"例句：「{track.say}」"),
        Facts((("看什么", GOALS[track.goal]), ("效果", effect(found)))),
    ]
    blocks += [Quote(said, who="客服") for _, said in found.examples]
    return Card("reply", "green", f"🌱 话术「{track.title}」，近 {days} 天", (*blocks, Text(NOT_CAUSE)))


def versus(first: Proven, other: Proven, got: Compared | None) -> Card:
    title = f"🌱 「{first.track.title}」比「{other.track.title}」"
    if got is None:
        why = "这两个话术看的不是同一件事，或还没有在同类问题里各自单独用过，没法比。两句都说了的不算。"
        return Card("reply", "grey", title, (Text(why),))
    rows = (
        (first.track.title, f"{percent(got.shares[0])}（共 {got.n[0]}）"),
        (other.track.title, f"{percent(got.shares[1])}（共 {got.n[1]}）"),
        ("同类问题里相差", difference(got)),
    )
    return Card("reply", "green", title, (Facts((("看什么", GOALS[first.track.goal]), *rows)), Text(NOT_CAUSE)))


def effect(found: Proven) -> str:
    got = found.compared
    if got is None:
        return f"说过 {found.n} 段，大家都这么说，没有「没说」的可以比" if found.n else "还没有人用过"
    said, silent = (f"{percent(share)}（共 {n}）" for share, n in zip(got.shares, got.n, strict=True))
    return f"说了 {said}，没说 {silent}；{difference(got)}"


def difference(got: Compared) -> str:
    low, high = (round(end * 100) for end in got.interval)
    more = f"，两边各还要约 {got.needed} 段" if got.needed else ""
    if got.word == FEW:
        return f"{got.word}{more}"
    return f"{got.value * 100:+.0f} 个百分点（{low:+} 到 {high:+}），{got.word}{more}"
