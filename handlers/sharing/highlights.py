"""Excellent conversations: the agent is asked first, then the team may be glad; named only are those who like it."""

from collections.abc import Sequence
from datetime import timedelta

from handlers import posting, retelling, serving
from handlers.cards.star import StarView, ask_card, asked_card, star_card, withdrawn_card
from handlers.cards.words import where
from handlers.context import Context
from handlers.people import Person
from handlers.posting import About
from rules.model import Finding
from storage import cases, conversations, highlights, posts
from storage.cases import Case, Source
from storage.conversations import Stored
from storage.db import Tx
from storage.highlights import Highlight

UNKNOWN = "anonymous"  # how somebody is shown whom we do not know, and so cannot ask


def find(ctx: Context, tx: Tx, stored: Stored, stars: Sequence[Finding]) -> None:
    """One highlight for one conversation, from the strongest star in it."""
    best = max(stars, key=lambda f: f.severity)
    conversation = stored.conversation
    said = next((m for m in conversation.messages if m.id == best.message and m.agent), None)
    account = (said.agent if said else conversation.agent) or ""
    person = serving.speaker(ctx, stored, said) if said else serving.holder(ctx, stored)
    key = f"star:{conversation.id}"
    if cases.known(tx, key):  # as at every look after the first
        return
    source = Source(
        key, "star", conversation.id, f"{stored.source}:{account}" if account else "",
        conversation.team, best.rule, best.message,
    )  # fmt: skip
    number = cases.note(tx, source, retelling.retold(ctx, tx, conversation, best), ctx.now())
    if number is not None:
        _ask(ctx, tx, cases.get(tx, number), person, stored)


def look(ctx: Context) -> int:
    """Those who did not answer in time have their default count; the number of highlights."""
    with ctx.store.read() as tx:
        late = highlights.due(tx, ctx.now())
    return sum(ctx.store.transact(lambda tx, case=case: _lapse(ctx, tx, case)) for case in late)  # type: ignore[misc]


def settle(ctx: Context, tx: Tx, case: Case, highlight: Highlight, consent: str, *, answered: bool) -> None:
    """The answer counts from now on, in every room and on the agent's own card."""
    _decide(ctx, tx, highlight, consent, answered=answered)
    show(ctx, tx, case.id)


def _decide(ctx: Context, tx: Tx, highlight: Highlight, consent: str, *, answered: bool) -> None:
    state = "private" if consent == "private" else "shown"
    values: dict[str, object] = {"consent": consent, "state": state, "answered": answered}
    if state == "shown" and highlight.shown_at is None:
        values["shown_at"] = ctx.now()
    highlights.change(tx, highlight.case, **values)
    cases.name(tx, highlight.case, highlight.person if consent == "open" else "")
    if consent == "private" and cases.get(tx, highlight.case).state == "collected":
        cases.take_out(tx, highlight.case, "found")


def withdraw(ctx: Context, tx: Tx, case: Case, by: str, verdict: str) -> None:
    """`verdict`: declined, by somebody who judges, or withdrawn, by whose it is."""
    highlights.change(tx, case.id, state="withdrawn", withdrawn_by=by)
    cases.take_out(tx, case.id, verdict)
    show(ctx, tx, case.id)


def show(ctx: Context, tx: Tx, number: int, stored: Stored | None = None) -> None:
    """Want it as it is now, wherever it stands or shall stand; `stored`: its conversation, where it is at hand."""
    case, highlight = cases.get(tx, number), highlights.get(tx, number)
    if highlight is None:
        return
    stored = stored or conversations.load_one(tx, case.conversation)
    link = stored.link if stored else posting.random_part(case.key)
    if highlight.state == "shown":
        _show(ctx, tx, case, highlight, stored, link)
    elif highlight.state in ("private", "withdrawn"):
        for post in posts.about(tx, case.code):
            posting.renew(ctx, tx, post, withdrawn_card(case))
    for post in posts.about(tx, f"{case.code}.ask"):
        standing = highlight.state != "withdrawn"
        card = asked_card(case, highlight.consent, answered=highlight.answered, standing=standing)
        posting.renew(ctx, tx, post, card)


def _show(ctx: Context, tx: Tx, case: Case, highlight: Highlight, stored: Stored | None, link: str) -> None:
    place = where(stored.conversation) if stored else case.team
    page = ctx.page(f"/cases/{case.id}") if case.state == "collected" else ""
    cheers = highlights.cheers(tx, case.id)
    for room in ctx.people.rooms_for("stars", case.team):
        named = room.audience == "leads" or highlight.consent == "open"
        view = StarView(case, place, highlight.person if named else "", cheers, page)
        posting.want(ctx, tx, About(case.code, link), room.target, star_card(view))


def _ask(ctx: Context, tx: Tx, case: Case, person: Person | None, stored: Stored) -> None:
    """Asked once and for all by their setting `open`, or now; somebody out of reach is shown by their default."""
    target = ctx.people.direct(person) if person else None
    default = person.praise if person else UNKNOWN
    minutes = ctx.schedule.praise_minutes
    waits = target is not None and default != "open"
    due = ctx.now() + timedelta(minutes=minutes) if waits else None
    highlights.ask(tx, case.id, person.name if person else "", default, due, ctx.now())
    if target is not None:
        card = ask_card(case, default, minutes) if waits else asked_card(case, default, answered=False)
        posting.want(ctx, tx, About(f"{case.code}.ask", stored.link), target, card)
    highlight = highlights.get(tx, case.id)
    if not waits and highlight is not None:
        _decide(ctx, tx, highlight, default, answered=False)
        show(ctx, tx, case.id, stored)


def _lapse(ctx: Context, tx: Tx, number: int) -> int:
    highlight = highlights.get(tx, number, lock=True)
    if highlight is None or highlight.state != "asked":
        return 0
    settle(ctx, tx, cases.get(tx, number), highlight, highlight.consent, answered=False)
    return 1
