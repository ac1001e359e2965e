"""People in the sandbox see the same cards, live, and may do what their role allows."""

from dataclasses import replace

import pytest
from playwright.async_api import Page, expect

from handlers.cards.card import Button, Facts, Quote, Text
from handlers.protocols import Target
from tests.browser.conftest import Theatre, Visitors, open_theatre
from tests.browser.stage import ALERT, BRIEFING

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
LEADS = Target("sandbox", "leads")


def card(page: Page, key: str = "alert-1"):  # type: ignore[no-untyped-def]
    return page.locator(f'[data-key="{key}"] .card')


async def test_a_claim_changes_the_card_for_everybody(theatre: Theatre, visitors: Visitors) -> None:
    lead = await visitors.visit(theatre.address, "张主管")
    agent = await visitors.visit(theatre.address, "小李")
    await theatre.stage.alert()
    await expect(card(lead).locator(".state")).to_have_text("待认领")
    await card(lead).get_by_role("button", name="认领").click()
    await expect(lead.locator(".toast.ok")).to_contain_text("已认领")
    await expect(card(agent).locator(".state")).to_have_text("已认领")
    await expect(card(agent)).to_contain_text("张主管 14:06 认领")
    await expect(card(agent).get_by_role("button", name="认领")).to_have_count(0)


async def test_a_stranger_is_refused_politely_and_nothing_changes(theatre: Theatre, visitors: Visitors) -> None:
    stranger = await visitors.visit(theatre.address, "路人")
    await theatre.stage.alert()
    await card(stranger).get_by_role("button", name="认领").click()
    await expect(stranger.locator(".toast")).to_have_text("这个由主管来按，谢谢你留意。")
    await expect(card(stranger).locator(".state")).to_have_text("待认领")
    await expect(card(stranger).get_by_role("button", name="认领")).to_be_enabled()


async def test_a_pasted_chat_shows_its_findings_at_their_words(theatre: Theatre, visitors: Visitors) -> None:
    page = await visitors.visit(theatre.address)
    await page.get_by_role("button", name="贴一段你的聊天").click()
    await page.locator("#pasted").fill("客户：等了三天，太慢了\n客服：马上\n客户：我要投诉，电话 13800138000")
    await page.get_by_role("button", name="让八哥听听").click()
    await expect(page.locator("#verdict mark")).to_have_text(["慢", "投诉"])
    await expect(page.locator("#verdict .note").last).to_contain_text("客户要投诉")
    await expect(page.locator("#verdict .note").last).to_contain_text("可以这样做")
    await expect(page.locator("#verdict")).to_contain_text("没检查，不等于没问题")
    await expect(page.locator("#verdict")).not_to_contain_text("13800138000")


async def test_an_empty_paste_is_helped_along(theatre: Theatre, visitors: Visitors) -> None:
    page = await visitors.visit(theatre.address)
    await page.get_by_role("button", name="贴一段你的聊天").click()
    await page.locator("#pasted").fill("   \n")
    await page.get_by_role("button", name="让八哥听听").click()
    await expect(page.locator("#verdict")).not_to_be_empty()
    visitors.wrong.clear()  # the browser itself reports the 400


@pytest.mark.parametrize("forgets", [False, True])
async def test_a_page_that_lost_us_catches_up(theatre: Theatre, visitors: Visitors, forgets: bool) -> None:
    page = await visitors.visit(theatre.address)
    await theatre.stage.alert("before")
    await expect(card(page, "before")).to_be_visible()
    await theatre.shut()
    await expect(page.locator("#live")).to_have_text("正在重连…")
    await theatre.stage.alert("meanwhile")
    if forgets:
        theatre.stage.hub.boot = "another"
    await theatre.open()
    await expect(page.locator("#live")).to_have_text("实时")
    await expect(card(page, "meanwhile")).to_be_visible()
    await expect(page.locator("#items .item")).to_have_count(2)


async def test_a_page_forgets_the_cards_of_a_starling_that_is_gone(theatre: Theatre, visitors: Visitors) -> None:
    page = await visitors.visit(theatre.address)
    await theatre.stage.alert("of yesterday")
    await expect(card(page, "of yesterday")).to_be_visible()
    await theatre.shut()
    async with open_theatre(theatre.port) as another:
        await another.stage.alert("of today")
        await expect(card(page, "of today")).to_be_visible()
        await expect(page.locator("#items .item")).to_have_count(1)


async def test_what_is_typed_is_answered_and_seen_by_the_others(theatre: Theatre, visitors: Visitors) -> None:
    lead = await visitors.visit(theatre.address, "张主管")
    agent = await visitors.visit(theatre.address, "小李")
    await lead.locator("#words").fill("告警")
    await lead.keyboard.press("Enter")
    await expect(lead.locator(".item.mine .bubble")).to_have_text("告警")
    await expect(lead.locator(".card")).to_contain_text("听到了：告警")
    await expect(agent.locator(".item:not(.mine) .bubble")).to_have_text("告警")
    await lead.keyboard.press("ArrowUp")
    await expect(lead.locator("#words")).to_have_value("告警")


