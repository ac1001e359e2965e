"""投票, 说法, 选说法, 我说: what people say in a calibration, by button, form, page or directly; never in public."""

from collections.abc import Mapping
from dataclasses import replace

from handlers import permissions, posting
from handlers.calibrating import poll_show
from handlers.cards import polls as cards
from handlers.cards.words import clock
from handlers.context import Context
from handlers.hints import FORMS
from handlers.people import Person
from handlers.permissions import Matter
from handlers.posting import About
from handlers.protocols import Reply
from handlers.requests import Act, Request
from rules import causes, subject
from rules.poll import ALARMS, CHOICES, DEDUCT, SEVERITIES, Vote
from storage import ballots, calibrations, posts
from storage.calibrations import Calibration, Question
from storage.db import Tx

CHOSEN = {word: name for name, word in CHOICES.items()} | {"扣": DEDUCT}
HEAVY = {word: n for n, word in SEVERITIES.items()}
SPOKE = {word: name for name, word in ALARMS.items()}
HOW = "这样说：「投票 Q12 扣分」，也可以都带上：「投票 Q12 扣分 中 流程 提醒得对」。题号在卡片上。"
ALOUD = "投票要悄悄来，大家才敢说真话。刚才那句没有算数，在这里私下再发一次就好。"
OWN = "这段是你接待的，这题不用投；想说的话发「我说 {} …」，会匿名带上。"
OVER = "这题已经截止了，谢谢你想着。"
LONGEST = 120  # characters of a wording
SHORTEST = 4


def _vote(ctx: Context, tx: Tx, request: Request) -> Reply:
    person, session, case, rest, refused = _meant(ctx, tx, request)
    if person is None or session is None or case is None:
        return refused
    if session.state != "open" or session.closes_at is None or ctx.now() >= session.closes_at:
        return Reply(False, OVER if session.state != "confirmed" else "还没开始，到点了我会在群里说。")
    if person.name in case.own:
        return Reply(False, OWN.format(case.code))
    vote = _pressed(rest, ballots.mine(tx, case.id, person.name)) if request.value else _typed(rest)
    if vote is None:
        return Reply(False, "先选扣分、不扣或不确定，再说别的。" if request.value else HOW)
    surface = request.place.chat if request.place else "web"
    ballots.cast(tx, case.id, person.name, replace(vote, role=person.role), surface, ctx.now())
    until = clock(session.closes_at, ctx.zone)
    return Reply(True, f"记下了：{case.code} {told(vote)}。{until} 前可以改，截止前谁也看不到。")


def told(vote: Vote) -> str:
    """扣分 · 中 · 流程 · 提醒得对"""
    more = (causes.word(vote.cause), ALARMS.get(vote.alarm, ""))
    parts = (CHOICES[vote.choice], SEVERITIES.get(vote.severity, ""), *more)
    return " · ".join(part for part in parts if part)


def _pressed(choice: str, before: Vote | None) -> Vote | None:
    """deduct, deduct.2, keep, unsure, cause.process, alarm.wrong; what was said of the rest stays."""
    name, _, more = choice.partition(".")
    if name == "cause":
        return replace(before, cause=more) if before and more in causes.CAUSES else None
    if name == "alarm":
        return replace(before, alarm=more) if before and more in ALARMS else None
    if name not in CHOICES:
        return None
    vote = replace(before or Vote("", name), choice=name)
    if name != DEDUCT:
        return replace(vote, severity=0)
    return replace(vote, severity=int(more)) if more.isdecimal() and int(more) in SEVERITIES else vote


def _typed(rest: str) -> Vote | None:
    words = rest.split()
    choice = next((CHOSEN[word] for word in words[:1] if word in CHOSEN), "")
    if not choice:
        return None
    severity = next((HEAVY[word] for word in words[1:] if word in HEAVY), 0) if choice == DEDUCT else 0
    cause = next((causes.BY_WORD[word] for word in words[1:] if word in causes.BY_WORD), "")
    alarm = next((SPOKE[word] for word in words[1:] if word in SPOKE), "")
    return Vote("", choice, severity, cause, alarm)


