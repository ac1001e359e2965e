"""What `doctor` asks of DingTalk: credentials, the Stream connection, and scopes, with questions nobody hears."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from bot.chats.dingtalk import api
from bot.chats.dingtalk.listen import CALLBACK, MESSAGE
from bot.chats.result import NETWORK, Result
from bot.settings.sections import Config, DingTalk, Room
from handlers.errors import DeliveryFailed

NO_ROOM = "cid-starling-doctor-asks"  # no room has this id, so nobody hears the question
TEST_CARD = {"outTrackId": "starling-doctor-asks", "cardData": {"cardParamMap": {"title": "doctor"}}}
DENIED = ("PermissionDenied", "AccessTokenPermission", "NoPermission")
UNHEARD = "钉钉不提供「机器人在不在群里」的查询：在群里发「@八哥 帮助」，有回复就是通的"
LEARN_ID = "群 id 不知道？先 serve，在群里 @八哥 说一句话，日志里 dingtalk.heard 后面的 room= 就是"


async def examine(config: Config, client: httpx.AsyncClient) -> list[Result]:
    settings = config.dingtalk
    if settings is None:
        return []
    told = {"appKey": settings.client_id, "appSecret": settings.client_secret.get_secret_value()}
    try:
        token = (await _ask(client, "POST", f"{settings.api_base}/v1.0/oauth2/accessToken", told)).get("accessToken")
    except DeliveryFailed as failed:
        remedy = "到开发者后台「凭证与基础信息」重新复制 Client ID 和 Client Secret" if failed.permanent else NETWORK
        return [Result("钉钉凭证", False, str(failed), remedy)]
    found = await asyncio.gather(
        _stream(settings, client), _may_speak(settings, client, str(token)), _may_draw(settings, client, str(token))
    )
    return [Result("钉钉凭证", True, "有效"), *found, *_rooms(config.rooms)]


async def _stream(settings: DingTalk, client: httpx.AsyncClient) -> Result:
    told = {
        "clientId": settings.client_id,
        "clientSecret": settings.client_secret.get_secret_value(),
        "subscriptions": [{"type": "CALLBACK", "topic": topic} for topic in (MESSAGE, CALLBACK)],
        "ua": "starling-doctor",
    }
    try:
        await _ask(client, "POST", f"{settings.api_base}/v1.0/gateway/connections/open", told)
    except DeliveryFailed as failed:
        return Result("钉钉 Stream", False, str(failed), "在机器人配置里把消息接收模式选成 Stream，并发布新版本")
    return Result("钉钉 Stream", True, "可以连接，听得到群里的话和点击")


async def _may_speak(settings: DingTalk, client: httpx.AsyncClient, token: str) -> Result:
    """Asks to post where no room is: a missing scope or a wrong robot is told before that is noticed."""
    robot = settings.robot_code or settings.client_id
    told = {"robotCode": robot, "openConversationId": NO_ROOM, "msgKey": "sampleText"}
    asked = told | {"msgParam": json.dumps({"content": "doctor"})}
    refused = await _refusal(client, "POST", f"{settings.api_base}/v1.0/robot/groupMessages/send", token, asked)
    if "robotcode" in refused.lower():
        return Result("钉钉机器人", False, "不认得 robot_code", "到开发者后台「机器人」页复制 RobotCode")
    return _permission("钉钉发消息", refused, "qyapi_robot_sendmsg")


async def _may_draw(settings: DingTalk, client: httpx.AsyncClient, token: str) -> Result:
    """Asks to change a card that does not exist."""
    if not settings.card_template:
        return Result(
            "钉钉卡片", True, "没有卡片模板，按钮会替人发一句口令；想要卡片原地更新，看 README 的「卡片模板」"
        )
    refused = await _refusal(client, "PUT", f"{settings.api_base}/v1.0/card/instances", token, TEST_CARD)
    return _permission("钉钉卡片", refused, "Card.Instance.Write")


def _permission(what: str, refused: str, scope: str) -> Result:
    if any(word in refused for word in DENIED):
        return Result(what, False, f"应用没有 {scope} 权限", "到「权限管理」开通，再发布一个新版本")
    if refused.startswith(("连不上", "没有收到", "这台机器", "钉钉没有回音", "本月", "钉钉出错", "钉钉嫌")):
        return Result(what, False, refused, "过一会儿再运行一次 doctor")
    return Result(what, True, f"权限 {scope} 已开通")


def _rooms(rooms: Sequence[Room]) -> list[Result]:
    ours = [room for room in rooms if room.chat == "dingtalk" and room.id]
    strange = [room.name for room in ours if not room.id.startswith("cid")]
    found = (
        [Result("钉钉群", None, f"{'、'.join(strange)} 的 id 不像会话 id（一般以 cid 开头）", LEARN_ID)]
        if strange
        else []
    )
    named = "、".join(room.name for room in ours)
    return [*found, Result("钉钉群", None, f"{named}：{UNHEARD}" if ours else "还没有配置群", "" if ours else LEARN_ID)]


async def _refusal(client: httpx.AsyncClient, method: str, url: str, token: str, told: Mapping[str, Any]) -> str:
    try:
        await _ask(client, method, url, told, token)
    except DeliveryFailed as failed:
        return str(failed)
    return ""


async def _ask(
    client: httpx.AsyncClient, method: str, url: str, told: Mapping[str, Any], token: str = ""
) -> Mapping[str, Any]:
    headers = {"x-acs-dingtalk-access-token": token} if token else {}
    return api.check(await api.fetch(client, method, url, headers=headers, json=told))
