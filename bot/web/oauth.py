"""Asking DingTalk or Feishu who somebody is: where to send the browser, and what to do with the code it brings back."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol
from urllib.parse import urlencode

import httpx

from bot.settings.sections import Config, DingTalk, Feishu
from handlers.errors import DeliveryFailed

Json = Mapping[str, Any]


class Platform(Protocol):
    @property
    def chat(self) -> str:
        """The name under which people have their ids."""

    @property
    def title(self) -> str: ...

    def address(self, back: str, state: str, verifier: str) -> str:
        """Where the person says yes; the browser then comes `back` with a code."""

    async def who(self, code: str, back: str, verifier: str) -> str:
        """The platform's id of whoever brought the code. Raises DeliveryFailed."""


@dataclass(frozen=True, slots=True)
class FeishuLogin:
    settings: Feishu
    client: httpx.AsyncClient
    chat: str = "feishu"
    title: str = "飞书"

    def address(self, back: str, state: str, verifier: str) -> str:
        query = {"client_id": self.settings.app_id, "response_type": "code", "redirect_uri": back, "state": state}
        query |= {"code_challenge": challenge(verifier), "code_challenge_method": "S256"}
        return f"{self.settings.login_base.rstrip('/')}/open-apis/authen/v1/authorize?{urlencode(query)}"

    async def who(self, code: str, back: str, verifier: str) -> str:
        asked = {
            "grant_type": "authorization_code",
            "client_id": self.settings.app_id,
            "client_secret": self.settings.app_secret.get_secret_value(),
            "code": code,
            "redirect_uri": back,
            "code_verifier": verifier,
        }
        base = self.settings.domain.rstrip("/")
        told = await ask(self.client, "POST", f"{base}/open-apis/authen/v2/oauth/token", json=asked)
        bearer = {"authorization": f"Bearer {word(told, 'access_token')}"}
        told = await ask(self.client, "GET", f"{base}/open-apis/authen/v1/user_info", headers=bearer)
        return word(part(told, "data"), "open_id")


@dataclass(frozen=True, slots=True)
class DingTalkLogin:
    settings: DingTalk
    client: httpx.AsyncClient
    chat: str = "dingtalk"
    title: str = "钉钉"

    def address(self, back: str, state: str, verifier: str) -> str:
        query = {"client_id": self.settings.client_id, "response_type": "code", "redirect_uri": back, "state": state}
        query |= {"scope": "openid corpid", "prompt": "consent"}
        return f"{self.settings.login_base.rstrip('/')}/oauth2/auth?{urlencode(query)}"

    async def who(self, code: str, back: str, verifier: str) -> str:
        """The staff id; somebody outside the organisation has none."""
        ours = {"clientId": self.settings.client_id, "clientSecret": self.settings.client_secret.get_secret_value()}
        api, oapi = self.settings.api_base.rstrip("/"), self.settings.oapi_base.rstrip("/")
        code_for = {"code": code, "grantType": "authorization_code"}
        told = await ask(self.client, "POST", f"{api}/v1.0/oauth2/userAccessToken", json=ours | code_for)
        theirs = {"x-acs-dingtalk-access-token": word(told, "accessToken")}
        told = await ask(self.client, "GET", f"{api}/v1.0/contact/users/me", headers=theirs)
        union = word(told, "unionId")
        app = {"appKey": ours["clientId"], "appSecret": ours["clientSecret"]}
        told = await ask(self.client, "POST", f"{api}/v1.0/oauth2/accessToken", json=app)
        query = {"access_token": word(told, "accessToken")}
        found = f"{oapi}/topapi/user/getbyunionid"
        told = await ask(self.client, "POST", found, params=query, json={"unionid": union})
        return word(part(told, "result"), "userid")


def platforms(config: Config, client: httpx.AsyncClient) -> dict[str, Platform]:
    """Those with an app, when people can come back to us from them."""
    if not config.server.public_url:
        return {}
    found: list[Platform] = [DingTalkLogin(config.dingtalk, client)] if config.dingtalk else []
    found += [FeishuLogin(config.feishu, client)] if config.feishu else []
    return {platform.chat: platform for platform in found}


def challenge(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


async def ask(client: httpx.AsyncClient, method: str, url: str, **request: Any) -> Json:
    """The answer, when it is a success; what went wrong is told without what was sent."""
    try:
        response = await client.request(method, url, **request)
        body = response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise DeliveryFailed(f"没有回音（{type(error).__name__}）") from error
    if not isinstance(body, dict):
        raise DeliveryFailed("回答看不懂")
    wrong = body.get("errcode") or body.get("code")
    if response.status_code != 200 or str(wrong or "0") != "0":
        raise DeliveryFailed(f"没有接受（{response.status_code} {str(wrong)[:60]}）")
    return body


def part(body: Json, name: str) -> Json:
    found = body.get(name)
    return found if isinstance(found, dict) else {}


def word(body: Json, name: str) -> str:
    found = body.get(name)
    if not isinstance(found, str) or not found:
        raise DeliveryFailed(f"回答里没有 {name}")
    return found
