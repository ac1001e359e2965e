"""`/cases`: the case library to search, read, teach with, and, for QA, to write and approve wordings in."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.web.site import Site, Visit
from handlers import actions
from handlers.cards.outcomes import NOT_CAUSE, effect
from handlers.requests import Request
from handlers.sharing import case_pages
from handlers.sharing.case_pages import KINDS, Row
from rules import products, reasons, tactics
from rules.talk_tracks import GOALS
from storage import audit, case_wordings, cases, conversations
from storage.cases import Filter
from storage.db import Tx

FILTERS = {
    "reason": ("来意", reasons.REASONS),
    "tactic": ("招数", tactics.NAMES),
    "product": ("品类", tuple(products.WORDS)),
}
VIEWS = {"": "案例", "candidates": "等着收进来", "waiting": "等着审核", "overdue": "该再看一眼"}
LONGEST = 300


async def show_all(visit: Visit) -> Response:
    """Search and filters for everybody; the lists of work for those who keep the library."""
    await visit.allow("cases")
    asked = visit.request.query_params
    view = asked.get("show", "") if visit.may("case_write") else ""
    words, chosen = asked.get("q", "").strip()[:60], _filter(visit)
    rows = await visit.read(lambda tx: _listed(visit, tx, view, words, chosen))
    work = await visit.read(lambda tx: _work(visit, tx)) if visit.may("case_write") else {}
    shown: dict[str, Any] = {"rows": rows, "words": words, "chosen": chosen, "view": view, "views": VIEWS, "work": work}
    return visit.render("cases.html", filters=FILTERS, kinds=KINDS, query=str(visit.request.url.query), **shown)


async def export(visit: Visit) -> Response:
    await visit.allow("cases")
    words = visit.request.query_params.get("q", "").strip()[:60]
    rows = await visit.read(lambda tx: case_pages.rows(visit.ctx, tx, words, _filter(visit)))
    headers = {"content-disposition": 'attachment; filename="cases.md"'}
    return Response(case_pages.markdown(rows), media_type="text/markdown; charset=utf-8", headers=headers)


async def show(visit: Visit) -> Response:
    shown = await _open(visit)
    link = await visit.read(lambda tx: _link(tx, shown.row.case.conversation)) if visit.may("case_write") else ""
    people = [p.name for p in visit.ctx.people.people if p.role in ("qa", "lead", "senior", "admin")]
    rights: dict[str, Any] = {"may_write": visit.may("case_write"), "may_approve": visit.may("case_approve")}
    options: dict[str, Any] = {"filters": FILTERS, "people": people, "longest": LONGEST, "link": link}
    options |= {"effect": effect, "goals": GOALS, "note": NOT_CAUSE}
    return visit.render("case.html", shown=shown, case=shown.row.case, zone=visit.ctx.zone, **rights, **options)


async def play(visit: Visit) -> Response:
    """一分钟案例: five slides with captions that play by themselves."""
    shown = await _open(visit)
    return visit.render("slides.html", case=shown.row.case, slides=case_pages.slides(shown))


def _write(visit: Visit, tx: Tx, case: int) -> None:
    text = visit.form.get("text", "").strip()[:LONGEST]
    if text:
        why, now = visit.form.get("why", "").strip(), visit.ctx.now()
        version = case_wordings.write(tx, case, text, why, visit.person.name, now)
        if visit.form.get("approve") and visit.may("case_approve"):
            case_wordings.approve(tx, case, version, visit.person.name, now)


def _approve(visit: Visit, tx: Tx, case: int) -> None:
    version = visit.form.get("version", "")
    if version.isdecimal():
        case_wordings.approve(tx, case, int(version), visit.person.name, visit.ctx.now())


def _describe(visit: Visit, tx: Tx, case: int) -> None:
    told = {name: visit.form[name].strip()[:60] for name in ("title", *FILTERS) if name in visit.form}
    cases.describe(tx, case, told)
    owner = visit.form.get("owner", "")
    if visit.ctx.people.named(owner):
        case_wordings.own(tx, case, owner)


def _confirm(visit: Visit, tx: Tx, case: int) -> None:
    case_wordings.confirm(tx, case, visit.ctx.now())


def _retire(visit: Visit, tx: Tx, case: int) -> None:
    cases.take_out(tx, case, "retired")


def _act(action: str) -> "Change":
    """The same as the button on a card."""

    def change(visit: Visit, tx: Tx, case: int) -> None:
        actions.apply(visit.ctx, tx, Request(action, f"S{case}", visit.person, visit.person.name))

    return change


Change = Callable[[Visit, Tx, int], None]
# The word in the address -> (the permission it takes, what it does).
CHANGES: dict[str, tuple[str, Change]] = {
    "wording": ("case_write", _write),
    "approve": ("case_approve", _approve),
    "describe": ("case_write", _describe),
    "confirm": ("case_approve", _confirm),
    "retire": ("case_approve", _retire),
    "collect": ("collect", _act("collect")),
    "used": ("case_used", _act("case_used")),
}


async def change(visit: Visit) -> Response:
    what, number = visit.request.path_params["what"], visit.request.path_params["case"]
    if what not in CHANGES:
        raise LookupError(what)
    action, job = CHANGES[what]
    await visit.allow(action, subject=f"S{number}")
    await visit.write(lambda tx: _noted(visit, tx, number, what, job))
    return visit.back(f"/cases/{number}" if what != "retire" else "/cases")


def routes(site: Site) -> list[BaseRoute]:
    return [
        site.get("/cases", show_all),
        site.get("/cases.md", export),
        site.get("/cases/{case:int}", show),
        site.get("/cases/{case:int}/play", play),
        site.post("/cases/{case:int}/{what}", change),
    ]


def _noted(visit: Visit, tx: Tx, number: int, what: str, job: Change) -> None:
    cases.lock(tx, number)
    job(visit, tx, number)
    audit.write(tx, visit.ctx.now(), visit.person.name, f"case_{what}", f"S{number}", surface="web")


async def _open(visit: Visit) -> case_pages.Shown:
    await visit.allow("cases")
    shown = await visit.read(lambda tx: case_pages.one(visit.ctx, tx, visit.request.path_params["case"]))
    if shown.row.case.state != "collected":
        await visit.allow("case_write", subject=shown.row.case.code)
    return shown


def _listed(visit: Visit, tx: Tx, view: str, words: str, chosen: Filter) -> list[Row]:
    if view == "candidates":
        return case_pages.candidates(visit.ctx, tx)
    if view == "overdue":
        return case_pages.overdue(visit.ctx, tx)
    if view == "waiting":
        return case_pages.to_approve(visit.ctx, tx)
    return case_pages.rows(visit.ctx, tx, words, chosen)


def _work(visit: Visit, tx: Tx) -> dict[str, int]:
    lists = ("candidates", "waiting", "overdue")
    return {view: len(_listed(visit, tx, view, "", Filter())) for view in lists}


def _filter(visit: Visit) -> Filter:
    asked = visit.request.query_params
    known = {name: asked.get(name, "") for name, (_, options) in FILTERS.items() if asked.get(name, "") in options}
    kind = asked.get("kind", "")
    return Filter(**known, kind=kind if kind in KINDS else "", approved=bool(asked.get("approved")))


def _link(tx: Tx, conversation: str) -> str:
    stored = conversations.load_one(tx, conversation) if conversation else None
    return stored.link if stored else ""
