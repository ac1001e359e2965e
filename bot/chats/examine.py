"""What `doctor` asks of the chat platforms: do the credentials work, and are the rooms within reach."""

from collections.abc import Awaitable, Callable

import httpx

from bot.config import Config, DingTalk, Feishu, Room

Found = list[tuple[str, bool, str]]  # (what, well, words)


async def dingtalk(config: Config, client: httpx.AsyncClient) -> Found:
    settings = config.dingtalk
    if settings is None:
        return []
    try:
        answer = await client.post(
            f"{settings.api_base}/v1.0/oauth2/accessToken",
            json={"appKey": settings.client_id, "appSecret": settings.client_secret.get_secret_value()},
        )
    except httpx.HTTPError as error:
        return [_unreachable("钉钉", settings.api_base, error)]
    if answer.status_code != 200:
        return [("钉钉凭证", False, f"client_id 或 client_secret 不对（{_code(answer)}），请到开发者后台重新复制")]
    return [("钉钉凭证", True, "有效"), *_dingtalk_settings(settings)]


def _dingtalk_settings(settings: DingTalk) -> Found:
    found: Found = []
    if not settings.robot_code:
        found.append(("钉钉机器人", False, "没有填 robot_code，发不出消息；在开发者后台「机器人」页复制"))
    if settings.card_template:
        found.append(("钉钉卡片", True, "用互动卡片模板，卡片会原地更新"))
    else:
        found.append(("钉钉卡片", True, "没有模板，按钮会替你发一句口令；想要原地更新，看 README 里的卡片模板一节"))
    return found


async def feishu(config: Config, client: httpx.AsyncClient) -> Found:
    settings = config.feishu
    if settings is None:
        return []
    try:
        answer = await client.post(
            f"{settings.domain}/open-apis/auth/v3/tenant_access_token/internal",
            json={"app_id": settings.app_id, "app_secret": settings.app_secret.get_secret_value()},
        )
        token = answer.json().get("tenant_access_token", "")
    except (httpx.HTTPError, ValueError) as error:
        return [_unreachable("飞书", settings.domain, error)]
    if not token:
        return [("飞书凭证", False, f"app_id 或 app_secret 不对（{_code(answer)}），请到开发者后台重新复制")]
    rooms = [room for room in config.rooms if room.chat == "feishu"]
    return [("飞书凭证", True, "有效"), *[await _feishu_room(settings, client, token, room) for room in rooms]]


async def _feishu_room(settings: Feishu, client: httpx.AsyncClient, token: str, room: Room) -> tuple[str, bool, str]:
    what = f"飞书群「{room.name}」"
    try:
        answer = await client.get(
            f"{settings.domain}/open-apis/im/v1/chats/{room.id}", headers={"Authorization": f"Bearer {token}"}
        )
        code = answer.json().get("code")
    except (httpx.HTTPError, ValueError) as error:
        return _unreachable(what, settings.domain, error)
    if code == 0:
        return what, True, "机器人在群里"
    if code == 99991672:
        return what, False, "应用缺少权限 im:chat:readonly 或 im:message，请在权限管理里开通并发布新版本"
    return what, False, f"够不着这个群（{code}）：检查 id，并把机器人加进群"


def _unreachable(what: str, base: str, error: Exception) -> tuple[str, bool, str]:
    return what, False, f"连不上 {base}（{type(error).__name__}），检查网络和代理"


def _code(answer: httpx.Response) -> str:
    try:
        return str(answer.json().get("code", answer.status_code))
    except ValueError:
        return str(answer.status_code)


Examination = Callable[[Config, httpx.AsyncClient], Awaitable[Found]]
EXAMINATIONS: tuple[Examination, ...] = (dingtalk, feishu)
