"""DingTalk as a Chat: interactive cards by our template, or ActionCards whose buttons type for the person."""

import json
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
import structlog

from bot.chats.dingtalk.api import Api
from bot.chats.dingtalk.draw import (
    called,
    draw,
    draw_robot_message,
    draw_webhook_message,
    people_called,
    typing_buttons,
)
from bot.chats.dingtalk.text import cut, flat, inline
from bot.chats.line import line
from bot.settings.sections import DingTalk
from handlers.cards.card import Card, Choices
from handlers.errors import DeliveryFailed
from handlers.protocols import Target

log = structlog.get_logger()
INSTANCES = "/v1.0/card/instances"
BY_KEY = {"updateCardDataByKey": True, "updatePrivateDataByKey": True}
REMEMBERED = 1000
KNOWN_KEY = ("exist", "repeat", "duplicat", "已存在", "重复")


class DingTalkChat:
    """With a card template: edited in place, and one card per key. Without: neither; a change is a new line."""

    name = "dingtalk"

    def __init__(
        self,
        settings: DingTalk,
        client: httpx.AsyncClient,
        count_call: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.time,
        names: Mapping[str, str] | None = None,
    ):
        """`names` of people by their id here, as a card calls them."""
        self.editable = self.keyed = bool(settings.card_template)
        self._settings = settings
        self._api = Api(settings, client, count_call, clock)
        self._clock = clock
        self._names = names or {}
        self._called: OrderedDict[tuple[str, str], None] = OrderedDict()  # what about, and who was told directly

    async def send(self, target: Target, card: Card, key: str, session: str = "") -> str:
        """The message id: the key for a template card, DingTalk's for a robot message, "" for a quick reply."""
        if session and not (self.keyed and _asks(card)) and await self._replied(session, card):
            return ""
        if self.keyed:
            await self._create(target, card, key)
            return key
        message_id = await self._send_robot_message(target, *draw_robot_message(card))
        if card.mentions and not target.direct:
            await self._call_people(card, key)
        return message_id

    async def edit(self, target: Target, message_id: str, card: Card, key: str) -> None:
        if self.keyed and message_id:
            await self._update(message_id, card)
            return
        await self._send_robot_message(target, "sampleText", {"content": line(card)})

    async def upload(self, png: bytes) -> str:
        return await self._api.upload(png)

    async def _create(self, target: Target, card: Card, key: str) -> None:
        people = {person: inline(self._names.get(person, person)) for person in people_called(card)}
        body = _delivery(target, card, key, self._settings, people)
        try:
            answer = await self._api.call("POST", f"{INSTANCES}/createAndDeliver", body)
        except DeliveryFailed as failed:
            if not (failed.permanent and _is_known_key(str(failed))):
                raise
            await self._update(key, card)  # it stands there already, perhaps as it was a while ago
            return
        _check_delivery(answer)

    async def _update(self, out_track_id: str, card: Card) -> None:
        data = {"cardParamMap": draw(card)}
        body = {"outTrackId": out_track_id, "cardData": data, "cardUpdateOptions": BY_KEY}
        await self._api.call("PUT", INSTANCES, body)

    async def _send_robot_message(self, target: Target, msg_key: str, param: Mapping[str, str]) -> str:
        told = {"msgKey": msg_key, "msgParam": json.dumps(param, ensure_ascii=False)}
        told["robotCode"] = self._settings.robot_code or self._settings.client_id
        if not target.direct:
            group = told | {"openConversationId": target.id}
            return _query_key(await self._api.call("POST", "/v1.0/robot/groupMessages/send", group))
        one = told | {"userIds": [target.id]}
        answer = await self._api.call("POST", "/v1.0/robot/oToMessages/batchSend", one)
        if target.id in (answer.get("flowControlledStaffIdList") or ()):
            raise DeliveryFailed("钉钉暂时不让给这位同事发消息（流控）", retry_after=60.0)
        if target.id in [*(answer.get("invalidStaffIdList") or ()), *(answer.get("filteredStaffIdList") or ())]:
            raise DeliveryFailed("钉钉找不到这位同事，或他不在应用的可见范围里", permanent=True)
        return _query_key(answer)

    async def _call_people(self, card: Card, key: str) -> None:
        """A robot message cannot mention anyone, so those who are called get one line directly.

        One for all rooms, and for all tries: keys of one matter differ only in their end, which is the room's.
        """
        told = {"content": f"群里有一条在等你：{line(card)}"}
        for person in people_called(card):
            call = (key.rpartition("-")[0] or key, person)
            if call in self._called:
                continue
            self._called[call] = None
            if len(self._called) > REMEMBERED:
                self._called.popitem(last=False)
            try:
                await self._send_robot_message(Target("dingtalk", person, direct=True), "sampleText", told)
            except DeliveryFailed as failed:
                log.warning("dingtalk.call_failed", why=str(failed))  # the card itself stands in the group
                if not failed.uncertain:
                    self._called.pop(call, None)  # the next room's card may have more luck

    async def _replied(self, session: str, card: Card) -> bool:
        """Answer by the session webhook, which costs no quota; False when it is too old or refuses."""
        url, _, ends = session.partition("#")
        if not self._is_ours(url) or (ends.isdigit() and self._clock() * 1000 > int(ends) - 5000):
            return False
        try:
            await self._api.post_free(url, draw_webhook_message(card, typing_buttons(card)))
        except DeliveryFailed as failed:
            if failed.uncertain:
                raise
            return False
        return True

    def _is_ours(self, url: str) -> bool:
        """Only the platform's own hosts: an address in a message must not send us anywhere else."""
        origins = {urlsplit(base)[:2] for base in (self._settings.oapi_base, self._settings.api_base)}
        return urlsplit(url)[:2] in origins


