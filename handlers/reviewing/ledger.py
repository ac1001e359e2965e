"""The precision ledger in chat: how right each rule was, and which one asks to speak more quietly."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from handlers import permissions, posting
from handlers.cards import ledger as cards
from handlers.cards.card import Card
from handlers.context import Context
from handlers.permissions import Matter
from handlers.protocols import Reply, Target
from handlers.requests import Act, Request
from rules import ledger
from rules.changes import Change
from rules.ledger import Raised, Tally
from rules.wordings import TITLES
from storage import audit, decisions, posts, rule_changes
from storage import ledger as records
from storage.db import Tx
from storage.rule_changes import RuleChange

DAYS = 90  # looked back
SHOWN = 5  # rules on each side of the card
LINK = "ledger"  # what led to these changes


def show(ctx: Context, tx: Tx, request: Request) -> Card:
    now = ctx.now()
    raised = records.raised(tx, now - timedelta(days=DAYS), now, ctx.policy.low_rating)
    tallies = ledger.by_rule(apart(raised, rule_changes.epochs(tx)))
    worst, best = ledger.worst(tallies)[:SHOWN], ledger.best(tallies)[:SHOWN]
    best = [tally for tally in best if tally not in worst]
    return cards.ledger(worst, best, ledger.by_score(raised), lambda name: title_of(ctx, name), DAYS)


def apart(raised: Iterable[Raised], epochs: Mapping[str, Sequence[tuple[datetime, str]]]) -> list[Raised]:
    """What a rule raised before and after people changed it are two figures: slow_reply@3 and slow_reply@3+R5."""
    return [replace(one, rule=one.rule + epoch(one.at, epochs.get(one.rule, ()))) for one in raised]


def epoch(at: datetime, begins: Sequence[tuple[datetime, str]]) -> str:
    """+R5 from that change on; empty before the first."""
    return next((f"+{code}" for since, code in reversed(begins) if at >= since), "")


def title_of(ctx: Context, name: str) -> str:
    """By id or id@version."""
    known = name.partition("+")[0]
    rule = ctx.engine.packs.rule(known)
    return rule.title if rule else TITLES.get(known.partition("@")[0], "一条规则")


def propose(ctx: Context) -> int:
    """Ask about every rule that is surely less precise than wanted, once for each version; how many were new."""
    now = ctx.now()
    with ctx.store.read() as tx:
        policy = rule_changes.into(tx, ctx.policy)
        if policy.mode == "shadow":  # the card would not be heard
            return 0
        raised = records.raised(tx, now - timedelta(days=DAYS), now, policy.low_rating)
        decided = rule_changes.decided(tx, LINK)
    found = ledger.demotions(raised, decided, policy.changes, policy)
    return ctx.store.transact(lambda tx: sum(_propose(ctx, tx, *one) for one in found)) if found else 0


def _propose(ctx: Context, tx: Tx, change: Change, tally: Tally) -> int:
    """Nothing is proposed where nobody would hear of it."""
    if not (places := reviewers(ctx)):
        return 0
    low, high = tally.interval
    reason = (
        f"判过 {tally.judged} 次，{tally.real} 次有效，误报 {tally.false_alarm + tally.overturned} 次；"
        f"准确率 {tally.precision:.0%}（{low * 100:.0f}–{high:.0%}），低于 {ctx.policy.demote_below:.0%}"
    )
    number = rule_changes.propose(tx, change, reason, LINK, ctx.now())
    if number is None:
        return 0
    _want(ctx, tx, number, places)
    return 1


def _want(ctx: Context, tx: Tx, number: int, places: Iterable[Target]) -> None:
    change = rule_changes.get(tx, number)
    if change is None:
        return
    link = posting.random_part(f"{change.code} {change.change.name} {change.proposed_at.isoformat()}")
    card = cards.demotion(change, title_of(ctx, change.change.name), ctx.zone)
    for place in places:
        posting.want(ctx, tx, posting.About(change.code, link), place, card)


def reviewers(ctx: Context) -> list[Target]:
    """Rooms that want reviews; where there is none, the people of QA alone, or the admins."""
    rooms = [room.target for room in ctx.people.rooms if "review" in room.wants]
    people = ctx.people.with_role("qa") or ctx.people.with_role("admin")
    return rooms or [place for place in map(ctx.people.direct, people) if place is not None]


# What QA answers, by button or typed: 同意降级 R3


def _accept(ctx: Context, tx: Tx, request: Request) -> Reply:
    return _decide(ctx, tx, request, accept=True)


def _decline(ctx: Context, tx: Tx, request: Request) -> Reply:
    return _decide(ctx, tx, request, accept=False)


def _decide(ctx: Context, tx: Tx, request: Request, *, accept: bool) -> Reply:
    change, refused = _meant(ctx, tx, request)
    if change is None:
        return refused
    if voted := decisions.by_change(tx, change.id):  # asked where it was voted on, once its past is run again
        return Reply(
            False, f"{change.code} 是共评提的，请说「质检确认 Q{voted[-1].case}」或「保留原样 Q{voted[-1].case}」。"
        )
    if not rule_changes.decide(tx, change.id, request.speaker, ctx.now(), accept=accept):
        return Reply(False, f"{change.code} 已经由 {change.decided_by} 定过了。")
    _show(ctx, tx, change)
    return Reply(
        True, f"好，{change.code} 从下一条消息起轻一点。" if accept else f"好，{change.code} 保留原样，这一版不再问。"
    )


def undo(ctx: Context, tx: Tx, request: Request) -> Reply:
    change, refused = _meant(ctx, tx, request)
    if change is None:
        return refused
    if not rule_changes.undo(tx, change.id, request.speaker, ctx.now()):
        return Reply(False, f"{change.code} 现在没有生效，不用撤销。")
    _show(ctx, tx, change)
    return Reply(True, f"撤销了，{change.code} 从下一条消息起照原来的提醒。")


def _meant(ctx: Context, tx: Tx, request: Request) -> tuple[RuleChange | None, Reply]:
    """The change, or why not."""
    code = request.subject or request.text.strip().lstrip("#").upper()
    found = re.fullmatch(r"R?(\d{1,9})", code)
    change = rule_changes.get(tx, int(found[1])) if found else None
    refusal = permissions.refusal(request.person, request.action, Matter())
    audit.write(
        tx, ctx.now(), request.speaker, request.action, change.code if change else code[:20], allowed=not refusal
    )
    if refusal:
        return None, Reply(False, refusal)
    return change, Reply(False, "请带上卡片上的编号，比如「同意降级 R3」。")


def _show(ctx: Context, tx: Tx, change: RuleChange) -> None:
    """The same card says what was decided, wherever it stands."""
    places = [Target(post.chat, post.room, post.direct) for post in posts.about(tx, change.code)]
    _want(ctx, tx, change.id, places)


ACTIONS: Mapping[str, Act] = {"accept_change": _accept, "decline_change": _decline}
