"""What webhooks have lost is asked for, from small stand-ins of the vendors' APIs."""

import base64
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.helpdesks import (
    chatwoot,
    chatwoot_api,
    django_helpdesk,
    django_helpdesk_api,
    zammad,
    zammad_api,
    zendesk,
    zendesk_api,
)
from bot.helpdesks.contract import Api, Caught, Since
from rules import events
from rules.events import Assigned, Invited, MessageAdded, Rated, StatusChanged
from rules.model import Speaker
from tests.bot.helpdesks import vendors
from tests.bot.helpdesks.vendors import NOW
from tests.emulators import zammad as a_zammad
from tests.emulators import zendesk as a_zendesk
from tests.emulators.chatwoot import Chatwoot

BASE = "http://helpdesk.test"


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


async def ask_zendesk(desk: a_zendesk.Zendesk, cursor: str) -> Caught:
    return await ask(zendesk_api.since, desk.app, a_zendesk.TOKEN, cursor)


async def test_zendesk_tells_from_the_first_question_on() -> None:
    desk = a_zendesk.Zendesk()
    desk.now += timedelta(hours=1)
    first = await ask_zendesk(desk, "")
    assert (first.events, first.cursor) == ((), f"1 {int(desk.now.timestamp())}")
    desk.now += timedelta(minutes=1)
    desk.says(5158, "到底什么时候能到？", by=9)
    desk.says(5158, "您好，马上催", by=3)
    desk.says(5158, "老客户", by=5, public=False)
    assert (await ask_zendesk(desk, first.cursor)).events == ()  # nothing of the last minute is told
    desk.now += timedelta(minutes=2)
    second = await ask_zendesk(desk, first.cursor)
    said = [event.message for event in second.events if isinstance(event, MessageAdded)]
    assert [(m.id, m.speaker, m.agent) for m in said] == [
        ("5158001", Speaker.CUSTOMER, None), ("5158002", Speaker.AGENT, "3"), ("5158003", Speaker.NOTE, "5")
    ]  # fmt: skip
    assert {event.about.id for event in second.events if isinstance(event, StatusChanged)} == {"5158"}
    assert (await ask_zendesk(desk, second.cursor)).events == ()


async def test_zendesk_s_pages_are_turned_until_the_stream_ends() -> None:
    desk = a_zendesk.Zendesk()
    first = await ask_zendesk(desk, "")
    for number in range(6000, 6007):
        desk.opens(number, "快递坏了")
    desk.now += timedelta(minutes=2)
    caught = await ask_zendesk(desk, first.cursor)
    assert {e.about.id for e in caught.events if isinstance(e, MessageAdded)} == {f"{n}" for n in range(6000, 6007)} | {
        "5158"
    }


async def test_what_zendesk_told_by_webhook_has_the_same_keys_when_asked_for() -> None:
    desk = a_zendesk.Zendesk()
    first = await ask_zendesk(desk, "")
    desk.now += timedelta(minutes=2)
    caught = await ask_zendesk(desk, first.cursor)
    told = json.loads(vendors.fixture("zendesk", "created"))
    told["detail"] |= {"description": desk.tickets[5158]["description"]}
    opened = zendesk.read(vendors.dumped(told), {}, NOW).events[-1]
    assert events.key(opened) in {events.key(event) for event in caught.events}


@pytest.mark.parametrize(("score", "kind"), [("good", Rated), ("bad", Rated), ("offered", Invited)])
async def test_zendesk_s_ratings_are_told_once(score: str, kind: type) -> None:
    desk = a_zendesk.Zendesk()
    cursor, keys = (await ask_zendesk(desk, "")).cursor, set()
    for _ in range(2):
        desk.touches(5158, satisfaction_rating={"id": 1, "score": score, "comment": "太慢"})
        desk.now += timedelta(minutes=5)
        caught = await ask_zendesk(desk, cursor)
        cursor = caught.cursor
        keys |= {events.key(event) for event in caught.events if isinstance(event, kind)}
    assert len(keys) == 1


async def ask_zammad(desk: a_zammad.Zammad, cursor: str) -> Caught:
    return await ask(zammad_api.since, desk.app, a_zammad.TOKEN, cursor)


async def test_zammad_tells_the_tickets_changed_since_then() -> None:
    desk = a_zammad.Zammad(5)  # one a minute
    assert await ask_zammad(desk, "") == Caught((), "2026-11-20T02:04:00+00:00")
    caught = await ask_zammad(desk, "2026-11-20T02:03:30+00:00")
    assert caught.cursor == "2026-11-20T02:04:00+00:00"
    assert {e.about.id for e in caught.events if isinstance(e, MessageAdded)} == {"83", "84", "85"}
    assert {e.agent for e in caught.events if isinstance(e, Assigned)} == {"3"}
    assert (await ask_zammad(a_zammad.Zammad(0), "")) == Caught((), "")


async def test_zammad_s_pages_are_turned_until_the_cursor_is_reached() -> None:
    desk = a_zammad.Zammad(120)
    caught = await ask_zammad(desk, "2026-11-20T02:00:00+00:00")
    assert sum(isinstance(event, MessageAdded) for event in caught.events) == 120
    desk.asked.clear()
    assert (await ask_zammad(desk, caught.cursor)).cursor == caught.cursor
    assert len(desk.asked) == 3  # one page, and the two tickets of the last minutes


async def test_what_zammad_told_by_webhook_has_the_same_keys_when_asked_for() -> None:
    desk = a_zammad.Zammad()
    caught = await ask_zammad(desk, "2026-11-20T01:59:00+00:00")
    ticket, article = desk.tickets[81], desk.articles[81][0]
    told = vendors.dumped({"ticket": ticket | {"group": {"name": ticket["group"]}}, "article": article})
    webhook = zammad.read(told, {}, NOW).events
    assert {events.key(event) for event in webhook} == {events.key(event) for event in caught.events}


@pytest.mark.parametrize(
    ("since", "desk"), [(zendesk_api.since, a_zendesk.Zendesk()), (zammad_api.since, a_zammad.Zammad())]
)
@pytest.mark.parametrize("cursor", ["", "2026-11-20T01:59:00+00:00 1795140000"])
async def test_a_token_that_is_refused_is_an_error_everywhere(since: Since, desk: Any, cursor: str) -> None:
    known = cursor if since is zendesk_api.since else cursor.partition(" ")[0]
    with pytest.raises(httpx.HTTPStatusError):
        await ask(since, desk.app, "a@b.example/token:wrong", known)
