"""我的数据, 我的画像, 画像, 团队 and 店铺: answered from days that are rolled up already."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import quote

from handlers import disclosed, permissions, posting
from handlers.cards import portrait as cards
from handlers.cards.card import Card
from handlers.cards.replies import sentence
from handlers.cards.words import clean
from handlers.context import Context
from handlers.counting import bindings, portraits
from handlers.people import Person
from handlers.permissions import Matter
from handlers.protocols import Reply
from handlers.requests import Act, Request
from rules import spans
from rules.metrics import tally
from rules.metrics.definition import Pack
from rules.metrics.figures import Figure
from rules.spans import Span
from storage import audit, figure_days
from storage.db import Tx

HOW = "可以说：我的数据 今天 / 昨天 / 本周 / 上周 / 本月 / 上月 / 近 7 天 / 近 8 周 / 11-20 / 11-16 至 11-20"
HEADLINE = ("mean_reply", "reply_rate_3min", "reply_rate_180s", "first_reply_rate_30s", "csat")
SHOPS = 8  # named at a time
NO_TEAM = "没有找到这个组。这样说：团队 售后"


def mine(ctx: Context, tx: Tx, request: Request) -> Card:
    span = spans.read(request.text, _today(ctx))
    if span is None or request.person is None:
        return sentence(f"{spans.why_not(request.text, _today(ctx))}{HOW}")
    pack = pack_of(ctx)
    return cards.mine(portraits.of(ctx, tx, request.person, span), platform(ctx, tx, request.person, span, pack), pack)


def whole(ctx: Context, tx: Tx, request: Request) -> Card:
    """One's own; with a name, somebody else's for their lead and QA."""
    person = request.person
    name = request.text.strip().lstrip("@")
    if person is None:
        return sentence(permissions.STRANGER)
    if name and ctx.people.named(name) is None and name in portraits.shops(ctx, tx):
        return _of_shop(ctx, tx, person, name, portraits.eight_weeks(_today(ctx)))
    meant = ctx.people.named(name) if name else person
    refusal = "没有找到这位同事。" if meant is None else _refusal(ctx, tx, person, meant)
    if meant is None or refusal:
        audit.write(tx, ctx.now(), request.speaker, "portrait", name[:20], allowed=False)
        return sentence(refusal)
    if meant is not person:
        audit.write(tx, ctx.now(), request.speaker, "portrait", meant.name)
    page = ctx.page("/me" if meant is person else f"/portrait/{quote(meant.name)}")
    return cards.whole(portraits.of(ctx, tx, meant, portraits.eight_weeks(_today(ctx))), page)


def team(ctx: Context, tx: Tx, request: Request) -> Card:
    """One's own, or one named: 团队 售后 上周."""
    known = portraits.teams(ctx)
    words = request.text.split()
    own = request.person.team if request.person else ""
    name = next((word for word in words if word.removesuffix("组") in known), own or (known[0] if known else ""))
    rest = [word for word in words if word != name]
    span = spans.read(" ".join(rest), _today(ctx))
    name = name.removesuffix("组") if name not in known else name
    if span is None or name not in known:
        return sentence(f"{NO_TEAM}；时间可以写今天、本周、上周、本月、上月。")
    refusal = permissions.refusal(request.person, "team_portrait", Matter(name))
    if refusal:
        return sentence(refusal)
    return cards.team(portraits.team(ctx, tx, name, span)[0], ctx.page(f"/team/{quote(name)}"))


def shop(ctx: Context, tx: Tx, request: Request) -> Card:
    """店铺 旗舰店 上周; with one shop only, its name may be left out."""
    refusal = permissions.refusal(request.person, "shop_portrait", Matter())
    if refusal or request.person is None:
        return sentence(refusal or permissions.STRANGER)
    known, text = portraits.shops(ctx, tx), request.text.strip()
    only = known[0] if len(known) == 1 else ""
    name = max((shop for shop in known if shop in text), key=len, default=only)  # 旗舰店二店 holds 旗舰店
    span = spans.read(text.replace(name, "", 1), _today(ctx)) if name else None
    if span is None:
        some = "、".join(clean(shop) for shop in known[:SHOPS])
        return sentence(
            f"这样说：店铺 {clean(known[0])} 上周。有数据的店：{some}" if known else "近 8 周还没有哪家店有接待记录。"
        )
    return _of_shop(ctx, tx, request.person, name, span)


