"""The pages behind the login for a real browser: a stage filled for a test, and people who come in by the door."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Browser, Page

from bot.web import cookies
from storage import sessions
from storage.db import Store
from tests import stores
from tests.bot.web.door import Door
from tests.browser.conftest import Theatre, free_port
from tests.handlers.stage import Stage

DESKTOP, PHONE = (1280, 900), (390, 844)


@dataclass(slots=True)
class House:
    stage: Stage
    address: str
    browser: Browser

    async def enter(self, person: str, *, phone: bool = False, still: bool = False) -> Page:
        """A page of their own, logged in; phones are dark, `still` asks for no movement."""
        secret = cookies.new_secret()
        self.stage.store.transact(lambda tx: sessions.start(tx, secret, person, self.stage.at))
        width, height = PHONE if phone else DESKTOP
        context = await self.browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if phone else "light", locale="zh-CN",
            reduced_motion="reduce" if still else "no-preference",
        )  # fmt: skip
        await context.add_cookies([{"name": cookies.name(False), "value": secret, "url": self.address}])
        page = await context.new_page()
        page.set_default_timeout(15_000)
        return page


@asynccontextmanager
async def opened(browser: Browser, fill: Callable[[Door], None]) -> AsyncIterator[House]:
    """`fill` sets the stage before anybody comes in."""
    port = free_port()
    with Store.open("sqlite://") as store:
        store.transact(stores.create)
        door = Door(Stage(store), address=f"http://127.0.0.1:{port}")
        await asyncio.to_thread(fill, door)
        theatre = Theatre(door.app, None, port)  # type: ignore[arg-type]
        await theatre.open()
        yield House(door.stage, theatre.address, browser)
        await theatre.shut()
