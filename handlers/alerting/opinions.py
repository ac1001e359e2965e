"""Second opinions: asked after an alert is posted, shown to leads once they have proven themselves."""

from dataclasses import dataclass, replace
from datetime import timedelta

from handlers import serving, upkeep
from handlers.alerting import alerts
from handlers.cards import opinion as cards
from handlers.context import Context
from rules import opinion
from rules.ledger import wilson
from rules.opinion import Draft
from storage import alerts as records
from storage import conversations, opinions, posts
from storage.db import Tx
from storage.opinions import Trust

FRESH = timedelta(minutes=30)  # an older alert needs no second opinion any more
CALLS, CHARACTERS = "llm", "llm-characters"


@dataclass(frozen=True, slots=True)
class Budget:
    """Of one day, for all processes together."""

    calls: int
    characters: int
    start: str = "shadow"  # the stage of a criterion nobody has judged yet


@dataclass(frozen=True, slots=True)
class Question:
    alert: int
    criterion: str
    said: tuple[str, ...]
    messages: list[dict[str, str]]


def waits(ctx: Context) -> bool:
    with ctx.store.read() as tx:
        return bool(opinions.wanted(tx, ctx.now() - FRESH))


def ask(ctx: Context, tx: Tx, budget: Budget) -> Question | str | None:
    """The next question, or why it may not be asked; None when there is none. It is ours alone, and counted."""
    for id_ in opinions.wanted(tx, ctx.now() - FRESH):
        alert = records.get(tx, id_)
        found = alerts.findings_of(tx, alert)
        stored = conversations.load_one(tx, alert.conversation)
        if not found or stored is None or not opinions.claim(tx, id_, found[0].check, ctx.now()):
            continue
        holder = serving.holder(ctx, stored)
        said = opinion.lines(stored.conversation, holder.name if holder else "")
        question = Question(id_, found[0].check, said, opinion.question(said, found[0].says))
        return question if _spend(ctx, tx, budget, question) else "over_budget"
    return None


def _spend(ctx: Context, tx: Tx, budget: Budget, question: Question) -> bool:
    day, size = f"{ctx.now():%Y-%m-%d}", sum(len(message["content"]) for message in question.messages)
    if posts.calls(tx, CALLS, day) >= budget.calls or posts.calls(tx, CHARACTERS, day) + size > budget.characters:
        opinions.keep(tx, question.alert, state="failed", why="over_budget")
        return False
    posts.count_calls(tx, CALLS, day, 1)
    posts.count_calls(tx, CHARACTERS, day, size)
    return True


def spent(ctx: Context, tx: Tx) -> tuple[int, int]:
    day = f"{ctx.now():%Y-%m-%d}"
    return posts.calls(tx, CALLS, day), posts.calls(tx, CHARACTERS, day)


def fail(tx: Tx, question: Question, why: str) -> None:
    """Silent but for the record: nobody in the group misses what was never there."""
    opinions.keep(tx, question.alert, state="failed", why=why)


def take(ctx: Context, tx: Tx, question: Question, draft: Draft | None, budget: Budget) -> str:
    """What became of it: told, or dropped because it was not what we asked for or holds what nobody said."""
    if draft is None:
        opinions.keep(tx, question.alert, state="dropped", why="unreadable")
        return "dropped"
    made_up = opinion.invented(draft.text, "\n".join((*question.said, question.messages[-1]["content"])))
    if made_up:
        opinions.keep(tx, question.alert, state="dropped", real=draft.real, why="invented")
        return "dropped"
    words = {"summary": draft.summary, "reason": draft.reason, "wording": draft.wording}
    opinions.keep(tx, question.alert, state="told", real=draft.real, **words)
    _begin(ctx, tx, question.criterion, budget)
    _show(ctx, tx, question.alert)
    return "told"


def _begin(ctx: Context, tx: Tx, criterion: str, budget: Budget) -> None:
    if opinions.trust(tx, criterion) is None:
        opinions.set_trust(tx, Trust(criterion, budget.start, 0, 0), ctx.now())


def _show(ctx: Context, tx: Tx, id_: int) -> None:
    alert = records.get(tx, id_)
    stored = conversations.load_one(tx, alert.conversation)
    if stored is not None and alert.closed_at is None:
        alerts.show_in_first_posts(ctx, tx, alert, stored)


def grade(ctx: Context) -> int:
    """Hold the opinions against what people decided; each criterion steps up with proof, and back without."""
    return ctx.store.transact(lambda tx: _grade(ctx, tx))


def _grade(ctx: Context, tx: Tx) -> int:
    moved = 0
    counted = opinions.agreement(tx)
    for trust in opinions.all_trust(tx):
        agreed, judged = counted.get(trust.criterion, (0, 0))
        if (agreed, judged) == (trust.agreed, trust.judged):
            continue
        now = opinion.stage(trust.stage, judged, wilson(agreed, judged)[0])
        new = replace(trust, stage=now, agreed=agreed, judged=judged)
        opinions.set_trust(tx, new, ctx.now())
        if now != trust.stage:
            moved += 1
            rule = ctx.engine.packs.rule(trust.criterion)
            card = cards.graduated(rule.title if rule else trust.criterion, trust.stage, new)
            upkeep.tell(ctx, tx, f"opinion {trust.criterion} {now} {agreed}/{judged}", card)
    return moved
