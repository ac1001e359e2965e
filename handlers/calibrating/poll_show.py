"""Where a question stands and how it looks there now: one post for each case and room, drawn as rarely as can be."""

from collections.abc import Sequence

from handlers import posting
from handlers.cards import poll_results, polls
from handlers.cards.card import Card
from handlers.cards.poll_results import Ended
from handlers.cards.polls import Asked
from handlers.cards.rule_words import change_words
from handlers.cards.words import COLLEAGUE, clean, unnamed
from handlers.context import Context
from handlers.hints import FORMS
from handlers.posting import About
from handlers.protocols import Target
from handlers.reviewing.ledger import title_of
from storage import ballots, calibrations, decisions, rule_changes
from storage.calibrations import Calibration, Question
from storage.db import Tx


def rooms(ctx: Context) -> list[Target]:
    return [room.target for room in ctx.people.rooms if "polls" in room.wants]


def private(ctx: Context, chat: str) -> bool:
    """Whether a press is seen by nobody else: buttons of cards that can change, not those that type into the room."""
    return chat in ctx.editable


def nameless(ctx: Context, words: str, longest: int) -> str:
    """What somebody wrote, as a room may read it: masked, in one line, and with nobody's name."""
    return " ".join(unnamed(clean(words.strip()), ctx.people.names, COLLEAGUE).split())[:longest]


def page_of(ctx: Context, session: Calibration) -> str:
    return ctx.page(f"/polls/{session.id}")


def show(ctx: Context, tx: Tx, session: Calibration, case: Question, *, quietly: bool = False) -> None:
    """The question as it is now, in every room; `quietly`: only where a card can be changed without a new line."""
    for target in rooms(ctx):
        if not quietly or private(ctx, target.chat):
            posting.want(ctx, tx, About(case.code, session.link), target, card(ctx, tx, session, case, target.chat))
    count = ballots.likers if session.state == "wording" else ballots.voters
    calibrations.drawn(tx, case.id, count(tx, [case.id])[case.id], ctx.now())


def card(ctx: Context, tx: Tx, session: Calibration, case: Question, chat: str) -> Card:
    if session.state == "closed":
        return poll_results.closed(ended(ctx, tx, session, case))
    view = asked(ctx, tx, session, case, chat)
    return polls.choosing(view) if session.state == "wording" else polls.question(view)


def asked(ctx: Context, tx: Tx, session: Calibration, case: Question, chat: str) -> Asked:
    wording = session.state == "wording"
    count = (ballots.likers if wording else ballots.voters)(tx, [case.id])[case.id]
    better = ballots.wordings(tx, case.id) if wording else []
    total = len(calibrations.questions(tx, session.id))
    page = page_of(ctx, session)
    return Asked(
        session, case, total, count, ctx.zone, page, private(ctx, chat), chat in FORMS, better, rule_said(ctx, case)
    )


def ended(ctx: Context, tx: Tx, session: Calibration, case: Question) -> Ended:
    """Raises LookupError while nothing is decided."""
    decision = decisions.of(tx, case.id)
    if decision is None:
        raise LookupError(case.code)
    change = rule_changes.get(tx, decision.change) if decision.change else None
    words = change_words(change.change, title_of(ctx, change.change.name)) if change else ""
    total, rule = len(calibrations.questions(tx, session.id)), rule_said(ctx, case)
    return Ended(case, total, decision, change, words, rule, page_of(ctx, session))


def rule_said(ctx: Context, case: Question) -> str:
    """What we said there, in words; empty where we said nothing."""
    return clean(title_of(ctx, case.rule)) if case.rule else ""


def all_ended(ctx: Context, tx: Tx, session: Calibration) -> Sequence[Ended]:
    return [ended(ctx, tx, session, case) for case in calibrations.questions(tx, session.id)]
