"""The emulated DingTalk's login: the page where somebody says yes, the code, and the way to their staff id."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

Answer = tuple[int, dict[str, Any]]


@dataclass(slots=True)
class Logins:
    codes: dict[str, str] = field(default_factory=dict)  # code -> user
    tokens: dict[str, str] = field(default_factory=dict)  # user access token -> user
    made: int = 0

    def agree(self, address: str, user: str, client_id: str) -> str:
        """Somebody logs in at this address; where their browser goes next."""
        query = dict(parse_qsl(urlsplit(address).query))
        assert query["client_id"] == client_id, "unknown app"
        assert query["response_type"] == "code"
        assert "openid" in query["scope"].split()
        self.made += 1
        code = f"code-{self.made}"
        self.codes[code] = user
        return f"{query['redirect_uri']}?{urlencode({'authCode': code, 'state': query.get('state', '')})}"

    def token(self, asked: dict[str, Any], app: tuple[str, str]) -> Answer:
        if (asked.get("clientId"), asked.get("clientSecret")) != app or asked.get("grantType") != "authorization_code":
            return 400, {"code": "invalidClientIdOrSecret", "message": "无效的clientId或者clientSecret"}
        user = self.codes.pop(str(asked.get("code")), None)  # once
        if user is None:
            return 400, {"code": "invalidParameter.authCode.notFound", "message": "不合法的临时授权码"}
        self.made += 1
        token = f"user-{self.made}"
        self.tokens[token] = user
        return 200, {"accessToken": token, "refreshToken": f"r{token}", "expireIn": 7200, "corpId": "ding-corp"}

    def me(self, token: str) -> Answer:
        user = self.tokens.get(token)
        if user is None:
            return 400, {"code": "InvalidAuthentication", "message": "不合法的access_token"}
        return 200, {"nick": user, "unionId": f"union-{user}", "openId": f"open-{user}"}

    def staff(self, union: str, users: set[str]) -> Answer:
        """The old API: always 200, with an errcode."""
        user = union.removeprefix("union-")
        if user not in users:
            return 200, {"errcode": 60121, "errmsg": "找不到该用户"}
        return 200, {"errcode": 0, "errmsg": "ok", "result": {"contact_type": 0, "userid": user}}
