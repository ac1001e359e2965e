"""Role × page and role × API: every page, every act of the live view's desk, and the sandbox's API, for every role."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from bot.running.hearing import Hearing
from bot.web import desk
from bot.web.live import Hub
from bot.web.sandbox import SandboxRig, routes
from handlers import actions
from storage.db import Store
from tests.bot.web.door import Browser, Door, token_of
from tests.handlers import matrix
from tests.handlers.everything import TEXTS, VALUES
from tests.handlers.matrix import DOORS, PAGES, ROLES

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
FILLED = {
    "{span}": "week",
    "{first}": "2026-11-16",
    "{team}": "售后",
    "{id:int}": "1",
    "{case:int}": "3",  # in the library
    "{table}": "figures",
    "{kind}": "csv",
    "{code}": "F1",
    "{what}": "use",
}


@pytest.fixture
def door(store: Store) -> Door:
    """Everybody was told, A1 is open, and what is done from here on is not kept."""
    ctx, stage = matrix.prepared(store)
    Door(stage).tell_everybody()
    stage.ctx = ctx
    return Door(stage)


def test_every_page_has_an_expectation(door: Door) -> None:
    listed = [r for r in door.app.routes if isinstance(r, Route)]
    pages = {f"{method} {r.path}" for r in listed for method in (r.methods or set()) - {"HEAD"}}
    assert sorted(pages - {*PAGES} - DOORS) == [], "new pages: say who is let in, in tests/handlers/matrix.py, PAGES"
    assert sorted({*PAGES, *DOORS} - pages) == [], "these are gone: take them out of tests/handlers/matrix.py"


def test_pages(door: Door) -> None:
    found = []
    for role, name in ROLES.items():
        browser = door.browser(name)
        token = _token(browser)
        for page, may in PAGES.items():
            allowed = role in may.split()
            if allowed and page.endswith("/stream"):  # it would not end
                continue
            let_in = _let_in(door, browser, page, token)
            found += [f"{role} {page}: {let_in}"] if let_in != allowed else []
    assert found == []


def _token(browser: Browser) -> str:
    front = browser.get("/")
    return token_of(front) if front.status_code == 200 else ""


def _let_in(door: Door, browser: Browser, page: str, token: str) -> bool:
    method, _, path = page.partition(" ")
    path = path.replace("/c/{link}", door.address_of()).replace("{act}", "claim")
    path = path.replace("{name}", "售后" if path.startswith("/team") else "小李")
    for hole, told in FILLED.items():
        path = path.replace(hole, told)
    form = {"csrf": token, "reason": "核对电话", "value": "A1"}
    answer = browser.get(path) if method == "GET" else browser.post(path, form)
    to_login = answer.status_code == 303 and answer.headers["location"].startswith("/login")
    return answer.status_code != 403 and not to_login


def test_acts_of_the_desk(door: Door) -> None:
    """Who may not even look is stopped at the page; who may look, by the act."""
    found, address = [], door.address_of()
    for role, name in ROLES.items():
        browser = door.browser(name)
        token = _token(browser)
        for act in sorted(desk.ACTS - {"got_it"}):  # answered where it was whispered: its own test below
            form = {"csrf": token, "value": "A1", "text": TEXTS.get(act, "")}
            answer = browser.post(f"{address}/do/{act}", form)
            done = answer.status_code == 303 and answer.headers["location"].startswith("/c/")
            found.append(matrix.wrong(act, role, done=done, told=answer.text, changed=()))
    assert [told for told in found if told] == []


def test_the_sandboxs_api(door: Door) -> None:
    ctx = door.stage.ctx
    hearing = Hearing(ctx, lambda: None, door.stage.hearing.turns)
    screen = dict  # nothing is pasted here
    rig = SandboxRig(
        ctx.store, Hub(), hearing, [("leads", "主管群")], [], screen, list, lambda: None, lambda: door.stage.at
    )
    assert [told for told in asyncio.run(_pressed(Starlette(routes=routes(rig)))) if told] == []


async def _pressed(app: Starlette) -> list[str]:
    found = []
    wire = httpx.ASGITransport(app, client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=wire, base_url="http://127.0.0.1:8080") as client:
        for action, role in matrix.cells(actions.ACTIONS):
            body = {"room": "leads", "key": "none", "person": ROLES[role], "action": action}
            body |= {"value": VALUES.get(action, "A1")}
            form = {"text": TEXTS[action]} if action in TEXTS else {}
            told = (await client.post("/sandbox/api/act", json={**body, "form": form})).json()
            found.append(matrix.wrong(action, role, done=told["ok"], told=told["toast"], changed=()))
    return found
