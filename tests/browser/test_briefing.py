"""The lead looks at the morning before the team does: a word added, sent early, and read, all in a real browser."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from playwright.async_api import expect
from starlette.applications import Starlette

from bot.chats.sandbox import SandboxChat
from bot.running.hearing import Hearing
from bot.web.live import Hub
from bot.web.sandbox import SandboxRig, routes
from handlers import deliver
from handlers.people import Directory
from handlers.sharing import briefings
from rules.schedule import Schedule
from scheduler import calendar
from storage import cases
from storage.cases import Source, Told
from storage.db import Store
from storage.tables import SQLModel
from tests.browser.conftest import Theatre, Visitors, free_port
from tests.browser.stage import screen
from tests.handlers.stage import PEOPLE, ROOMS, Stage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
PREVIEWED = datetime(2026, 11, 20, 0, 13, tzinfo=UTC)  # 08:13 in Shanghai


@dataclass(slots=True)
class Morning:
    stage: Stage
    chat: SandboxChat
    address: str

    async def comes(self, minutes: int = 0) -> None:
        """What is due then is told."""
        self.stage.at = PREVIEWED + timedelta(minutes=minutes)
        await asyncio.to_thread(briefings.look, self.stage.ctx)
        await self.carry()

    async def carry(self) -> None:
        while await deliver.work(self.stage.ctx, {"sandbox": self.chat}):
            pass


@pytest_asyncio.fixture(loop_scope="module")
async def morning() -> AsyncIterator[Morning]:
    hub, port, tasks = Hub(), free_port(), set[asyncio.Task[None]]()
    with Store.open("sqlite://") as store:
        store.transact(SQLModel.metadata.create_all)
        stage = Stage(store, at=PREVIEWED)
        rooms = tuple(replace(room, wants=(*room.wants, "briefing")) if room.id == "team" else room for room in ROOMS)
        weekdays = Schedule(workday=calendar.workdays())
        stage.ctx = replace(stage.ctx, people=Directory(PEOPLE, rooms), schedule=weekdays)
        known = Source("saved:shop:c1", "saved", team="售后")
        told = Told(title="买完就降价，要退差价", line="我先按价保帮您申请")
        store.transact(lambda tx: cases.collect(tx, known, told, "刘质检", PREVIEWED))
        opened = Morning(stage, SandboxChat(store, hub, lambda: stage.at), f"http://127.0.0.1:{port}")
        hearing = Hearing(stage.ctx, lambda: tasks.add(asyncio.get_running_loop().create_task(opened.carry())))
        people = [{"name": p.name, "role": p.role, "title": p.role} for p in PEOPLE]
        named = [(room.id, room.name) for room in rooms]
        rig = SandboxRig(store, hub, hearing, named, people, screen, list, lambda: None)
        theatre = Theatre(Starlette(routes=routes(rig)), None, port)  # type: ignore[arg-type]
        await theatre.open()
        yield opened
        await asyncio.gather(*tasks)
        await theatre.shut()


async def test_the_lead_adds_a_word_sends_it_early_and_the_team_reads_it(morning: Morning, visitors: Visitors) -> None:
    await morning.comes()
    lead = await visitors.visit(morning.address, "张主管")
    agent = await visitors.visit(morning.address, "小李")
    await lead.locator("#direct button").click()
    await agent.locator("#groups").get_by_role("button", name="团队群").click()
    preview = lead.locator(".card", has_text="预览：售后组晨会")
    await expect(preview.locator(".state")).to_have_text("08:43 发出")
    await expect(agent.locator(".card")).to_have_count(0)
    await preview.locator("input").fill("大促辛苦了，慢一点没关系")
    await preview.get_by_role("button", name="加上").click()
    await expect(preview).to_contain_text("张主管：大促辛苦了，慢一点没关系")
    await preview.get_by_role("button", name="现在发").click()
    told = agent.locator(".card", has_text="售后组晨会")
    await expect(told).to_contain_text("张主管：大促辛苦了，慢一点没关系")
    await expect(preview.locator(".state")).to_have_text("08:13 已发出")
    await expect(preview.get_by_role("button")).to_have_count(0)
    await expect(preview).not_to_contain_text("也可以现在就发")
    await told.get_by_role("button", name="读过").click()
    await expect(told.locator(".state")).to_have_text("1 人读过")
    await morning.comes(30)
    await expect(agent.locator(".card", has_text="售后组晨会")).to_have_count(1)
