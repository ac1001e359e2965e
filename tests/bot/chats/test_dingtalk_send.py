"""Posting to DingTalk: tokens, quotas, throttles, quick replies, and every failure told as what to do about it."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import httpx
import pytest

from bot.chats.dingtalk.send import DingTalkChat
from handlers.errors import DeliveryFailed
from handlers.protocols import Target
from tests.bot.chats.rigs.feishu_cards import ALERT, CLAIMED, ESCALATED, REPLY
from tests.emulators.dingtalk import DingTalk

ROOM = Target("dingtalk", "cid-leads==")
PERSON = Target("dingtalk", "xiaoli", direct=True)
WHERE = {True: "createAndDeliver", False: "groupMessages"}  # by whether there is a template


@pytest.fixture
def dingtalk() -> Iterator[DingTalk]:
    with DingTalk() as emulator:
        yield emulator
        assert emulator.state.violations == []


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=1.0) as opened:
        yield opened


def chat(dingtalk: DingTalk, client: httpx.AsyncClient, *, template: bool = True) -> DingTalkChat:
    return DingTalkChat(dingtalk.settings(template=template), client)


async def failure_of(chat: DingTalkChat, target: Target = ROOM) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as failed:
        await chat.send(target, ALERT, "alert-12")
    return failed.value


async def test_many_cards_need_one_token(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    sender = chat(dingtalk, client)
    for n in range(5):
        await sender.send(ROOM, ALERT, f"alert-{n}")
    assert len(dingtalk.calls("accessToken")) == 1


async def test_a_token_the_platform_took_back_is_renewed_once(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    sender = chat(dingtalk, client)
    await sender.send(ROOM, ALERT, "alert-1")
    dingtalk.state.expire_tokens()
    await sender.send(ROOM, ALERT, "alert-2")
    dingtalk.state.expire_tokens()
    assert (await sender.upload(b"\x89PNG")).startswith("@lAL")
    assert len(dingtalk.calls("accessToken")) == 3


async def test_a_token_is_renewed_before_it_ends(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    now = [1_000.0]
    sender = DingTalkChat(dingtalk.settings(), client, clock=lambda: now[0])
    await sender.send(ROOM, ALERT, "alert-1")
    now[0] += 7200 - 300 - 1
    await sender.send(ROOM, ALERT, "alert-2")
    assert len(dingtalk.calls("accessToken")) == 1
    now[0] += 1
    await sender.send(ROOM, ALERT, "alert-3")
    assert len(dingtalk.calls("accessToken")) == 2


async def test_a_wrong_secret_is_permanent_and_never_uncertain(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    sender = chat(dingtalk, client)
    dingtalk.state.client_secret = "another"
    failed = await failure_of(sender)
    assert failed.permanent
    assert "invalidClientIdOrSecret" in str(failed)
    assert "secret-of-the-test-app" not in str(failed)


async def test_an_unanswered_token_leaves_no_doubt_about_the_card(
    dingtalk: DingTalk, client: httpx.AsyncClient
) -> None:
    dingtalk.fail("accessToken", lost=True)
    assert not (await failure_of(chat(dingtalk, client))).uncertain


async def test_every_call_of_the_quota_is_counted_and_nothing_else(
    dingtalk: DingTalk, client: httpx.AsyncClient
) -> None:
    counted: list[int] = []
    sender = DingTalkChat(dingtalk.settings(), client, lambda: counted.append(1))
    await sender.send(ROOM, ALERT, "alert-1")
    await sender.edit(ROOM, "alert-1", CLAIMED, "alert-1")
    await sender.upload(b"\x89PNG")
    await sender.send(ROOM, REPLY, "reply-1", session=session(dingtalk))
    assert len(counted) == dingtalk.state.counted == 4  # with the token's own


async def test_too_many_calls_a_second_ask_for_a_pause(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    dingtalk.state.calls_a_second = 1
    sender = chat(dingtalk, client)
    await sender.send(ROOM, ALERT, "alert-1")
    failed = await failure_of(sender)
    assert (failed.permanent, failed.uncertain, failed.retry_after) == (False, False, 1.0)


async def test_a_used_up_month_is_told_in_clear_words(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    dingtalk.state.calls_a_month = 1
    failed = await failure_of(chat(dingtalk, client))
    assert "10,000" in str(failed)
    assert failed.retry_after
    assert failed.retry_after >= 3600


@pytest.mark.parametrize(("status", "uncertain"), [(500, True), (502, True), (503, False)])
async def test_a_server_error_may_be_tried_again(
    dingtalk: DingTalk, client: httpx.AsyncClient, status: int, uncertain: bool
) -> None:
    dingtalk.fail("createAndDeliver", status=status, body="<html>bad gateway</html>")
    failed = await failure_of(chat(dingtalk, client))
    assert (failed.permanent, failed.uncertain) == (False, uncertain)


async def test_429_waits_as_long_as_it_is_told(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    dingtalk.fail("createAndDeliver", status=429, headers={"retry-after": "7"})
    assert (await failure_of(chat(dingtalk, client))).retry_after == 7.0


@pytest.mark.parametrize("template", [True, False])
@pytest.mark.parametrize("status", [200, 403])
async def test_a_punished_address_waits_five_minutes(
    dingtalk: DingTalk, client: httpx.AsyncClient, status: int, template: bool
) -> None:
    dingtalk.fail(WHERE[template], status=status, body={"punish": "deny"})
    failed = await failure_of(chat(dingtalk, client, template=template))
    assert (failed.retry_after, failed.permanent) == (300.0, False)


@pytest.mark.parametrize("template", [True, False])
async def test_what_a_gateway_refuses_may_be_tried_again(
    dingtalk: DingTalk, client: httpx.AsyncClient, template: bool
) -> None:
    dingtalk.fail(WHERE[template], status=403, body="<html>Forbidden</html>")
    failed = await failure_of(chat(dingtalk, client, template=template))
    assert (failed.permanent, failed.uncertain) == (False, False)
    assert "HTTP 403" in str(failed)


@pytest.mark.parametrize("template", [True, False])
async def test_an_answer_that_does_not_say_it_was_sent_is_uncertain(
    dingtalk: DingTalk, client: httpx.AsyncClient, template: bool
) -> None:
    dingtalk.fail(WHERE[template], status=200, body={"requestid": "r1"})
    failed = await failure_of(chat(dingtalk, client, template=template))
    assert (failed.permanent, failed.uncertain) == (False, True)


async def test_a_timeout_after_sending_is_uncertain(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    dingtalk.fail("createAndDeliver", late=1.5)
    assert (await failure_of(chat(dingtalk, client))).uncertain


async def test_a_refused_connection_is_certain(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    settings = dingtalk.settings().model_copy(update={"api_base": "http://127.0.0.1:9"})
    failed = await failure_of(DingTalkChat(settings, client))
    assert (failed.permanent, failed.uncertain) == (False, False)


async def test_http_200_without_a_delivery_is_a_failure(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    failed = await failure_of(chat(dingtalk, client), Target("dingtalk", "cid-nowhere=="))
    assert failed.permanent
    assert "机器人不在群里" in str(failed)


@pytest.mark.parametrize("template", [True, False])
async def test_an_unknown_person_is_a_failure_in_spite_of_http_200(
    dingtalk: DingTalk, client: httpx.AsyncClient, template: bool
) -> None:
    sender = chat(dingtalk, client, template=template)
    assert (await failure_of(sender, Target("dingtalk", "nobody", direct=True))).permanent


async def test_a_key_that_stands_already_is_brought_up_to_date(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    dingtalk.state.repeat_is_error = True
    sender = chat(dingtalk, client)
    await sender.send(ROOM, ALERT, "alert-12")
    assert await sender.send(ROOM, CLAIMED, "alert-12") == "alert-12"
    (card,) = dingtalk.cards(ROOM.id)
    assert card.params["state"] == "已认领"


async def test_an_edit_changes_only_our_variables(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    sender = chat(dingtalk, client)
    await sender.send(ROOM, ALERT, "alert-12")
    dingtalk.state.cards["alert-12"].params["kept"] = "yes"
    await sender.edit(ROOM, "alert-12", CLAIMED, "alert-12")
    assert dingtalk.state.cards["alert-12"].params["kept"] == "yes"
    assert dingtalk.state.cards["alert-12"].params["state"] == "已认领"


async def test_an_edit_of_a_card_nobody_knows_is_permanent(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    with pytest.raises(DeliveryFailed) as failed:
        await chat(dingtalk, client).edit(ROOM, "alert-99", CLAIMED, "alert-99")
    assert failed.value.permanent


def session(dingtalk: DingTalk, *, ends_in: float = 5400) -> str:
    ends = dingtalk.state.now() + ends_in
    dingtalk.state.sessions["s1"] = (ROOM.id, ends)
    return f"{dingtalk.base}/robot/sendBySession?session=s1#{int(ends * 1000)}"


async def test_a_quick_reply_costs_no_quota(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    assert await chat(dingtalk, client).send(ROOM, REPLY, "reply-1", session=session(dingtalk)) == ""
    assert [m.via for m in dingtalk.messages(ROOM.id)] == ["session"]
    assert dingtalk.state.counted == 0


async def test_a_reply_with_buttons_is_a_real_card_where_there_is_a_template(
    dingtalk: DingTalk, client: httpx.AsyncClient
) -> None:
    await chat(dingtalk, client).send(ROOM, ALERT, "reply-1", session=session(dingtalk))
    assert len(dingtalk.cards(ROOM.id)) == 1
    await chat(dingtalk, client, template=False).send(ROOM, ALERT, "reply-2", session=session(dingtalk))
    assert [(m.via, m.kind) for m in dingtalk.messages(ROOM.id)] == [("session", "actionCard")]


@pytest.mark.parametrize("ends_in", [-10, 2])
async def test_an_old_session_is_not_tried(dingtalk: DingTalk, client: httpx.AsyncClient, ends_in: float) -> None:
    reply = session(dingtalk, ends_in=ends_in)
    await chat(dingtalk, client, template=False).send(ROOM, REPLY, "reply-1", session=reply)
    assert [m.via for m in dingtalk.messages(ROOM.id)] == ["robot"]
    assert dingtalk.calls("sendBySession") == []


async def test_a_refused_session_falls_back_to_the_api(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    reply = session(dingtalk)
    dingtalk.state.sessions.clear()
    await chat(dingtalk, client, template=False).send(ROOM, REPLY, "reply-1", session=reply)
    assert [m.via for m in dingtalk.messages(ROOM.id)] == ["robot"]


async def test_a_lost_quick_reply_is_not_said_twice(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    dingtalk.fail("sendBySession", lost=True)
    with pytest.raises(DeliveryFailed) as failed:
        await chat(dingtalk, client).send(ROOM, REPLY, "reply-1", session=session(dingtalk))
    assert failed.value.uncertain
    assert len(dingtalk.messages(ROOM.id)) == 1


async def test_a_session_elsewhere_is_never_called(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    sender = chat(dingtalk, client, template=False)
    with DingTalk() as elsewhere:
        await sender.send(ROOM, REPLY, "reply-1", session=f"{elsewhere.base}/robot/sendBySession?session=s1")
        assert elsewhere.state.calls == []
    assert len(dingtalk.messages(ROOM.id)) == 1


async def test_without_a_template_those_who_are_called_hear_it_directly(
    dingtalk: DingTalk, client: httpx.AsyncClient
) -> None:
    escalated = replace(ESCALATED, mentions=("chen",))
    await chat(dingtalk, client, template=False).send(ROOM, escalated, "alert-12:2")
    (line,) = dingtalk.messages("@chen")
    assert "#A12" in line.body["content"]


async def test_a_card_calls_people_by_their_names(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    names = {"chen": "陈<主管>", "zhang": "张三"}
    sender = DingTalkChat(dingtalk.settings(), client, names=names)
    await sender.send(ROOM, replace(ESCALATED, mentions=("chen", "aming")), "alert-12:2")
    (told,) = (call.body for call in dingtalk.calls("createAndDeliver"))
    assert told["imGroupOpenDeliverModel"]["atUserIds"] == {"chen": "陈＜主管＞", "aming": "aming"}
    assert "<a atId=chen>陈＜主管＞</a> <a atId=aming>aming</a>" in dingtalk.cards(ROOM.id)[0].params["body"]


async def test_who_is_called_in_several_rooms_hears_it_once(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    sender, card = chat(dingtalk, client, template=False), replace(ESCALATED, mentions=("chen",))
    for key, room in (("A12.1-x-r1", ROOM.id), ("A12.1-x-r2", "cid-team=="), ("A12.1-x-r1", ROOM.id)):
        await sender.send(Target("dingtalk", room), card, key)
    assert len(dingtalk.messages("@chen")) == 1
    await sender.send(ROOM, card, "A12.2-x-r1")
    assert len(dingtalk.messages("@chen")) == 2


async def test_a_call_that_failed_is_made_with_the_next_room(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    sender, card = chat(dingtalk, client, template=False), replace(ESCALATED, mentions=("chen",))
    dingtalk.fail("oToMessages", status=503)
    await sender.send(ROOM, card, "A12.1-x-r1")
    await sender.send(Target("dingtalk", "cid-team=="), card, "A12.1-x-r2")
    assert len(dingtalk.messages("@chen")) == 1


async def test_a_long_card_without_a_template_is_cut(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    long = ALERT.__class__("reply", "grey", "长" * 300, (REPLY.blocks[0],) * 900)
    await chat(dingtalk, client, template=False).send(ROOM, long, "reply-1")
    (message,) = dingtalk.messages(ROOM.id)
    assert len(json.dumps(message.body, ensure_ascii=False).encode()) < 15_000
