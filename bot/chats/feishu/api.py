"""Calls to Feishu's OpenAPI with our own client: a cached token, and failures that say whether to try again."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from bot.chats.feishu.codes import TOKEN_CODES, code_of, failure
from bot.settings.sections import Feishu
from handlers.errors import DeliveryFailed

Json = Mapping[str, Any]
TOKEN = "/open-apis/auth/v3/tenant_access_token/internal"  # noqa: S105
EARLY = 300.0  # seconds before its end at which a token is renewed
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class Api:
    """One app on one domain."""

    def __init__(self, settings: Feishu, client: httpx.AsyncClient, monotonic: Callable[[], float] = time.monotonic):
        self._settings = settings
        self._client = client
        self._monotonic = monotonic
        self._token = ""
        self._token_ends = 0.0
        self._renewing = asyncio.Lock()

    async def call(self, method: str, path: str, **request: Any) -> Json:
        """The answer's `data`. A token the platform no longer takes is renewed once."""
        token = await self._current_token("")
        response, body = await self._request(method, path, token, **request)
        if code_of(body) in TOKEN_CODES:
            token = await self._current_token(token)
            response, body = await self._request(method, path, token, **request)
        if response.status_code != 200 or code_of(body) != 0:
            raise failure(response.status_code, response.headers, body)
        data = body.get("data")
        return data if isinstance(data, dict) else {}

    async def _current_token(self, refused: str) -> str:
        async with self._renewing:
            if not self._token or self._token == refused or self._monotonic() >= self._token_ends:
                await self._renew_token()
            return self._token

    async def _renew_token(self) -> None:
        settings = self._settings
        told = {"app_id": settings.app_id, "app_secret": settings.app_secret.get_secret_value()}
        try:
            response, body = await self._request("POST", TOKEN, "", json=told)
            if response.status_code != 200 or code_of(body) != 0:
                raise failure(response.status_code, response.headers, body)
        except DeliveryFailed as failed:
            failed.uncertain = False  # whatever became of the token, the message has not left us
            raise
        self._token = str(body["tenant_access_token"])
        self._token_ends = self._monotonic() + max(60.0, float(body.get("expire") or 0) - EARLY)

    async def _request(self, method: str, path: str, token: str, **request: Any) -> tuple[httpx.Response, Json]:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        try:
            response = await self._client.request(
                method, self._settings.domain.rstrip("/") + path, headers=headers, **request
            )
        except NOT_SENT as error:
            raise DeliveryFailed(f"连不上飞书 {self._settings.domain}（{type(error).__name__}）") from error
        except httpx.HTTPError as error:
            raise DeliveryFailed(f"飞书没有回音（{type(error).__name__}）", uncertain=True) from error
        return response, read_body(response)


def read_body(response: httpx.Response) -> Json:
    """The JSON object of an answer; a gateway's HTML page counts as an empty one."""
    try:
        body = response.json()
    except ValueError:
        body = None
    if isinstance(body, dict):
        return body
    if response.status_code == 200:
        raise DeliveryFailed("飞书的回答看不懂，可能已经收下", uncertain=True)
    return {}
