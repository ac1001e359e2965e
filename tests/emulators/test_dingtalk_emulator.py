"""The emulated DingTalk is strict: what it lets pass would not be proved of the real one."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from tests.emulators.dingtalk import DingTalk

OPEN = "/v1.0/gateway/connections/open"
CALLBACK = "/v1.0/card/instances/callback"
SUBSCRIBED = [{"type": "CALLBACK", "topic": CALLBACK}]


@pytest.fixture
def dingtalk() -> Iterator[DingTalk]:
    with DingTalk() as emulator:
        yield emulator


@pytest.fixture
async def client(dingtalk: DingTalk) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=dingtalk.base, timeout=5) as opened:
        yield opened


async def ticket(dingtalk: DingTalk, client: httpx.AsyncClient) -> str:
    told = {"clientId": dingtalk.state.client_id, "clientSecret": dingtalk.state.client_secret}
    answer = (await client.post(OPEN, json=told | {"subscriptions": SUBSCRIBED})).json()
    return str(httpx.URL(answer["endpoint"], params={"ticket": answer["ticket"]}))


async def token(dingtalk: DingTalk, client: httpx.AsyncClient) -> dict[str, str]:
    told = {"appKey": dingtalk.state.client_id, "appSecret": dingtalk.state.client_secret}
    answer = (await client.post("/v1.0/oauth2/accessToken", json=told)).json()
    return {"x-acs-dingtalk-access-token": answer["accessToken"]}


def card(**changes: Any) -> dict[str, Any]:
    body = {
        "cardTemplateId": "generic.schema",
        "outTrackId": "alert-1",
        "callbackType": "STREAM",
        "cardData": {"cardParamMap": {"title": "t", "btns": json.dumps([BUTTON])}},
        "openSpaceId": "dtv1.card//IM_GROUP.cid-leads==",
        "imGroupOpenDeliverModel": {"robotCode": "ding-test-robot"},
    }
    return body | changes


BUTTON = {
    "text": "认领",
    "color": "blue",
    "status": "normal",
    "event": {"type": "sendCardRequest", "params": {"actionId": "claim", "params": {}}},
}


async def test_a_ticket_opens_one_connection_and_only_for_ninety_seconds(
    dingtalk: DingTalk, client: httpx.AsyncClient
) -> None:
    once = await ticket(dingtalk, client)
    async with connect(once):
        with pytest.raises(InvalidStatus):
            await connect(once)
    late = await ticket(dingtalk, client)
    dingtalk.state.now = lambda now=dingtalk.state.now: now() + 91  # type: ignore[misc]
    with pytest.raises(InvalidStatus):
        await connect(late)


async def test_a_card_is_created_once_and_a_bad_one_never(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    headers = await token(dingtalk, client)
    create = "/v1.0/card/instances/createAndDeliver"
    bad: tuple[dict[str, Any], ...] = (
        {"outTrackId": ""},
        {"cardTemplateId": ""},
        {"cardData": {}},
        {"cardData": {"cardParamMap": {"title": 1}}},
        {"cardData": {"cardParamMap": {"title": "长" * 400}}},
    )
    for changes in bad:
        assert (await client.post(create, json=card(**changes), headers=headers)).status_code == 400
    for title in ("first", "second"):
        changed = card(cardData={"cardParamMap": {"title": title}})
        assert (await client.post(create, json=changed, headers=headers)).status_code == 200
    assert dingtalk.state.cards["alert-1"].params == {"title": "first"}
    assert dingtalk.state.violations == ["card value title has 1200 bytes"]


async def test_an_update_without_options_replaces_everything(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    headers = await token(dingtalk, client)
    await client.post("/v1.0/card/instances/createAndDeliver", json=card(), headers=headers)
    change = {"outTrackId": "alert-1", "cardData": {"cardParamMap": {"state": "s"}}}
    await client.put("/v1.0/card/instances", json=change, headers=headers)
    assert dingtalk.state.cards["alert-1"].params == {"state": "s"}


async def test_tokens_and_quotas_are_checked(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    update = "/v1.0/card/instances"
    missing = await client.put(update, json={})
    assert (missing.status_code, missing.json()["code"]) == (400, "AuthenticationFailed.MissingParameter")
    headers = await token(dingtalk, client)
    codes = {(await client.put(update, json={}, headers=headers)).json()["code"] for _ in range(21)}
    assert "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi" in codes
    dingtalk.state.expire_tokens()
    assert (await client.put(update, json={}, headers=headers)).json()["code"] == "InvalidAuthentication"


async def answer_frames(socket: ClientConnection, answer: dict[str, Any], after: float) -> None:
    async for raw in socket:
        frame = json.loads(raw)
        headers = {"messageId": frame["headers"]["messageId"], "contentType": "application/json"}
        data = json.loads(frame["data"]) if frame["type"] == "SYSTEM" else answer
        await asyncio.sleep(0 if frame["type"] == "SYSTEM" else after)
        ack = {"code": 200, "message": "OK", "headers": headers, "data": json.dumps(data)}
        await socket.send(json.dumps(ack))


async def test_an_answer_after_two_seconds_is_lost(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    headers = await token(dingtalk, client)
    await client.post("/v1.0/card/instances/createAndDeliver", json=card(), headers=headers)
    told = {"response": {"cardData": {"cardParamMap": {"title": "changed"}}}}
    async with connect(await ticket(dingtalk, client)) as socket:
        answering = asyncio.create_task(answer_frames(socket, told, after=2.3))
        seen = await asyncio.wrap_future(dingtalk.press("alert-1", "认领", "zhang"))
        assert (seen.ok, seen.why) == (False, "timeout")
        for _ in range(100):
            await asyncio.sleep(0.02)
            if dingtalk.late:
                break
        answering.cancel()
    assert dingtalk.late == ["alert-1"]
    assert dingtalk.state.cards["alert-1"].params["title"] == "t"


async def test_an_update_while_a_callback_is_open_is_noted(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    headers = await token(dingtalk, client)
    await client.post("/v1.0/card/instances/createAndDeliver", json=card(), headers=headers)
    async with connect(await ticket(dingtalk, client)):
        pressing = dingtalk.press("alert-1", 0, "zhang")
        while not dingtalk.state.cards["alert-1"].open_callbacks:
            await asyncio.sleep(0.01)
        change = {"outTrackId": "alert-1", "cardData": {"cardParamMap": {"state": "s"}}}
        await client.put("/v1.0/card/instances", json=change, headers=headers)
    assert not (await asyncio.wrap_future(pressing)).ok
    assert dingtalk.state.violations == ["update of alert-1 while its callback is open"]


async def test_malformed_acknowledgements_are_noted(dingtalk: DingTalk, client: httpx.AsyncClient) -> None:
    async with connect(await ticket(dingtalk, client)) as socket:
        for ack in ({}, {"code": 200, "headers": {}}, {"code": 200, "headers": {"contentType": "application/json"}}):
            await socket.send(json.dumps(ack))
        while len(dingtalk.state.violations) < 3:
            await asyncio.sleep(0.01)


async def test_what_is_said_while_nobody_listens_is_lost(dingtalk: DingTalk) -> None:
    assert not await asyncio.wrap_future(dingtalk.say("cid-leads==", "zhang", "在吗"))
    assert dingtalk.lost == ["在吗"]
