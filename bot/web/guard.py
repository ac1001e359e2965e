"""The headers of every page behind the login: strict about scripts and caches, and no stranger's frame around it."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.headers import strict

FRAMES = (
    "'self'",
    "https://*.dingtalk.com",
    "https://*.feishu.cn",
    "https://*.larksuite.com",
)  # chat clients show our pages inside themselves
ASSET = {"Cache-Control": "no-cache"}  # may be kept, and is asked for again by its mark
HEADERS = {
    **strict(forms="'self'", frames=" ".join(FRAMES)),
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Guard:
    """ASGI middleware: whatever a page answers, refusals and bugs included, carries the headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(
                    {**HEADERS, **(ASSET if scope["path"].startswith("/static/") else {})}
                )
            await send(message)

        await self.app(scope, receive, send_guarded)