def _better(ctx: Context, tx: Tx, request: Request) -> Reply:
    """Another wording, until the ballots close."""
    person, session, case, rest, refused = _meant(ctx, tx, request)
    if person is None or session is None or case is None:
        return refused
    if session.state != "open" or session.closes_at is None or ctx.now() >= session.closes_at:
        return Reply(False, OVER)
    words = poll_show.nameless(ctx, request.text if request.value else rest, LONGEST)
    if len(words) < SHORTEST:
        return Reply(False, f"写一句完整的说法就行，比如「说法 {case.code} 降价我懂您的心疼，我先帮您申请价保」。")
    ballots.write(tx, case.id, person.name, words, ctx.now())
    return Reply(True, "收到，大家选的时候不写是谁写的。再写一次会换掉这一句。")


def _pick(ctx: Context, tx: Tx, request: Request) -> Reply:
    """The best wording: by its id on a button, by its place when typed."""
    person, session, case, rest, refused = _meant(ctx, tx, request)
    if person is None or session is None or case is None:
        return refused
    if session.state != "wording" or session.ends_at is None or ctx.now() >= session.ends_at:
        return Reply(False, OVER if session.state == "closed" else "说法要等盲投截止以后再选。")
    known = ballots.wordings(tx, case.id)
    number = int(rest) if rest.isdecimal() and len(rest) < 10 else 0
    chosen = [b for n, b in enumerate(known, 1) if number == (b.id if request.value else n)]
    if not chosen:
        return Reply(False, f"选第几句？比如「选说法 {case.code} 1」。")
    if chosen[0].person == person.name:
        return Reply(False, "这句是你写的，选一句同事的吧。")
    ballots.like(tx, case.id, person.name, chosen[0].id, ctx.now())
    return Reply(True, f"选好了：{case.code} 的第 {known.index(chosen[0]) + 1} 句，公布前可以改。")


def _own_word(ctx: Context, tx: Tx, request: Request) -> Reply:
    """The agent of the case is heard without a name, and changes nothing else."""
    person, session, case, rest, refused = _meant(ctx, tx, request)
    if person is None or session is None or case is None:
        return refused
    if person.name not in case.own:
        return Reply(False, "这句话留给当时接待的同事；你可以投票，或者写一句更好的说法。")
    if session.state not in ("proposed", "confirmed", "open"):
        return Reply(False, OVER)
    words = poll_show.nameless(ctx, request.text if request.value else rest, LONGEST)
    if len(words) < SHORTEST:
        return Reply(False, f"写一句当时的想法就行：「我说 {case.code} …」。")
    calibrations.hear(tx, case.id, words)
    said = replace(case, heard=words)
    _warned_again(ctx, tx, session, said)
    if session.state == "open":
        poll_show.show(ctx, tx, session, said, quietly=True)
    return Reply(True, "收到，会匿名放在题目下面；截止前都可以改。")


def _warned_again(ctx: Context, tx: Tx, session: Calibration, case: Question) -> None:
    for post in posts.about(tx, f"{case.code}.own"):
        card = cards.warning(case, session.opened_at or session.due_at, ctx.zone, forms=post.chat in FORMS)
        posting.renew(ctx, tx, post, card)


def warn(ctx: Context, tx: Tx, session: Calibration, case: Question) -> None:
    """Whoever served the customer reads it before the room does."""
    for name in case.own:
        person = ctx.people.named(name)
        target = ctx.people.direct(person) if person else None
        if target is not None:
            card = cards.warning(case, session.opened_at or session.due_at, ctx.zone, forms=target.chat in FORMS)
            posting.want(ctx, tx, About(f"{case.code}.own", session.link), target, card)


Meant = tuple[Person | None, Calibration | None, Question | None, str, Reply]


def _meant(ctx: Context, tx: Tx, request: Request) -> Meant:
    """Who, about which case, and what else they said; or why not. The session stays as it is until we are done."""
    refusal = permissions.refusal(request.person, request.action, Matter())
    if refusal or request.person is None:
        return None, None, None, "", Reply(False, refusal)
    typed = not request.value
    if typed and request.place is not None and not request.place.direct:
        return None, None, None, "", Reply(False, ALOUD)
    number, rest = subject.read(request.text if typed else request.subject, "Q")
    case = calibrations.question(tx, number) if number is not None else None
    session = calibrations.get(tx, case.session, shared=True) if case else None
    if case is None or session is None:
        return None, None, None, "", Reply(False, HOW)
    return request.person, session, case, (rest if typed else request.choice), Reply(False, OVER)


ACTIONS: Mapping[str, Act] = {"vote": _vote, "better": _better, "pick": _pick, "own_word": _own_word}
