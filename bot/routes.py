"""The addresses for machines: webhooks come in, and monitors look on. People's pages are in bot/web."""

from collections.abc import Callable, Mapping, Sequence

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot import health
from bot.health import Gauges, Ready
from bot.helpdesks import generic
from bot.helpdesks.registry import ADAPTERS
from bot.metrics import Counters
from bot.settings.sections import Config
from bot.webhooks.ingest import Desk, Ingest, Keeper, utc_now
from handlers.errors import UserError

WEBHOOKS = "/in/"


class Front:
    """Webhooks are most of what comes: they go straight to their handler, past the framework's layers."""

    def __init__(self, web: Starlette):
        self._web = web
        self._ingest = next(r.app for r in web.routes if isinstance(r, Route) and r.path.startswith(WEBHOOKS))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        webhook = scope["type"] == "http" and scope["method"] == "POST" and scope["path"].startswith(WEBHOOKS)
        if not webhook:
            await self._web(scope, receive, send)
            return
        scope["path_params"] = {"helpdesk": scope["path"].removeprefix(WEBHOOKS)}
        await self._ingest(scope, receive, send)


def routes(
    config: Config,
    keeper: Keeper,
    counters: Counters,
    ready: Ready,
    gauges: Gauges = dict,
    why: Callable[[], Sequence[str]] = tuple,
) -> list[Route]:
    ingest = Ingest(desks(config), keeper, counters, utc_now)
    return [Route(f"{WEBHOOKS}{{helpdesk}}", ingest, methods=["POST"]), *health.routes(ready, counters, gauges, why)]


def desks(config: Config) -> Mapping[str, Desk]:
    """The helpdesks of the config, each with its adapter and its secret. Raises UserError for a secret of no use."""
    for name, section in config.helpdesks.items():
        wrong = generic.mistake(section.secret.get_secret_value()) if section.kind == "generic" else ""
        if wrong:
            raise UserError(f"客服系统 {name}：{wrong}。请从发送方重新复制密钥，或换成一段普通文字。")
    return {
        name: Desk(
            name,
            ADAPTERS[section.kind],
            section.secret.get_secret_value(),
            section.team,
            section.shop,
            (("helpdesk", name),),
        )
        for name, section in config.helpdesks.items()
    }
