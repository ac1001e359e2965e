"""Calls to DingTalk's OpenAPI: one cached token, and every failure told as what to do about it."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from bot.settings.sections import DingTalk
from handlers.errors import DeliveryFailed

Json = Mapping[str, Any]
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
EARLY = 300.0  # seconds before its end at which a token is renewed
BAD_TOKEN = ("InvalidAuthentication", "AuthenticationFailed")
# Part of the platform's code -> how many seconds to wait.
THROTTLES = {"QpsLimit": 1.0, "90018": 1.0, "90002": 1.0, "too.fast": 2.0, "tooFast": 2.0, "too.many": 60.0}
QUOTA = ("ApiCountLimitForOrg", "90020")
QUOTA_PAUSE = 3600.0


class Api:
    """`count_call` is told of every call that the month's quota counts."""

    def __init__(
        self,
        settings: DingTalk,
        client: httpx.AsyncClient,
        count_call: Callable[[], None],
        clock: Callable[[], float] = time.time,
    ):
        self._settings = settings
        self._client = client
        self._count_call = count_call
        self._clock = clock
        self._token = ""
        self._token_ends = 0.0
        self._renewing = asyncio.Lock()

    async def call(self, method: str, path: str, body: Json) -> Json:
        """A call of the new API. A token the platform no longer takes is renewed once."""
        url = self._settings.api_base.rstrip("/") + path
        token = await self._current_token("")
        response = await self._ask(method, url, token, json=body)
        if _refuses_token(response):
            token = await self._current_token(token)
            response = await self._ask(method, url, token, json=body)
        return check(response)

    async def upload(self, png: bytes) -> str:
        """The media id of a picture, by the old API: always HTTP 200, with an errcode."""
        url = self._settings.oapi_base.rstrip("/") + "/media/upload"
        token = await self._current_token("")
        told = check_errcode(await self._upload(url, token, png), token_too=True)
        if told is None:
            token = await self._current_token(token)
            told = check_errcode(await self._upload(url, token, png))
        return str((told or {}).get("media_id", ""))

    async def _upload(self, url: str, token: str, png: bytes) -> httpx.Response:
        query = {"access_token": token, "type": "image"}
        return await self._ask("POST", url, "", params=query, files={"media": ("picture.png", png, "image/png")})

    async def post_free(self, url: str, body: Json) -> Json:
        """A session webhook or a custom robot: no token, and outside the quota."""
        return check_errcode(await fetch(self._client, "POST", url, json=body)) or {}

    async def _current_token(self, refused: str) -> str:
        async with self._renewing:
            if not self._token or self._token == refused or self._clock() >= self._token_ends:
                await self._renew_token()
            return self._token

    async def _renew_token(self) -> None:
        settings = self._settings
        told = {"appKey": settings.client_id, "appSecret": settings.client_secret.get_secret_value()}
        url = settings.api_base.rstrip("/") + "/v1.0/oauth2/accessToken"
        try:
            answer = check(await self._ask("POST", url, "", json=told))
        except DeliveryFailed as failed:
            failed.uncertain = False  # whatever became of the token, the card has not left us
            raise
        self._token = str(answer.get("accessToken", ""))
        self._token_ends = self._clock() + max(60.0, float(answer.get("expireIn") or 0) - EARLY)

    async def _ask(self, method: str, url: str, token: str, **request: Any) -> httpx.Response:
        self._count_call()
        headers = {"x-acs-dingtalk-access-token": token} if token else {}
        return await fetch(self._client, method, url, headers=headers, **request)


async def fetch(client: httpx.AsyncClient, method: str, url: str, **request: Any) -> httpx.Response:
    try:
        return await client.request(method, url, **request)
    except NOT_SENT as error:
        raise DeliveryFailed(f"连不上钉钉（{type(error).__name__}）") from error
    except httpx.HTTPError as error:
        raise DeliveryFailed(f"钉钉没有回音（{type(error).__name__}）", uncertain=True) from error


def check(response: httpx.Response) -> Json:
    """The answer, or the failure it is."""
    body = read(response)
    if response.status_code == 200 and body is not None and "punish" not in body:
        return body
    if response.status_code == 200 and body is None:
        raise DeliveryFailed("钉钉的回答看不懂，可能已经收下", uncertain=True)
    raise failure(response, body or {})


def check_errcode(response: httpx.Response, *, token_too: bool = False) -> Json | None:
    """The same for the old API; None for a refused token when the caller can renew it."""
    body = check(response)
    code, sub = body.get("errcode", 0), str(body.get("sub_code", ""))
    if not code:
        return body
    if token_too and (code in (40014, 42001) or (code == 88 and sub in ("40014", "42001"))):
        return None
    if code in (130101, 660026, 410100):
        raise DeliveryFailed("这个群机器人每分钟只能发 20 条，钉钉让我们歇 10 分钟", retry_after=600.0)
    if code in (-1, 90018, 90002):
        raise DeliveryFailed(f"钉钉正忙（{code}）", retry_after=2.0)
    raise DeliveryFailed(f"钉钉没有接受（{code} {_short(body.get('errmsg'))}）", permanent=True)


def failure(response: httpx.Response, body: Json) -> DeliveryFailed:
    status, code = response.status_code, str(body.get("code", ""))
    if any(word in code for word in QUOTA):
        return DeliveryFailed(
            "本月的钉钉接口次数用完了（标准版每月 10,000 次，全公司共用）：下月 1 日恢复，或请管理员升级钉钉版本",
            retry_after=QUOTA_PAUSE,
        )
    for word, pause in THROTTLES.items():
        if word in code:
            return DeliveryFailed(f"钉钉嫌我们太快（{code}）", retry_after=pause)
    if status == 429:
        return DeliveryFailed("钉钉嫌我们太快（429）", retry_after=_seconds(response.headers.get("retry-after")))
    if "punish" in body:
        return DeliveryFailed("这台机器的 IP 被钉钉暂停 5 分钟", retry_after=300.0)
    if status >= 500:
        return DeliveryFailed(f"钉钉出错了（HTTP {status}）", uncertain=status != 503)
    if not code:  # a gateway, a proxy or a ban spoke, and not the platform: what it refused may pass later
        return DeliveryFailed(f"没有收到钉钉接口的回答（HTTP {status}）：可能被网关或代理挡住了，稍后再试")
    return DeliveryFailed(f"钉钉没有接受（{status} {code} {_short(body.get('message'))}）", permanent=True)


def read(response: httpx.Response) -> Json | None:
    try:
        body = response.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _refuses_token(response: httpx.Response) -> bool:
    if response.status_code not in (400, 401):
        return False
    return str((read(response) or {}).get("code", "")).startswith(BAD_TOKEN)


def _seconds(told: str | None) -> float:
    return float(told) if told and told.isdigit() else 1.0


def _short(text: Any) -> str:
    return str(text or "")[:200]
