"""The demo: a shop made of thin air, an empty database, and a story told through the real signed webhook."""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from bot import log, serving
from bot.app import build
from bot.samples import cast, generator, library, story
from bot.settings.sections import Config
from handlers.errors import UserError
from rules import events, file

PATIENCE = 6.0  # seconds the story waits for somebody to open the page
LATER_PACE = 4.0  # seconds from one line to the next
THINKING = 3.0  # seconds an agent of the story takes to answer a whisper
VISITORS = 200
PEOPLE: tuple[dict[str, Any], ...] = (
    {"name": "张主管", "role": "lead"},
    {"name": "陈质检", "role": "qa"},
    {"name": "阿明", "role": "senior", "team": "售后", "accounts": ["demo:aming"], "praise": "open"},
    {"name": "小李", "role": "agent", "team": "售后", "accounts": ["demo:xiaoli"], "praise": "open"},
    {"name": "小周", "role": "agent", "team": "售前", "accounts": ["demo:xiaozhou"], "praise": "open"},
    {"name": "老管", "role": "admin"},
)
# Those who serve the customers after the story: their conversations can be listened to, once they have been told.
REST: tuple[dict[str, Any], ...] = tuple(
    {"name": agent.name, "role": "agent", "team": agent.team, "accounts": [f"demo:{agent.account}"]}
    for agent in cast.AGENTS
    if agent.account not in story.AGENTS
)
ROOMS: tuple[dict[str, Any], ...] = (
    {"name": "主管群", "id": "leads", "audience": "leads", "wants": ["alerts", "stars", "review", "admin"]},
    {"name": "客服团队群", "id": "team", "audience": "team", "wants": ["stars", "briefing"]},
    {"name": "质检群", "id": "qa", "audience": "leads", "wants": ["review"]},
)

WHEN_CALLED = {"at": "23:57", "preview": "23:53"}  # the morning never interrupts the story; 晨会 售后 shows one


@dataclass(slots=True)
class Stage:
    """Whether somebody is looking, and whether the story is over."""

    speed: float
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    over: bool = False

    def open(self) -> dict[str, Any]:
        """What the page is told when it asks."""
        self.opened.set()
        return {"speed": self.speed, "over": self.over}


def run(speed: float, port: int) -> None:
    """Until Ctrl-C; nothing is left behind."""
    log.setup(level="WARNING")
    serving.heed_endings()
    with tempfile.TemporaryDirectory(prefix="starling-demo-") as folder:
        secret = f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}"
        listening = _listen(port)
        chosen = listening.getsockname()[1]
        stage = Stage(speed)
        starling = build(config(Path(folder), secret, chosen), story=stage.open)
        library.fill(starling.store, datetime.now(UTC))

        async def tell(address: str) -> None:
            serving.say(f"八哥已就绪，打开看看：{address}/sandbox")
            serving.say("（按 Ctrl-C 结束）")
            await play(address, secret, stage)

        serving.run(starling, listening, tell)
    serving.say("再见，下次再聊。")


def config(folder: Path, secret: str, port: int) -> Config:
    return Config.model_validate(
        {
            "server": {"port": port, "public_url": f"http://127.0.0.1:{port}"},
            "database": {"url": f"sqlite:///{folder / 'demo.db'}"},
            "helpdesks": {story.HELPDESK: {"kind": "generic", "secret": secret}},
            "teams": [{"name": "售后"}, {"name": "售前"}],
            "rooms": [{"chat": "sandbox", **room} for room in ROOMS],
            "people": [*PEOPLE, *REST],
            "policy": dict(story.PACE),
            "briefing": dict(WHEN_CALLED),
        }
    )


async def play(address: str, secret: str, stage: Stage) -> None:
    """Send each beat of the story when its time has come, as a helpdesk would; begin when somebody looks."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stage.opened.wait(), PATIENCE)
    loop = asyncio.get_running_loop()
    began, speed = loop.time(), stage.speed
    async with httpx.AsyncClient(base_url=address, trust_env=False) as client, asyncio.TaskGroup() as together:
        listening = together.create_task(_answer_whispers(client, speed))
        for beat in story.beats():
            await asyncio.sleep(max(0.0, began + beat.at / speed - loop.time()))
            await _send(client, secret, stamped(beat.event, datetime.now(UTC)))
        stage.over = True
        for event in _afterwards():
            await asyncio.sleep(LATER_PACE / speed)
            await _send(client, secret, stamped(event, datetime.now(UTC)))
        listening.cancel()


async def _answer_whispers(client: httpx.AsyncClient, speed: float) -> None:
    """The agents of the story say 收到, as they would: by the button of their own card."""
    while True:
        await asyncio.sleep(THINKING / speed)
        for name in story.AGENTS.values():
            with contextlib.suppress(httpx.HTTPError):  # the next time, then
                await _answer(client, name)


async def _answer(client: httpx.AsyncClient, name: str) -> None:
    room = f"@{name}"
    for card in (await client.get(f"/sandbox/api/rooms/{room}/cards")).json():
        for button in card["buttons"] if card["kind"] == "whisper" else ():
            if button["action"] == "got_it":
                about = {"room": room, "key": card["key"], "person": name}
                told = about | {"action": button["action"], "value": button["value"]}
                await client.post("/sandbox/api/act", json=told)


def _afterwards() -> Iterator[dict[str, Any]]:
    """The story is told, but the shop stays open: other customers come, one after the other."""
    start = datetime.now(UTC)
    for line in generator.conversations(start.toordinal(), VISITORS, start):
        for event in file.events_of(file.read_conversation(line)):
            yield events.write(event)


def stamped(event: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The event with its time, where its type carries one."""
    at = now.isoformat()
    inner = {"message": "message", "rated": "rating", "review": "review"}.get(event["type"])
    if inner:
        return event | {inner: {**event[inner], "at": at}}
    if event["type"] == "order":
        return event | {"order": {"paid_at": at, **event["order"]}}
    return event | {"at": at}


async def _send(client: httpx.AsyncClient, secret: str, event: dict[str, Any]) -> None:
    body = json.dumps(event, ensure_ascii=False).encode()
    headers = signed(body, secret, f"msg_{uuid4().hex}", datetime.now(UTC))
    answer = await client.post(f"/in/{story.HELPDESK}", content=body, headers=headers)
    answer.raise_for_status()


def signed(body: bytes, secret: str, id_: str, now: datetime) -> dict[str, str]:
    """The headers of Standard Webhooks (github.com/standard-webhooks)."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    at = str(int(now.timestamp()))
    mac = hmac.new(key, f"{id_}.{at}.".encode() + body, hashlib.sha256).digest()
    signature = f"v1,{base64.b64encode(mac).decode()}"
    return {
        "webhook-id": id_,
        "webhook-timestamp": at,
        "webhook-signature": signature,
        "content-type": "application/json",
    }


def _listen(port: int):  # type: ignore[no-untyped-def]
    """The port asked for, else any free one."""
    try:
        return serving.listen("127.0.0.1", port)
    except UserError:
        return serving.listen("127.0.0.1", 0)
