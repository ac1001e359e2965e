"""The live view: who may see it, what it shows, and that each look is on record."""

import pytest

from storage.db import Store
from tests.bot.web.door import Door, serve, token_of, words_of
from tests.handlers.stage import Stage, facts, text_of

PHONE = "13800000000"


@pytest.fixture
def door(store: Store) -> Door:
    opened = Door(Stage(store))
    opened.tell_everybody()
    return opened


MAY_LISTEN = ("张主管", "阿明", "陈质检", "老管", "小李")
MAY_NOT = ("王主管", "小周")
UNKNOWN = ("路人", "")


def test_roles_and_teams_decide_who_may_listen(door: Door) -> None:
    address = serve(door)
    for person in (*MAY_LISTEN, *MAY_NOT, *UNKNOWN):
        answer = door.browser(person).get(address)
        status = 200 if person in MAY_LISTEN else 403 if person in MAY_NOT else 303
        assert answer.status_code == status, person
        assert ("再不解决我就投诉" in words_of(answer)) == (status == 200), person
        assert ((person, "view", False) in door.looked()) == (status == 403), person


@pytest.mark.parametrize("part", ["", "/stream", "/desk", "/reveal", "/conceal", "/do/claim"])
def test_no_part_of_the_page_is_open_to_others(door: Door, part: str) -> None:
    address = serve(door)
    for person in (*MAY_NOT, *UNKNOWN):
        browser = door.browser(person)
        answer = browser.post(f"{address}{part}") if part[1:4] in ("rev", "con", "do/") else browser.get(address + part)
        assert answer.status_code in (303, 403), person
        assert "投诉" not in answer.text


def test_a_stranger_is_sent_to_the_login_and_comes_back(door: Door) -> None:
    address = serve(door)
    answer = door.browser().get(f"{address}?from=A1")
    assert answer.headers["location"] == f"/login?next=%2Fc%2F{address[3:]}%3Ffrom%3DA1"


def test_somebody_removed_loses_access_at_once(door: Door) -> None:
    address, browser = serve(door), door.browser("张主管")
    assert browser.get(address).status_code == 200
    door.dismiss("张主管")
    assert browser.get(address).status_code == 303
    assert browser.get(f"{address}/stream").status_code == 303


def test_only_the_random_address_opens_a_conversation(door: Door) -> None:
    serve(door)
    for guess in ("0" * 32, "shop:c1", "c1", "..%2f..%2fetc", "A1", "'; DROP TABLE session; --"):
        assert door.browser("张主管").get(f"/c/{guess}").status_code == 404


def test_each_look_is_on_record_with_its_reason(door: Door) -> None:
    address = serve(door)
    lead = door.browser("张主管")
    lead.get(f"{address}?from=A1")
    lead.get(f"{address}?from=A99")
    door.browser("陈质检").get(f"{address}?from=review")
    seen = words_of(door.browser("老管").get(address))
    assert "张主管 告警 A1" in seen
    assert "张主管 打开链接" in seen  # there is no alert A99 about it
    assert "陈质检 复核队列" in seen


def test_reading_by_any_part_of_the_page_is_on_record(door: Door) -> None:
    address = serve(door)
    door.browser("张主管").get(f"{address}/desk")
    assert door.looked() == [("张主管", "view", True)]


def test_its_agent_learns_afterwards_who_listened_and_not_meanwhile(door: Door) -> None:
    address = serve(door)
    door.browser("张主管").get(f"{address}?from=A1")
    assert "张主管 告警" not in words_of(door.browser("小李").get(address))
    door.stage.say("小李", "谁看过 A1")
    assert "张主管" not in text_of(door.stage.cards("@小李")[-1])
    door.stage.resolved()
    assert "张主管 告警 A1" in words_of(door.browser("小李").get(address))
    door.stage.say("小李", "谁看过 A1", "team")
    answer = door.stage.cards("@小李")[-1]  # alone, though it was asked in a room
    assert ["张主管", "告警 A1"] in [row[1:] for row in answer["blocks"][-1]["rows"]]


