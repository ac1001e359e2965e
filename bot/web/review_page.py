"""`/review`: the day's key samples, one after the other, each judged with one key or one big button."""

from dataclasses import dataclass, replace

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.web.site import Site, Visit
from handlers import looks
from handlers.cards import reviews as words
from handlers.reviewing import review_queue, reviews
from handlers.reviewing.review_queue import Progress
from handlers.reviewing.reviews import Verdict
from handlers.watching import live_view
from handlers.watching.live_view import LiveView
from rules.causes import CAUSES
from rules.causes import word as word_of
from storage import conversations
from storage import reviews as storage
from storage.db import Tx
from storage.reviews import Sample

KEYS = {"real": "1", "false_alarm": "2", "case": "3", "skip": "4"}


@dataclass(frozen=True, slots=True)
class Shown:
    """The sample in view with its neighbours; `sample` is None when there is nothing to do."""

    sample: Sample | None
    view: LiveView | None
    before: int | None
    after: int | None
    last: Sample | None  # what was just called real, to be asked why
    progress: Progress


def routes(site: Site) -> list[BaseRoute]:
    return [
        site.get("/review", show),
        site.get("/review/{id:int}", show),
        site.post("/review/{id:int}", judge),
        site.post("/review/{id:int}/cause", explain),
    ]


async def show(visit: Visit) -> Response:
    await visit.allow("review")
    wanted = visit.request.path_params.get("id")
    shown = await visit.read(lambda tx: _shown(visit, tx, wanted))
    if shown.sample is not None:
        sample = shown.sample
        await visit.write(lambda tx: _note(visit, tx, sample))
    labels = words.words_of(shown.sample.why) if shown.sample else {}
    return visit.render(
        "review.html", shown=shown, asks=words.ASKS, why=words.WHY, labels=labels, keys=KEYS,
        causes=[(name, cause.word) for name, cause in CAUSES.items()],
        covered=words.covered(shown.progress.coverage), missed=words.missed(shown.progress.misses),
        because=word_of(shown.last.cause) if shown.last else "",
    )  # fmt: skip


async def judge(visit: Visit) -> Response:
    await visit.allow("review")
    id_, verdict = visit.request.path_params["id"], visit.form.get("verdict", "")

    def job(tx: Tx) -> tuple[bool, str, int | None]:
        sample = storage.get(tx, id_)
        if sample is None:
            raise LookupError(id_)
        reply = reviews.give(visit.ctx, tx, visit.person, Verdict(sample, verdict))
        samples = review_queue.queue(visit.ctx, tx, visit.person, review_queue.today(visit.ctx))
        following = review_queue.next_open(samples, id_)
        return reply.ok, reply.toast, following.id if following else None

    done, told, following = await visit.write(job)
    if not done:
        return visit.render("message.html", 409, title="这一步没有成", says=told)
    asks = f"?last={id_}" if verdict == "real" else ""
    return visit.back(f"/review/{following}{asks}" if following else f"/review{asks}")


async def explain(visit: Visit) -> Response:
    """Why the last one came about; the page goes on where it was."""
    await visit.allow("review")
    id_, cause, at = visit.request.path_params["id"], visit.form.get("cause", ""), visit.form.get("at", "")

    def job(tx: Tx) -> None:
        sample = storage.get(tx, id_)
        if sample is None or cause not in CAUSES:
            raise LookupError(id_)
        reviews.explain(visit.ctx, tx, visit.person, sample, cause)

    await visit.write(job)
    return visit.back(f"/review/{at}?last={id_}" if at.isdecimal() else f"/review?last={id_}")


def _shown(visit: Visit, tx: Tx, wanted: int | None) -> Shown:
    ctx, person, day = visit.ctx, visit.person, review_queue.today(visit.ctx)
    samples = review_queue.queue(ctx, tx, person, day)
    progress = review_queue.progress(ctx, tx, person, samples, day)
    sample = review_queue.next_open(samples) if wanted is None else _wanted(visit, tx, samples, wanted)
    last = _last(visit, samples)
    if sample is None:
        return Shown(None, None, samples[-1].id if samples else None, None, last, progress)
    stored = conversations.load(tx, [sample.conversation], ctx.engine.recalled)[sample.conversation]
    eyes = replace(live_view.eyes_of(ctx, tx, stored, person), blind=True)
    view = live_view.build(ctx, tx, stored, eyes)
    ids = [one.id for one in samples]
    place = ids.index(sample.id) if sample.id in ids else len(ids)
    before, after = ids[place - 1] if place else None, ids[place + 1] if place + 1 < len(ids) else None
    return Shown(sample, view, before, after, last, progress)


def _wanted(visit: Visit, tx: Tx, samples: list[Sample], wanted: int) -> Sample:
    """Of today, or of an earlier day, which a card may still point to. Raises LookupError."""
    today = next((one for one in samples if one.id == wanted), None)
    sample = today or storage.get(tx, wanted)
    stored = conversations.load_one(tx, sample.conversation) if sample else None
    if sample is None or stored is None or not review_queue.may(visit.ctx, tx, visit.person, stored):
        raise LookupError(wanted)
    return sample


def _last(visit: Visit, samples: list[Sample]) -> Sample | None:
    told = visit.request.query_params.get("last", "")
    return next((one for one in samples if str(one.id) == told and one.verdict == "real" and one.why != "star"), None)


def _note(visit: Visit, tx: Tx, sample: Sample) -> None:
    """A look is a look, from here as from anywhere."""
    stored = conversations.load_one(tx, sample.conversation)
    if stored is not None and not looks.is_noted(visit.ctx, tx, visit.person, stored):
        looks.note(visit.ctx, tx, visit.person, stored, looks.WHY["review"])
