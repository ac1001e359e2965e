"""What people do about honours: leads confirm, choose otherwise or leave it; colleagues nominate; winners choose."""

import re
from collections.abc import Mapping
from dataclasses import replace

from handlers import permissions, posting
from handlers.cards import honours as cards
from handlers.cards.card import Card
from handlers.cards.words import clean
from handlers.context import Context
from handlers.growing import honours
from handlers.people import Person
from handlers.permissions import Matter
from handlers.posting import About
from handlers.protocols import Reply
from handlers.requests import Act, Request
from handlers.sharing import cheering
from storage import audit
from storage import honours as records
from storage.db import Tx
from storage.honours import Honour, Nomination

CODE = re.compile(r"#?[hH]\s*(\d{1,9})\b")
SHOWN = re.compile(r"[#\s]*[sS]?\d")
SHORTEST, LONGEST = 4, 120  # of a reason
DONE = {"confirmed": "已经确认过了", "skipped": "这次已经说了不评", "withdrawn": "已经撤回了"}
NAMED = "好的，以后不再提你的名字。之前发在群里的卡片这个平台改不了，可以请群主撤回。"
HOW_SWAP = "这样说：换人 H12 小周 这周主动带了两位新同事"
HOW_WITHDRAW = "这样说：撤回荣誉 H12 数据导重了"
HOW_NOMINATE = "这样说：提名 小李 帮新同事接住了三单最难的退款"


def _confirm(ctx: Context, tx: Tx, request: Request) -> Reply:
    honour, refusal = _meant(ctx, tx, request)
    if honour is None:
        return Reply(False, refusal)
    if not honour.winners:
        return Reply(False, f"这次没有算出人选。{HOW_SWAP}")
    return _decide(ctx, tx, request, honour, honour.winners, "")


def _swap(ctx: Context, tx: Tx, request: Request) -> Reply:
    """Somebody else, with a reason that everybody reads."""
    honour, refusal = _meant(ctx, tx, request)
    if honour is None:
        return Reply(False, refusal)
    words = CODE.sub("", request.text, count=1).strip() if not request.value else request.text.strip()
    first, _, rest = words.partition(" ")
    name, why = (request.choice, words) if request.choice else (first.lstrip("@"), rest.strip())
    person = ctx.people.named(name)
    if person is None or (honour.team and person.team != honour.team):
        return Reply(False, f"没有在组里找到「{name[:20]}」。{HOW_SWAP}" if name else HOW_SWAP)
    if len(why) < SHORTEST:
        return Reply(False, f"还差一句理由，大家会看到。这样说：换人 {honour.code} {person.name} 理由")
    return _decide(ctx, tx, request, honour, (person.name,), clean(why)[:LONGEST])


def _skip(ctx: Context, tx: Tx, request: Request) -> Reply:
    honour, refusal = _meant(ctx, tx, request)
    if honour is None:
        return Reply(False, refusal)
    records.skip(tx, honour.id, request.speaker, ctx.now())
    honours.show(ctx, tx, replace(honour, state="skipped", decided_by=request.speaker, decided_at=ctx.now()))
    return Reply(True, f"好的，这次不评{honour.award}，也不会有积分。")


def _withdraw(ctx: Context, tx: Tx, request: Request) -> Reply:
    """A mistaken confirmation, by whoever could confirm; it says why, and the points come off."""
    honour = _find(tx, request)
    if honour is None:
        return Reply(False, f"没有找到这份荣誉。{HOW_WITHDRAW}")
    refusal = permissions.refusal(request.person, request.action, Matter(honour.team))
    audit.write(tx, ctx.now(), request.speaker, request.action, honour.code, allowed=not refusal)
    if refusal:
        return Reply(False, refusal)
    if honour.state != "confirmed":
        return Reply(False, f"{honour.code} 没有确认过，不用撤回。")
    why = clean(CODE.sub("", request.text, count=1).strip())[:LONGEST]
    if len(why) < SHORTEST:
        return Reply(False, f"还差一句理由。{HOW_WITHDRAW}")
    records.withdraw(tx, honour, request.speaker, why, ctx.now())
    gone = replace(honour, state="withdrawn", decided_by=request.speaker, reason=why, decided_at=ctx.now())
    honours.show(ctx, tx, gone)
    for name in honour.winners:
        _tell(ctx, tx, gone, ctx.people.named(name))
    return Reply(True, f"撤回了：{honour.award} {'、'.join(honour.winners)}。积分也一起退了，获奖的同事会看到。")


