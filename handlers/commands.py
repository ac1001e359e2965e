"""What people type: read, checked against their role, done, and answered where they expect it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from handlers import actions, looks, permissions, posting
from handlers.alerting import duty, headlines, muting, shadow, why
from handlers.calibrating import poll_answers, polls
from handlers.cards import replies
from handlers.cards.card import Card
from handlers.cards.guide import ALL, guide
from handlers.cards.trial import trial
from handlers.context import Context
from handlers.counting import account_owners, outcome_figures, own_figures
from handlers.growing import honour_actions
from handlers.permissions import STRANGER, Matter
from handlers.protocols import Reply, Said, Target
from handlers.requests import Answer, Request
from handlers.reviewing import appeals, learning, ledger, reviews
from handlers.sharing import library
from rules import command, decide
from rules.command import Command
from rules.model import Conversation, Finding, Message, Speaker
from storage import alerts as records
from storage import audit, conversation_counts, conversations, heard, highlights, posts, rule_changes
from storage.alerts import Alert
from storage.db import Tx
from storage.deadline import within


@dataclass(frozen=True, slots=True)
class Told:
    """The answer to what only reads, and what is to be written down of it."""

    card: Card
    noted: Sequence[audit.Row] = ()


def look_up(ctx: Context, tx: Tx, words: Said) -> Told | None:
    """Read on a connection of its own, so that nobody waits meanwhile; None for what changes or is refused."""
    read = command.read(words.text)
    request = _request(ctx, words, read)
    if read.name not in ANSWERS or read.name in CHANGING or permissions.refusal(request.person, read.name, Matter()):
        return None
    with audit.kept_for_later(tx) as noted:
        return Told(ANSWERS[read.name](ctx, tx, request), noted)


def said(ctx: Context, tx: Tx, words: Said, told: Told | None = None) -> None:
    """Do what was typed, once; the answer is a post, so that it is not lost either. `told`: what was looked up."""
    if not heard.fresh(tx, words.chat, words.event, ctx.now()):
        return
    read = command.read(words.text)
    request = _request(ctx, words, read)
    if read.name in actions.ACTIONS and read.name not in ANSWERS:
        _act(ctx, tx, words, request, read.more)
        return
    refusal = permissions.refusal(request.person, read.name or "guide", Matter())
    if refusal:
        audit.write(tx, ctx.now(), request.speaker, read.name or "?", "", allowed=False)
        _answer(ctx, tx, words, replies.sentence(refusal), alone=True)
        return
    card = told.card if told else _told(ctx, tx, request, read)
    audit.write_down(tx, told.noted if told else ())
    _answer(ctx, tx, words, card, alone=read.name in ALONE)
    if read.name in POINTED and not words.direct:
        _answer(ctx, tx, replace(words, event=f"{words.event}/told"), replies.sentence(TOLD_ALONE, "blue"))


def _told(ctx: Context, tx: Tx, request: Request, read: Command) -> Card:
    if not read.name:
        return replies.unknown(read.nearest, read.number)
    with within(tx, ctx.patience):
        return ANSWERS[read.name](ctx, tx, request)


def too_many(ctx: Context, tx: Tx, words: Said) -> None:
    """Somebody says more than can be answered: they hear it once, alone."""
    if not heard.fresh(tx, words.chat, words.event, ctx.now()):
        return
    person = ctx.people.who(words.chat, words.person)
    audit.write(tx, ctx.now(), person.name if person else words.person, "too_many", "", allowed=False)
    _answer(ctx, tx, words, replies.sentence(TOO_MANY), alone=True)


def given_up(ctx: Context, tx: Tx, words: Said) -> None:
    """To read all that was asked for took too long, and nothing was changed."""
    if heard.fresh(tx, words.chat, words.event, ctx.now()):
        _answer(ctx, tx, words, replies.sentence(TOO_SLOW), alone=True)


def _request(ctx: Context, words: Said, read: Command) -> Request:
    person = ctx.people.who(words.chat, words.person)
    place = Target(words.chat, words.person if words.direct else words.room, words.direct)
    value = f"A{read.number}" if read.number is not None else ""
    speaker = person.name if person else words.person
    return Request(read.name, value, person, speaker, read.text, place)


def _act(ctx: Context, tx: Tx, words: Said, request: Request, more: Sequence[int] = ()) -> None:
    if request.action in command.NUMBERED and not request.value and request.person is not None:
        _answer(ctx, tx, words, replies.sentence(_which(request)))
        return
    done = [actions.apply(ctx, tx, one) for one in (request, *(replace(request, value=f"A{n}") for n in more))]
    reply = Reply(any(one.ok for one in done), "".join(one.toast for one in done))
    if not reply.ok:
        _answer(ctx, tx, words, replies.sentence(reply.toast), alone=True)
    elif words.direct and all(one.points for one in done):
        return
    elif words.chat in ctx.editable or request.action not in TOLD_BY_A_LINE:
        _answer(ctx, tx, words, replies.sentence(reply.toast, "blue"), alone=request.action in ALONE)


def _which(request: Request) -> str:
    """Of which alert? In the words that were used."""
    if re.match(r"#?[Aa]?\d", request.text):
        return "没有找到这个编号，发「告警」看编号。"
    word = next(word for word, (name, _) in command.WORDS.items() if name == request.action)
    return f"请带上编号，比如「{word} A12」。发「告警」看编号。"


def _guide(ctx: Context, tx: Tx, request: Request) -> Card:
    return guide(request.person.role, whole=request.text == ALL) if request.person else replies.sentence(STRANGER)


def _alerts(ctx: Context, tx: Tx, request: Request) -> Card:
    rows = []
    standing = [alert for alert in records.not_closed(tx, limit=500) if _hears(ctx, request, alert)]
    for alert in standing[:10]:
        stored = conversations.load_one(tx, alert.conversation)
        if stored is not None:
            rows.append((alert, stored.conversation, headlines.of(ctx, tx, alert, stored, ctx.people.names)))
    return replies.alert_list(rows, len(standing))


def _hears(ctx: Context, request: Request, alert: Alert) -> bool:
    """Those of one's own team; what speaks of a colleague only where the team does not read along."""
    room = ctx.people.room(request.place.chat, request.place.id) if request.place else None
    if alert.of_colleague and room is not None and room.audience != "leads":
        return False
    return not permissions.refusal(request.person, "view", Matter(alert.team, of_colleague=alert.of_colleague))


