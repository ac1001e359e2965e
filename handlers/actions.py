"""Someone pressed a button: whose card it is, done once, and what they see at once."""

from collections.abc import Mapping
from datetime import timedelta

from handlers import permissions, posting
from handlers.alerting import alert_actions, gathering, muting, shadow
from handlers.alerting.alert_actions import EXPIRED
from handlers.calibrating import criteria, decisions, poll_answers, poll_sessions, polls
from handlers.cards.card import Card, from_json
from handlers.cards.guide import ALL, guide
from handlers.cards.replies import sentence
from handlers.context import Context
from handlers.counting import account_owners, own_figures
from handlers.growing import growth_actions, honour_actions
from handlers.protocols import Pressed, Reply, Target
from handlers.requests import Act, Request
from handlers.reviewing import appeals, causes, ledger, reviews
from handlers.sharing import briefings, cheering, library
from handlers.watching import coaching, disclosures, handover
from storage import heard, posts
from storage.db import Tx
from storage.deadline import within

# These chats show the card that comes back with the answer; editing it meanwhile would be refused.
ANSWERED_IN_CALLBACK = frozenset({"dingtalk", "feishu"})
CALLBACK_OPEN = timedelta(seconds=3)
TOO_SLOW = (
    "这一步要翻的记录太多，几秒里没翻完，我先停下了，什么都没改。过一会儿再点，"
    "或者直接问短一点的时间，比如「我的数据 昨天」。"
)


def _guide(ctx: Context, tx: Tx, request: Request) -> Reply:
    """帮助 on the answer to what was not understood; all of it is a long card, for the person alone."""
    refusal = permissions.refusal(request.person, request.action, permissions.Matter())
    if refusal or request.place is None or request.person is None:
        return Reply(False, refusal or EXPIRED)
    whole = request.value == ALL
    place = ctx.people.direct(request.person, request.place) if whole else request.place
    about = posting.About("reply", posting.random_part(f"guide {request.speaker} {ctx.now().isoformat()}"))
    posting.want(ctx, tx, about, place or request.place, guide(request.person.role, whole=whole))
    return Reply(True, "私下发给你了，打开和我的单聊看看。" if whole else "常用的都写在下面了。")


# Everything that can be pressed; the words for it are in rules.command, who may is in permissions.
ACTIONS: Mapping[str, Act] = {
    "guide": _guide,
    **alert_actions.ACTIONS,
    **briefings.ACTIONS,
    **disclosures.ACTIONS,
    **coaching.ACTIONS,
    **handover.ACTIONS,
    **ledger.ACTIONS,
    **gathering.ACTIONS,
    **muting.ACTIONS,
    **cheering.ACTIONS,
    **library.ACTIONS,
    **growth_actions.ACTIONS,
    **honour_actions.ACTIONS,  # its nomination takes in that of highlights
    **own_figures.ACTIONS,
    **account_owners.ACTIONS,
    **causes.ACTIONS,
    **appeals.ACTIONS,
    **polls.ACTIONS,
    **poll_sessions.ACTIONS,
    **poll_answers.ACTIONS,
    **decisions.ACTIONS,
    **criteria.ACTIONS,
    **reviews.ACTIONS,
    **shadow.ACTIONS,
}


def pressed(ctx: Context, tx: Tx, press: Pressed) -> Reply:
    """Apply a press once; the reply carries the card as it now stands where it was pressed."""
    post = posts.get(tx, press.key) if press.key else None
    if post is not None and not _belongs(post, press):
        return Reply(False, EXPIRED)
    if not heard.fresh(tx, press.chat, press.event, ctx.now()):
        return Reply(True, "收到，已经处理过了。", _standing(tx, post))
    reply = apply(ctx, tx, _request(ctx, press, post))
    if not reply.ok or post is None:
        return reply
    now = posts.get(tx, post.key)
    if reply.card is None and now is not None and now.wanted == post.wanted:  # nothing to redraw: a word is enough
        return reply
    if press.chat in ANSWERED_IN_CALLBACK:
        posts.put_off(tx, [press.key], ctx.now() + CALLBACK_OPEN)
    return Reply(True, reply.toast, reply.card or _standing(tx, post))


def apply(ctx: Context, tx: Tx, request: Request) -> Reply:
    """Do it, or say politely why not. Raises TooSlow."""
    act = ACTIONS.get(request.action)
    if act is None:
        return Reply(False, EXPIRED)
    with within(tx, ctx.patience):
        return act(ctx, tx, request)


def given_up(ctx: Context, tx: Tx, press: Pressed) -> Reply:
    """What they pressed took too long; the platform no longer waits for the answer, so it comes as a message."""
    person, place = ctx.people.who(press.chat, press.person), Target(press.chat, press.person, True)
    target = ctx.people.direct(person, place) if person else None
    if target is not None and press.chat in ANSWERED_IN_CALLBACK:
        about = posting.About("reply", posting.random_part(press.chat + press.event))
        posting.want(ctx, tx, about, target, sentence(TOO_SLOW))
    return Reply(False, TOO_SLOW)


def _request(ctx: Context, press: Pressed, post: posts.Post | None) -> Request:
    person = ctx.people.who(press.chat, press.person)
    place = Target(press.chat, press.person, True) if press.direct else Target(press.chat, press.room)
    if post is not None:
        place = Target(post.chat, post.room, post.direct)
    speaker = person.name if person else press.person
    text = press.form.get("text", "")
    return Request(press.action, press.value, person, speaker, text, place=place, form=press.form)


def _standing(tx: Tx, post: posts.Post | None) -> Card | None:
    """The card as it is wanted now: whatever changed has wanted it anew."""
    now = posts.get(tx, post.key) if post is not None else None
    return from_json(now.card) if now is not None else None


def _belongs(post: posts.Post, press: Pressed) -> bool:
    """A button only speaks for what its card is about or itself offers, in the room where we posted it."""
    if press.room and not post.direct and press.room != post.room:
        return False
    offered = [(button["action"], button["value"]) for button in post.card["buttons"]]
    about = post.subject.partition(".")[0] == press.value.partition("/")[0]
    return about or (press.action, press.value) in offered
