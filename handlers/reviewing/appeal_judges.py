"""Who judges an appeal: neither the appellant nor who judged first; the clock runs for the judge too."""

from collections.abc import Callable
from datetime import datetime, timedelta

from handlers import posting
from handlers.cards import appeals as cards
from handlers.cards.card import Card
from handlers.context import Context
from handlers.hints import FORMS
from handlers.people import Person
from handlers.permissions import STRANGER
from handlers.posting import About
from handlers.protocols import Target
from storage import appeals, conversations, judgements, posts
from storage.appeals import Appeal
from storage.db import Tx

ROLES = ("qa", "lead", "admin")
PLACES = ("", "again")  # of one judge's card, and of the reminder


def refusal(ctx: Context, person: Person | None, appeal: Appeal) -> str:
    """Empty when this person may judge it."""
    if person is None:
        return STRANGER
    if person.role not in ROLES:
        return "申诉由质检和主管来复核。"
    if person.name == appeal.person:
        return "自己的申诉请另一位同事来判。"
    if person.name in appeal.first.split("、"):
        return "这条最初是你判的，请另一位同事来复核。"
    other = person.role == "lead" and person.name != appeal.judge and person.team not in ("", appeal.team)
    return f"这是{appeal.team}组的申诉，由他们的主管或质检来复核。" if other and appeal.team else ""


def candidates(ctx: Context, appeal: Appeal) -> list[Person]:
    """QA by turns, then the team's leads, other leads, and the admins last."""
    able = [p for p in ctx.people.people if p.role in ROLES and ctx.people.direct(p)]
    fair = [p for p in able if p.name != appeal.person and p.name not in appeal.first.split("、")]
    qa = [p for p in fair if p.role == "qa"]
    turn = appeal.id % len(qa) if qa else 0
    leads = sorted((p for p in fair if p.role == "lead"), key=lambda p: p.team not in ("", appeal.team))
    return [*qa[turn:], *qa[:turn], *leads, *(p for p in fair if p.role == "admin")]


def entrust(ctx: Context, tx: Tx, appeal: Appeal) -> None:
    """To the next one; after the last the first is asked again. Nobody to ask: tomorrow there may be somebody."""
    able = candidates(ctx, appeal)
    names = [person.name for person in able]
    place = names.index(appeal.judge) + 1 if appeal.judge in names else 0
    judge = able[place % len(able)] if able else None
    appeals.entrust(tx, appeal.id, judge.name if judge else "", _half(ctx), reminded=False)
    now = appeals.get(tx, appeal.id)
    if judge is not None and now is not None:
        _put(ctx, tx, now, judge, "")


def look(ctx: Context) -> int:
    """Judges whose time is half over are reminded; when it is over another is asked. How many."""
    with ctx.store.read() as tx:
        late = appeals.due(tx, ctx.now())
    return sum(ctx.store.transact(_pressing(ctx, id_)) for id_ in late)


def _pressing(ctx: Context, id_: int) -> Callable[[Tx], int]:
    def job(tx: Tx) -> int:
        appeal = appeals.get(tx, id_, lock=True)
        if appeal is None or appeal.state != "open" or appeal.due_at is None or appeal.due_at > ctx.now():
            return 0
        judge = ctx.people.named(appeal.judge)
        if judge is not None and not appeal.reminded:
            appeals.entrust(tx, id_, judge.name, _half(ctx), reminded=True)
            _put(ctx, tx, appeals.get(tx, id_) or appeal, judge, "again")
            return 1
        _take_back(ctx, tx, appeal)
        entrust(ctx, tx, appeal)
        return 1

    return job


def show(ctx: Context, tx: Tx, appeal: Appeal, leaning: str = "") -> None:
    """Every judge's card as it is now."""
    about = seen(ctx, tx, appeal)
    for post in _posts(tx, appeal) if about else []:
        posting.renew(ctx, tx, post, _card(ctx, tx, appeal, leaning, post.chat))


def seen(ctx: Context, tx: Tx, appeal: Appeal, chat: str = "") -> cards.Seen | None:
    stored = conversations.load_one(tx, appeal.conversation)
    if stored is None:
        return None
    judged = judgements.among(tx, appeals.findings_of(tx, appeal.id))
    page = ctx.page(f"/c/{stored.link}?from=appeal")
    return cards.Seen(appeal, stored.conversation, judged, ctx.zone, page, chat in FORMS)


def subject_of(appeal: Appeal, place: str) -> str:
    return f"{appeal.code}.{place}" if place else appeal.code


def link_of(appeal: Appeal) -> str:
    """The same for all cards of one appeal, and never that of another database."""
    return posting.random_part(f"{appeal.code}/{appeal.filed_at.isoformat()}/{appeal.conversation}")


def _half(ctx: Context) -> datetime:
    """Halfway through the judge's time."""
    return ctx.now() + timedelta(hours=ctx.policy.judge_hours) / 2


def _take_back(ctx: Context, tx: Tx, appeal: Appeal) -> None:
    for post in _posts(tx, appeal):
        posting.renew(ctx, tx, post, cards.passed(appeal))


def _posts(tx: Tx, appeal: Appeal) -> list[posts.Post]:
    return [post for place in PLACES for post in posts.about(tx, subject_of(appeal, place))]


def _put(ctx: Context, tx: Tx, appeal: Appeal, judge: Person, place: str) -> None:
    target: Target | None = ctx.people.direct(judge)
    if target is not None:
        card = _card(ctx, tx, appeal, "", target.chat)
        posting.want(ctx, tx, About(subject_of(appeal, place), link_of(appeal)), target, card)


def _card(ctx: Context, tx: Tx, appeal: Appeal, leaning: str, chat: str) -> Card:
    about = seen(ctx, tx, appeal, chat)
    return cards.judge(about, leaning) if about else cards.passed(appeal)
