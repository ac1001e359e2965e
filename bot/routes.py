"""The addresses for machines: webhooks come in, and monitors look on. People's pages are in bot/web."""

from collections.abc import Mapping

from starlette.routing import Route

from bot import health
from bot.config import Config
from bot.health import Gauges, Ready
from bot.helpdesks import generic
from bot.helpdesks.registry import ADAPTERS
from bot.ingest import Desk, Ingest, Keeper, utc_now
from bot.metrics import Counters
from handlers.errors import UserError


def routes(config: Config, keeper: Keeper, counters: Counters, ready: Ready, gauges: Gauges = dict) -> list[Route]:
    ingest = Ingest(desks(config), keeper, counters, utc_now)
    return [Route("/in/{helpdesk}", ingest, methods=["POST"]), *health.routes(ready, counters, gauges)]


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
