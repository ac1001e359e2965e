"""Who may read a conversation, who did and why: everything that shows somebody's words asks and tells here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from handlers import serving
from handlers.cards import looks as cards
from handlers.cards.card import Card
from handlers.cards.replies import sentence
from handlers.context import Context
from handlers.people import Person
from handlers.permissions import Matter, refusal
from handlers.requests import Request
from rules import subject
from rules.model import Speaker
from storage import alerts, audit, conversations, watching
from storage.alerts import Alert
from storage.conversations import Stored
from storage.db import Tx
from storage.watching import Look

SAME_LOOK = timedelta(minutes=30)  # a page that stays open is one look; after so long it is another
UNSEEN = timedelta(hours=1)  # for so long a conversation that goes on does not tell its agent who listens
LATELY = timedelta(days=7)
WHY = {"review": "复核队列", "search": "搜索", "cases": "案例库", "own": "看自己的会话", "list": "正在进行的会话",
       "appeal": "复核申诉"}  # fmt: skip
NOBODY = "没有找到这段会话。可以发「谁看过 A12」，或者只发「谁看过」看最近七天。"


@dataclass(frozen=True, slots=True)
class Staff:
    """The colleagues of a conversation, and the sub-accounts of which nobody knows whose they are."""

    names: frozenset[str]
    unknown: tuple[str, ...]


def staff(ctx: Context, stored: Stored) -> Staff:
    """Everybody who serves or served the customer; on a shared account only who had it when it spoke."""
    conversation = stored.conversation
    spoke = [m for m in conversation.messages if m.speaker is Speaker.AGENT and m.agent]
    known = [(m.agent, serving.speaker(ctx, stored, m)) for m in spoke]
    known += [(conversation.agent, serving.holder(ctx, stored))] if conversation.agent else []
    names = frozenset(person.name for _, person in known if person)
    unknown = sorted({account for account, person in known if account and person is None})
    nobodys = ctx.people.nobodys
    return Staff(names, tuple(account for account in unknown if f"{stored.source}:{account}" not in nobodys))


def matter(ctx: Context, stored: Stored, alert: Alert | None = None) -> Matter:
    """`alert`: the one of its alerts that is meant, if any."""
    holder = serving.holder(ctx, stored)
    team = stored.conversation.team or (holder.team if holder else "")
    told = Matter(team, holder, spoke=staff(ctx, stored).names)
    return replace(told, claimed_by=alert.claimed_by, of_colleague=alert.of_colleague) if alert else told


def hears_redlines(ctx: Context, person: Person, stored: Stored) -> bool:
    """What red lines say of a colleague is for those who answer for the colleague, on every surface."""
    return not refusal(person, "view", replace(matter(ctx, stored), of_colleague=True))


def reason(tx: Tx, stored: Stored, told: str) -> str:
    """Why somebody came, by the address they came with; what is not true of this conversation is not written down."""
    if told in WHY:
        return WHY[told]
    codes = {alert.code for alert in alerts.of(tx, stored.conversation.id)}
    return f"告警 {told}" if told in codes else "打开链接"


def note(ctx: Context, tx: Tx, person: Person, stored: Stored, why: str) -> None:
    audit.write(tx, ctx.now(), person.name, "view", stored.conversation.id, why=why)


def is_noted(ctx: Context, tx: Tx, person: Person, stored: Stored) -> bool:
    """Whether this look is on record; a page that stays open is noted again now and then."""
    last = watching.last_look(tx, stored.conversation.id, person.name)
    return last is not None and ctx.now() - last < SAME_LOOK


def shown_to(ctx: Context, tx: Tx, person: Person, stored: Stored) -> list[Look]:
    """Who looked, as far as this person may know it now: its agent learns it afterwards, not while it happens."""
    found = watching.looks(tx, [stored.conversation.id])
    if person.name not in staff(ctx, stored).names:
        return found
    return [look for look in found if look.actor == person.name or _is_past(ctx, stored, look)]


def _is_past(ctx: Context, stored: Stored, look: Look) -> bool:
    return is_over(stored) or ctx.now() - look.at >= UNSEEN


def is_over(stored: Stored) -> bool:
    return stored.conversation.status == "resolved"


def who_looked(ctx: Context, tx: Tx, request: Request) -> Card:
    """The answer to 谁看过: of one conversation, or of all my own of late."""
    if request.person is None:
        return sentence(NOBODY)
    if not request.text:
        return cards.lately(_lately(ctx, tx, request.person), ctx.zone)
    stored = find(tx, request.text)
    if stored is None:
        return sentence(NOBODY)
    why_not = refusal(request.person, "looks", matter(ctx, stored))
    if why_not:
        audit.write(tx, ctx.now(), request.speaker, "looks", stored.conversation.id, allowed=False)
        return sentence(why_not)
    later = request.speaker in staff(ctx, stored).names and not is_over(stored)
    return cards.of_one(stored.conversation, shown_to(ctx, tx, request.person, stored), ctx.zone, later=later)


def find(tx: Tx, told: str) -> Stored | None:
    """A conversation by an alert's number, its address, or the helpdesk's own name for it."""
    word = told.strip().lstrip("#").rsplit("/", 1)[-1].partition("?")[0]
    number = subject.code(word, "A")
    if number is not None:
        alert = alerts.find(tx, number)
        return conversations.load_one(tx, alert.conversation) if alert else None
    return conversations.load_one(tx, conversations.by_link(tx, word) or told.strip())


def _lately(ctx: Context, tx: Tx, person: Person) -> Sequence[tuple[Look, str]]:
    since = ctx.now() - LATELY
    found: list[Look] = []
    accounts = ctx.people.ever_held(person.name)
    for source in {account.partition(":")[0] for account in accounts}:
        subs = [a.partition(":")[2] for a in accounts if a.startswith(f"{source}:")]
        found += (look for look in watching.looks_at(tx, source, subs, since) if look.actor != person.name)
    stored = conversations.load(tx, sorted({look.conversation for look in found}))
    mine = {id_: one for id_, one in stored.items() if person.name in staff(ctx, one).names}
    told = [look for look in found if look.conversation in mine and _is_past(ctx, mine[look.conversation], look)]
    return [(look, mine[look.conversation].conversation.customer_name) for look in sorted(told, key=_when)]


def _when(look: Look) -> datetime:
    return look.at
