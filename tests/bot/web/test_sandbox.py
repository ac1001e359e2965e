"""The sandbox keeps what its rooms show, and machines can use it as people do."""

from dataclasses import replace

import pytest

from handlers.errors import DeliveryFailed
from handlers.protocols import Pressed, Said, Target
from tests.bot.web.rig import ALERT, LEAD, Sandbox

ROOM = Target("sandbox", "aftersales")
PNG = b"\x89PNG\r\n\x1a\n"


async def test_a_card_stands_in_its_room_in_the_promised_shape(sandbox: Sandbox) -> None:
    await sandbox.chat.send(ROOM, ALERT, "alert-1")
    (card,) = (await sandbox.get("/api/rooms/aftersales/cards")).json()
    assert card == {
        "key": "alert-1",
        "kind": "alert",
        "tone": "red",
        "title": "🔴 客户等了 6 分钟，第 3 次追问退款",
        "state": "待认领",
        "blocks": [
            {"text": "我问了三遍了还没人回", "at": "14:05", "who": "客户", "type": "quote"},
            {"rows": [["店铺", "旗舰店"]], "type": "facts"},
        ],
        "buttons": [
            {"text": "认领", "action": "claim", "value": "A1", "url": ""},
            {"text": "误报", "action": "false_alarm", "value": "A1", "url": ""},
        ],
        "at": "2026-11-20T06:30:00+00:00",
    }


async def test_sending_a_key_twice_posts_once(sandbox: Sandbox) -> None:
    first = await sandbox.chat.send(ROOM, ALERT, "alert-1")
    second = await sandbox.chat.send(ROOM, replace(ALERT, state="已认领"), "alert-1")
    cards = (await sandbox.get("/api/rooms/aftersales/cards")).json()
    assert first == second
    assert [c["state"] for c in cards] == ["待认领"]


async def test_an_edit_changes_the_card_where_it_stands(sandbox: Sandbox) -> None:
    first = await sandbox.chat.send(ROOM, ALERT, "alert-1")
    await sandbox.chat.send(ROOM, ALERT, "alert-2")
    await sandbox.chat.edit(ROOM, first, replace(ALERT, state="已认领"), "alert-1")
    cards = (await sandbox.get("/api/rooms/aftersales/cards")).json()
    assert [(c["key"], c["state"]) for c in cards] == [("alert-1", "已认领"), ("alert-2", "待认领")]


async def test_editing_what_never_stood_here_fails_for_good(sandbox: Sandbox) -> None:
    with pytest.raises(DeliveryFailed) as failed:
        await sandbox.chat.edit(ROOM, "nowhere", ALERT, "nowhere")
    assert failed.value.permanent


async def test_direct_messages_stand_in_a_room_of_their_own(sandbox: Sandbox) -> None:
    await sandbox.chat.send(Target("sandbox", LEAD, direct=True), ALERT, "dm-1")
    assert [c["key"] for c in (await sandbox.get(f"/api/rooms/@{LEAD}/cards")).json()] == ["dm-1"]
    assert (await sandbox.get("/api/rooms/aftersales/cards")).json() == []


async def test_a_picture_can_be_seen(sandbox: Sandbox) -> None:
    name = await sandbox.chat.upload(PNG)
    answer = await sandbox.get(f"/api/pictures/{name}")
    assert (answer.content, answer.headers["content-type"]) == (PNG, "image/png")
    assert (await sandbox.get("/api/pictures/none")).status_code == 404


async def test_rooms_have_an_id_and_a_name(sandbox: Sandbox) -> None:
    rooms = [{"id": "aftersales", "name": "售后主管群"}, {"id": "团队/一", "name": "售后团队"}]
    assert (await sandbox.get("/api/rooms")).json() == rooms
    assert (await sandbox.get("/api/rooms/团队/一/cards")).json() == []
    assert (await sandbox.get("/api/rooms/elsewhere/cards")).status_code == 404


async def test_a_press_reaches_the_answerer_and_its_toast_comes_back(sandbox: Sandbox) -> None:
    await sandbox.chat.send(ROOM, ALERT, "alert-1")
    sandbox.listener.redrawn = replace(ALERT, state="已认领")
    press = {"room": "aftersales", "key": "alert-1", "action": "claim", "value": "A1"}
    assert (await sandbox.post("/act", **press, person=LEAD)).json() == {"toast": "已认领", "ok": True}
    (card,) = (await sandbox.get("/api/rooms/aftersales/cards")).json()
    assert card["state"] == "已认领"
    (pressed,) = sandbox.listener.heard
    assert isinstance(pressed, Pressed)
    assert (pressed.person, pressed.action, pressed.value, pressed.direct) == (LEAD, "claim", "A1", False)


