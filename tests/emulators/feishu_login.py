"""The emulated Feishu's login: the page where somebody says yes, the code, the token, and who it belongs to."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

CODE_SECONDS = 300.0
Answer = tuple[int, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Code:
    person: str
    back: str
    challenge: str
    ends: float


@dataclass(slots=True)
class Logins:
    registered: tuple[str, ...] = ()  # redirect addresses of the console; empty: any
    codes: dict[str, Code] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)  # user access token -> open_id
    made: int = 0

    def agree(self, address: str, person: str, app: str, now: float) -> str:
        """Somebody logs in at this address; where their browser goes next."""
        query = dict(parse_qsl(urlsplit(address).query))
        assert query["client_id"] == app, "unknown app"
        assert query["response_type"] == "code"
        assert not self.registered or query["redirect_uri"] in self.registered, "redirect_uri is not registered"
        self.made += 1
        code = f"code-{self.made}"
        method = query.get("code_challenge_method", "S256")
        assert method == "S256"
        self.codes[code] = Code(person, query["redirect_uri"], query.get("code_challenge", ""), now + CODE_SECONDS)
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query.get('state', '')})}"

    def token(self, asked: dict[str, Any], app: tuple[str, str], now: float) -> Answer:
        if (asked.get("client_id"), asked.get("client_secret")) != app:
            return 400, {"code": 20002, "error": "invalid_client"}
        code = self.codes.pop(str(asked.get("code")), None)  # once
        if code is None or code.ends < now:
            return 400, {"code": 20003, "error": "invalid_grant"}
        proof = urlsafe_b64encode(sha256(str(asked.get("code_verifier", "")).encode()).digest()).rstrip(b"=").decode()
        if asked.get("redirect_uri") != code.back or (code.challenge and proof != code.challenge):
            return 400, {"code": 20024, "error": "invalid_grant"}
        self.made += 1
        token = f"u-{self.made}"
        self.tokens[token] = code.person
        return 200, {"code": 0, "access_token": token, "expires_in": 7200, "token_type": "Bearer"}

    def who(self, authorization: str) -> Answer:
        person = self.tokens.get(authorization.removeprefix("Bearer "))
        if person is None:
            return 401, {"code": 20005, "msg": "The user access token passed is invalid."}
        told = {"open_id": person, "union_id": f"on_{person}", "name": person, "tenant_key": "tenant"}
        return 200, {"code": 0, "msg": "success", "data": told}
