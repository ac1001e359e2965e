"""Feishu's events are read into Said and Pressed, and replies become what the platform can show."""

import json
from typing import Any

import pytest

from bot.chats.feishu.listen import LATE, answer, hear, late, read_message, read_press
from handlers.protocols import Pressed, Reply, Said
from tests.bot.chats.rigs.feishu_cards import CLAIMED
from tests.emulators.feishu_cards import callback, check

Json = dict[str, Any]


def message(kind: str = "text", content: Any = None, chat_type: str = "group", sender: str = "user") -> Json:
    told = {
        "message_id": "om_1",
        "chat_id": "oc_leads",
        "chat_type": chat_type,
        "message_type": kind,
        "content": json.dumps({"text": "@_user_1 认领 A12"} if content is None else content),
        "mentions": [{"key": "@_user_1", "id": {"open_id": "ou_bot"}, "name": "八哥"}],
    }
    body = {"sender": {"sender_id": {"open_id": "ou_zhang"}, "sender_type": sender}, "message": told}
    return {"header": {"event_id": "ev1", "event_type": "im.message.receive_v1"}, "event": body}


def press(value: Any = None, form: Any = None) -> Json:
    body = {
        "operator": {"open_id": "ou_zhang"},
        "action": {
            "value": {"action": "claim", "value": "A12", "key": "k1"} if value is None else value,
            "form_value": form,
        },
        "context": {"open_message_id": "om_1", "open_chat_id": "oc_leads"},
    }
    return {"header": {"event_id": "ev2", "event_type": "card.action.trigger"}, "event": body}


def test_a_message_in_a_group_is_read_without_the_mention() -> None:
    assert read_message(message()) == Said("feishu", "ev1", "oc_leads", "ou_zhang", "认领 A12")


def test_a_direct_message_has_no_room() -> None:
    said = read_message(message(content={"text": " 帮助 "}, chat_type="p2p"))
    assert said == Said("feishu", "ev1", "", "ou_zhang", "帮助", direct=True)


def test_a_rich_text_is_read_as_its_words() -> None:
    lines = [
        [{"tag": "at", "user_id": "@_user_1", "user_name": "八哥"}, {"tag": "text", "text": " 误报 A12 "}],
        [{"tag": "a", "href": "http://x.example", "text": "链接"}, {"tag": "img", "image_key": "i"}],
    ]
    said = read_message(message("post", {"title": "", "content": lines}))
    assert said
    assert said.text == "误报 A12 \n链接"


@pytest.mark.parametrize(
    ("mentions", "heard"),
    [
        ([], False),
        ([{"key": "@_all"}], False),
        ([{"key": "@_user_1", "name": "小李", "mentioned_type": "user"}], False),
        (
            [
                {"key": "@_user_1", "name": "小李", "mentioned_type": "user"},
                {"key": "@_user_2", "mentioned_type": "bot"},
            ],
            True,
        ),
    ],
)
def test_what_people_say_to_each_other_in_a_group_is_not_for_us(mentions: list[Json], heard: bool) -> None:
    event = message()
    event["event"]["message"]["mentions"] = mentions
    assert bool(read_message(event)) is heard


@pytest.mark.parametrize(
    "event",
    [
        message("image", {"image_key": "i"}),
        message("file", {"file_key": "f"}),
        message(content={"text": "@_user_1 "}),
        message(content={}),
        message(content=[]),
        message("post", {"content": "broken"}),
        message(sender="app"),
        {"header": {}, "event": {}},
        {"header": None, "event": "x"},
        {},
    ],
)
def test_what_is_not_words_of_a_person_is_nothing_to_us(event: Json) -> None:
    assert read_message(event) is None


def test_a_press_is_read_with_the_key_of_its_post() -> None:
    assert read_press(press()) == Pressed("feishu", "ev2", "oc_leads", "k1", "ou_zhang", "claim", "A12")


def test_a_press_in_a_direct_chat_has_no_room() -> None:
    pressed = read_press(press({"action": "mine", "value": "A12", "key": "k1", "direct": True}))
    assert pressed
    assert (pressed.room, pressed.direct) == ("", True)


def test_what_was_written_into_a_form_arrives_as_text() -> None:
    pressed = read_press(press(form={"text_2": "我先查再回您"}))
    assert pressed
    assert pressed.form == {"text": "我先查再回您"}


def test_the_person_is_never_taken_from_the_button() -> None:
    forged = {"action": "claim", "value": "A12", "key": "k1", "person": "ou_boss", "open_id": "ou_boss"}
    pressed = read_press(press(forged))
    assert pressed
    assert pressed.person == "ou_zhang"


@pytest.mark.parametrize("value", [{}, "claim", {"value": "A12"}, [], {"action": ""}])
def test_a_press_of_a_strange_button_is_nothing_to_us(value: Any) -> None:
    assert read_press(press(value)) is None


def test_a_reply_is_a_toast_and_the_whole_card_with_the_key_it_had() -> None:
    pressed = read_press(press())
    assert pressed
    told = answer(Reply(True, "已认领", CLAIMED), pressed)
    assert told["toast"] == {"type": "success", "content": "已认领"}
    check(told["card"]["data"], images=set())
    assert callback(told["card"]["data"], "解决")["key"] == "k1"


def test_a_refusal_is_a_red_toast_and_leaves_the_card() -> None:
    pressed = read_press(press())
    assert pressed
    assert answer(Reply(False, "这条由主管处理"), pressed) == {"toast": {"type": "error", "content": "这条由主管处理"}}
    assert answer(Reply(True, ""), pressed) == {}


def test_only_a_press_is_hurried() -> None:
    assert late(press()) == LATE
    assert late(message()) is None


async def test_other_events_are_acknowledged_and_change_nothing() -> None:
    class Nobody:
        async def said(self, said: Said) -> None:
            raise AssertionError

        async def pressed(self, pressed: Pressed) -> Reply:
            raise AssertionError

    told = {"header": {"event_id": "e", "event_type": "im.message.reaction.created_v1"}, "event": {}}
    assert await hear(Nobody(), told) == {}
    assert await hear(Nobody(), message("image", {})) == {}
    assert await hear(Nobody(), press({})) == {}
