"""Zammad's API: what we missed, internal notes on a ticket, and who owns it."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx

from bot.helpdesks import pick, zammad
from bot.helpdesks.contract import Api, Caught, Note
from rules.events import Event

Body = Mapping[str, Any]
PAGE = 50
MOST_PAGES = 10
OVERLAP = timedelta(minutes=2)  # a change is found by searching only after a while
LATEST = {"query": "*", "sort_by": "updated_at", "order_by": "desc", "expand": "true", "per_page": str(PAGE)}


async def since(client: httpx.AsyncClient, api: Api, cursor: str) -> Caught:
    """The cursor is the latest change that we have seen."""
    latest = datetime.fromisoformat(cursor) if cursor else None
    after = latest - OVERLAP if latest else None
    events: list[Event] = []
    async for ticket, changed in _changed(client, api):
        latest = max(latest or changed, changed)
        if after is None or changed <= after:
            break  # without a cursor: from now on
        events += await _events(client, api, ticket, changed, after)
    return Caught(tuple(events), latest.isoformat() if latest else "")


async def note(client: httpx.AsyncClient, api: Api, conversation: str, note: Note) -> None:
    """Zammad knows no key of ours, so we look first whether the note came through an earlier time."""
    number = int(conversation)
    articles = await _ask(client, api, f"/api/v1/ticket_articles/by_ticket/{number}", {})
    if any(note.mark in pick.text(row, "body") for row in pick.rows({"told": articles}, "told")):
        return
    told = {"ticket_id": number, "body": note.text, "content_type": "text/plain", "type": "note", "internal": True,
            "sender": "Agent"}  # fmt: skip
    await _write(client, api, "POST", "/api/v1/ticket_articles", told)


async def assign(client: httpx.AsyncClient, api: Api, conversation: str, agent: str) -> None:
    """An owner who may not work in the ticket's group is for Zammad nobody, and the ticket is taken from whoever had
    it: then we give it back."""
    path = f"/api/v1/tickets/{int(conversation)}"
    before = pick.number(await _one(client, api, path), "owner_id")
    told = await _write(client, api, "PUT", path, {"owner_id": int(agent)})
    if pick.ident(told, "owner_id") == agent:
        return
    if before > int(zammad.NOBODY):
        await _write(client, api, "PUT", path, {"owner_id": before})
    raise LookupError(agent)


async def _changed(client: httpx.AsyncClient, api: Api) -> AsyncIterator[tuple[Body, datetime]]:
    """Tickets from the latest change back."""
    for page in range(1, MOST_PAGES + 1):
        listed = await _ask(client, api, "/api/v1/tickets/search", LATEST | {"page": str(page)})
        rows = pick.rows({"told": listed}, "told")
        for row in rows:
            if changed := pick.moment(row, "updated_at"):
                yield row, changed
        if len(rows) < PAGE:
            return


async def _events(client: httpx.AsyncClient, api: Api, ticket: Body, changed: datetime, after: datetime) -> list[Event]:
    """As if the ticket's webhooks came, with all its recent articles."""
    path = f"/api/v1/ticket_articles/by_ticket/{int(pick.ident(ticket, 'id'))}"
    listed = await _ask(client, api, path, {"expand": "true"})
    rows = pick.rows({"told": listed}, "told")
    recent = [row for row in rows if (at := pick.moment(row, "created_at")) and at > after]
    return list(zammad.read_ticket(ticket, recent, changed))


async def _one(client: httpx.AsyncClient, api: Api, path: str) -> Body:
    return pick.part({"told": await _ask(client, api, path, {})}, "told")


async def _ask(client: httpx.AsyncClient, api: Api, path: str, query: Mapping[str, str]) -> Any:
    answer = await client.get(f"{api.base}{path}", params=query, headers=_key(api))
    answer.raise_for_status()
    return answer.json()


async def _write(client: httpx.AsyncClient, api: Api, method: str, path: str, told: Body) -> Body:
    answer = await client.request(method, f"{api.base}{path}", json=told, headers=_key(api))
    answer.raise_for_status()
    return pick.part({"told": answer.json()}, "told")


def _key(api: Api) -> dict[str, str]:
    return {"authorization": f"Token token={api.token}"}
