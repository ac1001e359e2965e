"""A conversation goes to somebody else: in the helpdesk, said in the room, and kindly told to those it concerns."""

import difflib
from collections.abc import Collection, Mapping

from handlers import hints, posting, serving
from handlers.alerting import alerts, headlines
from handlers.alerting.alert_actions import EXPIRED, on_alert
from handlers.cards import coaching as cards
from handlers.cards.card import Card, Facts
from handlers.cards.words import clean
from handlers.context import Context
from handlers.people import Person
from handlers.posting import About
from handlers.protocols import Reply, Target
from handlers.requests import Act, Request
from storage import alerts as records
from storage import conversations, posts
from storage.alerts import Alert
from storage.conversations import Stored
from storage.db import Tx
from storage.posts import Post

BY_HAND = "这家客服系统我还转不了，请在客服系统里手动把会话分配给{name}。"
AUDIENCES = ("leads", "team")
LEAVING = "leaving"  # the post to whoever still has it


def not_assigned(ctx: Context, tx: Tx, post: Post, why: str) -> None:
    """The helpdesk refused: whoever asked is told, and how to do it by hand."""
    told = hints.facts_of(post)
    hints.tell_asker(ctx, tx, post, cards.not_assigned(told.get("转给", ""), why, told.get("编号", "")))


def _take_over(ctx: Context, tx: Tx, alert: Alert, request: Request) -> Reply:
    stored = conversations.load_one(tx, alert.conversation)
    if stored is None or request.person is None:
        return Reply(False, EXPIRED)
    before = serving.holder(ctx, stored)
    if before is not None and before.name == request.speaker:
        return Reply(True, "这位客户已经在你手上了，谢谢你。")
    mended = _assign(ctx, tx, alert, stored, request.person, request.speaker)
    asked = _asked(ctx, tx, alert)
    _follow(ctx, tx, alert, stored, request)
    told = cards.taking(request.speaker, alert, by_hand=bool(mended))
    _announce(ctx, tx, alert, stored, request.action, dict.fromkeys(AUDIENCES, told))
    _leave(ctx, tx, alert, stored, before, request.speaker)
    _spare(ctx, tx, alert, stored, asked, request.speaker)
    _tell_claimer(ctx, tx, alert, stored, request.speaker, (before,))
    return Reply(True, mended or f"好，{alert.code} 这位客户交给你了，会话正在转到你名下。")


def _hand_to(ctx: Context, tx: Tx, alert: Alert, request: Request) -> Reply:
    stored = conversations.load_one(tx, alert.conversation)
    if stored is None:
        return Reply(False, EXPIRED)
    name = (request.text or request.choice).strip().lstrip("@")
    to = ctx.people.named(name)
    if to is None or not _account(to, stored.source):
        return Reply(False, _who_else(ctx, stored.source, name, to))
    before = serving.holder(ctx, stored)
    if before is not None and before.name == to.name:
        return Reply(True, f"现在就是{to.name}在接待。")
    mended = _assign(ctx, tx, alert, stored, to, request.speaker)
    asked = _asked(ctx, tx, alert)
    _follow(ctx, tx, alert, stored, request, to.name)
    told = {a: cards.handed(request.speaker, to.name if a == "leads" else "", alert) for a in AUDIENCES}
    _announce(ctx, tx, alert, stored, request.action, told)
    _leave(ctx, tx, alert, stored, before, to.name)
    _spare(ctx, tx, alert, stored, asked, to.name)
    _tell_claimer(ctx, tx, alert, stored, request.speaker, (before, to))
    need = headlines.of(ctx, tx, alert, stored, ctx.people.names)
    page = ctx.page(f"/c/{stored.link}?from={alert.code}")
    _tell(ctx, tx, alert, stored, to, cards.entrusted(request.speaker, stored.conversation, need, alert.code, page))
    return Reply(True, mended or f"好，正在把会话转给{to.name}，也跟 TA 说了一声。")


def arrived(ctx: Context, tx: Tx, alert: Alert, stored: Stored) -> None:
    """Once the helpdesk says that somebody else has it, whoever had it until now may rest."""
    holder = serving.holder(ctx, stored)
    now = ctx.people.direct(holder) if holder else None
    name, conversation = holder.name if holder else "同事", stored.conversation
    for post in posts.about(tx, f"{alert.code}.{LEAVING}") if conversation.agent else ():
        place, told = Target(post.chat, post.room, post.direct), cards.leaving(name, conversation, moved=True)
        if place != now and post.card["state"] != told.state:
            posting.renew(ctx, tx, post, told)
            posting.want(ctx, tx, About(f"{alert.code}.left", stored.link), place, cards.relieved(name, conversation))


