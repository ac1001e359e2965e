"""Chatwoot's API: what we missed, private notes beside a conversation, and who it is assigned to."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from bot.helpdesks import chatwoot, pick
from bot.helpdesks.contract import Api, Caught, Note
from rules.events import Event

Body = Mapping[str, Any]
MOST_PAGES = 20  # of 25 conversations
MOST_LOOKS_BACK = 5  # of 20 messages
OVERLAP = 60  # seconds: an activity gets its time before it can be seen


async def since(client: httpx.AsyncClient, api: Api, cursor: str) -> Caught:
    """The cursor is the second of the latest activity that we have seen."""
    profile = await _get(client, api, "/api/v1/profile", {})
    after = int(cursor) - OVERLAP if cursor else 0
    latest, events = int(cursor or 0), []
    for account in pick.rows(profile, "accounts"):
        number = pick.ident(account, "id")
        async for conversation in _conversations(client, api, number, after):
            latest = max(latest, pick.number(conversation, "last_activity_at"))
            if not cursor:
                break  # from now on
            events += await _events(client, api, number, conversation, after)
    return Caught(tuple(events), str(latest) if latest else "")


async def note(client: httpx.AsyncClient, api: Api, conversation: str, note: Note) -> None:
    """Chatwoot knows no key of ours, so we look first whether the note came through an earlier time."""
    path = f"{_path(conversation)}/messages"
    latest = pick.rows(await _get(client, api, path, {}), "payload")
    if any(note.mark in pick.text(row, "content") for row in latest):
        return
    await _post(client, api, path, {"content": note.text, "message_type": "outgoing", "private": True})


async def assign(client: httpx.AsyncClient, api: Api, conversation: str, agent: str) -> None:
    """Chatwoot takes an agent it does not know for nobody, and answers 200: so we ask first whether there is one."""
    path = _path(conversation)
    staff = await _ask(client, api, f"{path.partition('/conversations/')[0]}/agents", {})
    if agent not in {pick.ident(row, "id") for row in pick.rows({"staff": staff}, "staff")}:
        raise LookupError(agent)
    await _post(client, api, f"{path}/assignments", {"assignee_id": int(agent)})


def _path(conversation: str) -> str:
    """Our "1-42" is conversation 42 of account 1."""
    account, _, number = conversation.partition("-")
    return f"/api/v1/accounts/{int(account)}/conversations/{int(number)}"


async def _conversations(client: httpx.AsyncClient, api: Api, account: str, after: int) -> AsyncIterator[Body]:
    """From the latest activity back."""
    asked = {"status": "all", "assignee_type": "all", "sort_by": "last_activity_at_desc"}
    for page in range(1, MOST_PAGES + 1):
        listed = await _get(client, api, f"/api/v1/accounts/{account}/conversations", asked | {"page": str(page)})
        rows = pick.rows(pick.part(listed, "data"), "payload")
        for row in rows:
            if pick.number(row, "last_activity_at") <= after:
                return
            yield row
        if not rows:
            return


async def _events(client: httpx.AsyncClient, api: Api, account: str, conversation: Body, after: int) -> list[Event]:
    """As if the conversation's own webhook came, with all its recent messages instead of the newest one."""
    path = f"/api/v1/accounts/{account}/conversations/{pick.ident(conversation, 'id')}/messages"
    messages = await _messages(client, api, path, after)
    told = {**conversation, "account": {"id": account}, "messages": messages}
    told["channel"] = pick.text(pick.part(conversation, "meta"), "channel")
    told["changed_attributes"] = [{"assignee_id": {}}]
    at = datetime.fromtimestamp(pick.number(conversation, "last_activity_at"), UTC)
    return list(chatwoot.read_conversation(told, at))


async def _messages(client: httpx.AsyncClient, api: Api, path: str, after: int) -> list[Body]:
    found: list[Body] = []
    asked: dict[str, str] = {}
    for _ in range(MOST_LOOKS_BACK):
        rows = pick.rows(await _get(client, api, path, asked), "payload")
        recent = [row for row in rows if pick.number(row, "created_at") > after]
        found = recent + found
        if not rows or len(recent) < len(rows):
            break
        asked = {"before": pick.ident(rows[0], "id")}
    return [{"sender_type": None, **row} for row in found]


async def _post(client: httpx.AsyncClient, api: Api, path: str, body: Body) -> None:
    answer = await client.post(api.base.rstrip("/") + path, json=body, headers={"api_access_token": api.token})
    answer.raise_for_status()


async def _get(client: httpx.AsyncClient, api: Api, path: str, query: Mapping[str, str]) -> Body:
    return pick.part({"told": await _ask(client, api, path, query)}, "told")


async def _ask(client: httpx.AsyncClient, api: Api, path: str, query: Mapping[str, str]) -> Any:
    answer = await client.get(api.base.rstrip("/") + path, params=query, headers={"api_access_token": api.token})
    answer.raise_for_status()
    return answer.json()
