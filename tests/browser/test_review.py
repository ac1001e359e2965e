"""/review in a real browser: a key a verdict, J and K to move, big buttons on a phone, light and dark."""

import os
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from handlers.reviewing import review_queue
from rules.model import Kind
from storage import judgements, reviews
from tests.bot.web.door import Door
from tests.browser.house import House, opened

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
KEEP = os.environ.get("STARLING_KEEP_PICTURES", "")


def fill(door: Door) -> None:
    stage = door.stage
    stage.store.transact(lambda tx: reviews.fix_chance(tx, "2026-11-20", 1.0))
    door.tell_everybody()
    for n, words in enumerate(("请问这件有蓝色吗", "尺码偏大吗", "什么时候发货呀")):
        stage.customer(words, f"q{n}")
        stage.agent("亲，页面有写的，我给您截图看看", f"q{n}", "xiaozhou")
    stage.assigned("xiaoli")
    stage.angry()
    stage.agent("给您添麻烦了，电话 13812345678 对吗，我现在就查")
    stage.at += timedelta(minutes=11)
    review_queue.work(stage.ctx)


@pytest_asyncio.fixture(loop_scope="module")
async def shop(browser: Browser) -> AsyncIterator[House]:
    async with opened(browser, fill) as house:
        yield house


async def test_one_key_a_verdict_and_the_next_one_comes(shop: House) -> None:
    page = await shop.enter("陈质检")
    await page.goto(f"{shop.address}/review")
    await expect(page.locator(".review-count")).to_have_text("0 / 4")
    first = await page.locator(".quiet-note").inner_text()
    await page.keyboard.press("j")
    await expect(page.locator(".quiet-note")).not_to_have_text(first)
    await page.keyboard.press("k")
    await expect(page.locator(".quiet-note")).to_have_text(first)
    for n, key in enumerate("1224", 1):
        await page.keyboard.press(key)
        await expect(page.locator(".review-count")).to_have_text(f"{n} / 4")
    await expect(page.get_by_role("heading", name="现在没有等着复核的了")).to_be_visible()
    with shop.stage.store.read() as tx:
        verdicts = [one.verdict for one in reviews.of_day(tx, "2026-11-20")]
    assert sorted(verdicts) == ["false_alarm", "false_alarm", "real", "skip"]
    await expect(page.locator(".review-told")).to_contain_text("100% 已筛，75% 已复核（3 段）")


async def test_after_a_real_one_it_asks_why(shop: House) -> None:
    page = await shop.enter("陈质检", phone=True)
    with shop.stage.store.read() as tx:
        angry = next(one for one in reviews.of_day(tx, "2026-11-20") if one.conversation == "shop:c1")
    await page.goto(f"{shop.address}/review/{angry.id}")
    await expect(page.get_by_text("再不解决我就投诉到12315").first).to_be_visible()
    await expect(page.get_by_text("13812345678")).to_have_count(0)
    await expect(page.get_by_text("小李")).to_have_count(0)
    box = await page.get_by_role("button", name="有效").bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    if KEEP:
        await page.screenshot(path=f"{KEEP}/review-phone.png")
    await page.get_by_role("button", name="有效").click()
    await page.get_by_role("button", name="知识").click()
    await expect(page.locator(".review-why b")).to_have_text("知识")
    if KEEP:
        await page.screenshot(path=f"{KEEP}/review-why.png")
    with shop.stage.store.read() as tx:
        assert {one.cause for one in judgements.of(tx, "shop:c1", Kind.RISK)} == {"knowledge"}


async def test_it_is_for_those_who_review(shop: House) -> None:
    page = await shop.enter("小李")
    answer = await page.goto(f"{shop.address}/review")
    assert answer is not None
    assert answer.status == 403
    await expect(page.get_by_text("复核由质检和主管来做。")).to_be_visible()
    if KEEP:
        page = await shop.enter("陈质检")
        await page.goto(f"{shop.address}/review")
        await page.screenshot(path=f"{KEEP}/review.png")