async def test_the_chips_offer_what_the_open_alert_offers(theatre: Theatre, visitors: Visitors) -> None:
    page = await visitors.visit(theatre.address)
    await theatre.stage.alert()
    await page.locator("#chips").get_by_role("button", name="认领 A1").click()
    await expect(page.locator(".bubble")).to_have_text("认领 A1")


async def test_direct_messages_are_for_one_person(theatre: Theatre, visitors: Visitors) -> None:
    lead = await visitors.visit(theatre.address, "张主管")
    await theatre.stage.chat.send(Target("sandbox", "小李", direct=True), BRIEFING, "dm-1")
    await expect(lead.locator("#me .badge")).to_be_visible()
    await expect(lead.locator("#direct .badge")).to_have_count(0)
    await lead.locator("#me").click()
    await lead.get_by_role("button", name="小李").click()
    await expect(lead.locator("#direct .badge")).to_have_text("1")
    await lead.locator("#direct button").click()
    await expect(card(lead, "dm-1")).to_be_visible()
    await expect(lead.locator("#direct .badge")).to_have_count(0)


async def test_another_room_gets_an_unread_mark(theatre: Theatre, visitors: Visitors) -> None:
    page = await visitors.visit(theatre.address)
    await theatre.stage.chat.send(Target("sandbox", "team"), BRIEFING, "b-1")
    await expect(page.locator('[data-room="team"] .badge')).to_have_text("1")
    await expect(page).to_have_title("(1) 八哥 · 沙盒")
    await page.locator('[data-room="team"]').click()
    await expect(page.locator(".badge")).to_have_count(0)


async def test_the_newest_stays_in_view_until_somebody_scrolls_up(theatre: Theatre, visitors: Visitors) -> None:
    page = await visitors.visit(theatre.address)
    for n in range(6):
        await theatre.stage.alert(f"alert-{n}")
    await expect(card(page, "alert-5")).to_be_in_viewport(ratio=0.9)
    await page.locator("#scroll").hover()
    await page.mouse.wheel(0, -900)
    await expect(card(page, "alert-5")).not_to_be_in_viewport()
    await theatre.stage.alert("alert-6")
    await expect(page.locator("#newer")).to_be_visible()
    await expect(card(page, "alert-6")).not_to_be_in_viewport()
    await page.locator("#newer").click()
    await expect(card(page, "alert-6")).to_be_in_viewport(ratio=0.9)
    await expect(page.locator("#newer")).to_be_hidden()


async def test_words_stay_words(theatre: Theatre, visitors: Visitors) -> None:
    evil = "<img src=x onerror=document.title='owned'><b>粗</b>"
    bad = replace(
        ALERT,
        tone="red onclick",
        title=evil,
        blocks=(Text(evil), Quote(evil, evil, evil), Facts(((evil, evil),))),
        buttons=(Button("坏", url="javascript:alert(1)"), Button("坏", url="//evil.example"), Button("好", url="/c/1")),
    )
    page = await visitors.visit(theatre.address)
    await theatre.stage.chat.send(LEADS, bad, "bad")
    await expect(card(page, "bad").locator("h3")).to_have_text(evil)
    assert await page.locator(".card img, .card b").count() == 0
    assert await card(page, "bad").locator("a").evaluate_all("all => all.map(a => a.textContent)") == ["好"]
    assert "owned" not in await page.title()


