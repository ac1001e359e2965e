"""共评校准 from week to week: proposed the day before, confirmed by QA, opened, closed, its wordings chosen, told."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from handlers import due, permissions, posting
from handlers.calibrating import criteria, poll_close, poll_questions, poll_show, polls
from handlers.cards import polls as cards
from handlers.cards.card import Card
from handlers.context import Context
from handlers.permissions import Matter
from handlers.posting import About
from handlers.protocols import Reply
from handlers.requests import Act, Request
from handlers.reviewing import ledger
from rules import subject
from rules.schedule import off_the_bell
from storage import audit, ballots, calibrations, occurrences, posts
from storage.calibrations import Calibration
from storage.db import Tx, Unavailable

log = structlog.get_logger()

AHEAD = timedelta(days=1)
LATE = timedelta(hours=2)  # after the due time there is still something to propose
LOOK = timedelta(hours=1)
TOO_LITTLE = f"拿不准的会话不到 {poll_questions.LEAST} 段，这周不开"
WAITS = timedelta(days=1)  # for QA, from the due time on
NOTICE = timedelta(minutes=10)  # the agent of a case reads it so long before the room
REDRAW = timedelta(minutes=2)  # the count of voters; every drawing is a call that is counted


def work(ctx: Context) -> int:
    """Propose what is due, and take every session a step further; the number of things done."""
    done = _propose(ctx)
    with ctx.store.read() as tx:
        running = calibrations.going_on(tx)
    return done + sum(_one(ctx, session.id) for session in running)


def begins_at(ctx: Context) -> datetime | None:
    """When the session begins that is to be proposed now."""
    if ctx.schedule.calibration is None:
        return None
    weekday, at = ctx.schedule.calibration
    local = ctx.now().astimezone(ctx.zone)
    for ahead in range(-1, 2):
        day = local.date() + timedelta(days=ahead)
        begins = off_the_bell(datetime.combine(day, at, ctx.zone))
        if day.weekday() == weekday and begins - AHEAD <= local < begins + LATE and ctx.schedule.workday(day):
            return begins
    return None


def _propose(ctx: Context) -> int:
    """Whether there is enough to ask is looked at once an hour, until there is."""
    begins = begins_at(ctx)
    if begins is None or not poll_show.rooms(ctx) or not due.waits(ctx, "calibration", begins):
        return 0
    looked = begins - AHEAD + (ctx.now() - begins + AHEAD) // LOOK * LOOK
    return due.once(ctx, "calibration_look", looked, lambda tx: propose(ctx, tx, begins))


def propose(ctx: Context, tx: Tx, begins: datetime) -> int:
    """With too little to ask there is no session: that is settled when it should begin."""
    questions = poll_questions.proposed(ctx, tx)
    if not questions and ctx.now() < begins:
        return 0
    if not occurrences.take(tx, "calibration", begins, ctx.now()):
        return 0
    if not questions:
        occurrences.explain(tx, "calibration", begins, TOO_LITTLE)
        return 0
    session = calibrations.propose(tx, questions, begins, ctx.now())
    if session is None:
        return 0
    if ctx.now() >= begins:  # late already: one card is enough
        occurrences.take(tx, "calibration_again", begins, ctx.now())
    _ask(ctx, tx, session)
    return 1


def _ask(ctx: Context, tx: Tx, session: Calibration, place: str = "qa") -> None:
    for target in ledger.reviewers(ctx):
        posting.want(ctx, tx, About(f"{session.code}.{place}", session.link), target, _proposal(ctx, tx, session))


def _renew(ctx: Context, tx: Tx, session: Calibration) -> None:
    for place in ("qa", "again"):
        for post in posts.about(tx, f"{session.code}.{place}"):
            posting.renew(ctx, tx, post, _proposal(ctx, tx, session))


def _proposal(ctx: Context, tx: Tx, session: Calibration) -> Card:
    return cards.proposal(session, calibrations.questions(tx, session.id), ctx.schedule.calibration_minutes, ctx.zone)


def _one(ctx: Context, id_: int) -> int:
    try:
        return ctx.store.transact(lambda tx: _step(ctx, tx, id_))
    except Unavailable:
        raise
    except Exception:  # one session must not stop the others
        log.exception("calibration_failed", session=id_)
        return 0


def _step(ctx: Context, tx: Tx, id_: int) -> int:
    seen = calibrations.get(tx, id_)
    if seen is None or seen.state not in STEPS or not STEPS[seen.state][0](ctx, tx, seen):
        return 0
    session = calibrations.get(tx, id_, lock=True)  # only now, so that votes need not wait for who only looks
    if session is None or session.state != seen.state:  # another process was quicker
        return 0
    STEPS[session.state][1](ctx, tx, session)
    return 1


# Each state: whether something is due, and what.


def _unconfirmed(ctx: Context, tx: Tx, session: Calibration) -> bool:
    reminded = occurrences.taken(tx, "calibration_again", session.due_at)
    return ctx.now() >= session.due_at + WAITS or (ctx.now() >= session.due_at and not reminded)


def _remind(ctx: Context, tx: Tx, session: Calibration) -> None:
    """Once when it should begin; a day later it is dropped."""
    if ctx.now() >= session.due_at + WAITS:
        _renew(ctx, tx, calibrations.change(tx, session, state="dropped"))
    elif occurrences.take(tx, "calibration_again", session.due_at, ctx.now()):
        _ask(ctx, tx, session, "again")


def _time_to_open(ctx: Context, tx: Tx, session: Calibration) -> bool:
    return session.opened_at is not None and ctx.now() >= session.opened_at


def _open(ctx: Context, tx: Tx, session: Calibration) -> None:
    closes = ctx.now() + timedelta(minutes=ctx.schedule.calibration_minutes)
    opened = calibrations.change(tx, session, state="open", opened_at=ctx.now(), closes_at=closes)
    for case in calibrations.questions(tx, session.id):
        poll_show.show(ctx, tx, opened, case)
    _renew(ctx, tx, opened)


def _voting(ctx: Context, tx: Tx, session: Calibration) -> bool:
    return _over(session.closes_at, ctx.now()) or bool(_grown(ctx, tx, session))


def _grown(ctx: Context, tx: Tx, session: Calibration) -> list[calibrations.Question]:
    """Questions whose cards show fewer voters than there are, and were drawn a while ago."""
    known = calibrations.questions(tx, session.id)
    count = ballots.likers if session.state == "wording" else ballots.voters
    now = count(tx, [case.id for case in known])
    old = ctx.now() - REDRAW
    return [case for case in known if now[case.id] != case.drawn and (case.drawn_at is None or case.drawn_at <= old)]


def _close_votes(ctx: Context, tx: Tx, session: Calibration) -> None:
    if not _over(session.closes_at, ctx.now()):
        for case in _grown(ctx, tx, session):
            poll_show.show(ctx, tx, session, case, quietly=True)
        return
    known = calibrations.questions(tx, session.id)
    asked = [case for case in known if len(ballots.wordings(tx, case.id)) > 1]
    if not asked:
        _finish(ctx, tx, session)
        return
    ends = ctx.now() + timedelta(minutes=ctx.schedule.wording_minutes)
    choosing = calibrations.change(tx, session, state="wording", ends_at=ends)
    for case in known:
        poll_show.show(ctx, tx, choosing, case, quietly=True)
    for target in poll_show.rooms(ctx):
        card = cards.opening(choosing, len(asked), ctx.zone)
        posting.want(ctx, tx, About(f"{session.code}.word", session.link), target, card)


def _choosing(ctx: Context, tx: Tx, session: Calibration) -> bool:
    return _over(session.ends_at, ctx.now()) or bool(_grown(ctx, tx, session))


def _close_wordings(ctx: Context, tx: Tx, session: Calibration) -> None:
    if _over(session.ends_at, ctx.now()):
        _finish(ctx, tx, session)
        return
    for case in _grown(ctx, tx, session):
        poll_show.show(ctx, tx, session, case, quietly=True)


def _finish(ctx: Context, tx: Tx, session: Calibration) -> None:
    poll_close.close(ctx, tx, session)
    for post in posts.about(tx, f"{session.code}.word"):
        if poll_show.private(ctx, post.chat):  # elsewhere a change would be another line
            posting.renew(ctx, tx, post, cards.opening(replace(session, state="closed"), 0, ctx.zone))
    criteria.look(ctx, tx)


def _over(at: datetime | None, now: datetime) -> bool:
    return at is not None and now >= at


Step = tuple[Callable[[Context, Tx, Calibration], bool], Callable[[Context, Tx, Calibration], None]]
STEPS: Mapping[str, Step] = {
    "proposed": (_unconfirmed, _remind),
    "confirmed": (_time_to_open, _open),
    "open": (_voting, _close_votes),
    "wording": (_choosing, _close_wordings),
}


# What QA answers


def _confirm(ctx: Context, tx: Tx, request: Request) -> Reply:
    number, _ = subject.read(request.subject or request.text, "poll")
    session, refusal = _meant(ctx, tx, request, number)
    if session is None:
        return Reply(False, refusal or "请带上编号，比如「确认校准 3」。")
    if session.state != "proposed":
        return Reply(False, f"这一场{cards.STATES[session.state]}，不用再确认。")
    opens = max(session.due_at, ctx.now() + NOTICE)
    confirmed = calibrations.change(tx, session, state="confirmed", confirmed_by=request.speaker, opened_at=opens)
    for case in calibrations.questions(tx, session.id):
        polls.warn(ctx, tx, confirmed, case)
    _renew(ctx, tx, confirmed)
    return Reply(True, f"好，{opens.astimezone(ctx.zone).strftime('%m-%d %H:%M')} 自动开始。")


def _drop(ctx: Context, tx: Tx, request: Request) -> Reply:
    """By its button, or typed: 去掉 Q8."""
    number, _ = subject.read(request.choice or request.text, "Q")
    case = calibrations.question(tx, number) if number is not None else None
    session, refusal = _meant(ctx, tx, request, case.session if case else None)
    if case is None or session is None:
        return Reply(False, refusal or "请带上题号，比如「去掉 Q8」。")
    if session.state != "proposed":
        return Reply(False, "这一题不在待确认的题目里。")
    if len(calibrations.questions(tx, session.id)) == 1:
        return Reply(False, "就剩这一题了；这周不想开的话，不确认就行。")
    calibrations.drop(tx, case.id)
    _renew(ctx, tx, session)
    return Reply(True, f"去掉了 {case.code}。")


def _meant(ctx: Context, tx: Tx, request: Request, number: int | None) -> tuple[Calibration | None, str]:
    """The session, or why not; nobody else changes it meanwhile."""
    refusal = permissions.refusal(request.person, request.action, Matter())
    told = request.value or request.text
    audit.write(tx, ctx.now(), request.speaker, request.action, told[:20], allowed=not refusal)
    return calibrations.get(tx, number, lock=True) if number is not None and not refusal else None, refusal


ACTIONS: Mapping[str, Act] = {"confirm_poll": _confirm, "drop_question": _drop}
