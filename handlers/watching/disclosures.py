"""Telling people that they are screened, before anybody looks: wanted for each, standing, confirmed."""

from collections.abc import Mapping
from dataclasses import dataclass

from handlers import posting
from handlers.cards.disclosure import disclosure_card, rows
from handlers.context import Context
from handlers.disclosed import current
from handlers.people import Person
from handlers.protocols import Reply
from handlers.requests import Act, Request
from storage import audit, disclosures, posts
from storage.db import Tx

SERVING = ("agent", "senior")
THANKS = "谢谢你看完。有不明白的，随时问主管，也可以问我。"
ALREADY = "你之前已经确认过了，谢谢。"


@dataclass(frozen=True, slots=True)
class Told:
    """What the front page shows somebody who serves customers."""

    rows: tuple[tuple[str, str], ...]
    confirmed: str  # when, or empty


def work(ctx: Context) -> int:
    """Want it for everybody who serves customers and can be reached; how many were new."""
    version = current(ctx)
    with ctx.store.read() as tx:
        wanted = disclosures.wanted(tx, version)
    missing = [p for p in ctx.people.people if serves(p) and p.ids and p.name not in wanted]
    if not missing:
        return 0
    return ctx.store.transact(lambda tx: sum(_want(ctx, tx, person, version) for person in missing))


def of(ctx: Context, tx: Tx, person: Person) -> Told:
    at = disclosures.confirmed(tx, person.name, current(ctx))
    return Told(rows(ctx.keep, ctx.keep_masked), ctx.clock(at) if at else "")


def confirm(ctx: Context, tx: Tx, person: Person) -> bool:
    """They have read it, wherever; the card says so. False when they had said so before."""
    version, now = current(ctx), ctx.now()
    if not disclosures.confirm(tx, person.name, version, now):
        return False
    audit.write(tx, now, person.name, "known", f"told-{version}")
    card = disclosure_card(ctx.keep, ctx.keep_masked, confirmed=ctx.clock(now))
    for post in posts.about(tx, f"told-{version}"):
        if post.direct and post.room in person.ids.values():
            posting.renew(ctx, tx, post, card)
    return True


def serves(person: Person) -> bool:
    return bool(person.accounts) or person.role in SERVING


def _want(ctx: Context, tx: Tx, person: Person, version: str) -> int:
    target = ctx.people.direct(person)
    if target is None:
        return 0
    about = posting.About(f"told-{version}", disclosures.new_link())
    if not disclosures.want(tx, person.name, version, posting.key_of(ctx, about, target), ctx.now()):
        return 0
    posting.want(ctx, tx, about, target, disclosure_card(ctx.keep, ctx.keep_masked))
    return 1


def _known(ctx: Context, tx: Tx, request: Request) -> Reply:
    if request.person is None:
        return Reply(False, "这张卡片是给同事看的。")
    return Reply(True, THANKS if confirm(ctx, tx, request.person) else ALREADY)


ACTIONS: Mapping[str, Act] = {"known": _known}
