"""What webhooks have lost is asked for, from small stand-ins of the vendors' APIs."""

import base64
import json
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.helpdesks import chatwoot, chatwoot_api, django_helpdesk, django_helpdesk_api
from bot.helpdesks.contract import Api, Caught, Since
from rules import events
from rules.events import Assigned, MessageAdded, StatusChanged
from tests.bot.helpdesks import vendors
from tests.bot.helpdesks.vendors import NOW
from tests.emulators.chatwoot import Chatwoot

BASE = "http://helpdesk.test/"


async def ask(since: Since, app: Starlette, token: str, cursor: str) -> Caught:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        return await since(client, Api(BASE, token), cursor)


async def test_the_first_question_to_chatwoot_only_sets_the_cursor() -> None:
    assert await ask(chatwoot_api.since, Chatwoot().app, "t0ken", "") == Caught((), "1795144600")


async def test_chatwoot_tells_the_conversations_and_messages_since_then() -> None:
    caught = await ask(chatwoot_api.since, Chatwoot().app, "t0ken", "1795144450")
    assert caught.cursor == "1795144600"
    said = [event for event in caught.events if isinstance(event, MessageAdded)]
    assert {event.about.id for event in said} == {"1-46", "1-45", "1-44"}
    # The cursor goes back a minute: all of 46 and 45, and of 44 those of its last ten seconds.
    assert len({event.message.id for event in said}) == len(said) == 50 + 50 + 10
    assert sum(isinstance(event, StatusChanged) for event in caught.events) == 3
    assert {event.agent for event in caught.events if isinstance(event, Assigned)} == {"5"}


async def test_what_chatwoot_told_by_webhook_has_the_same_keys_when_asked_for() -> None:
    woot = Chatwoot()
    told = json.loads(vendors.fixture("chatwoot", "message_incoming"))
    woot.messages[42] = [woot.messages[42][-1] | {"id": 123}]
    caught = await ask(chatwoot_api.since, woot.app, "t0ken", "1795144150")
    (webhook,) = chatwoot.read(vendors.dumped(told), {}, NOW).events
    assert events.key(webhook) in {events.key(event) for event in caught.events}


async def test_a_refused_token_is_an_error_and_no_silence() -> None:
    with pytest.raises(httpx.HTTPStatusError):
        await ask(chatwoot_api.since, Chatwoot().app, "wrong", "1795144450")


class Desk:
    """`GET` of django-helpdesk's API: tickets, and follow-ups from the oldest on."""

    def __init__(self, tickets: int) -> None:
        self.tickets = {n: self.ticket(n) for n in range(1, tickets + 1)}
        self.steps = [step for ticket in self.tickets.values() for step in ticket["followup_set"]]
        self.asked: list[str] = []
        self.app = Starlette(
            routes=[Route("/api/followups/", self.listed), Route("/api/tickets/{number:int}/", self.one)]
        )

    def ticket(self, number: int) -> Any:
        told = json.loads(vendors.fixture("django_helpdesk", "reply"))["ticket"]
        steps = [
            step | {"id": number * 10 + k, "ticket": number, "date": f"2026-11-20T10:{number:02}:{k:02}+08:00"}
            for k, step in enumerate(told["followup_set"])
        ]
        return told | {"id": number, "followup_set": steps}

    def listed(self, request: Request) -> Response:
        size, page = int(request.query_params["page_size"]), request.query_params["page"]
        number = -(-len(self.steps) // size) if page == "last" else int(page)
        rows = self.steps[(number - 1) * size : number * size]
        return JSONResponse({"count": len(self.steps), "next": None, "previous": None, "results": rows})

    def one(self, request: Request) -> Response:
        user = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        self.asked.append(f"{user} {request.path_params['number']}")
        return JSONResponse(self.tickets[request.path_params["number"]])


async def test_django_helpdesk_tells_the_tickets_with_follow_ups_since_then() -> None:
    desk = Desk(5)
    caught = await ask(django_helpdesk_api.since, desk.app, "bot:pass:word", "2026-11-20T10:04:30+08:00")
    assert desk.asked == ["bot:pass:word 4", "bot:pass:word 5"]
    assert caught.cursor == "2026-11-20T10:05:01+08:00"
    body = vendors.dumped({"ticket": desk.tickets[4]})
    assert caught.events[:3] == django_helpdesk.read(body, {}, NOW).events


async def test_older_pages_are_turned_until_the_cursor_is_reached() -> None:
    desk = Desk(59)
    first = await ask(django_helpdesk_api.since, desk.app, "bot:x", "2026-11-20T10:01:30+08:00")
    assert len(desk.asked) == 59
    assert sum(isinstance(event, MessageAdded) for event in first.events) == 118
    desk.asked.clear()
    again = await ask(django_helpdesk_api.since, desk.app, "bot:x", first.cursor)
    assert (len(desk.asked), again.cursor) == (1, first.cursor)


async def test_the_first_question_to_django_helpdesk_only_sets_the_cursor() -> None:
    assert await ask(django_helpdesk_api.since, Desk(3).app, "bot:x", "") == Caught((), "2026-11-20T10:03:01+08:00")
    assert await ask(django_helpdesk_api.since, Desk(0).app, "bot:x", "") == Caught((), "")
