"""Zendesk's API: what we missed, internal notes on a ticket, and who it is assigned to."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from bot.helpdesks import pick, zendesk
from bot.helpdesks.contract import Api, Caught, Note
from rules.events import Event, Invited, Rated
from rules.model import Rating

Body = Mapping[str, Any]
CHANGED = "/api/v2/incremental/tickets/cursor.json"  # may be asked ten times a minute
MOST_PAGES = 5
COMMENTS = {"include": "users", "sort": "-created_at", "page[size]": "100"}
NEWEST = 120  # seconds: what changed within the last minute is not told yet
OVERLAP = timedelta(minutes=10)
SCORES = {"good": 5, "bad": 1}
STAFF = ("agent", "admin")
TOKEN = "/token"  # noqa: S105  behind the address, when what follows is a token and no password


async def since(client: httpx.AsyncClient, api: Api, cursor: str) -> Caught:
    """Our cursor is Zendesk's own, and the second of Zendesk's clock in which it was given to us."""
    place, _, second = cursor.partition(" ")
    now = int(second) if place else _second(await _ask(client, api, "/api/v2/users/me.json"))
    asked = {"cursor": place} if place else {"start_time": str(now - NEWEST)}
    after = datetime.fromtimestamp(now, UTC) - OVERLAP if place else None
    events: list[Event] = []
    for _ in range(MOST_PAGES):
        answer = await _ask(client, api, CHANGED, asked)
        told, now = _body(answer), _second(answer)
        if after:  # else: from now on
            events += [e for ticket in pick.rows(told, "tickets") for e in await _events(client, api, ticket, after)]
        place = pick.text(told, "after_cursor") or place
        asked = {"cursor": place}
        if told.get("end_of_stream") is not False:
            break
    return Caught(tuple(events), f"{place} {now}" if place else "")


async def note(client: httpx.AsyncClient, api: Api, conversation: str, note: Note) -> None:
    """Zendesk knows no key of ours, so we look first whether the note came through an earlier time."""
    path = f"/api/v2/tickets/{int(conversation)}"
    latest = pick.rows(_body(await _ask(client, api, f"{path}/comments.json", COMMENTS)), "comments")
    if any(note.mark in pick.text(row, "body") for row in latest):
        return
    await _put(client, api, path, {"comment": {"body": note.text, "public": False}})


async def assign(client: httpx.AsyncClient, api: Api, conversation: str, agent: str) -> None:
    told = await _put(client, api, f"/api/v2/tickets/{int(conversation)}", {"assignee_id": int(agent)})
    if pick.ident(pick.part(told, "ticket"), "assignee_id") != agent:
        raise LookupError(agent)


async def _events(client: httpx.AsyncClient, api: Api, ticket: Body, after: datetime) -> list[Event]:
    """As if the ticket's webhooks came, one for each of its recent comments."""
    number, changed = pick.ident(ticket, "id"), pick.moment(ticket, "updated_at")
    if not number.isdigit() or changed is None or ticket.get("status") == "deleted":
        return []
    told = _body(await _ask(client, api, f"/api/v2/tickets/{number}/comments.json", COMMENTS))
    users = {pick.ident(user, "id"): user for user in pick.rows(told, "users")}
    events: list[Event] = []
    for row in reversed(pick.rows(told, "comments")):
        at = pick.moment(row, "created_at")
        if at and at > after:
            events += zendesk.comment(ticket, _as_told(ticket, row, users), at)
    return [*events, *zendesk.standing(ticket, changed), *_rating(ticket)]


def _rating(ticket: Body) -> Iterator[Event]:
    """When is not told; without a time the same rating is told once."""
    told, about = pick.part(ticket, "satisfaction_rating"), zendesk.about(ticket)
    score = SCORES.get(pick.text(told, "score"))
    if score:
        yield Rated(about, Rating(score, pick.text(told, "comment")))
    elif told.get("score") == "offered":
        yield Invited(about)


def _as_told(ticket: Body, row: Body, users: Mapping[str, Body]) -> Body:
    """A comment of the API as a webhook tells it."""
    author = pick.ident(row, "author_id")
    user = users.get(author)
    staff = pick.text(user, "role") in STAFF if user else author != pick.ident(ticket, "requester_id")
    writer = {"id": author, "name": pick.ident(user or {}, "name"), "is_staff": staff}
    words = pick.text(row, "plain_body") or pick.text(row, "body")
    return {**row, "body": words, "is_public": row.get("public"), "author": writer}


async def _put(client: httpx.AsyncClient, api: Api, path: str, ticket: Body) -> Body:
    answer = await client.put(f"{api.base}{path}.json", json={"ticket": ticket}, auth=_auth(api))
    answer.raise_for_status()
    return _body(answer)


async def _ask(
    client: httpx.AsyncClient, api: Api, path: str, query: Mapping[str, str] | None = None
) -> httpx.Response:
    answer = await client.get(f"{api.base}{path}", params=query or {}, auth=_auth(api))
    answer.raise_for_status()
    return answer


def _auth(api: Api) -> tuple[str, str]:
    """ "you@shop.com/token:KEY" as Zendesk writes it; "/token" may be left out."""
    user, _, key = api.token.partition(":")
    return user.removesuffix(TOKEN) + TOKEN, key


def _body(answer: httpx.Response) -> Body:
    return pick.part({"told": answer.json()}, "told")


def _second(answer: httpx.Response) -> int:
    """Of Zendesk's clock. Raises ValueError when the answer has no date."""
    return int(parsedate_to_datetime(answer.headers.get("date", "")).timestamp())
