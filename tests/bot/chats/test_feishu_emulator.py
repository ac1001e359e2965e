"""The emulated Feishu is as strict as the real one: its codes, its limits, and what people see after a press."""

import asyncio
import base64
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import websockets

from bot.chats.feishu.draw import draw, dump
from tests.bot.chats.rigs.feishu_cards import ALERT, CLAIMED
from tests.emulators.feishu import Feishu
from tests.emulators.feishu_frames import CONTROL, Frame, decode, encode

SEND = "/open-apis/im/v1/messages"
CARD = draw(ALERT, "k")


@pytest.fixture(scope="module")
def server() -> Iterator[Feishu]:
    with Feishu(redelivery=()) as feishu:
        yield feishu


@pytest.fixture
def feishu(server: Feishu) -> Feishu:
    server.state.times.clear()
    server.state.tokens.add("t")
    return server


def call(feishu: Feishu, method: str, path: str, body: Any = None, *, bearer: str = "t", **more: Any) -> httpx.Response:
    headers = {"authorization": f"Bearer {bearer}"} if bearer else {}
    return httpx.request(method, feishu.url + path, headers=headers, json=body, **more)


def post(feishu: Feishu, card: Any = None, **fields: Any) -> httpx.Response:
    content = card if isinstance(card, str) else dump(card or CARD)
    body = {"receive_id": "oc_leads", "msg_type": "interactive", "content": content} | fields
    return call(feishu, "POST", f"{SEND}?receive_id_type=chat_id", body)


def refused(answer: httpx.Response) -> tuple[int, int]:
    return answer.status_code, answer.json()["code"]


def test_without_a_good_token_nothing_is_done(feishu: Feishu) -> None:
    assert refused(call(feishu, "POST", SEND, {}, bearer="")) == (400, 99991661)
    assert refused(call(feishu, "POST", SEND, {}, bearer="t-old")) == (400, 99991663)


@pytest.mark.parametrize(
    ("card", "inner"),
    [
        (CARD | {"body": {"elements": [{"tag": "action", "actions": []}]}}, "200861"),
        (CARD | {"body": {"elements": [{"tag": "note", "elements": []}]}}, "200861"),
        (CARD | {"i18n_elements": {}}, "200621"),
        (CARD | {"body": {"elements": [{"tag": "div", "text": {"tag": "plain_text"}, "extra": 1}]}}, "200621"),
        (CARD | {"body": {"elements": [{"tag": "img", "img_key": "img_unknown"}]}}, "200570"),
        (CARD | {"body": {"elements": [{"tag": "form", "elements": []}]}}, "200530"),
        (CARD | {"body": {"elements": [{"tag": "hr", "element_id": "1_not_a_name"}]}}, "200621"),
        ({"schema": "1.0"}, "200380"),
    ],
)
def test_a_card_that_is_not_as_written_is_refused(feishu: Feishu, card: Any, inner: str) -> None:
    answer = post(feishu, card)
    assert refused(answer) == (400, 230099)
    assert inner in answer.json()["msg"]


def test_other_refusals(feishu: Feishu) -> None:
    assert refused(post(feishu, "not json")) == (400, 230001)
    assert refused(post(feishu, uuid="x" * 51)) == (400, 99992402)
    assert refused(post(feishu, CARD | {"header": {"title": {"tag": "plain_text", "content": "长" * 11000}}})) == (
        400,
        230025,
    )
    assert refused(call(feishu, "GET", "/open-apis/im/v1/nothing")) == (404, 99991201)


def test_a_picture_without_a_file_name_is_refused(feishu: Feishu) -> None:
    form: dict[str, Any] = {"image_type": (None, "message"), "image": (None, b"png")}
    answer = httpx.post(f"{feishu.url}/open-apis/im/v1/images", headers={"authorization": "Bearer t"}, files=form)
    assert refused(answer) == (400, 99992402)


def test_only_shared_cards_can_be_changed_and_people_can_be_urged(feishu: Feishu) -> None:
    message = post(feishu).json()["data"]["message_id"]
    alone = CARD | {"config": {"update_multi": False}}
    assert refused(call(feishu, "PATCH", f"{SEND}/{message}", {"content": dump(alone)})) == (400, 230001)
    people = {"user_id_list": ["ou_zhang"]}
    assert call(feishu, "PATCH", f"{SEND}/{message}/urgent_app?user_id_type=open_id", people).status_code == 200
    assert feishu.state.posts[message].urged == ["ou_zhang"]


