"""`/me`, `/portrait/{name}`, `/team/{name}` and `/shop/{name}`: what portraits are made of, down to conversations."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import quote, urlencode

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot.files import sheets
from bot.web.site import Site, Visit
from handlers import disclosed
from handlers.counting import exports, portrait_pages, portraits
from handlers.counting.own_figures import matter
from handlers.counting.portrait_pages import Seen
from handlers.people import Person
from handlers.permissions import Matter
from rules import spans
from rules.metrics.cells import MEASURED
from rules.spans import Span
from storage import audit

DOWNLOAD = 30.0  # seconds: who asks for a file expects to wait
SPANS = ("近 8 周", "本周", "上周", "本月", "上月", "昨天", "今天")


def routes(site: Site) -> list[BaseRoute]:
    return [
        site.get("/me", me),
        site.get("/me/conversations", my_conversations),
        site.get("/portrait/{name}", somebody),
        site.get("/portrait/{name}/conversations", their_conversations),
        site.get("/me/{table}.{kind}", my_export),
        site.get("/portrait/{name}/{table}.{kind}", their_export),
        site.get("/team/{name}/{table}.{kind}", team_export),
        site.get("/team", own_team),
        site.get("/team/{name}", team),
        site.get("/team/{name}/conversations", team_conversations),
        site.get("/team/{name}/platforms", team_platforms),
        site.get("/shop", first_shop),
        site.get("/shop/{name}", shop),
        site.get("/shop/{name}/conversations", shop_conversations),
    ]


async def me(visit: Visit) -> Response:
    return await _portrait(visit, visit.person, "/me")


async def somebody(visit: Visit) -> Response:
    """Somebody else's, for their lead and QA; that it was looked at is written down."""
    who = await _allowed(visit)
    now, name = visit.ctx.now(), who.name
    await visit.write(lambda tx: audit.write(tx, now, visit.person.name, "portrait", name, surface="web"))
    return await _portrait(visit, who, f"/portrait/{quote(name)}")


async def my_conversations(visit: Visit) -> Response:
    return await _conversations(visit, [visit.person.name], "/me")


async def their_conversations(visit: Visit) -> Response:
    who = await _allowed(visit)
    return await _conversations(visit, [who.name], f"/portrait/{quote(who.name)}")


async def own_team(visit: Visit) -> Response:
    known = portraits.teams(visit.ctx)
    name = visit.person.team if visit.person.team in known else next(iter(known), "")
    if not name:
        raise LookupError("no team")
    return RedirectResponse(f"/team/{quote(name)}", 303)


async def team(visit: Visit) -> Response:
    name, span = await _team(visit), span_of(visit)
    shown, sheet = await visit.read(lambda tx: portrait_pages.team(visit.ctx, tx, name, span))
    named = await _members(visit, name) if visit.may("members", Matter(name)) else []
    members = [row for row in portrait_pages.members(sheet) if row[0] in named]
    return visit.render(
        "team.html", shown=shown, here=f"/team/{quote(name)}", spans=_spans(visit), members=members,
        measures=[m.title for m in MEASURED.values()], drill=bool(members),
        teams=[t for t in portraits.teams(visit.ctx) if visit.may("team_portrait", Matter(t))],
        shops=visit.may("shop_portrait"),
    )  # fmt: skip


async def team_conversations(visit: Visit) -> Response:
    """With who served: for their lead and QA."""
    name = await _team(visit)
    await visit.allow("members", Matter(name), name)
    return await _conversations(visit, await _members(visit, name), f"/team/{quote(name)}")


async def team_platforms(visit: Visit) -> Response:
    """A page of its own, because months of all of a team's waits take a while."""
    name, span = await _team(visit), span_of(visit)
    names = portraits.serving(visit.ctx, name)
    counted = await visit.read(lambda tx: portrait_pages.platforms(visit.ctx, tx, names, span))
    here, drill = f"/team/{quote(name)}", visit.may("members", Matter(name))
    return visit.render(
        "platforms.html", platforms=counted, name=name, here=here, spans=_spans(visit), span=span, drill=drill
    )


async def first_shop(visit: Visit) -> Response:
    await visit.allow("shop_portrait")
    known = await visit.read(lambda tx: portraits.shops(visit.ctx, tx))
    if not known:
        return visit.render("message.html", title="还没有店铺的数据", says="近 8 周还没有哪家店有接待记录。")
    return RedirectResponse(f"/shop/{quote(known[0])}", 303)


async def shop(visit: Visit) -> Response:
    name, known = await _shop(visit)
    span = span_of(visit)
    shown = await visit.read(lambda tx: portrait_pages.shop(visit.ctx, tx, name, span))
    here = f"/shop/{quote(name)}"
    return visit.render("shop.html", shown=shown, here=here, spans=_spans(visit), shops=known)


