"""`/cases`: the case library to search, read, teach with, and, for QA, to write and approve wordings in."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.web.site import Site, Visit
from handlers import actions
from handlers.cards.outcomes import NOT_CAUSE, effect
from handlers.permissions import Matter
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
    """一分钟案例: five slides with captions that play by themselves, once there are words to copy."""
    shown = await _open(visit)
    if not shown.row.case.best:
        raise LookupError(shown.row.case.id)
    return visit.render("slides.html", case=shown.row.case, slides=case_pages.slides(shown))


def _write(visit: Visit, tx: Tx, case: int) -> str:
    text = visit.form.get("text", "").strip()[:LONGEST]
    if text:
        why, now = visit.form.get("why", "").strip(), visit.ctx.now()
        version = case_wordings.write(tx, case, text, why, visit.person.name, now)
        if visit.form.get("approve") and visit.may("case_approve"):
            case_wordings.approve(tx, case, version, visit.person.name, now)
    return ""


def _approve(visit: Visit, tx: Tx, case: int) -> str:
    version = visit.form.get("version", "")
    if version.isdecimal():
        case_wordings.approve(tx, case, int(version), visit.person.name, visit.ctx.now())
    return ""


def _describe(visit: Visit, tx: Tx, case: int) -> str:
    told = {name: visit.form[name].strip()[:60] for name in ("title", *FILTERS) if name in visit.form}
    cases.describe(tx, case, told)
    owner = visit.form.get("owner", "")
    if visit.ctx.people.named(owner):
        case_wordings.own(tx, case, owner)
    return ""


def _confirm(visit: Visit, tx: Tx, case: int) -> str:
    case_wordings.confirm(tx, case, visit.ctx.now())
    return ""


def _retire(visit: Visit, tx: Tx, case: int) -> str:
    cases.take_out(tx, case, "retired")
    return ""


def _act(action: str) -> "Change":
    """The same as the button on a card."""

    def change(visit: Visit, tx: Tx, case: int) -> str:
        reply = actions.apply(visit.ctx, tx, Request(action, f"S{case}", visit.person, visit.person.name))
        return "" if reply.ok else reply.toast

    return change


Change = Callable[[Visit, Tx, int], str]  # why not; empty when it is done
KEPT, OUTSIDE = ("collected",), ("found", "retired")
# The word in the address -> (the permission it takes, the states of a case in which it can be done, what it does).
CHANGES: dict[str, tuple[str, tuple[str, ...], Change]] = {
    "wording": ("case_write", KEPT, _write),
    "approve": ("case_approve", KEPT, _approve),
    "describe": ("case_write", KEPT, _describe),
    "confirm": ("case_approve", KEPT, _confirm),
    "retire": ("case_approve", KEPT, _retire),
    "collect": ("collect", OUTSIDE, _act("collect")),
    "used": ("case_used", KEPT, _act("case_used")),
}


async def change(visit: Visit) -> Response:
    what, number = visit.request.path_params["what"], visit.request.path_params["case"]
    if what not in CHANGES:
        raise LookupError(what)
    await visit.allow(CHANGES[what][0], subject=f"S{number}")
    refused = await visit.write(lambda tx: _changed(visit, tx, number, what))
    if refused:
        return visit.render("message.html", 409, title="这一步没有做成", says=refused)
    return visit.back(f"/cases/{number}" if what != "retire" else "/cases")


def routes(site: Site) -> list[BaseRoute]:
    return [
        site.get("/cases", show_all),
        site.get("/cases.md", export),
        site.get("/cases/{case:int}", show),
        site.get("/cases/{case:int}/play", play),
        site.post("/cases/{case:int}/{what}", change),
    ]


def _changed(visit: Visit, tx: Tx, number: int, what: str) -> str:
    """Why it was refused, or nothing. Raises LookupError for a case with which this cannot be done."""
    _, states, job = CHANGES[what]
    cases.lock(tx, number)
    if cases.get(tx, number).state not in states:
        raise LookupError(number)
    refused = job(visit, tx, number)
    audit.write(
        tx, visit.ctx.now(), visit.person.name, f"case_{what}", f"S{number}", allowed=not refused, surface="web"
    )
    return refused


async def _open(visit: Visit) -> case_pages.Shown:
    await visit.allow("cases")
    shown = await visit.read(lambda tx: case_pages.one(visit.ctx, tx, visit.request.path_params["case"]))
    case = shown.row.case
    if case.state == "collected" or visit.person.name == shown.whose:
        return shown
    if shown.private:
        raise LookupError(case.id)
    await visit.allow("collect", Matter(case.team), case.code)
    return shown


def _listed(visit: Visit, tx: Tx, view: str, words: str, chosen: Filter) -> list[Row]:
    if view == "candidates":
        found = case_pages.candidates(visit.ctx, tx)
        return [row for row in found if visit.may("collect", Matter(row.case.team))]
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
