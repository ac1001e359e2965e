"""What webhooks lost is fetched, kept once with its cursor, and asked for again after trouble."""

import asyncio

import httpx

from bot.helpdesks.contract import Api, Caught
from bot.routes import desks
from bot.settings.sections import Config
from bot.webhooks import gaps
from bot.webhooks.gaps import Source
from bot.webhooks.ingest import Desk, Keeper
from rules.events import About, MessageAdded
from rules.model import Message, Speaker
from storage import cursors, inbox
from storage.db import Store
from storage.inbox import Inbox

CONFIG = Config.model_validate(
    {
        "helpdesks": {
            "woot": {"kind": "chatwoot", "secret": "s", "api_base": "http://woot.test/", "api_token": "t"},
            "mute": {"kind": "chatwoot", "secret": "s"},
            "shop": {"kind": "generic", "secret": "s", "api_base": "http://shop.test", "api_token": "t"},
        }
    }
)


def told(number: int) -> MessageAdded:
    return MessageAdded(About("c1"), Message(f"m{number}", Speaker.CUSTOMER, "在吗"))


async def fill(store: Store, desk: Desk, answers: list[Caught | Exception]) -> tuple[list[str], int]:
    """One round for each answer: the cursors that were asked with, and how often somebody was woken."""
    asked: list[str] = []
    woken: list[int] = []
    rounds = len(answers)

    async def since(client: httpx.AsyncClient, api: Api, cursor: str) -> Caught:
        asked.append(cursor)
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    keeper = Keeper(store, Inbox(store), lambda: woken.append(1))
    async with httpx.AsyncClient() as client:
        task = asyncio.create_task(gaps.run(Source(desk, Api("http://woot.test", "t"), since), keeper, client, 0.0))
        while len(asked) <= rounds:  # asked once more, it has kept what it was told last
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    return asked, len(woken)


def test_only_helpdesks_with_an_api_and_a_token_are_asked() -> None:
    assert [source.desk.name for source in gaps.sources(CONFIG, desks(CONFIG))] == ["woot"]


def test_events_and_cursor_are_kept_together_and_trouble_is_asked_again(store: Store) -> None:
    answers: list[Caught | Exception] = [
        Caught((), "10"),
        httpx.ConnectError("down"),
        Caught((told(1), told(2)), "20"),
        Caught((told(2), told(3)), "30"),
    ]
    asked, woken = asyncio.run(fill(store, desks(CONFIG)["woot"], answers))
    assert asked[:4] == ["", "10", "10", "20"]
    assert woken == 2
    with store.read() as tx:
        assert cursors.get(tx, "woot") == "30"
        rows = inbox.rows_of(tx, ["woot:c1"])
    assert [row.key[-2:] for row in rows] == ["m1", "m2", "m2", "m3"]