async def shop_conversations(visit: Visit) -> Response:
    name, _ = await _shop(visit)
    asked, span = visit.request.query_params, span_of(visit)
    found = await visit.read(lambda tx: portrait_pages.shop_trail(visit.ctx, tx, name, span, asked))
    return _behind(visit, found, f"/shop/{quote(name)}", named=False)


async def my_export(visit: Visit) -> Response:
    return await _export(visit, [visit.person.name])


async def their_export(visit: Visit) -> Response:
    who = await _allowed(visit)
    return await _export(visit, [who.name])


async def team_export(visit: Visit) -> Response:
    name = await _team(visit)
    await visit.allow("members", Matter(name), name)
    return await _export(visit, await _members(visit, name))


async def _export(visit: Visit, names: Sequence[str]) -> Response:
    """That somebody took a table away is written down."""
    table, kind, span = visit.request.path_params["table"], visit.request.path_params["kind"], span_of(visit)
    if table not in exports.TABLES or kind not in sheets.TYPES:
        raise LookupError("no such table")
    sheet = await visit.read(lambda tx: exports.TABLES[table](visit.ctx, tx, names, span), DOWNLOAD)
    now, who = visit.ctx.now(), "、".join(names)[:60]
    await visit.write(lambda tx: audit.write(tx, now, visit.person.name, "export", f"{table} {who}", surface="web"))
    told = await asyncio.to_thread(sheets.write, sheet, kind)
    called = {"Content-Disposition": f'attachment; filename="{table}-{span.since}-{span.until}.{kind}"'}
    return Response(told, media_type=sheets.TYPES[kind], headers={**called, "Cache-Control": "no-store"})


async def _portrait(visit: Visit, who: Person, here: str) -> Response:
    span = span_of(visit)
    shown = await visit.read(lambda tx: portrait_pages.person(visit.ctx, tx, who, span))
    return visit.render(
        "portrait.html", shown=shown, here=here, spans=_spans(visit), mine=who.name == visit.person.name
    )


async def _conversations(visit: Visit, names: Sequence[str], here: str) -> Response:
    asked, span = visit.request.query_params, span_of(visit)
    found = await visit.read(lambda tx: portrait_pages.trail(visit.ctx, tx, names, span, asked))
    return _behind(visit, found, here, named=len(names) > 1)


def _behind(visit: Visit, found: tuple[list[Seen], int], here: str, *, named: bool) -> Response:
    (seen, total), asked, span = found, visit.request.query_params, span_of(visit)
    measure = MEASURED.get(asked.get("measure", ""))
    parts = [asked.get("reason", ""), measure.title if measure else ""]
    page = portrait_pages.page_of(asked)
    pages = [(words, f"?{urlencode({**asked, 'page': n})}") for words, n in (("上一页", page - 1), ("下一页", page + 1))
             if 0 < n <= -(-total // portrait_pages.MOST)]  # fmt: skip
    return visit.render(
        "conversations.html", seen=seen, total=total, here=here, span=span, measure=measure.title if measure else "",
        about=" · ".join(part for part in parts if part), named=named, pages=pages,
        first=(page - 1) * portrait_pages.MOST + 1,
    )  # fmt: skip


async def _allowed(visit: Visit) -> Person:
    who = visit.ctx.people.named(visit.request.path_params["name"])
    if who is None:
        raise LookupError("nobody of that name")
    await visit.allow("portrait", matter(who), who.name)
    await visit.allow_known(who)
    return who


async def _members(visit: Visit, team: str) -> list[str]:
    """Those of a team whose figures may be looked at by name: they know of it."""
    names = portraits.serving(visit.ctx, team)
    untold = await visit.read(lambda tx: disclosed.untold(visit.ctx, tx, names))
    return [name for name in names if name not in untold]


async def _shop(visit: Visit) -> tuple[str, list[str]]:
    """The name, and all there are."""
    name: str = visit.request.path_params["name"]
    await visit.allow("shop_portrait", Matter(), name)
    known = await visit.read(lambda tx: portraits.shops(visit.ctx, tx))
    if name not in known:
        raise LookupError("no such shop")
    return name, known


async def _team(visit: Visit) -> str:
    name: str = visit.request.path_params["name"]
    await visit.allow("team_portrait", Matter(name), name)
    if name not in portraits.teams(visit.ctx):
        raise LookupError("no such team")
    return name


def span_of(visit: Visit) -> Span:
    """The one that is asked for; eight weeks otherwise."""
    asked = visit.request.query_params.get("span", "")
    today = _today(visit)
    whole = portraits.eight_weeks(today)
    if not asked or asked in (whole.label, whole.told):
        return whole
    return spans.read(asked, today) or replace(whole, label=f"{whole.label}（要看的时间没看懂，先看这些）")


def _spans(visit: Visit) -> list[tuple[str, bool]]:
    asked = visit.request.query_params.get("span", "") or SPANS[0]
    return [(name, name == asked) for name in SPANS]


def _today(visit: Visit) -> date:
    return visit.ctx.now().astimezone(visit.ctx.zone).date()