def _leave(ctx: Context, tx: Tx, alert: Alert, stored: Stored, person: Person | None, to: str) -> None:
    """To whoever has it: it is going; one card, whoever comes in the end."""
    target = ctx.people.direct(person) if person else None
    if target is not None:
        card = cards.leaving(to, stored.conversation, moved=False)
        posting.want(ctx, tx, About(f"{alert.code}.{LEAVING}", stored.link), target, card)


def _asked(ctx: Context, tx: Tx, alert: Alert) -> Person | None:
    """Who was asked last to take it."""
    moves = [step for step in records.steps(tx, alert.id) if step.step in ACTIONS]
    return ctx.people.named(moves[-1].words) if moves and moves[-1].words else None


def _spare(ctx: Context, tx: Tx, alert: Alert, stored: Stored, asked: Person | None, to: str) -> None:
    """Whoever was asked before and does not have it yet need not come."""
    if asked is not None and asked.name != to and asked != serving.holder(ctx, stored):
        _tell(ctx, tx, alert, stored, asked, cards.spared(to, stored.conversation))


def _assign(ctx: Context, tx: Tx, alert: Alert, stored: Stored, to: Person, by: str) -> str:
    """Want the conversation to be theirs in its helpdesk; when we cannot, how to do it by hand.

    One post for one conversation: who is wanted last wins, whatever was still on its way.
    """
    account = _account(to, stored.source)
    themselves = "自己" if to.name == by else to.name
    if "assign" not in ctx.desks.get(stored.source, ()) or not account:
        return BY_HAND.format(name=themselves)
    rows = (("子账号", account), ("转给", themselves), ("编号", alert.code), ("来自", by))
    card = Card("assign", "red", f"把会话转给{to.name}", (Facts(rows),))
    posting.want(ctx, tx, About("to", stored.link), hints.desk("assign", stored), card)
    return ""


def _follow(ctx: Context, tx: Tx, alert: Alert, stored: Stored, request: Request, words: str = "") -> None:
    """Whoever steps in looks after the matter from now on."""
    now = ctx.now()
    records.note(tx, alert.id, now, request.speaker, request.action, words)
    mine: dict[str, object] = {
        "state": "claimed",
        "claimed_by": request.speaker,
        "escalate_at": None,
        "muted_until": None,
    }
    mine |= {} if alert.claimed_by == request.speaker else {"claimed_at": now}
    alerts.show_in_every_post(ctx, tx, records.change(tx, alert, now, **mine), stored)


def _announce(ctx: Context, tx: Tx, alert: Alert, stored: Stored, what: str, told: Mapping[str, Card]) -> None:
    """Say it in every room of the alert: edits notify nobody."""
    about = About(f"{alert.code}.{what[:4]}{len(records.steps(tx, alert.id))}", stored.link)
    for target, audience in alerts.places(ctx, tx, alert, stored).items():
        posting.want(ctx, tx, about, target, told["leads" if audience == "leads" else "team"])


def _tell(ctx: Context, tx: Tx, alert: Alert, stored: Stored, person: Person | None, card: Card) -> None:
    target = ctx.people.direct(person) if person else None
    if target is not None:
        number = len(records.steps(tx, alert.id))
        posting.want(ctx, tx, About(f"{alert.code}.d{number}", stored.link), target, card)


def _tell_claimer(ctx: Context, tx: Tx, alert: Alert, stored: Stored, by: str, told: Collection[Person | None]) -> None:
    """Whoever looked after it until now, unless they hear it anyway."""
    claimer = ctx.people.named(alert.claimed_by)
    if claimer is not None and claimer.name != by and claimer not in told:
        _tell(ctx, tx, alert, stored, claimer, cards.taken_on(by, stored.conversation, alert.code))


def able(ctx: Context, source: str, but: Person | None = None) -> tuple[str, ...]:
    """Who has an account of this helpdesk, and so can be given a conversation."""
    return tuple(p.name for p in ctx.people.people if _account(p, source) and p != but)


def _account(person: Person, source: str) -> str:
    return next((a.partition(":")[2] for a in person.accounts if a.startswith(f"{source}:")), "")


def _who_else(ctx: Context, source: str, name: str, found: Person | None) -> str:
    """Nobody of that name can take it: who could be meant."""
    names = able(ctx, source)
    if not names:
        return "名单里还没有谁绑定了这家客服系统的子账号，请管理员补上。"
    if found is not None:
        return f"{found.name}还没有绑定这家客服系统的子账号，可以转给{'、'.join(names[:5])}。"
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.3) or names[:5]
    asked = f"没有找到「{clean(name)}」，" if name else "要转给谁呢？"
    return f"{asked}可以试试：{'、'.join(near)}。"


ACTIONS: Mapping[str, Act] = {"take_over": on_alert(_take_over), "hand_to": on_alert(_hand_to)}