def _asks(card: Card) -> bool:
    """Whether it has something to press, so that only a template card will do."""
    return any(b.action for b in card.buttons) or any(isinstance(block, Choices) for block in card.blocks)


def _delivery(target: Target, card: Card, key: str, settings: DingTalk, people: Mapping[str, str]) -> dict[str, Any]:
    """`people` who are called, with their names."""
    robot = settings.robot_code or settings.client_id
    body = {
        "cardTemplateId": settings.card_template,
        "outTrackId": key,
        "callbackType": "STREAM",
        "userIdType": 1,
        "cardData": {"cardParamMap": draw(card, "" if target.direct else called(people))},
    }
    space = {"supportForward": False, "lastMessageI18n": {"ZH_CN": cut(flat(card.title), 200)}}
    if target.direct:
        deliver = {"spaceType": "IM_ROBOT", "robotCode": robot}
        where = {"openSpaceId": f"dtv1.card//IM_ROBOT.{target.id}", "imRobotOpenSpaceModel": space}
        return body | where | {"imRobotOpenDeliverModel": deliver}
    group: dict[str, Any] = {"robotCode": robot}
    if people:
        group["atUserIds"] = dict(people)
    where = {"openSpaceId": f"dtv1.card//IM_GROUP.{target.id}", "imGroupOpenSpaceModel": space}
    return body | where | {"imGroupOpenDeliverModel": group}


def _check_delivery(answer: Mapping[str, Any]) -> None:
    """HTTP 200 says nothing: each result has its own word."""
    results = (answer.get("result") or {}).get("deliverResults") or ()
    refused = [str(r.get("errorMsg", "")) for r in results if not r.get("success")]
    if answer.get("success") and results and not refused:
        return
    why = "；".join(refused) or str(answer.get("message", ""))
    if _is_known_key(why):
        return
    if not why:
        raise DeliveryFailed("钉钉没有说卡片放进群了没有", uncertain=True)
    raise DeliveryFailed(f"钉钉没有把卡片放进群（{why[:200]}）", permanent=True)


def _is_known_key(why: str) -> bool:
    """`why` says that a card with this outTrackId stands already. Not seen on the real platform, so read strictly."""
    told = why.lower()
    return "outtrackid" in told and "not" not in told and any(word in told for word in KNOWN_KEY)


def _query_key(answer: Mapping[str, Any]) -> str:
    if key := str(answer.get("processQueryKey") or ""):
        return key
    raise DeliveryFailed("钉钉没有说消息发出去了没有", uncertain=True)