def _of_shop(ctx: Context, tx: Tx, person: Person, name: str, span: Span) -> Card:
    refusal = permissions.refusal(person, "shop_portrait", Matter())
    if refusal:
        return sentence(refusal)
    return cards.shop(portraits.shop(ctx, tx, name, span), ctx.page(f"/shop/{quote(name)}"))


def _refusal(ctx: Context, tx: Tx, person: Person, meant: Person) -> str:
    """A colleague's are for those who may see them, once the colleague knows of it."""
    refusal = permissions.refusal(person, "portrait", matter(meant))
    return refusal or ("" if meant is person else disclosed.not_yet(ctx, tx, meant.name))


def matter(person: Person) -> Matter:
    return Matter(person.team, person)


def pack_of(ctx: Context, shop: str = "") -> Pack:
    """By which the shop is counted."""
    return ctx.metrics.of(shop) or ctx.metrics.packs["generic"]


def figures(ctx: Context, tx: Tx, person: Person, span: Span, pack: Pack) -> list[Figure]:
    """All of a person's accounts together, each on the days on which it was theirs."""
    known = bindings.of(ctx, tx)
    rows = figure_days.read_days(tx, known.keys(person.name), span.since, span.until, pack.name)
    return [*tally.figures((told for account, day, told in rows if known.person(account, day) == person.name), pack)]


def platform(ctx: Context, tx: Tx, person: Person, span: Span, pack: Pack) -> list[tuple[Figure, str, str]]:
    """(figure, title, unit) of those that a platform shows first."""
    found = []
    for figure in figures(ctx, tx, person, span, pack):
        d = pack.definition(figure.name)
        if d is not None and figure.name.rpartition(".")[2] in HEADLINE:
            found.append((figure, d.title, d.unit))
    return found[:3]


def _intervals(ctx: Context, tx: Tx, request: Request) -> Reply:
    """One tap further: how sure each number is. Asked again who may see it."""
    if request.person is None or request.place is None:
        return Reply(False, permissions.STRANGER)
    which, told, name = [*(request.choice or request.text.strip() or "mine/本周").split("/", 2), "", ""][:3]
    span = spans.read(told, _today(ctx))
    if span is None:
        return Reply(False, "这张卡片太久了，再问我一次「我的数据」就好。")
    card = _told(ctx, tx, request.person, span, (which, name))
    if card is None:
        return Reply(False, "这些数只有本人、本组主管和质检看得到。")
    own = which not in ("team", "shop")
    place = ctx.people.direct(request.person, request.place) if own else request.place
    if place is not None:
        link = posting.random_part(f"intervals {request.speaker} {request.choice} {ctx.now().isoformat()}")
        posting.want(ctx, tx, posting.About("reply", link), place, card)
    return Reply(True, "区间私下发给你了。" if own and not request.place.direct else "区间在下面。", points=own)


def _told(ctx: Context, tx: Tx, person: Person, span: Span, what: tuple[str, str]) -> Card | None:
    which, name = what
    if which == "shop":
        fine = not permissions.refusal(person, "shop_portrait", Matter())
        return cards.intervals(portraits.shop(ctx, tx, name, span)) if fine else None
    if which == "team":
        fine = name in portraits.teams(ctx) and not permissions.refusal(person, "team_portrait", Matter(name))
        return cards.intervals(portraits.team(ctx, tx, name, span)[0]) if fine else None
    meant = ctx.people.named(name) if name else person
    if meant is None or _refusal(ctx, tx, person, meant):
        return None
    return cards.intervals(portraits.of(ctx, tx, meant, span))


def _today(ctx: Context) -> date:
    return ctx.now().astimezone(ctx.zone).date()


ACTIONS: Mapping[str, Act] = {"intervals": _intervals}
