"""What `doctor` asks of the chat platforms: credentials, scopes, the long connection, and rooms within reach."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from bot.chats.dingtalk import api as dingtalk_api
from bot.chats.feishu import api as feishu_api
from bot.chats.feishu.child import REFUSALS
from bot.chats.feishu.codes import code_of
from bot.chats.feishu.send import FeishuChat
from bot.config import Config, DingTalk, Feishu, Room
from handlers.errors import DeliveryFailed

NO_ROOM = "cid-starling-doctor-asks"  # no room has this id, so nobody hears the question
TOPICS = ("/v1.0/im/bot/messages/get", "/v1.0/card/instances/callback")
TEST_CARD = {"outTrackId": "starling-doctor-asks", "cardData": {"cardParamMap": {"title": "doctor"}}}
DENIED = ("PermissionDenied", "AccessTokenPermission", "NoPermission")
NETWORK = "检查网络、代理和地址，过一会儿再运行一次"
UNHEARD = "钉钉不提供「机器人在不在群里」的查询：在群里发「@八哥 帮助」，有回复就是通的"
LEARN_ID = "群 id 不知道？先 serve，在群里 @八哥 说一句话，日志里 dingtalk.heard 后面的 room= 就是"


@dataclass(frozen=True, slots=True)
class Result:
    """`well` None: worth knowing, nothing to mend."""

    what: str
    well: bool | None
    words: str
    remedy: str = ""


Found = list[Result]


async def dingtalk(config: Config, client: httpx.AsyncClient) -> Found:
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
    return [Result("钉钉凭证", True, "有效"), *found, *_dingtalk_rooms(config.rooms)]


async def _stream(settings: DingTalk, client: httpx.AsyncClient) -> Result:
    told = {
        "clientId": settings.client_id,
        "clientSecret": settings.client_secret.get_secret_value(),
        "subscriptions": [{"type": "CALLBACK", "topic": topic} for topic in TOPICS],
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
    if refused.startswith(("连不上", "钉钉没有回音", "本月", "钉钉出错", "钉钉嫌")):
        return Result(what, False, refused, "过一会儿再运行一次 doctor")
    return Result(what, True, f"权限 {scope} 已开通")


def _dingtalk_rooms(rooms: Sequence[Room]) -> Found:
    ours = [room for room in rooms if room.chat == "dingtalk"]
    strange = [room.name for room in ours if not room.id.startswith("cid")]
    found = (
        [Result("钉钉群", None, f"{'、'.join(strange)} 的 id 不像会话 id（一般以 cid 开头）", LEARN_ID)]
        if strange
        else []
    )
    named = "、".join(room.name for room in ours)
    return [*found, Result("钉钉群", None, f"{named}：{UNHEARD}" if ours else "还没有配置群", "" if ours else LEARN_ID)]


async def feishu(config: Config, client: httpx.AsyncClient) -> Found:
    settings = config.feishu
    if settings is None:
        return []
    try:
        listed = await FeishuChat(settings, client).rooms()
    except DeliveryFailed as failed:
        scope = "doctor 要用 im:chat:readonly 查群，请一起开通" if "99991672" in str(failed) else ""
        remedy = scope or (NETWORK if str(failed).startswith(("连不上", "飞书没有回音")) else "")
        return [Result("飞书", False, str(failed), remedy)]
    line = await _long_connection(settings, client)
    return [
        Result("飞书凭证", True, f"有效，八哥在 {len(listed)} 个群里"),
        line,
        *_feishu_rooms(config.rooms, dict(listed)),
    ]


async def _long_connection(settings: Feishu, client: httpx.AsyncClient) -> Result:
    """The question the SDK asks first; it opens nothing yet."""
    told = {"AppID": settings.app_id, "AppSecret": settings.app_secret.get_secret_value()}
    try:
        url = f"{settings.domain.rstrip('/')}/callback/ws/endpoint"
        body = feishu_api.read_body(await client.post(url, json=told))
    except (httpx.HTTPError, DeliveryFailed) as error:
        return Result("飞书长连接", False, f"没有回音（{type(error).__name__}）", NETWORK)
    code = code_of(body)
    words = "可以连接，听得到群里的话和点击" if code == 0 else REFUSALS.get(code, f"飞书不给连接（{code}）")
    return Result("飞书长连接", code == 0, words)


def _feishu_rooms(rooms: Sequence[Room], listed: Mapping[str, str]) -> Found:
    ours = [room for room in rooms if room.chat == "feishu"]
    found = [_feishu_room(room, listed) for room in ours]
    others = [f"{name} {id_}" for id_, name in listed.items() if id_ not in {room.id for room in ours}]
    if others:
        found.append(Result("飞书群", None, f"八哥还在这些群里，要用就写进 [[rooms]]：{'；'.join(others)}"))
    return found


def _feishu_room(room: Room, listed: Mapping[str, str]) -> Result:
    if room.id in listed:
        return Result(f"飞书群「{room.name}」", True, "八哥在群里")
    return Result(f"飞书群「{room.name}」", False, f"够不着 {room.id}", "检查 id；在群设置 → 群机器人里把八哥加进来")


async def robots(config: Config, client: httpx.AsyncClient) -> Found:
    """Group robots with a bare webhook answer nothing but posts."""
    named = "、".join(room.name for room in config.rooms if room.chat.endswith("-webhook"))
    return [Result("群机器人", None, f"{named}：只能发不能查，发出第一张卡片时才知道通不通")] if named else []


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
    return dingtalk_api.check(await dingtalk_api.fetch(client, method, url, headers=headers, json=told))


Examination = Callable[[Config, httpx.AsyncClient], Awaitable[Found]]
EXAMINATIONS: tuple[Examination, ...] = (dingtalk, feishu, robots)