def _decide(ctx: Context, tx: Tx, request: Request, honour: Honour, winners: tuple[str, ...], reason: str) -> Reply:
    if request.speaker in winners:
        return Reply(False, "里面有你自己，请另一位主管或管理员来确认。")
    records.confirm(tx, honour, winners, request.speaker, reason, ctx.now())
    decided = replace(
        honour, state="confirmed", winners=winners, decided_by=request.speaker, reason=reason, decided_at=ctx.now()
    )
    audit.write(tx, ctx.now(), request.speaker, "honour_confirm", honour.code, winners=[*winners])
    honours.show(ctx, tx, decided)
    for name in winners:
        _tell(ctx, tx, decided, ctx.people.named(name))
    return Reply(True, f"确认了：{honour.award} {'、'.join(winners)}。每人 {honour.points} 分，记在积分账上。")


def _tell(ctx: Context, tx: Tx, honour: Honour, person: Person | None) -> None:
    target = ctx.people.direct(person) if person else None
    if person is None or target is None:
        return
    said = records.consents(tx, honour.id).get(person.name, True if person.praise == "open" else None)
    about = About(f"{honour.code}.you", posting.random_part(f"{honour.code}/{person.name}"))
    posting.want(ctx, tx, about, target, cards.yours(honour, person.name, said, ctx.zone))


def _consent(ctx: Context, tx: Tx, request: Request) -> Reply:
    honour = _find(tx, request)
    if honour is None or honour.state != "confirmed" or request.person is None:
        return Reply(False, "没有找到这份荣誉。")
    if request.person.name not in honour.winners:
        return Reply(False, "公开不公开，由获奖的同事自己决定。")
    public = request.action == "honour_public"
    records.consent(tx, honour.id, request.person.name, ctx.now(), public=public)
    honours.show(ctx, tx, honour)
    _tell(ctx, tx, honour, request.person)
    if public:
        return Reply(True, "好的，让大家一起高兴高兴。")
    stays = any(post.chat not in ctx.editable for post in honours.told(tx, honour))
    return Reply(True, NAMED if stays else "好的，只有你和主管知道，积分照样有。")


def _nominate(ctx: Context, tx: Tx, request: Request) -> Reply:
    """A colleague by name, or, as on a highlight, the conversation that was shown."""
    if request.value or SHOWN.match(request.text):
        return cheering.ACTIONS["nominate"](ctx, tx, request)
    if request.person is None:
        return Reply(False, permissions.STRANGER)
    first, _, why = request.text.strip().partition(" ")
    person = ctx.people.named(first.lstrip("@"))
    if person is None or len(why.strip()) < SHORTEST:
        return Reply(False, HOW_NOMINATE if person is None else f"再说一句为什么。{HOW_NOMINATE}")
    if person.name == request.person.name:
        return Reply(False, "自己的好，留给同事来说；你也可以提名一位同事。")
    now = ctx.now()
    told = Nomination(person.name, request.person.name, clean(why.strip())[:LONGEST], now)
    if not records.nominate(tx, told, person.team, now.astimezone(ctx.zone).date()):
        return Reply(True, f"今天已经提名过{person.name}了，谢谢你一直看见同事的好。")
    return Reply(True, f"记下了，谢谢你看见{person.name}的好。评的时候主管会看到。")


def listed(ctx: Context, tx: Tx, request: Request) -> Card:
    """荣誉: who was honoured lately, as far as they like to be named, and by which formula."""
    team = request.person.team if request.person else ""
    found = [h for h in records.confirmed(tx) if not team or h.team in ("", team)][-6:]
    return cards.listed([(h, honours.public(ctx, tx, h)) for h in reversed(found)], ctx.awards)


def points(ctx: Context, tx: Tx, request: Request) -> Card:
    """积分: one's own."""
    return cards.points(records.points(tx, person=request.speaker), ctx.zone)


def _meant(ctx: Context, tx: Tx, request: Request) -> tuple[Honour | None, str]:
    """The open proposal, or why they may not decide it."""
    honour = _find(tx, request)
    if honour is None:
        return None, "没有找到这份荣誉，请带上编号，比如「确认荣誉 H12」。"
    refusal = permissions.refusal(request.person, request.action, Matter(honour.team))
    audit.write(tx, ctx.now(), request.speaker, request.action, honour.code, allowed=not refusal)
    if refusal:
        return None, refusal
    if honour.state != "proposed":
        return None, f"{honour.code} {DONE[honour.state]}（{honour.decided_by}）。"
    return honour, ""


def _find(tx: Tx, request: Request) -> Honour | None:
    spoken = CODE.match(request.subject or request.text.strip())
    return records.get(tx, int(spoken[1]), lock=True) if spoken else None


ACTIONS: Mapping[str, Act] = {
    "honour_confirm": _confirm,
    "honour_swap": _swap,
    "honour_skip": _skip,
    "honour_undo": _withdraw,
    "honour_public": _consent,
    "honour_quiet": _consent,
    "nominate": _nominate,
}
