"""What `doctor` asks of Feishu: credentials, scopes, the long connection, and which groups the bot is in."""

from collections.abc import Mapping, Sequence

import httpx

from bot.chats.feishu.api import read_body
from bot.chats.feishu.child import REFUSALS
from bot.chats.feishu.codes import code_of
from bot.chats.feishu.send import FeishuChat
from bot.chats.result import NETWORK, Result
from bot.settings.sections import Config, Feishu, Room
from handlers.errors import DeliveryFailed


async def examine(config: Config, client: httpx.AsyncClient) -> list[Result]:
    settings = config.feishu
    if settings is None:
        return []
    try:
        listed = await FeishuChat(settings, client).rooms()
    except DeliveryFailed as failed:
        scope = "doctor 要用 im:chat:readonly 查群，请一起开通" if "99991672" in str(failed) else ""
        remedy = scope or (NETWORK if str(failed).startswith(("连不上", "没有收到", "飞书没有回音")) else "")
        return [Result("飞书", False, str(failed), remedy)]
    line = await _long_connection(settings, client)
    return [
        Result("飞书凭证", True, f"有效，八哥在 {len(listed)} 个群里"),
        line,
        *_rooms(config.rooms, dict(listed)),
    ]


async def _long_connection(settings: Feishu, client: httpx.AsyncClient) -> Result:
    """The question the SDK asks first; it opens nothing yet."""
    told = {"AppID": settings.app_id, "AppSecret": settings.app_secret.get_secret_value()}
    try:
        url = f"{settings.domain.rstrip('/')}/callback/ws/endpoint"
        response = await client.post(url, json=told)
        body = read_body(response)
    except (httpx.HTTPError, DeliveryFailed) as error:
        return Result("飞书长连接", False, f"没有回音（{type(error).__name__}）", NETWORK)
    code = code_of(body)
    if code < 0:
        return Result("飞书长连接", False, f"没有收到飞书接口的回答（HTTP {response.status_code}）", NETWORK)
    words = "可以连接，听得到群里的话和点击" if code == 0 else REFUSALS.get(code, f"飞书不给连接（{code}）")
    return Result("飞书长连接", code == 0, words)


def _rooms(rooms: Sequence[Room], listed: Mapping[str, str]) -> list[Result]:
    ours = [room for room in rooms if room.chat == "feishu"]
    found = [_room(room, listed) for room in ours if room.id]
    others = [f"{name} {id_}" for id_, name in listed.items() if id_ not in {room.id for room in ours}]
    if others:
        found.append(Result("飞书群", None, f"八哥还在这些群里，要用就写进 [[rooms]]：{'；'.join(others)}"))
    return found


def _room(room: Room, listed: Mapping[str, str]) -> Result:
    if room.id in listed:
        return Result(f"飞书群「{room.name}」", True, "八哥在群里")
    return Result(f"飞书群「{room.name}」", False, f"够不着 {room.id}", "检查 id；在群设置 → 群机器人里把八哥加进来")
