"""Feishu takes our cards: once per key, with a fresh token, and failures say whether to try again."""

import json
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from pydantic import SecretStr

from bot.chats.feishu.send import FeishuChat
from bot.client import open_client
from bot.settings.sections import Feishu as Settings
from handlers.cards.card import Card, Picture, Text
from handlers.errors import DeliveryFailed
from handlers.protocols import Target
from tests.bot.chats.rigs.feishu_cards import ALERT, CLAIMED, ESCALATED
from tests.emulators.feishu import Feishu
from tests.emulators.feishu_cards import mentions, words

ROOM = Target("feishu", "oc_leads")
SEND, EDIT = "POST /open-apis/im/v1/messages", "PATCH /open-apis/im/v1/messages"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Feishu, Clock]]:
    clock = Clock()
    with Feishu(clock) as feishu:
        yield feishu, clock


@pytest.fixture
def clock(server: tuple[Feishu, Clock]) -> Clock:
    return server[1]


@pytest.fixture
def feishu(server: tuple[Feishu, Clock], clock: Clock) -> Feishu:
    """Empty, and a day later, so that no test counts against another's limits."""
    clock.passes(86400)
    feishu = server[0]
    for memory in (feishu.state.posts, feishu.state.faults, feishu.state.calls, feishu.state.tokens):
        memory.clear()
    return feishu


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with open_client() as client:
        yield client


@pytest.fixture
def chat(feishu: Feishu, client: httpx.AsyncClient) -> FeishuChat:
    return FeishuChat(settings(feishu), client)


def settings(feishu: Feishu, secret: str = "") -> Settings:
    secret = secret or feishu.state.app_secret
    return Settings(app_id=feishu.state.app_id, app_secret=SecretStr(secret), domain=feishu.url)


async def refusal(chat: FeishuChat, target: Target = ROOM, card: Card = ALERT, key: str = "k") -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as failed:
        await chat.send(target, card, key)
    return failed.value


async def test_a_card_is_posted_and_edited_in_place(feishu: Feishu, chat: FeishuChat) -> None:
    message = await chat.send(ROOM, ALERT, "alert-A12")
    await chat.edit(ROOM, message, CLAIMED, "alert-A12")
    (post,) = feishu.cards("oc_leads")
    assert (post.id, post.uuid) == (message, "alert-A12")
    assert [card["header"]["text_tag_list"][0]["text"]["content"] for card in post.versions] == ["待认领", "已认领"]


async def test_a_direct_card_goes_to_the_person(feishu: Feishu, chat: FeishuChat) -> None:
    await chat.send(Target("feishu", "ou_li", direct=True), ALERT, "dm-1")
    (post,) = feishu.cards("ou_li")
    assert feishu.button(post.id, "认领") == {"action": "claim", "value": "A12", "key": "dm-1", "direct": True}


async def test_an_escalation_calls_whom_it_names(feishu: Feishu, chat: FeishuChat) -> None:
    await chat.send(ROOM, ESCALATED, "esc-1")
    assert mentions(feishu.cards("oc_leads")[0].card) == ["ou_zhang"]


async def test_people_are_rung_about_a_card_that_stands(feishu: Feishu, chat: FeishuChat) -> None:
    message = await chat.send(ROOM, ESCALATED, "esc-1")
    await chat.urge(message, ["ou_zhang", "stranger"])
    assert feishu.cards("oc_leads")[0].urged == ["ou_zhang"]
    with pytest.raises(DeliveryFailed, match="没有送到") as failed:
        await chat.urge(message, ["stranger"])
    assert failed.value.permanent


async def test_the_same_key_posts_once_within_its_hour(feishu: Feishu, chat: FeishuChat, clock: Clock) -> None:
    first = await chat.send(ROOM, ALERT, "k")
    clock.passes(3599)
    assert await chat.send(ROOM, ALERT, "k") == first
    clock.passes(2)
    assert await chat.send(ROOM, ALERT, "k") != first


