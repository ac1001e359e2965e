"""The guard of pages that anyone on this machine may use, and nobody else: not other hosts, not other web pages."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.headers import strict

KINDS = ("application/json", "application/octet-stream")  # no page of another site sends them without asking first
PROXIED = ("x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded")  # somebody else's, passed on to us
HEADERS = strict(forms="'none'", frames="'none'")


class Loopback:
    """ASGI middleware: 403 for whoever does not come from this machine, strict headers for the rest."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = refuse(scope) if scope["type"] == "http" else ""
        answer = PlainTextResponse(refusal, 403) if refusal else self.app

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)  # a report that stands alone brings a policy of its own
            await send(message)

        await answer(scope, receive, send_guarded)


def refuse(scope: Scope) -> str:
    """Why this request may not pass; empty when it may.

    A Host that is not loopback is another site whose name was pointed at us (DNS rebinding); a foreign Origin or a
    POST of a kind that forms can send is another site's page writing through the visitor's browser.
    """
    headers = Headers(scope=scope)
    client = scope.get("client")
    host = headers.get("host", "")
    if (client and not is_loopback(client[0])) or not is_loopback(_name(f"//{host}")):
        return "沙盒只对本机开放。"
    if any(name in headers for name in PROXIED):
        return "沙盒只对本机开放，反向代理请不要转发 /sandbox。"
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != host:
        return "沙盒不接受别的网页发来的请求。"
    if headers.get("sec-fetch-site") in ("cross-site", "same-site") and "/api/" in scope["path"]:
        return "沙盒不接受别的网页发来的请求。"
    kind = headers.get("content-type", "").split(";")[0].strip().lower()
    return "请用 Content-Type: application/json。" if scope["method"] == "POST" and kind not in KINDS else ""


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _name(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
