"""Asking django-helpdesk what we missed: the newest follow-ups, then the tickets they belong to."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx

from bot.helpdesks import django_helpdesk, pick
from bot.helpdesks.contract import Api, Caught
from rules.events import Event

Body = Mapping[str, Any]
PAGE = 100
MOST_PAGES = 10
OVERLAP = timedelta(minutes=1)  # a follow-up gets its date before it can be seen


async def since(client: httpx.AsyncClient, api: Api, cursor: str) -> Caught:
    """They are listed from the oldest on, so the reading begins at the last page."""
    newest = await _page(client, api, "last")
    last = max((at for step in pick.rows(newest, "results") if (at := pick.moment(step, "date"))), default=None)
    if last is None or not cursor:
        return Caught((), last.isoformat() if last else cursor)
    after = datetime.fromisoformat(cursor) - OVERLAP
    numbers: dict[str, None] = {}
    async for step in _steps_after(client, api, newest, after):
        numbers[pick.ident(step, "ticket")] = None
    events = [event for number in numbers for event in await _ticket(client, api, number)]
    return Caught(tuple(events), max(last, datetime.fromisoformat(cursor)).isoformat())


async def _steps_after(client: httpx.AsyncClient, api: Api, page: Body, after: datetime) -> AsyncIterator[Body]:
    number = -(-max(pick.number(page, "count"), 1) // PAGE)
    for _ in range(MOST_PAGES):
        steps = pick.rows(page, "results")
        recent = [step for step in steps if (at := pick.moment(step, "date")) and at > after]
        for step in recent:
            yield step
        number -= 1
        if len(recent) < len(steps) or number < 1:
            return
        page = await _page(client, api, str(number))


async def _page(client: httpx.AsyncClient, api: Api, number: str) -> Body:
    return await _get(client, api, "/api/followups/", {"page": number, "page_size": str(PAGE)})


async def _ticket(client: httpx.AsyncClient, api: Api, number: str) -> tuple[Event, ...]:
    return django_helpdesk.read_ticket(await _get(client, api, f"/api/tickets/{number}/", {})).events


async def _get(client: httpx.AsyncClient, api: Api, path: str, query: Mapping[str, str]) -> Body:
    user, _, password = api.token.partition(":")
    answer = await client.get(api.base.rstrip("/") + path, params=query, auth=(user, password))
    answer.raise_for_status()
    return pick.part({"told": answer.json()}, "told")