async def test_an_answer_never_overwrites_what_is_newer(sandbox: Sandbox) -> None:
    await sandbox.chat.send(ROOM, ALERT, "alert-1")
    await sandbox.chat.edit(ROOM, "alert-1", replace(ALERT, state="已解决"), "alert-1")
    await sandbox.chat.redraw("alert-1", replace(ALERT, state="已认领"), since=1)
    (card,) = (await sandbox.get("/api/rooms/aftersales/cards")).json()
    assert card["state"] == "已解决"
    await sandbox.chat.redraw("alert-1", replace(ALERT, state="误报"), since=2)
    (card,) = (await sandbox.get("/api/rooms/aftersales/cards")).json()
    assert card["state"] == "误报"


async def test_a_refused_press_changes_nothing(sandbox: Sandbox) -> None:
    await sandbox.chat.send(ROOM, ALERT, "alert-1")
    before = (await sandbox.get("/api/rooms/aftersales/cards")).json()
    answer = (
        await sandbox.post("/act", room="aftersales", key="alert-1", person="路人", action="claim", value="A1")
    ).json()
    assert answer["ok"] is False
    assert answer["toast"]
    assert (await sandbox.get("/api/rooms/aftersales/cards")).json() == before


async def test_nobody_presses_in_the_direct_messages_of_another(sandbox: Sandbox) -> None:
    answer = (await sandbox.post("/act", room="@小李", key="dm-1", person=LEAD, action="claim", value="A1")).json()
    assert answer["ok"] is False
    assert (await sandbox.post("/say", room="@小李", person=LEAD, text="告警")).status_code == 403
    assert sandbox.listener.heard == []


async def test_what_a_form_holds_is_carried_along(sandbox: Sandbox) -> None:
    press = {"room": "aftersales", "key": "poll-1", "person": LEAD, "action": "word", "value": "1"}
    (await sandbox.post("/act", **press, form={"text": "我先按价保帮您申请"}))
    (pressed,) = sandbox.listener.heard
    assert isinstance(pressed, Pressed)
    assert pressed.form == {"text": "我先按价保帮您申请"}
    assert (await sandbox.post("/act", **press, form={"text": 3})).status_code == 400


async def test_what_is_typed_is_heard_and_shown_but_is_no_card(sandbox: Sandbox) -> None:
    await sandbox.chat.send(ROOM, ALERT, "alert-1")
    said = await sandbox.post("/say", room="aftersales", person=LEAD, text="@八哥 认领 A1，电话 13800138000")
    assert said.json() == {"ok": True}
    (heard,) = sandbox.listener.heard
    assert isinstance(heard, Said)
    assert (heard.person, heard.text, heard.direct) == (LEAD, "认领 A1，电话 13800138000", False)
    history = (await sandbox.get("/api/rooms/aftersales/history")).json()
    assert [item["type"] for item in history] == ["card", "said"]
    assert "13800138000" not in history[1]["text"]
    assert len((await sandbox.get("/api/rooms/aftersales/cards")).json()) == 1


async def test_a_pasted_chat_is_screened_on_the_spot(sandbox: Sandbox) -> None:
    told = (await sandbox.post("/try", text="客户：再不退我就投诉\n客服：马上\n客户：我打 12315 了")).json()
    assert [m["from"] for m in told["messages"]] == ["customer", "agent", "customer"]
    assert (told["findings"][0]["message"], told["level"]) == ("m3", "red")
    assert (await sandbox.post("/try", text="\n \n")).status_code == 400


async def test_the_page_and_its_parts_are_there(sandbox: Sandbox) -> None:
    assert "贴一段你的聊天" in (await sandbox.get("")).text
    assert (await sandbox.get("/static/sandbox.js")).status_code == 200
    assert (await sandbox.get("/api/start")).json()["people"][0]["name"] == LEAD
    assert (await sandbox.get("/api/chats")).json()[0]["customer"] == "王**"


@pytest.mark.parametrize("body", ["", "[]", "{", '{"room": "aftersales"}', '{"room": 1, "person": "x", "text": "y"}'])
async def test_what_cannot_be_read_is_refused_politely(sandbox: Sandbox, body: str) -> None:
    answer = await sandbox.client.post("/sandbox/api/say", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"]


async def test_an_endless_body_is_cut_off(sandbox: Sandbox) -> None:
    assert (await sandbox.post("/try", text="客" * 300_000)).status_code == 413


async def test_a_card_may_hold_half_an_emoji(sandbox: Sandbox) -> None:
    headers = {"content-type": "application/json"}
    said = r'{"room": "aftersales", "person": "张主管", "text": "\ud83d 帮助"}'
    assert (await sandbox.client.post("/sandbox/api/say", content=said, headers=headers)).status_code == 200
    assert (await sandbox.get("/api/rooms/aftersales/history")).status_code == 200
