"""Cards for many alerts: drawn again as they grow, called about as one, claimed and listed by a press."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from handlers import permissions, posting
from handlers.alerting import alert_actions
from handlers.alerting.gathering_calls import view_of
from handlers.cards import gathering as cards
from handlers.cards.card import Card, to_json
from handlers.context import Context
from handlers.people import Person
from handlers.protocols import Reply, Target
from handlers.requests import Act, Request
from rules import subject
from storage import alerts, audit, gatherings, mutes, posts
from storage.db import Tx, Unavailable
from storage.gatherings import Gathering

log = structlog.get_logger()

REDRAW = timedelta(seconds=15)  # a card that grows is drawn no more often, because calls are counted
LONGEST = timedelta(hours=24)
OTHERS = "这几条是别的组的，由他们的主管来处理。"
GONE = "这张卡片已经过期了，发「告警」看还没收尾的。"


def look(ctx: Context) -> int:
    """Draw what grew or changed, and wake what was muted; the number of things done."""
    now = ctx.now()
    with ctx.store.read() as tx:
        due = gatherings.going_on(tx, now, now - REDRAW)
        over = mutes.over(tx, now)
    done = sum(_one(ctx, id_) for id_ in due)
    return done + (ctx.store.transact(lambda tx: mutes.look_again(tx, now)) if over else 0)


def _one(ctx: Context, id_: int) -> int:
    try:
        return ctx.store.transact(lambda tx: draw(ctx, tx, id_))
    except Unavailable:
        raise
    except Exception:  # one card must not stop the others
        log.exception("gathering_failed", gathering=id_)
        return 0


def draw(ctx: Context, tx: Tx, id_: int, *, at_once: bool = False) -> int:
    """Want its card as it is now, when that is another than the one that is wanted; 1 if so."""
    now = ctx.now()
    gathering = gatherings.get(tx, id_, lock=True)
    if gathering is None or now < gathering.speak_at:
        return 0
    fresh = gathering.drawn_at is not None and gathering.drawn_at > now - REDRAW
    if fresh and not at_once:  # another process was quicker
        return 0
    view = view_of(ctx, tx, gathering)
    until = _until(ctx, tx, gathering)
    over = (now >= until and not view.open) or now - gathering.opened_at > LONGEST
    gatherings.drawn(tx, id_, now, until=until, done=over)
    if gathering.drawn_at is None and not view.open and gathering.kind != "matter":
        return 0  # all ended well before it was time to speak
    return _want(ctx, tx, gathering, cards.gathering_card(view))


def _want(ctx: Context, tx: Tx, gathering: Gathering, card: Card) -> int:
    target = Target(gathering.chat, gathering.room)
    about = posting.About(gathering.code, gathering.link)
    stands = posts.get(tx, posting.key_of(ctx, about, target))
    if stands is not None and _plain(stands.card) == _plain(to_json(card)):
        return 0
    posting.want(ctx, tx, about, target, card)
    return 1


def _plain(value: object) -> object:
    """As JSON gives it back."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _until(ctx: Context, tx: Tx, gathering: Gathering) -> datetime:
    """A matter lasts as long as enough customers come with it."""
    if gathering.kind != "matter":
        return gathering.until
    shop, _, rule = gathering.topic.rpartition("|")
    window = timedelta(minutes=ctx.schedule.matter_minutes)
    lately = gatherings.same_matter(tx, shop, rule, ctx.now() - window)
    more = len(lately) >= ctx.schedule.same_matter
    return max(gathering.until, ctx.now() + window) if more else gathering.until


def _see_all(ctx: Context, tx: Tx, request: Request) -> Reply:
    found = _found(tx, request)
    refusal = permissions.refusal(request.person, request.action, permissions.Matter())
    if refusal or request.person is None:
        return Reply(False, refusal)
    if found is None:
        return Reply(False, GONE)
    place = ctx.people.direct(request.person, request.place)
    if place is None:
        return Reply(False, "我还不知道怎么私信你，请管理员补上你的账号。")
    whole = view_of(ctx, tx, found)
    lines = tuple(line for line in whole.lines if _may(tx, request.person, line.code))
    if whole.lines and not lines:
        return Reply(False, OTHERS)
    about = posting.About(f"{found.code}.all{len(audit.of(tx, found.code))}", found.link)
    audit.write(tx, ctx.now(), request.speaker, request.action, found.code)
    posting.want(ctx, tx, about, place, cards.all_card(replace(whole, lines=lines)))
    alone = request.place is not None and request.place.direct
    return Reply(True, "全部在下面这张卡片里。" if alone else "全部名单已经私信发给你。", points=True)


def _may(tx: Tx, person: Person, code: str) -> bool:
    """Those of one's own team, as in the list of alerts."""
    alert = alerts.get(tx, int(code[1:]))
    return not permissions.refusal(person, "view", permissions.Matter(alert.team, of_colleague=alert.of_colleague))


def _claim_all(ctx: Context, tx: Tx, request: Request) -> Reply:
    """Claim each that still waits and that this person may claim."""
    found = _found(tx, request)
    if request.person is None:
        return Reply(False, permissions.STRANGER)
    if found is None:
        return Reply(False, GONE)
    waiting = [m for m in gatherings.members(tx, found.id) if m.state == "open" and not m.own]
    claim = alert_actions.ACTIONS["claim"]
    told = [claim(ctx, tx, replace(request, action="claim", value=f"A{m.alert}")) for m in waiting]
    taken = sum(reply.ok for reply in told)
    if told and not taken:
        return Reply(False, told[0].toast)
    draw(ctx, tx, found.id, at_once=True)
    if not told:
        return Reply(False, "都已经有人在跟了，谢谢你。")
    return Reply(True, f"好的，这 {taken} 位客户交给你了。")


def _found(tx: Tx, request: Request) -> Gathering | None:
    number = subject.code(request.subject or request.text, "G")
    return gatherings.get(tx, number) if number is not None else None


ACTIONS: Mapping[str, Act] = {"see_all": _see_all, "claim_all": _claim_all}
