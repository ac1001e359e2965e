"""Interactive cards of the emulated DingTalk: strict about their data, idempotent by outTrackId."""

import json
import re
from collections.abc import Mapping
from typing import Any

from tests.emulators.dingtalk_state import CardInstance, Json, State

Answer = tuple[int, Json]
SPACE = re.compile(r"dtv1\.card//(IM_GROUP|IM_ROBOT)\.(.+)")
LISTS = ("btns", "choices")  # the template's ButtonGroup variables


class Invalid(Exception):
    """HTTP 400 with this code."""


def create(state: State, body: Json) -> Answer:
    if not body.get("cardTemplateId"):
        raise Invalid("param.cardTemplateIdEmpty")
    key = body.get("outTrackId")
    if not key:
        raise Invalid("param.outTrackIdEmpty")
    params = check_params(state, (body.get("cardData") or {}).get("cardParamMap"))
    space = SPACE.fullmatch(str(body.get("openSpaceId")))
    if not space:
        raise Invalid("param.openSpaceIdInvalid")
    if key in state.cards:
        return _repeated(state, key)
    why = _undeliverable(state, body, space[1], space[2])
    if not why:
        room = space[2] if space[1] == "IM_GROUP" else f"@{space[2]}"
        called = tuple((body.get("imGroupOpenDeliverModel") or {}).get("atUserIds") or ())
        _check_calls(state, params, (body.get("imGroupOpenDeliverModel") or {}).get("atUserIds") or {})
        state.cards[key] = CardInstance(key, room, body.get("callbackType") == "STREAM", params, called)
    return _delivered(key, space[1], space[2], why)


def _check_calls(state: State, params: Mapping[str, str], called: Mapping[str, str]) -> None:
    """Whoever is called is named where the card can be read."""
    words = "".join(params.values())
    missing = [person for person, name in called.items() if f"<a atId={person}>{name}</a>" not in words]
    if missing:
        state.violations.append(f"called without a word in the card: {missing}")


def _repeated(state: State, key: str) -> Answer:
    if state.repeat_is_error:
        raise Invalid("param.outTrackIdExist")
    room = state.cards[key].room
    return _delivered(key, "IM_ROBOT" if room[0] == "@" else "IM_GROUP", room.lstrip("@"), "")


def _undeliverable(state: State, body: Json, space: str, id_: str) -> str:
    model = body.get("imGroupOpenDeliverModel" if space == "IM_GROUP" else "imRobotOpenDeliverModel") or {}
    if body["cardTemplateId"] != state.template:
        return "卡片模板不存在"
    if model.get("robotCode") != state.robot_code:
        return "机器人不存在"
    if id_ not in (state.groups if space == "IM_GROUP" else state.users):
        return "机器人不在群里" if space == "IM_GROUP" else "用户不存在"
    return ""


def _delivered(key: str, space: str, id_: str, why: str) -> Answer:
    """HTTP 200 even when nothing was delivered."""
    result = {"spaceType": space, "spaceId": id_, "success": not why, "errorMsg": why, "carrierId": "" if why else key}
    return 200, {"success": True, "result": {"outTrackId": key, "deliverResults": [result]}}


def update(state: State, body: Json) -> Answer:
    card = state.cards.get(str(body.get("outTrackId")))
    if not card:
        raise Invalid("param.outTrackIdNotExist")
    if card.open_callbacks:
        state.violations.append(f"update of {card.key} while its callback is open")
    change(state, card, body, body.get("privateData") or {})
    return 200, {"success": True, "result": True}


def change(state: State, card: CardInstance, body: Json, private: Mapping[str, Json]) -> None:
    """By key only when asked for: otherwise all data is replaced."""
    options = body.get("cardUpdateOptions") or {}
    if "cardData" in body:
        params = check_params(state, body["cardData"].get("cardParamMap"))
        card.params = (card.params if options.get("updateCardDataByKey") else {}) | params
        card.updates += 1
    for user, data in private.items():
        params = check_params(state, data.get("cardParamMap"))
        before = card.private.get(user, {}) if options.get("updatePrivateDataByKey") else {}
        card.private[user] = before | params


def check_params(state: State, params: Any) -> dict[str, str]:
    if not isinstance(params, dict) or not params:
        raise Invalid("param.cardPublicDataEmpty")
    for name, value in params.items():
        if not isinstance(value, str):
            raise Invalid(f"param.cardParamMap.{name}.notString")
        if len(name.encode()) > 100 or len(value.encode()) > 1024:
            state.violations.append(f"card value {name} has {len(value.encode())} bytes")
            raise Invalid(f"param.cardParamMap.{name}.tooLong")
        if name in LISTS:
            _check_buttons(state, name, value)
    return dict(params)


def _check_buttons(state: State, name: str, value: str) -> None:
    try:
        for button in json.loads(value):
            event = button["event"]
            known = event["type"] in ("sendCardRequest", "openLink") and event["params"]
            if not (known and button["text"] and button["status"] in ("normal", "disabled")):
                state.violations.append(f"a button of {name} is incomplete: {button}")
    except (ValueError, KeyError, TypeError):
        state.violations.append(f"{name} is not a list of buttons: {value[:80]}")


def button_of(card: CardInstance, button: int | str, user: str) -> Json:
    """By place, by its text, or by its action."""
    seen = card.seen_by(user)
    shown = [b for name in LISTS for b in json.loads(seen.get(name) or "[]")]
    if isinstance(button, int):
        return dict(shown[button])
    return dict(next(b for b in shown if button in (b["text"], b["event"]["params"].get("actionId"))))