async def test_a_lost_answer_is_uncertain_and_sending_again_posts_nothing_twice(
    feishu: Feishu, chat: FeishuChat
) -> None:
    feishu.fail(SEND, lost=True)
    assert (await refusal(chat)).uncertain
    await chat.send(ROOM, ALERT, "k")
    assert len(feishu.cards("oc_leads")) == 1


@pytest.mark.parametrize("body", [{"code": 2200, "msg": "internal"}, "<html>Bad Gateway</html>"])
async def test_a_server_error_is_uncertain(feishu: Feishu, chat: FeishuChat, body: object) -> None:
    feishu.fail(SEND, status=502, body=body)
    failed = await refusal(chat)
    assert failed.uncertain
    assert not failed.permanent


@pytest.mark.parametrize("body", ["<html>Forbidden</html>", {"punish": "deny"}])
async def test_what_a_gateway_refuses_may_be_tried_again(feishu: Feishu, chat: FeishuChat, body: object) -> None:
    feishu.fail(SEND, status=403, body=body)
    failed = await refusal(chat)
    assert (failed.permanent, failed.uncertain) == (False, False)
    assert "HTTP 403" in str(failed)
    assert "-1" not in str(failed)


async def test_an_answer_without_a_code_is_uncertain(feishu: Feishu, chat: FeishuChat) -> None:
    feishu.fail(SEND, status=200, body={"punish": "deny"})
    failed = await refusal(chat)
    assert (failed.permanent, failed.uncertain, failed.retry_after) == (False, True, 300.0)


async def test_a_slow_answer_is_uncertain(feishu: Feishu) -> None:
    async with httpx.AsyncClient(timeout=0.2) as hasty:
        chat = FeishuChat(settings(feishu), hasty)
        await chat.rooms()
        feishu.fail(SEND, late=0.6)
        assert (await refusal(chat)).uncertain


async def test_nobody_listening_is_not_uncertain(client: httpx.AsyncClient) -> None:
    nowhere = Settings(app_id="cli", app_secret=SecretStr("s"), domain="http://127.0.0.1:9")
    failed = await refusal(FeishuChat(nowhere, client))
    assert (failed.permanent, failed.uncertain) == (False, False)


async def test_a_lost_token_answer_is_not_uncertain_because_nothing_was_sent(feishu: Feishu, chat: FeishuChat) -> None:
    feishu.fail("tenant_access_token", lost=True)
    failed = await refusal(chat)
    assert (failed.permanent, failed.uncertain) == (False, False)


async def test_the_token_is_fetched_once_and_again_when_it_is_refused(feishu: Feishu, chat: FeishuChat) -> None:
    await chat.send(ROOM, ALERT, "k1")
    await chat.send(ROOM, ALERT, "k2")
    assert len(feishu.calls("tenant_access_token")) == 1
    feishu.revoke_tokens()
    await chat.send(ROOM, ALERT, "k3")
    assert len(feishu.calls("tenant_access_token")) == 2
    assert len(feishu.cards("oc_leads")) == 3


async def test_a_token_that_stays_refused_is_renewed_once_only(feishu: Feishu, chat: FeishuChat) -> None:
    feishu.fail(SEND, times=9, status=400, body={"code": 99991663, "msg": "Invalid access token"})
    failed = await refusal(chat)
    assert not failed.permanent
    assert len(feishu.calls(SEND)) == 2


async def test_a_wrong_secret_says_where_to_look_and_keeps_the_card_waiting(
    feishu: Feishu, client: httpx.AsyncClient
) -> None:
    failed = await refusal(FeishuChat(settings(feishu, "wrong-secret-canary"), client))
    assert "凭证与基础信息" in str(failed)
    assert "wrong-secret-canary" not in str(failed)
    assert not failed.permanent
    assert failed.retry_after == 60


async def test_six_cards_a_second_are_one_too_many_for_a_group(feishu: Feishu, chat: FeishuChat, clock: Clock) -> None:
    for n in range(5):
        await chat.send(ROOM, ALERT, f"k{n}")
    failed = await refusal(chat, key="k5")
    assert failed.retry_after == 1
    assert not failed.uncertain
    clock.passes(1)
    await chat.send(ROOM, ALERT, "k5")


