"""DingTalk's custom group robot: signed, throttled, one-way."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from bot.chats.dingtalk_webhook import DingTalkWebhookChat, Robot, robots_of, sign
from bot.settings.sections import Room
from handlers.errors import DeliveryFailed
from handlers.protocols import Target
from tests.bot.chats.rigs.feishu_cards import ALERT, CLAIMED
from tests.emulators.dingtalk import DingTalk

HOOK = Target("dingtalk-webhook", "hook-1")


@pytest.fixture
def dingtalk() -> Iterator[DingTalk]:
    with DingTalk() as emulator:
        yield emulator


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=2.0) as opened:
        yield opened


def robot(dingtalk: DingTalk, **changes: str) -> dict[str, Robot]:
    token, secret = changes.get("token", "hook-1"), changes.get("secret", "SEC-of-hook-1")
    return {"hook-1": Robot(f"{dingtalk.base}/robot/send?access_token={token}", secret)}


async def test_a_signed_message_is_taken(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    await DingTalkWebhookChat(robot(dingtalk), client).send(HOOK, ALERT, "alert-12")
    (message,) = dingtalk.messages("hook-1")
    assert message.kind == "actionCard"
    assert [b["title"] for b in message.body["btns"]] == ["旁听"]


async def test_a_change_is_one_more_line(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    await DingTalkWebhookChat(robot(dingtalk), client).edit(HOOK, "alert-12", CLAIMED, "alert-12")
    (message,) = dingtalk.messages("hook-1")
    assert message.body["content"] == "#A12 张主管 14:06 认领"


async def test_a_wrong_signature_or_clock_is_explained(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    wrong = DingTalkWebhookChat(robot(dingtalk, secret="SEC-of-another"), client)
    late = DingTalkWebhookChat(robot(dingtalk), client, clock=lambda: dingtalk.state.now() - 4000)
    for chat in (wrong, late):
        with pytest.raises(DeliveryFailed, match="核对群机器人") as failed:
            await chat.send(HOOK, ALERT, "alert-12")
        assert failed.value.permanent


async def test_an_unknown_robot_is_explained_without_its_token(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    with pytest.raises(DeliveryFailed, match="重新复制") as failed:
        await DingTalkWebhookChat(robot(dingtalk, token="hook-unknown"), client).send(HOOK, ALERT, "alert-12")
    assert "hook-unknown" not in str(failed.value)


async def test_the_twenty_first_message_of_a_minute_asks_for_ten_minutes(
    dingtalk: DingTalk, client: httpx.AsyncClient
) -> None:
    chat = DingTalkWebhookChat(robot(dingtalk), client)
    for n in range(20):
        await chat.send(HOOK, ALERT, f"alert-{n}")
    with pytest.raises(DeliveryFailed) as failed:
        await chat.send(HOOK, ALERT, "alert-21")
    assert (failed.value.permanent, failed.value.retry_after) == (False, 600.0)


async def test_people_can_be_called(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    card = ALERT.__class__("alert", "red", "🔴 急", mentions=("zhang",))
    await DingTalkWebhookChat(robot(dingtalk), client).send(HOOK, card, "alert-12")
    assert dingtalk.messages("hook-1")[0].body["mentions"] == ["zhang"]
    assert dingtalk.state.violations == []


def test_a_robot_without_a_secret_signs_nothing() -> None:
    assert sign("", 1) == {}
    assert sign("SEC", 1)["timestamp"] == "1"


def test_robots_are_found_by_room_id_or_name() -> None:
    told = {"chat": "dingtalk-webhook", "url": "https://oapi.dingtalk.com/robot/send?access_token=x", "secret": "s"}
    rooms = [Room.model_validate(told | {"name": "甲群", "id": "a"}), Room.model_validate(told | {"name": "乙群"})]
    assert set(robots_of(rooms)) == {"a", "乙群"}
