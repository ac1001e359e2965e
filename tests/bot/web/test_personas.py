"""Whoever somebody is in the sandbox, they are on the pages that cards link to; nowhere else, and nobody else."""

import pytest
from starlette.applications import Starlette

from bot.app import _alone
from bot.settings.sections import Config
from bot.web import pages, sandbox
from bot.web.live import Hub
from bot.web.login import Doors, persona
from storage.db import Store
from tests.bot.web.door import Browser, Door, words_of
from tests.handlers.stage import Stage

JSON = {"content-type": "application/json"}


@pytest.fixture
def browser(store: Store) -> Browser:
    door = Door(Stage(store))
    rig = sandbox.SandboxRig(
        store, Hub(), door.stage.hearing, [], [], dict, list, lambda: None, be=persona(door.site)
    )  # fmt: skip
    routes = [*sandbox.routes(rig), *pages.routes(Doors(door.site, {}, door.address), door.audience)]
    return Browser(Starlette(routes=routes), door.address)


def be(browser: Browser, name: str, **headers: str) -> int:
    return browser.send("/sandbox/api/be", {"person": name}, **headers).status_code


def test_the_persona_is_who_the_pages_see(browser: Browser) -> None:
    assert be(browser, "张主管") == 200
    assert "你好，张主管" in words_of(browser.get("/"))
    be(browser, "小李")
    assert "你好，小李" in words_of(browser.get("/"))


def test_the_same_persona_again_keeps_the_session(browser: Browser) -> None:
    be(browser, "张主管")
    before = dict(browser.cookies)
    be(browser, "张主管")
    assert dict(browser.cookies) == before


def test_a_stranger_is_nobody(browser: Browser) -> None:
    be(browser, "张主管")
    be(browser, "路人")
    assert browser.get("/").status_code == 303


def test_another_site_cannot_make_me_somebody(browser: Browser) -> None:
    assert be(browser, "张主管", origin="https://evil.example") == 403
    assert browser.post("/sandbox/api/be", data={"person": "张主管"}).status_code == 403
    assert browser.get("/").status_code == 303


@pytest.mark.parametrize(
    ("address", "alone"),
    [("", True), ("http://127.0.0.1:8080", True), ("http://localhost", True), ("https://starling.example.com", False)],
)
def test_personas_log_in_only_where_nobody_else_can_come(address: str, alone: bool) -> None:
    config = Config.model_validate({"server": {"public_url": address}})
    assert _alone(config) is alone