def test_somebody_else_is_not_told_who_listened(door: Door) -> None:
    door.browser("张主管").get(serve(door))
    door.stage.resolved()
    for person in ("小周", "王主管"):
        door.stage.say(person, "谁看过 A1")
        assert "张主管 " not in text_of(door.stage.cards(f"@{person}")[-1])
    door.stage.say("小李", "谁看过")
    assert "张主管" in text_of(door.stage.cards("@小李")[-1])


def test_nobody_listens_before_the_agent_was_told(store: Store) -> None:
    door = Door(Stage(store))
    address = serve(door)
    answer = door.browser("张主管").get(address)
    assert answer.status_code == 403
    assert "告知卡片还没有送到小李手里" in words_of(answer)
    assert "投诉" not in words_of(answer)
    assert door.browser("张主管").get(f"{address}/stream").status_code == 403
    assert door.browser("小李").get(address).status_code == 200  # their own
    door.tell_everybody()
    assert door.browser("张主管").get(address).status_code == 200


def unknown(door: Door) -> str:
    """A conversation served on a sub-account that is nobody's; its address."""
    door.stage.assigned("somebody")
    door.stage.angry()
    return door.address_of()


def test_nobody_listens_to_an_agent_whom_nobody_knows(door: Door) -> None:
    address = unknown(door)
    for person, help_ in (("张主管", "<select"), ("陈质检", "绑定 shop:somebody 小李"), ("阿明", "请主管或管理员")):
        answer = door.browser(person).get(address)
        assert answer.status_code == 403
        assert "子账号 shop：somebody 还没有对应到哪位同事" in words_of(answer)
        assert help_ in answer.text
        assert ("<select" in answer.text) == (person == "张主管")
        assert "投诉" not in answer.text
        assert door.browser(person).get(f"{address}/stream").status_code == 403
    assert [seen[2] for seen in door.looked()] == [False] * 6


def bound(door: Door, person: str, name: str, account: str = "shop:somebody") -> int:
    browser, address = door.browser(person), door.address_of()
    token = token_of(browser.get(address)) or token_of(browser.get("/"))
    return browser.post(f"{address}/bind", {"csrf": token, "account": account, "person": name}).status_code


def test_whoever_binds_the_account_on_the_page_may_listen_at_once(door: Door) -> None:
    address = unknown(door)
    assert bound(door, "张主管", "小李") == 303
    for person in ("张主管", "陈质检"):
        answer = door.browser(person).get(address)
        assert answer.status_code == 200
        assert "投诉" in words_of(answer)
    assert door.stage.ctx.people.holder("shop", "somebody") == door.stage.ctx.people.named("小李")


def test_somebody_bound_who_was_not_told_yet_is_told_first(store: Store) -> None:
    door = Door(Stage(store))
    address = unknown(door)
    assert bound(door, "张主管", "小李") == 303
    assert "告知卡片还没有送到小李手里" in words_of(door.browser("张主管").get(address))
    door.tell_everybody()
    assert door.browser("张主管").get(address).status_code == 200


def test_the_account_of_a_robot_hides_nothing(door: Door) -> None:
    address = unknown(door)
    assert bound(door, "老管", "没有人") == 303
    assert door.browser("陈质检").get(address).status_code == 200


def test_only_who_looks_after_accounts_binds_them_and_only_those_of_the_page(door: Door) -> None:
    address = unknown(door)
    for person in ("陈质检", "阿明", "王主管", "小周"):
        assert bound(door, person, "小李") == 403, person
    assert bound(door, "张主管", "小李", "shop:another") == 403  # the page again, and why
    assert bound(door, "张主管", "王二") == 403
    assert door.browser("张主管").get(address).status_code == 403