def _status(ctx: Context, tx: Tx, request: Request) -> Card:
    now = ctx.now()
    total, done = conversation_counts.screened(tx, now - timedelta(days=1))
    waiting, dead = posts.backlog(tx)
    facts = [
        ("模式", "影子：只记下来，不往群里发" if shadow.mode(ctx, tx) == "shadow" else "上线"),
        ("过去 24 小时", f"{total} 段会话，已筛 {done} 段"),
        ("待收尾告警", f"{len(records.not_closed(tx, 500))} 条"),
        ("待发卡片", f"{waiting} 张" + (f"，发不出去 {dead} 张" if dead else "")),
        ("公开的夸奖和告警", _balance(*highlights.in_public(tx, now - timedelta(days=7)))),
        ("钉钉本月调用", f"{posts.calls(tx, 'dingtalk', now.strftime('%Y-%m'))} / 10000 次"),
    ]
    silent = [(f"静音 {what}", until) for what, until in muting.standing(ctx, tx, request.person, names=False)]
    return replies.status((*facts, *silent, *ctx.health()))


def _balance(praise: int, alerts_said: int) -> str:
    """An aim to look at; nothing is held back or let through for it."""
    aim = "目标：夸奖不少于告警" if praise >= alerts_said else f"离「夸奖不少于告警」还差 {alerts_said - praise} 次"
    return f"近 7 天夸奖 {praise} 次 · 告警 {alerts_said} 次（{aim}）"


def _try(ctx: Context, tx: Tx, request: Request) -> Card:
    if not request.text:
        return replies.sentence("把想试的话写在后面，比如「试一句 再不退款我就投诉到 12315」。")
    message = Message("m1", Speaker.CUSTOMER, request.text, ctx.now())
    conversation = Conversation("try", (message,), (ctx.engine.signals(request.text, Speaker.CUSTOMER),))
    policy = rule_changes.into(tx, ctx.policy)
    screening = ctx.engine.screen(conversation, policy, ctx.now())
    decisions = decide.decide({}, screening, conversation, policy, ctx.now())
    return trial(decisions, screening.findings, screening.risk, partial(_title, ctx))


def _title(ctx: Context, finding: Finding) -> str:
    rule = ctx.engine.packs.rule(finding.rule)
    return rule.title if rule else "情形"


# Everything that is answered with a card of its own.
ANSWERS: Mapping[str, Answer] = {
    "guide": _guide,
    "alerts": _alerts,
    "status": _status,
    "try": _try,
    "duty": duty.tell_or_set,
    "mutes": muting.listed,
    "why": why.answer,
    "ledger": ledger.show,
    "learn": learning.learn,
    "roll_back": learning.roll_back,
    "who_looked": looks.who_looked,
    "cases": library.answer,
    "my_figures": own_figures.mine,
    "portrait": own_figures.whole,
    "team_portrait": own_figures.team,
    "shop_portrait": own_figures.shop,
    "accounts": account_owners.listed,
    "honours": honour_actions.listed,
    "outcomes": outcome_figures.mine,
    "talk_tracks": outcome_figures.tracks,
    "points": honour_actions.points,
    "my_reviews": appeals.mine,
    **poll_answers.ANSWERS,
    "shadow": shadow.show,
}
CHANGING: frozenset[str] = frozenset({"duty", "learn", "roll_back", "shadow"})  # perhaps; the others only read
ALONE: frozenset[str] = frozenset(
    {
        "points",
        "outcomes",
        "mutes",
        "why",
        "who_looked",
        "my_reviews",
        "my_figures",
        "portrait",
        *appeals.ACTIONS,
        *polls.ACTIONS,
        "my_alignment",
        "minutes",
        *reviews.ACTIONS,
        "shadow",
    }
)  # answered to the person alone, wherever it was asked
# Where posted cards cannot change, a line in the room tells what became of the alert; an answer would say it twice.
TOLD_BY_A_LINE: frozenset[str] = frozenset({"claim", "resolve", "false_alarm", "mute", "briefing_read"})
POINTED: frozenset[str] = frozenset({"my_figures", "portrait"})  # with a line where it was asked, that it was answered
TOO_MANY = "一下子问得太多了，我先把前面的做完。歇一分钟再问就好，刚才这一句请再发一次。"
TOO_SLOW = (
    "这一问要翻的记录太多，几秒里没翻完，我先停下了，免得大家都等。把时间说短一点再问一次就好，比如「昨天」或「上周」。"
)
TOLD_ALONE = "数据私下发给你了，打开和我的单聊看看"


def _answer(ctx: Context, tx: Tx, words: Said, card: Card, *, alone: bool = False) -> None:
    """Answer in the room, or to the person alone; somebody the platform does not name cannot be answered alone."""
    if alone and not words.person:
        return
    direct = alone or words.direct
    target = Target(words.chat, words.person if direct else words.room, direct)
    session = "" if alone and not words.direct else words.session
    about = posting.About("reply", posting.random_part(words.chat + words.event), session)
    posting.want(ctx, tx, about, target, card)
