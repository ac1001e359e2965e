"""The case library in a real browser: found by one's own words, and one minute that plays by itself, on a phone too."""

import os
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from storage import case_wordings, cases
from storage.cases import Source, Told
from tests.bot.web.door import Door
from tests.browser.house import House, opened

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
KEEP = os.environ.get("STARLING_KEEP_PICTURES", "")
STORIES = (
    Told("开口就说骗子 · 先认领问题", "你们是骗子吧，衣服怎么破的", "姐姐你人真好，下次还找你",
         "这事搁我身上我也急，您把单号给我，我盯到底，18 点前给您回话", "我盯到底，18 点前不管有没有结果都给您回个话。",
         "质量问题", "先认领问题", "服饰"),
    Told("退款一直没到 · 给准信", "钱怎么还没到账，都五天了", "好的，谢谢你", "我把流水号给您，18 点前我再查一次",
         "退款流水号给您，18 点前我再查一次，有没有结果都回您。", "退款退货", "给准信", "数码"),
    Told("快递停在中转站", "快递三天停在中转站不动了", line="我这就联系快递，两小时内告诉您。", reason="物流"),
)  # fmt: skip


def fill(door: Door) -> None:
    stage = door.stage
    for n, told in enumerate(STORIES):
        source = Source(f"story:{n}", "star")
        stage.store.transact(lambda tx, s=source, t=told: cases.collect(tx, s, t, "陈质检", stage.at))  # type: ignore[misc]
    stage.store.transact(lambda tx: case_wordings.write(tx, 1, "我盯到底，18 点前给您回话。", "更短", "阿明", stage.at))


@pytest_asyncio.fixture(loop_scope="module")
async def library(browser: Browser) -> AsyncIterator[House]:
    async with opened(browser, fill) as house:
        yield house


async def picture(page: Page, name: str) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    if KEEP:
        await page.screenshot(path=f"{KEEP}/{name}.png", full_page=True, animations="disabled")


async def test_a_case_is_found_by_ones_own_words_and_a_wording_is_approved(library: House) -> None:
    page = await library.enter("陈质检")
    await page.goto(f"{library.address}/cases")
    await picture(page, "cases")
    await page.get_by_label("找案例").fill("返钱好几天没见到")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(r"q="))
    await expect(page.locator(".case-row h2").first).to_have_text("退款一直没到 · 给准信")
    await page.goto(f"{library.address}/cases/1")
    await page.get_by_role("button", name="通过这一版").click()
    await expect(page.get_by_role("heading", name="标准话术 第 1 版")).to_be_visible()
    await picture(page, "case")


async def test_one_minute_plays_by_itself_to_the_end(library: House) -> None:
    page = await library.enter("小李", phone=True)
    await page.clock.install()
    await page.goto(f"{library.address}/cases/1/play")
    heads = ["客户进门时", "转折点", "这一招：先认领问题", "可以抄走的一句", "客户离开时"]
    for n, head in enumerate(heads):
        await expect(page.locator(".slide:visible h1")).to_have_text(head)
        await expect(page.locator(".slide:visible .caption")).not_to_be_empty()
        await picture(page, f"slide-{n + 1}")
        await page.clock.fast_forward(12_100)
    await expect(page.locator("#play")).to_have_text("再看一遍")


async def test_keys_turn_the_slides_and_hold_them(library: House) -> None:
    page = await library.enter("小李")
    await page.clock.install()
    await page.goto(f"{library.address}/cases/1/play")
    await page.keyboard.press("ArrowRight")
    await expect(page.locator(".slide:visible h1")).to_have_text("转折点")
    await page.keyboard.press("Space")
    await page.clock.fast_forward(60_000)
    await expect(page.locator(".slide:visible h1")).to_have_text("转折点")
    await picture(page, "slide-wide")
    await page.keyboard.press("ArrowLeft")
    await expect(page.locator(".slide:visible h1")).to_have_text("客户进门时")


async def test_who_wants_less_motion_turns_the_slides_themselves(library: House) -> None:
    page = await library.enter("小李", still=True)
    await page.clock.install()
    await page.goto(f"{library.address}/cases/1/play")
    await page.clock.fast_forward(60_000)
    await expect(page.locator(".slide:visible h1")).to_have_text("客户进门时")
    await page.get_by_role("button", name="下一页").click()
    await expect(page.locator(".slide:visible h1")).to_have_text("转折点")