def test_fifty_calls_a_second_are_the_most(feishu: Feishu) -> None:
    answers = [call(feishu, "GET", "/open-apis/im/v1/chats") for _ in range(5)]
    assert {answer.status_code for answer in answers} == {200}
    feishu.state.times["api"] = feishu.state.times["api"][-1:] * 50
    answer = call(feishu, "GET", "/open-apis/im/v1/chats")
    assert refused(answer) == (429, 99991400)
    assert answer.headers["x-ogw-ratelimit-reset"] == "1"


@pytest.mark.parametrize("code", [1, 1000040343, 1000040350, 403])
def test_the_endpoint_refuses_as_scripted(feishu: Feishu, code: int) -> None:
    known = {"AppID": feishu.state.app_id, "AppSecret": feishu.state.app_secret}
    feishu.gateway.codes.append(code)
    assert httpx.post(f"{feishu.url}/callback/ws/endpoint", json=known).json()["code"] == code
    wrong = known | {"AppSecret": "no"}
    assert httpx.post(f"{feishu.url}/callback/ws/endpoint", json=wrong).json()["code"] == 1000040344


async def pressed_with(feishu: Feishu, payload: bytes | None) -> tuple[int, int]:
    """Press while an app that answers just so is connected; (what the person sees, versions of the card)."""
    known = {"AppID": feishu.state.app_id, "AppSecret": feishu.state.app_secret}
    message = post(feishu).json()["data"]["message_id"]
    url = httpx.post(f"{feishu.url}/callback/ws/endpoint", json=known).json()["data"]["URL"]
    async with websockets.connect(url, proxy=None) as app:
        await app.send(encode(Frame(CONTROL, (("type", "ping"),), service=7)))
        assert decode(await app.recv(decode=False)).header("type") == "pong"
        pressing = asyncio.create_task(asyncio.to_thread(feishu.press, message, {"action": "claim"}, "ou_zhang"))
        frame = decode(await app.recv(decode=False))
        edit = await asyncio.to_thread(call, feishu, "PATCH", f"{SEND}/{message}", {"content": dump(CARD)})
        assert "11310" in edit.json()["msg"]  # locked while the press is open
        if payload is not None:
            await app.send(encode(Frame(frame.method, frame.headers, payload, frame.service)))
        seen = await pressing
    while feishu.gateway.connections:
        await asyncio.sleep(0.01)
    return seen.code, len(feishu.state.posts[message].versions)


def acknowledged(result: Any) -> bytes:
    data = base64.b64encode(json.dumps(result).encode()).decode()
    return json.dumps({"code": 200, "data": data}).encode()


@pytest.mark.parametrize(
    ("payload", "sees"),
    [
        (acknowledged({"card": {"type": "raw", "data": draw(CLAIMED, "k")}}), (0, 2)),
        (acknowledged({"toast": {"type": "info", "content": "好"}}), (0, 1)),
        (b'{"code": 200}', (0, 1)),
        (b'{"code": 500}', (200671, 1)),
        (b'{"code": 200, "data": "bm90IGpzb24="}', (200672, 1)),
        (acknowledged({"toast": {"type": "loud", "content": "好"}}), (200672, 1)),
        (acknowledged({"card": {"type": "raw", "data": {"elements": []}}}), (200830, 1)),
        (acknowledged({"card": {"type": "raw", "data": CARD | {"more": 1}}}), (200673, 1)),
        (None, (200341, 1)),
    ],
)
async def test_what_people_see_after_a_press(feishu: Feishu, payload: bytes | None, sees: tuple[int, int]) -> None:
    assert await pressed_with(feishu, payload) == sees


async def test_an_event_nobody_acknowledges_is_told_again_and_kept_while_nobody_listens(feishu: Feishu) -> None:
    known = {"AppID": feishu.state.app_id, "AppSecret": feishu.state.app_secret}
    event = await asyncio.to_thread(feishu.say, "oc_leads", "ou_zhang", "你好")
    feishu.gateway.redelivery = (0.01, 0.01)
    url = httpx.post(f"{feishu.url}/callback/ws/endpoint", json=known).json()["data"]["URL"]
    async with websockets.connect(url, proxy=None) as app:
        for code in (500, 500, 200):
            frame = decode(await app.recv(decode=False))
            assert json.loads(frame.payload)["header"]["event_id"] == event
            payload = json.dumps({"code": code}).encode()
            await app.send(encode(Frame(frame.method, frame.headers, payload, frame.service)))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(app.recv(), 0.1)
