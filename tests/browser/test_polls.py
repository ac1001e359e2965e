"""Voting on a page in a real browser: by hand, by keyboard, on a phone; changed, and told at the end."""

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import uvicorn
from playwright.sync_api import Page, expect, sync_playwright

from bot.web import cookies
from storage import ballots, sessions
from storage.db import Store
from tests.bot.web.door import Door
from tests.browser.conftest import FLAGS, free_port
from tests.handlers.calibration import cases, closed, opened, ready, vote
from tests.handlers.stage import Stage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.parametrize("store", ["sqlite"], indirect=True),
]
PHONE = {"width": 390, "height": 844}
KEEP = os.environ.get("STARLING_KEEP_PICTURES", "")


@pytest.fixture
def door(store: Store) -> Iterator[Door]:
    """An open session behind a server of its own."""
    port = free_port()
    opened_door = Door(ready(Stage(store)), address=f"http://127.0.0.1:{port}")
    opened(opened_door.stage)
    server = uvicorn.Server(uvicorn.Config(opened_door.app, port=port, log_level="critical", ws="none", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield opened_door
    server.should_exit = True
    thread.join()


@pytest.fixture
def page(door: Door, chromium: str) -> Iterator[Page]:
    """小周's phone, logged in; nothing may go wrong on it."""
    secret, wrong = cookies.new_secret(), list[str]()
    door.stage.store.transact(lambda tx: sessions.start(tx, secret, "小周", door.stage.at))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        context = browser.new_context(viewport=PHONE, locale="zh-CN")  # type: ignore[arg-type]
        context.add_cookies([{"name": cookies.name(door.site.secure), "value": secret, "url": door.address}])
        shown = context.new_page()
        shown.set_default_timeout(20_000)
        shown.on("pageerror", lambda error: wrong.append(str(error)))
        shown.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        shown.goto(f"{door.address}/polls")
        yield shown
        browser.close()
    assert wrong == []


def test_vote_change_it_and_read_the_result_on_a_phone(door: Door, page: Page) -> None:
    expect(page.get_by_role("heading", name="共评校准 · 投票中")).to_be_visible()
    page.get_by_text("扣分", exact=True).click()
    page.get_by_text("中", exact=True).click()
    page.get_by_label("更好的说法：换你会怎么说").fill("降价我懂您的心疼，我先帮您申请价保")
    page.get_by_role("button", name="投票").click()
    expect(page.get_by_role("status")).to_have_text("已记下：扣分 · 中")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.get_by_label("不扣").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="改成这样").press("Enter")
    expect(page.get_by_role("status")).to_have_text("已记下：不扣")
    if KEEP:
        page.screenshot(path=f"{KEEP}/poll-open.png", full_page=True)
    with door.stage.store.read() as tx:
        assert [one.choice for one in ballots.votes(tx, 1)] == ["keep"]


def decided(stage: Stage) -> None:
    (case,) = cases(stage)
    for person in ("张主管", "陈质检", "阿明"):
        vote(stage, person, case, "keep")
    closed(stage)


def test_the_result_has_no_names(door: Door, page: Page) -> None:
    with ThreadPoolExecutor(1) as elsewhere:  # a browser's loop runs here
        elsewhere.submit(decided, door.stage).result()
    page.reload()
    expect(page.get_by_text("3 人投票：扣 0 · 不扣 3 · 不确定 0 → 不扣")).to_be_visible()
    expect(page.get_by_text("张主管")).to_have_count(0)
    if KEEP:
        page.screenshot(path=f"{KEEP}/poll-closed.png", full_page=True)
