"""Excellent conversations: kept as cases and shown in the rooms that want stars; named only are those who like it."""

from collections.abc import Sequence

from handlers import alerts, posting
from handlers.cards.star import StarView, star_card
from handlers.context import Context
from handlers.people import Person
from rules.model import Finding
from storage import cases
from storage.cases import Source, Told
from storage.conversations import Stored
from storage.db import Tx


def find(ctx: Context, tx: Tx, stored: Stored, stars: Sequence[Finding]) -> None:
    """One highlight for one conversation, from the strongest star in it."""
    best = max(stars, key=lambda f: f.severity)
    source = Source(
        f"star:{stored.conversation.id}", "star", stored.conversation.id, rule=best.rule, message=best.message
    )
    number = cases.note(tx, source, Told(quote=best.quote, says=best.says), ctx.now())
    person = alerts.holder(ctx, stored)
    if number is None or (person is not None and person.praise == "private"):
        return
    for room in ctx.people.rooms_for("stars", stored.conversation.team):
        view = StarView(number, stored.conversation, best, ctx.zone, _name(person, room.audience))
        posting.want(ctx, tx, posting.About(f"S{number}", stored.link), room.target, star_card(view))


def _name(person: Person | None, audience: str) -> str:
    """Leads may know whom to thank; the team reads a name when its owner said so."""
    if person is None:
        return ""
    return person.name if audience == "leads" or person.praise == "open" else ""
