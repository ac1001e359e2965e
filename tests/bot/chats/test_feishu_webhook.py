"""Feishu's group robot takes signed cards whose buttons only open pages."""

import time
from collections.abc import Iterator

import httpx
import pytest
from pydantic import SecretStr

from bot.chats.feishu_webhook import FeishuWebhookChat, Hook, hooks_of, sign
from bot.settings.sections import Room
from handlers.errors import DeliveryFailed
from handlers.protocols import Target
from tests.bot.chats.rigs.feishu_cards import ALERT, CLAIMED, ESCALATED, POLL
from tests.emulators.feishu import Feishu
from tests.emulators.feishu_cards import behaviors, mentions, words

ROOM = Target("feishu-webhook", "售后群")


@pytest.fixture(scope="module")
def server() -> Iterator[Feishu]:
    with Feishu() as feishu:
        yield feishu


@pytest.fixture
def feishu(server: Feishu) -> Feishu:
    server.state.hook_posts.clear()
    server.state.times.clear()
    return server


def chat(feishu: Feishu, client: httpx.AsyncClient, robot: str = "hook-1", secret: str = "") -> FeishuWebhookChat:
    hook = Hook(f"{feishu.url}/open-apis/bot/v2/hook/{robot}", secret or "hook-secret")
    return FeishuWebhookChat({"售后群": hook}, client)


async def test_a_card_arrives_signed_and_only_its_links_can_be_pressed(feishu: Feishu) -> None:
    async with httpx.AsyncClient() as client:
        await chat(feishu, client).send(ROOM, ALERT, "k")
    (told,) = feishu.state.hook_posts["hook-1"]
    assert told["msg_type"] == "interactive"
    assert [b["type"] for b in behaviors(told["card"])] == ["open_url"]
    assert "第 3 次追问退款" in words(told["card"])


async def test_a_question_becomes_words(feishu: Feishu) -> None:
    async with httpx.AsyncClient() as client:
        await chat(feishu, client).send(ROOM, POLL, "k")
    (told,) = feishu.state.hook_posts["hook-1"]
    assert "可选：扣分 · 不扣 · 不确定" in words(told["card"])
    assert behaviors(told["card"]) == []


async def test_a_change_is_one_more_short_card_that_calls_nobody(feishu: Feishu) -> None:
    async with httpx.AsyncClient() as client:
        robot = chat(feishu, client)
        message = await robot.send(ROOM, ESCALATED, "k")
        await robot.edit(ROOM, message, CLAIMED, "k")
    first, second = feishu.state.hook_posts["hook-1"]
    assert mentions(first["card"]) == ["ou_zhang"]
    assert "张主管 14:06 认领 · #A12" in words(second["card"])
    assert mentions(second["card"]) == []


@pytest.mark.parametrize(("token", "secret", "reason"), [("hook-1", "wrong", "签名不对"), ("hook-9", "", "url 不对")])
async def test_a_wrong_key_or_address_says_what_to_do(feishu: Feishu, token: str, secret: str, reason: str) -> None:
    async with httpx.AsyncClient() as client:
        with pytest.raises(DeliveryFailed, match=reason) as failed:
            await chat(feishu, client, token, secret).send(ROOM, ALERT, "k")
    assert failed.value.permanent


async def test_a_clock_that_is_an_hour_off_is_told_as_such(feishu: Feishu) -> None:
    async with httpx.AsyncClient() as client:
        hook = Hook(f"{feishu.url}/open-apis/bot/v2/hook/hook-1", "hook-secret")
        with pytest.raises(DeliveryFailed, match="时钟"):
            await FeishuWebhookChat({"售后群": hook}, client, lambda: time.time() - 4000).send(ROOM, ALERT, "k")


async def test_the_sixth_card_of_a_second_has_to_wait(feishu: Feishu) -> None:
    feishu.state.times["hook hook-1"] = [time.monotonic() + 60] * 5  # however long the sixth takes to come
    async with httpx.AsyncClient() as client:
        with pytest.raises(DeliveryFailed) as failed:
            await chat(feishu, client).send(ROOM, ALERT, "k")
    assert (failed.value.retry_after, failed.value.permanent, failed.value.uncertain) == (1, False, False)


async def test_a_lost_answer_is_uncertain_for_the_robot_knows_no_key(feishu: Feishu) -> None:
    feishu.fail("hook", lost=True)
    async with httpx.AsyncClient() as client:
        robot = chat(feishu, client)
        with pytest.raises(DeliveryFailed) as failed:
            await robot.send(ROOM, ALERT, "k")
    assert failed.value.uncertain
    assert not robot.keyed


async def test_a_room_without_a_robot_is_a_permanent_failure(feishu: Feishu) -> None:
    async with httpx.AsyncClient() as client:
        with pytest.raises(DeliveryFailed, match="没有群"):
            await chat(feishu, client).send(Target("feishu-webhook", "别的群"), ALERT, "k")


def test_rooms_are_known_by_id_or_else_by_name() -> None:
    rooms = [
        Room(name="甲", chat="feishu-webhook", id="x", url=SecretStr("u1"), secret=SecretStr("s1")),
        Room(name="乙", chat="feishu-webhook", url=SecretStr("u2")),
        Room(name="丙", chat="dingtalk-webhook", url=SecretStr("u3")),
    ]
    assert hooks_of(rooms) == {"x": Hook("u1", "s1"), "乙": Hook("u2")}


def test_without_a_secret_nothing_is_signed() -> None:
    assert sign("", 1) == {}
    assert sign("s", 1700000000)["sign"] == "+z1fiKH1w9xoRwSUZju5W5ZBj/d5cwS4H+5mTClDOl4="
