"""A browser, and a sandbox for it to look at."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, Page, async_playwright
from starlette.applications import Starlette

from storage.db import Store
from tests.browser.stage import Stage, set_stage

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(slots=True)
class Theatre:
    """The stage behind a server that can be stopped and started again."""

    app: Starlette
    stage: Stage
    port: int
    server: uvicorn.Server | None = None
    serving: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def open(self) -> None:
        config = uvicorn.Config(
            self.app, port=self.port, log_level="critical", ws="none", lifespan="off", timeout_graceful_shutdown=0
        )
        self.server = uvicorn.Server(config)
        self.serving = asyncio.create_task(self.server.serve())
        while not self.server.started:
            await asyncio.sleep(0.01)

    async def shut(self) -> None:
        if self.server and self.serving:
            self.server.should_exit = self.server.force_exit = True
            await self.serving
        self.server = None


@dataclass(slots=True)
class Visitors:
    """Opens pages, each in a browser profile of its own, and keeps what went wrong in them."""

    browser: Browser
    wrong: list[str] = field(default_factory=list)

    async def visit(
        self, address: str, me: str = "", *, tour: bool = False, width: int = 1440, height: int = 900
    ) -> Page:
        context = await self.browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        await context.add_init_script("" if tour else "localStorage.setItem('starling-tour-done', 'yes')")
        if me:
            await context.add_init_script(f"sessionStorage.setItem('starling-me', '{me}')")
        page = await context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda said: self.wrong.append(said.text) if _is_wrong(said.text, said.type) else None)
        await page.goto(f"{address}/sandbox")
        await page.wait_for_selector("#live.on", state="attached")
        return page


def _is_wrong(text: str, kind: str) -> bool:
    return kind == "error" and "ERR_" not in text  # a server that we stopped ourselves


@pytest_asyncio.fixture(loop_scope="module")
async def theatre() -> AsyncIterator[Theatre]:
    async with open_theatre() as opened:
        yield opened


@asynccontextmanager
async def open_theatre(port: int = 0) -> AsyncIterator[Theatre]:
    with Store.open("sqlite://") as store:
        app, stage = set_stage(store, {"person": "张主管", "room": "leads"})
        theatre = Theatre(app, stage, port or free_port())
        await theatre.open()
        yield theatre
        await theatre.shut()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="module")
async def visitors(browser: Browser) -> AsyncIterator[Visitors]:
    opened = Visitors(browser)
    yield opened
    for context in browser.contexts:
        await context.close()
    assert opened.wrong == []


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
