"""`/mine`: what was confirmed about me and how to appeal, and the appeals I am asked to judge."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.web.site import Site, Visit
from handlers import actions
from handlers.cards import appeals as words
from handlers.cards.words import clean, who
from handlers.requests import Request
from handlers.reviewing import appeal_judges, appeals
from rules.causes import PERSONAL, word
from storage import appeals as storage
from storage.db import Tx

DECISIONS = dict(words.DECISIONS)


def routes(site: Site) -> list[BaseRoute]:
    return [
        site.get("/mine", show),
        site.post("/mine/appeal/{code}", appeal),
        site.post("/mine/judge/{code}", judge),
    ]


async def show(visit: Visit) -> Response:
    await visit.allow("my_reviews")

    def read(tx: Tx) -> tuple[list[words.Mine], list[words.Seen]]:
        asked = storage.entrusted(tx, visit.person.name)
        seen = [appeal_judges.seen(visit.ctx, tx, one) for one in asked]
        return appeals.about(visit.ctx, tx, visit.person), [one for one in seen if one is not None]

    mine, asked = await visit.read(read)
    return visit.render(
        "mine.html", mine=mine, asked=asked, personal=PERSONAL, word=word, clean=clean, who=who, zone=visit.ctx.zone,
        states=words.STATES, decisions=words.DECISIONS, days=words.DAYS, deadline=visit.ctx.policy.appeal_days,
        uncertain=words.uncertain,
    )  # fmt: skip


async def appeal(visit: Visit) -> Response:
    code = visit.request.path_params["code"]
    return await _done(visit, Request("appeal", code, visit.person, visit.person.name, _reason(visit)))


async def judge(visit: Visit) -> Response:
    action = visit.form.get("action", "")
    if action not in DECISIONS.values():
        raise LookupError(action)
    code = visit.request.path_params["code"]
    return await _done(visit, Request(action, code, visit.person, visit.person.name, _reason(visit)))


async def _done(visit: Visit, request: Request) -> Response:
    """By the same acts as on cards, which ask again who may."""
    reply = await visit.write(lambda tx: actions.apply(visit.ctx, tx, request))
    if not reply.ok:
        return visit.render("message.html", 409, title="这一步没有成", says=reply.toast)
    return visit.back("/mine")


def _reason(visit: Visit) -> str:
    return visit.form.get("reason", "").strip()[: appeals.LONGEST]
