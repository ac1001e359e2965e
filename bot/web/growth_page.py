"""`/growth`: what one practises, with examples and a small exercise; for their lead also the team's plans."""

from collections.abc import Sequence
from urllib.parse import quote

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.web.site import Site, Visit
from handlers import actions
from handlers.cards import growth as words
from handlers.cards.words import clean
from handlers.counting import portraits
from handlers.counting.own_figures import matter
from handlers.growing import growth
from handlers.growing.growth import Plan
from handlers.people import Person
from handlers.permissions import Matter
from handlers.requests import Request
from rules.growth import STAGES
from rules.metrics.cells import MEASURED
from rules.reasons import REASONS
from storage import audit
from storage.db import Tx


def routes(site: Site) -> list[BaseRoute]:
    return [
        site.get("/growth", mine),
        site.get("/growth/{name}", somebody),
        site.get("/team/{name}/growth", team),
        site.post("/growth/{name}/{what}", change),
    ]


async def mine(visit: Visit) -> Response:
    await visit.allow("growth")
    return await _page(visit, visit.person)


async def somebody(visit: Visit) -> Response:
    """Another's, for their lead and QA; that it was looked at is written down."""
    who = await _meant(visit)
    now, name = visit.ctx.now(), who.name
    await visit.write(lambda tx: audit.write(tx, now, visit.person.name, "growth", name, surface="web"))
    return await _page(visit, who)


async def team(visit: Visit) -> Response:
    name: str = visit.request.path_params["name"]
    await visit.allow("members", Matter(name), name)
    if name not in portraits.teams(visit.ctx):
        raise LookupError("no such team")
    found = await visit.read(lambda tx: growth.of_team(visit.ctx, tx, name))
    rows = [(who, [(words.title(p.goal), words.state(p)) for p in practices]) for who, practices in found]
    return visit.render("growth_team.html", team=name, rows=rows)


async def change(visit: Visit) -> Response:
    """By the same acts as on cards, which ask again who may."""
    who, what, form = await _meant(visit), visit.request.path_params["what"], visit.form
    asked = {
        "decline": ("goal_decline", form.get("goal", ""), ""),
        "set": ("goal_set", "", f"{who.name} {form.get('measure', '')} {form.get('reason', '')}"),
        "drill": ("drill", form.get("choice", ""), ""),
        "take": ("growth", "", who.name),
    }.get(what)
    if asked is None:
        raise LookupError("no such act")
    action, choice, text = asked
    request = Request(action, f"{words.SUBJECT}/{choice}", visit.person, visit.person.name, text)
    reply = await visit.write(lambda tx: actions.apply(visit.ctx, tx, request))
    here = "/growth" if who.name == visit.person.name else f"/growth/{quote(who.name)}"
    status, title = (200, "记下了") if reply.ok else (409, "这一步没有成")
    return visit.render(
        "message.html", status, title=title, says=clean(reply.toast), back=here, back_says="回到成长计划"
    )


async def _page(visit: Visit, who: Person) -> Response:
    own = who.name == visit.person.name
    plan, ideas = await visit.read(lambda tx: _plan(visit, tx, who))
    leads = [t for t in portraits.teams(visit.ctx) if visit.may("members", Matter(t))]
    return visit.render(
        "growth.html", plan=plan, own=own, stage=STAGES[plan.stage], title=words.title, state=words.state, clean=clean,
        drill=_drill(plan) if own else None, measures=[m.title for m in MEASURED.values()], reasons=REASONS,
        here=f"/growth/{quote(who.name)}", teams=leads, ideas=ideas if own else [],
    )  # fmt: skip


def _plan(visit: Visit, tx: Tx, who: Person) -> tuple[Plan, list[str]]:
    """As it stands, and what could be practised besides; looking changes nothing."""
    told = growth.known(visit.ctx, tx, who.team, [who.name])
    ideas = [words.title(goal) for goal in growth.suggested(visit.ctx, tx, who, told)]
    return growth.plan(visit.ctx, tx, who, told), ideas


def _drill(plan: Plan) -> tuple[Sequence[tuple[str, str]], list[tuple[str, str]]] | None:
    """(the end of the talk, (what a press says, the words) of both replies)."""
    exercise = plan.exercise
    if exercise is None or not plan.practices:
        return None
    code = plan.practices[0].goal.code
    replies = [(f"{code}:{exercise.case}:{i}", clean(text)) for i, text in enumerate(words.pair(exercise))]
    return [(who, clean(text)) for who, text in exercise.excerpt[-2:]], replies


async def _meant(visit: Visit) -> Person:
    who = visit.ctx.people.named(visit.request.path_params["name"])
    if who is None:
        raise LookupError("nobody of that name")
    await visit.allow("portrait", matter(who), who.name)
    await visit.allow_known(who)
    return who