async def test_edits_of_one_card_are_limited_too(feishu: Feishu, chat: FeishuChat) -> None:
    message = await chat.send(ROOM, ALERT, "k")
    for _ in range(5):
        await chat.edit(ROOM, message, CLAIMED, "k")
    with pytest.raises(DeliveryFailed) as failed:
        await chat.edit(ROOM, message, CLAIMED, "k")
    assert failed.value.retry_after == 1


@pytest.mark.parametrize(("status", "code"), [(429, 99991400), (400, 99991400), (400, 11232), (400, 230020), (429, 1)])
async def test_the_wait_the_platform_asks_for_is_kept(feishu: Feishu, chat: FeishuChat, status: int, code: int) -> None:
    feishu.fail(SEND, status=status, body={"code": code, "msg": "slow"}, headers={"x-ogw-ratelimit-reset": "7"})
    failed = await refusal(chat)
    assert (failed.retry_after, failed.permanent, failed.uncertain) == (7, False, False)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (Target("feishu", "oc_elsewhere"), "机器人不在这个群里"),
        (Target("feishu", "oc_nowhere"), "收件人不对"),
        (Target("feishu", "zhang", direct=True), "open_id 不对"),
    ],
)
async def test_what_cannot_work_is_permanent_and_says_what_to_do(chat: FeishuChat, target: Target, words: str) -> None:
    failed = await refusal(chat, target)
    assert failed.permanent
    assert words in str(failed)


async def test_a_card_under_a_press_can_be_edited_a_moment_later(feishu: Feishu, chat: FeishuChat) -> None:
    message = await chat.send(ROOM, ALERT, "k")
    feishu.state.posts[message].locked = True
    with pytest.raises(DeliveryFailed) as failed:
        await chat.edit(ROOM, message, CLAIMED, "k")
    assert (failed.value.retry_after, failed.value.permanent) == (1, False)


async def test_after_fourteen_days_a_card_stays_as_it_is(feishu: Feishu, chat: FeishuChat, clock: Clock) -> None:
    message = await chat.send(ROOM, ALERT, "k")
    clock.passes(15 * 86400)
    with pytest.raises(DeliveryFailed, match="14 天") as failed:
        await chat.edit(ROOM, message, CLAIMED, "k")
    assert failed.value.permanent


async def test_the_longest_card_still_passes(feishu: Feishu, chat: FeishuChat) -> None:
    quoting = tuple(Text('"引号"和换行\n' * 300) for _ in range(20))
    await chat.send(ROOM, Card("reply", "grey", "长", quoting), "k")
    assert "后面的没有显示" in words(feishu.cards("oc_leads")[0].card)


async def test_a_picture_is_uploaded_with_its_name_and_then_shown(feishu: Feishu, chat: FeishuChat) -> None:
    key = await chat.upload(b"\x89PNG picture")
    await chat.send(ROOM, Card("briefing", "yellow", "晨会", (Picture(key, "一周"),)), "b")
    assert feishu.state.images[key] == b"\x89PNG picture"
    part = feishu.calls("/im/v1/images")[0].body
    assert b'filename="picture.png"' in part
    assert b"Content-Type: image/png" in part


async def test_a_picture_nobody_uploaded_is_refused(chat: FeishuChat) -> None:
    failed = await refusal(chat, card=Card("briefing", "yellow", "晨会", (Picture("img_none", "图"),)))
    assert failed.permanent


async def test_the_groups_the_bot_is_in_can_be_listed(chat: FeishuChat) -> None:
    assert ("oc_leads", "售后主管群") in await chat.rooms()


async def test_every_send_carries_our_key_and_a_card_of_update_multi(feishu: Feishu, chat: FeishuChat) -> None:
    await chat.send(ROOM, ALERT, "k")
    body = json.loads(feishu.calls(SEND)[0].body)
    assert body["uuid"] == "k"
    assert json.loads(body["content"])["config"]["update_multi"] is True
