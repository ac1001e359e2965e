"""Role × page and role × API: every page, every form on a page, and the sandbox's API, for every role."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from bot.running.hearing import Hearing
from bot.web import cookies, desk
from bot.web.live import Hub
from bot.web.sandbox import SandboxRig, routes
from handlers import actions
from storage import sessions
from storage.db import Store
from tests.bot.web.cells import DEEDS, NOTHING, SHOWS, Deed
from tests.bot.web.door import Browser, Door, token_of, words_of
from tests.handlers import everything, matrix
from tests.handlers.everything import TEXTS, VALUES
from tests.handlers.matrix import DOORS, PAGES, ROLES
from tests.handlers.rehearsal import Rehearsal

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
FILLED = {
    "/team/{name}": "/team/售后",
    "/shop/{name}": "/shop/云雀旗舰店",
    "{name}": "小李",
    "{span}": "week",
    "{first}": "2026-11-16",
    "{team}": "售后",
    "/polls/{id:int}": "/polls/2",
    "{id:int}": "1",
    "{case:int}": "3",  # in the library
    "{table}": "figures",
    "{kind}": "csv",
}


@pytest.fixture
def door(store: Store) -> Door:
    """Everybody was told, A1 is open, c9 is served by nobody we know, and what is done from here on is not kept."""
    ctx, stage = matrix.prepared(store)
    stage.assigned("ghost", "c9")
    stage.hears(stage.message("agent", "您好", "c9", agent="ghost"))
    wording = {"case": 3, "version": 1, "text": "我先帮您查", "by": "阿明", "at": stage.at}
    store.transact(lambda tx: everything.put(tx, "case_wording", **wording))
    Door(stage).tell_everybody()
    stage.ctx = ctx
    return Door(stage)


def test_every_page_has_an_expectation(door: Door) -> None:
    listed = [r for r in door.app.routes if isinstance(r, Route)]
    pages = {f"{method} {r.path}" for r in listed for method in (r.methods or set()) - {"HEAD"}}
    assert sorted(pages - {*PAGES} - DOORS) == [], "new pages: say who is let in, in tests/handlers/matrix.py, PAGES"
    assert sorted({*PAGES, *DOORS} - pages) == [], "these are gone: take them out of tests/handlers/matrix.py"
    proven = {*SHOWS, *(deed.page for deed in DEEDS)}
    assert sorted(proven ^ {*PAGES}) == [], "say what each page shows, or what its form does, in tests/bot/web/cells.py"
    assert {deed.path.rpartition("/")[2] for deed in DEEDS if "/do/" in deed.path} == desk.ACTS


def test_pages(door: Door) -> None:
    """Whoever may, reads what stands there; the others are sent away, and looking changes nothing."""
    door.audience.close()  # a stream ends after what it begins with
    found, changed = [], _changed(door)
    for role, name in ROLES.items():
        browser = door.browser(name)
        for page, shown in SHOWS.items():
            told = _read(door, browser, page)
            allowed = role in PAGES[page].split()
            answered = NOTHING.get((page, role), shown) in told
            found += [f"{role} {page}: {told[:200]}"] if answered != allowed or changed else []
            changed.clear()
    assert found == []


def _read(door: Door, browser: Browser, page: str) -> str:
    """The words of the page, or where it leads; empty when somebody is sent away."""
    path = page.partition(" ")[2].replace("/c/{link}", door.address_of())
    for hole, told in FILLED.items():
        path = path.replace(hole, told)
    answer = browser.get(path)
    if answer.status_code == 303:
        leads = answer.headers["location"]
        return "" if leads.startswith("/login") else leads
    return "" if answer.status_code == 403 else words_of(answer)


def test_forms(door: Door) -> None:
    """Whoever may, sees it done; for whom it is not, nothing is changed anywhere."""
    found = []
    for role, name in ROLES.items():
        browser = door.browser(name)
        token = _token(door, browser)
        for deed in DEEDS:
            done, told = _sent(door, browser, deed, token)
            changed = _changed(door)
            cell, done = f"{deed.path} {dict(deed.form)}", done and bool(changed)
            found.append(matrix.wrong(cell, role, done=done, told=told, changed=changed, may=deed.may))
            changed.clear()
    assert [told for told in found if told] == []


def _token(door: Door, browser: Browser) -> str:
    """What a form carries; and something was revealed to them before, so that it can be masked again."""
    front = browser.get("/")
    secret, until = browser.cookies.get(cookies.name(door.site.secure)) or "", door.stage.at + sessions.IDLE
    hash_ = sessions.hash_of(secret)
    door.stage.store.transact(lambda tx: sessions.reveal(tx, hash_, "shop:c1", until, "核对收货电话"))
    return token_of(front) if front.status_code == 200 else ""


def _sent(door: Door, browser: Browser, deed: Deed, token: str) -> tuple[bool, str]:
    path = deed.path.format(c1=door.address_of(), unbound=door.address_of("shop:c9"))
    answer = browser.post(path, {"csrf": token, **deed.form})
    sent_away = answer.status_code == 303 and answer.headers["location"].startswith("/login")
    return answer.status_code in (200, 303) and not sent_away, words_of(answer)


def _changed(door: Door) -> set[str]:
    store = door.stage.ctx.store
    assert isinstance(store, Rehearsal)
    return store.changed


def test_the_sandboxs_api(door: Door) -> None:
    ctx = door.stage.ctx
    hearing = Hearing(ctx, lambda: None, door.stage.hearing.turns)
    screen = dict  # nothing is pasted here
    rig = SandboxRig(
        ctx.store, Hub(), hearing, [("leads", "主管群")], [], screen, list, lambda: None, lambda: door.stage.at
    )
    assert [told for told in asyncio.run(_pressed(door, Starlette(routes=routes(rig)))) if told] == []


async def _pressed(door: Door, app: Starlette) -> list[str]:
    found = []
    wire = httpx.ASGITransport(app, client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=wire, base_url="http://127.0.0.1:8080") as client:
        for action, role in matrix.cells(actions.ACTIONS):
            body = {"room": "leads", "key": "none", "person": ROLES[role], "action": action}
            body |= {"value": VALUES.get(action, "A1")}
            form = {"text": TEXTS[action]} if action in TEXTS else {}
            told = (await client.post("/sandbox/api/act", json={**body, "form": form})).json()
            found.append(matrix.wrong(action, role, done=told["ok"], told=told["toast"], changed=_changed(door)))
            _changed(door).clear()
    return found
