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
    arguments = (sys.executable, "-m", "bot", "demo", "--port", str(port), "--speed", "1.5")
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


async def test_a_supervisor_whispers_from_the_live_view_and_the_agent_answers(
    demo: tuple[Process, str], visitors: Visitors
) -> None:
    """Alert, live view, whisper, the agent's answer, and another supervisor sees who has it; on a phone, too."""
    _, address = demo
    lead = await visitors.visit(address, "张主管")
    other = await visitors.visit(address, "阿明", width=390, height=844)
    alert = lead.locator(".card", has_text="12315").first
    await alert.get_by_role("button", name="认领").click()
    seen = other.locator(".card", has_text="12315").first
    await expect(seen).to_contain_text("张主管")
    async with lead.context.expect_page() as opened:
        await alert.get_by_role("link", name="旁听").click()
    live = await opened.value
    words = await live.locator(".desk-taps .tap").first.inner_text()
    await live.locator(".desk-taps .tap").first.click()
    await expect(live.locator(".desk-hints")).to_contain_text(words)
    await expect(live.locator(".desk-hints")).to_contain_text("收到")
    await live.set_viewport_size({"width": 390, "height": 844})
    await live.get_by_role("textbox", name="悄悄告诉").fill("再给一个准信")
    await live.get_by_role("button", name="私下提示").click()
    await expect(live.locator(".desk-hints li")).to_have_count(2)
    assert await live.evaluate("document.documentElement.scrollWidth") <= 390
    await lead.locator("#direct button").first.click()
    await expect(lead.locator(".card", has_text="小李收到了")).to_be_visible()