def test_the_disclosure_is_confirmed_by_a_press_and_says_so(door: Door) -> None:
    (card,) = door.stage.cards("@小李")
    assert card["kind"] == "disclosure"
    assert "30 天" in facts(card)["留多久"]
    assert door.stage.press("小李", "known", "@小李").ok
    (card,) = door.stage.cards("@小李")
    assert (card["state"], card["buttons"]) == ("14:00 已确认", [])
    door.tell_everybody()
    assert len(door.stage.cards("@小李")) == 1


def test_everything_is_masked_until_it_is_revealed_with_a_reason(door: Door) -> None:
    door.stage.customer(f"我的电话是 {PHONE}，住在杭州市西湖区文三路 123 号 4 幢 501")
    door.stage.customer("那个 138001")
    door.stage.customer("38000 也能打")
    door.stage.assigned("xiaoli")
    address, lead = door.address_of(), door.browser("张主管")
    page = lead.get(address)
    assert PHONE not in page.text
    assert "文三路 123" not in page.text
    assert "王女士" not in page.text
    form = {"csrf": token_of(page), "reason": "核对收货电话"}
    assert lead.post(f"{address}/reveal", data=form | {"reason": " "}).status_code == 403
    assert lead.post(f"{address}/reveal", data=form).status_code == 303
    page = lead.get(address)
    assert PHONE in page.text
    assert "王女士" in page.text
    assert ("张主管", "reveal", True) in door.looked()
    assert PHONE not in door.browser("张主管").get(address).text  # another session
    door.stage.passes(minutes=11)
    assert PHONE not in lead.get(address).text


def test_only_the_teams_lead_and_qa_may_reveal(door: Door) -> None:
    door.stage.customer(f"我的电话是 {PHONE}")
    door.stage.assigned("xiaoli")
    address = door.address_of()
    for person in ("阿明", "小李", "老管", "王主管", "小周", "张主管", "陈质检"):
        browser, may = door.browser(person), person in ("张主管", "陈质检")
        form = {"csrf": token_of(browser.get("/")), "reason": "想看看"}
        assert browser.post(f"{address}/reveal", data=form).status_code == (303 if may else 403), person
        assert (PHONE in browser.get(address).text) == may, person


def test_waits_and_mood_and_alert_are_shown(door: Door) -> None:
    door.stage.assigned("xiaoli")
    door.stage.angry()
    door.stage.passes(minutes=4)
    door.stage.agent("让您久等了")
    door.stage.customer("那现在怎么办")
    door.stage.press("张主管", "claim")
    page = door.browser("张主管").get(door.address_of())
    said = words_of(page)
    assert "客户等了 4 分钟" in said
    assert "客户在等，已经" in said
    assert "张主管 认领" in said
    assert '<polyline class="curve"' in page.text
    assert "已认领" in said


def test_what_was_not_checked_is_said(door: Door) -> None:
    event = door.stage.message("customer", "邮件里说的退款呢", "c2")
    event["conversation"]["channel"] = "email"
    door.stage.hears(event)
    assert "没有检查的" in words_of(door.browser("张主管").get(door.address_of("shop:c2")))


def test_nothing_a_customer_writes_becomes_markup(door: Door) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)> </li></ol> {{7*7}} \u202e"
    event = door.stage.message("customer", evil)
    event["conversation"] |= {"shop": evil, "customer": {"id": "u9", "name": evil}}
    door.stage.hears(event)
    page = door.browser("张主管").get(door.address_of()).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "\u202e" not in page
    assert "{{7*7}}" in page


def test_orders_of_the_customer_are_shown(door: Door) -> None:
    order = {"id": "E1001", "customer": "u9", "paid_at": "2026-11-18T10:00:00+08:00"}
    order["items"] = [{"sku": "S1", "title": "洁面乳", "amount": 59.0}]  # type: ignore[assignment]
    door.stage.hears({"type": "order", "order": order})
    serve(door)
    said = words_of(door.browser("张主管").get(door.address_of()))
    assert "E1001 11-18 10:00 付款 洁面乳 ¥59" in said