async def test_the_story_goes_on_by_what_really_happens(theatre: Theatre, visitors: Visitors) -> None:
    page = await visitors.visit(theatre.address, tour=True)
    said = page.locator("#coach-title")
    await expect(said).to_contain_text("张主管")
    await page.get_by_role("button", name="开始").click()
    await expect(said).to_contain_text("看右边")
    await theatre.stage.alert()
    await expect(said).to_contain_text("需要你")
    await theatre.stage.alert("alert-2")
    await card(page, "alert-2").get_by_role("button", name="认领").click()  # any of them is fine
    await expect(said).to_contain_text("所有人都看到了")
    await theatre.stage.star()  # of somebody else: their own card is not closed yet
    await expect(said).to_contain_text("正在安抚", timeout=15_000)
    await theatre.stage.calm("alert-2")
    await expect(said).to_contain_text("你的卡片收尾了")
    await page.get_by_role("button", name="下一步").click()
    await expect(said).to_contain_text("服务之星")
    await page.get_by_role("button", name="下一步").click()
    await page.get_by_role("button", name="贴一段", exact=True).click()
    await expect(page.locator("#try")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.reload()
    await expect(page.locator("#live.on")).to_be_visible()
    await expect(page.locator("#coach")).to_be_hidden()


async def test_who_comes_after_the_story_is_shown_the_newest_card(theatre: Theatre, visitors: Visitors) -> None:
    await theatre.stage.star()
    page = await visitors.visit(theatre.address, tour=True)
    await page.get_by_role("button", name="开始").click()
    await expect(page.locator("#coach-title")).to_contain_text("最新的一张卡片")
    await page.get_by_role("button", name="下一步").click()
    await page.get_by_role("button", name="贴一段", exact=True).click()
    await expect(page.locator("#try")).to_be_visible()


async def test_the_story_can_be_skipped_and_told_again(theatre: Theatre, visitors: Visitors) -> None:
    page = await visitors.visit(theatre.address, tour=True)
    await page.get_by_role("button", name="跳过").click()
    await expect(page.locator("#coach")).to_be_hidden()
    await page.get_by_role("button", name="导览").click()
    await expect(page.locator("#coach")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#coach")).to_be_hidden()


async def test_the_customers_chats_are_live(theatre: Theatre, visitors: Visitors) -> None:
    page = await visitors.visit(theatre.address)
    chats = page.locator("#chat-list > li")
    await expect(chats).to_have_count(2)
    await expect(chats.first.locator(".waits")).to_contain_text("等了 3:")
    lines = [{"from": "agent", "text": "马上帮您查"}]
    theatre.stage.hub.publish("chats", {"id": "c1", "level": "none", "waiting": None, "lines": lines})
    await expect(chats.filter(has_text="马上帮您查")).to_have_count(1)
    await expect(page.locator(".waits")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 390, 768, 1024])
async def test_it_fits_every_screen(theatre: Theatre, visitors: Visitors, width: int) -> None:
    page = await visitors.visit(theatre.address, width=width, height=844)
    await theatre.stage.alert()
    await theatre.stage.chat.send(LEADS, BRIEFING, "b-1")
    await expect(card(page, "b-1")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    assert await page.locator("#send").evaluate("e => e.getBoundingClientRect().right") <= width
    await page.locator("#chats-toggle").click()
    await expect(page.locator("#chat-list > li").first).to_be_in_viewport()


async def test_everything_can_be_reached_by_keyboard_and_has_a_name(theatre: Theatre, visitors: Visitors) -> None:
    page = await visitors.visit(theatre.address)
    await theatre.stage.alert()
    await expect(card(page)).to_be_visible()
    await expect(page.locator("#said-aloud")).to_contain_text("新卡片")
    nameless = (
        "all => all.filter(e => !(e.ariaLabel || e.textContent.trim() || e.labels?.length)).map(e => e.outerHTML)"
    )
    assert await page.locator("button, input, textarea, a").evaluate_all(nameless) == []
    for _ in range(30):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.dataset.action") == "claim":
            break
    await page.keyboard.press("Enter")
    await expect(card(page).locator(".state")).to_have_text("已认领")


@pytest.mark.parametrize("width", [390, 1280, 1920])
async def test_a_long_shop_name_cuts_nothing_off(theatre: Theatre, visitors: Visitors, width: int) -> None:
    page = await visitors.visit(theatre.address, width=width)
    await expect(page.locator("#chat-list > li")).to_have_count(2)
    await expect(page.locator("#chat-list .waits").first).not_to_be_empty()
    assert await page.locator("#chat-list").evaluate("list => list.scrollWidth - list.clientWidth") == 0


async def test_one_of_each_role_comes_first_and_the_others_fold(theatre: Theatre, visitors: Visitors) -> None:
    page = await visitors.visit(theatre.address)
    await page.locator("#me").click()
    names = ["张主管", "陈质检", "阿明", "小李", "小周", "路人"]
    for name, person in zip(names, await page.locator("#people > .person .person-name").all_inner_texts(), strict=True):
        assert person.startswith(name)
    await expect(page.get_by_role("button", name="路人")).to_be_in_viewport(ratio=1)
    await expect(page.get_by_role("button", name="老管")).not_to_be_visible()
    await page.get_by_text("更多同事").click()
    await page.get_by_role("button", name="老管").click()
    await expect(page.locator("#me")).to_contain_text("老管")


SETTLING = """() => {
  const look = () => {
    const link = document.querySelector(".presses a");
    if (link && getComputedStyle(link).pointerEvents === "none") window.settled = true;
  };
  new MutationObserver(look).observe(document.querySelector("#items"), { childList: true, subtree: true });
}"""


async def test_a_double_tap_does_not_press_what_takes_the_place(theatre: Theatre, visitors: Visitors) -> None:
    page = await visitors.visit(theatre.address, "张主管", width=390, height=844)
    await theatre.stage.alert()
    await expect(card(page)).to_be_visible()
    await page.evaluate(SETTLING)
    await card(page).get_by_role("button", name="认领").click()
    await expect(card(page).locator(".state")).to_have_text("已认领")
    assert await page.evaluate("window.settled") is True
    await expect(card(page).get_by_role("link", name="旁听")).to_have_css("pointer-events", "auto")
