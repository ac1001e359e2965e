"""Asks helpdesks with an API what their webhooks lost: most senders never send twice, and we are not always up."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import httpx
import structlog

from bot.helpdesks.contract import Api, Caught, Since
from bot.helpdesks.registry import SINCE
from bot.settings.sections import Config
from bot.webhooks.ingest import Desk, Keeper, rows_of, utc_now
from storage import cursors, inbox
from storage.db import Tx, Unavailable

log = structlog.get_logger()

EVERY = 60.0  # seconds
TROUBLE = (httpx.HTTPError, ValueError, Unavailable)


@dataclass(frozen=True, slots=True)
class Source:
    desk: Desk
    api: Api
    since: Since


def sources(config: Config, desks: Mapping[str, Desk]) -> list[Source]:
    """The helpdesks that can be asked: those with an API we know and a token for it."""
    found = []
    for name, section in config.helpdesks.items():
        since, token = SINCE.get(section.kind), section.api_token.get_secret_value()
        if since and section.api_base and token:
            found.append(Source(desks[name], Api(section.api_base.rstrip("/"), token), since))
    return found


async def fill(source: Source, keeper: Keeper, client: httpx.AsyncClient) -> int:
    """One round; events and cursor are kept together, and events told before change nothing."""
    name = source.desk.name
    with keeper.store.read() as tx:
        cursor = cursors.get(tx, name)
    caught = await source.since(client, source.api, cursor)
    if caught.cursor == cursor and not caught.events:
        return 0
    await asyncio.wrap_future(keeper.store.write(lambda tx: _keep(tx, source.desk, caught)))
    if caught.events:
        keeper.wake()
    return len(caught.events)


async def run(source: Source, keeper: Keeper, client: httpx.AsyncClient, every: float = EVERY) -> None:
    """Until cancelled; trouble is written down and the next round asks again from the same place."""
    while True:
        try:
            await fill(source, keeper, client)
        except TROUBLE as error:
            log.warning("gap_not_filled", helpdesk=source.desk.name, why=str(error) or type(error).__name__)
        await asyncio.sleep(every)


def _keep(tx: Tx, desk: Desk, caught: Caught) -> None:
    now = utc_now()
    rows = rows_of(desk, caught.events, now)
    if rows:
        inbox.add(tx, rows)
    cursors.put(tx, desk.name, caught.cursor, now)
