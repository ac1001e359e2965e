"""The demo as a newcomer meets it: the whole program, an empty database, a story through the signed webhook."""

import asyncio
import os
import signal
import socket
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.conftest import Visitors

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]
HERE = Path(__file__).parents[2]


@pytest_asyncio.fixture(loop_scope="module")
async def demo() -> AsyncIterator[tuple[Process, str]]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    arguments = (sys.executable, "-m", "bot", "demo", "--port", str(port), "--speed", "3")
    running = await asyncio.create_subprocess_exec(*arguments, cwd=HERE, env=dict(os.environ), stdout=PIPE)
    assert running.stdout
    async with asyncio.timeout(40):
        while "就绪" not in (await running.stdout.readline()).decode():
            assert running.returncode is None
    yield running, f"http://127.0.0.1:{port}"
    if running.returncode is None:
        running.kill()
    await running.communicate()


def waiting(page: Page):  # type: ignore[no-untyped-def]
    return page.locator(".card", has=page.locator(".state", has_text="待认领")).first


async def test_a_newcomer_claims_an_alert_and_everybody_sees_it(demo: tuple[Process, str], visitors: Visitors) -> None:
    process, address = demo
    lead = await visitors.visit(address, "张主管")
    other = await visitors.visit(address, "阿明")
    stranger = await visitors.visit(address, "路人")
    await expect(waiting(stranger)).to_be_visible(timeout=20_000)
    key = await waiting(stranger).locator("xpath=ancestor::li").get_attribute("data-key")

    async def state(page: Page, word: str) -> None:
        await expect(page.locator(f'[data-key="{key}"] .state')).to_have_text(word)

    await stranger.locator(f'[data-key="{key}"]').get_by_role("button", name="认领").click()
    await expect(stranger.locator(".toast")).not_to_be_empty()
    await expect(stranger.locator(".toast.ok")).to_have_count(0)
    await state(lead, "待认领")
    await lead.locator(f'[data-key="{key}"]').get_by_role("button", name="认领").click()
    await expect(lead.locator(".toast.ok")).to_be_visible()
    await state(other, "已认领")
    await expect(other.locator(f'[data-key="{key}"]')).to_contain_text("张主管")
    await expect(lead.locator(".card", has_text="服务之星").first).to_be_visible(timeout=25_000)
    await expect(lead.locator("#chat-list > li").first).to_be_visible()

    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    await asyncio.wait_for(process.wait(), 10)
    assert time.monotonic() - began < 3
