"""A stage for stories: the real handlers, store and sandbox chat, and a clock that only moves when told."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from bot.chats.sandbox import SandboxChat
from bot.engine import Engine, load
from bot.running.hearing import Hearing
from bot.turns import Turns
from bot.web.live import Hub
from handlers import deliver, tick
from handlers.context import Context
from handlers.people import Directory, Person, Room
from handlers.protocols import Pressed, Reply, Said
from handlers.watching import disclosures
from rules import events
from rules.policy import Policy
from storage import inbox, sandbox
from storage.db import Store
from storage.inbox import NewRow

START = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)  # 14:00 in Shanghai
PEOPLE = (
    Person("张主管", "lead", "售后", ids={"sandbox": "张主管"}),
    Person("王主管", "lead", "售前", ids={"sandbox": "王主管"}),
    Person("老管", "admin", ids={"sandbox": "老管"}),
    Person("陈质检", "qa", ids={"sandbox": "陈质检"}),
    Person("阿明", "senior", "售后", ("shop:aming",), {"sandbox": "阿明"}),
    Person("小李", "agent", "售后", ("shop:xiaoli",), {"sandbox": "小李"}, "open"),
    Person("小周", "agent", "售后", ("shop:xiaozhou",), {"sandbox": "小周"}, "anonymous"),
)
ROOMS = (
    Room("主管群", "sandbox", "leads", audience="leads", wants=("alerts", "stars", "admin")),
    Room("团队群", "sandbox", "team", wants=("alerts", "stars")),
)


@cache
def engine() -> Engine:
    return load()


@dataclass(slots=True)
class Stage:
    store: Store
    policy: Policy = field(default_factory=Policy)
    at: datetime = START
    people: tuple[Person, ...] = PEOPLE
    rooms: tuple[Room, ...] = ROOMS
    ctx: Context = field(init=False)
    chat: SandboxChat = field(init=False)
    hearing: Hearing = field(init=False)
    carry: Callable[[], None] = field(init=False)  # takes out what is due
    _count: int = 0

    def __post_init__(self) -> None:
        people = Directory(self.people, self.rooms)
        self.ctx = Context(
            self.store, engine(), self.policy, people, lambda: self.at, editable=frozenset({"sandbox"}),
            patience=60,  # a busy machine makes no answer too slow
        )  # fmt: skip
        self.chat = SandboxChat(self.store, Hub(), lambda: self.at)
        self.hearing = Hearing(self.ctx, lambda: None, Turns(1e6))  # its clock stands still while much is said
        self.carry = lambda: asyncio.run(self._deliver())

    def number(self) -> int:
        self._count += 1
        return self._count

    def passes(self, *, seconds: float = 0, minutes: float = 0) -> None:
        """Time goes by in steps short enough for every limit, then everything due happens."""
        end = self.at + timedelta(seconds=seconds, minutes=minutes)
        while self.at < end:
            self.at = min(end, self.at + timedelta(seconds=20))
            self.settle()

    def settle(self) -> None:
        while tick.tick(self.ctx):
            pass
        self.carry()

    async def _deliver(self) -> None:
        while await deliver.work(self.ctx, {"sandbox": self.chat}):
            pass

    def hears(self, *told: dict[str, Any]) -> None:
        """Events of the generic webhook arrive, are kept and worked on."""
        self.keeps(*told)
        self.settle()

    def keeps(self, *told: dict[str, Any]) -> None:
        """They arrive, and nobody has worked on them yet."""
        rows = []
        for body in told:
            event = events.read(body)
            assert event is not None, body
            where = f"shop:{body['conversation']['id']}" if "conversation" in body else ""
            text = json.dumps(events.write(event))
            rows.append(NewRow("shop", where, body["type"], f"shop:{events.key(event)}", text, self.at))
        self.store.transact(lambda tx: inbox.add(tx, rows))

    def message(self, speaker: str, text: str, conversation: str = "c1", **more: Any) -> dict[str, Any]:
        about: dict[str, Any] = {"id": conversation, "channel": "chat", "shop": "云雀旗舰店", "team": "售后"}
        about |= {"customer": {"id": "u9", "name": "王女士"}}
        said = {"id": f"m{self.number()}", "at": self.at.isoformat(), "from": speaker, "text": text, **more}
        return {"type": "message", "conversation": about, "message": said}

    def customer(self, text: str, conversation: str = "c1") -> None:
        self.hears(self.message("customer", text, conversation))

    def agent(self, text: str, conversation: str = "c1", agent: str = "xiaoli") -> None:
        self.hears(self.message("agent", text, conversation, agent=agent))

    def assigned(self, agent: str, conversation: str = "c1") -> None:
        about = {"id": conversation}
        self.hears({"type": "assigned", "conversation": about, "agent": agent, "at": self.at.isoformat()})

    def resolved(self, conversation: str = "c1") -> None:
        about = {"id": conversation}
        self.hears({"type": "status", "conversation": about, "status": "resolved", "at": self.at.isoformat()})

    def rated(self, score: int, conversation: str = "c1") -> None:
        rating = {"score": score, "comment": "", "at": self.at.isoformat()}
        self.hears({"type": "rated", "conversation": {"id": conversation}, "rating": rating})

    def tell_everybody(self) -> None:
        """The disclosure reaches everybody who serves customers."""
        disclosures.work(self.ctx)
        self.settle()

    def angry(self, conversation: str = "c1") -> None:
        """A customer whose matter turns red."""
        for text in ("退款怎么还没到，都第几天了", "问了三遍了，你们到底管不管", "再不解决我就投诉到12315"):
            self.customer(text, conversation)

    def cards(self, room: str = "leads") -> list[dict[str, Any]]:
        with self.store.read() as tx:
            return [{**s.body, "key": s.key} for s in sandbox.in_room(tx, room) if s.kind == "card"]

    def card(self, room: str = "leads") -> dict[str, Any]:
        """The only alert of its room."""
        (only,) = (card for card in self.cards(room) if card["kind"] in ("alert", "assist"))
        return only

    def press(self, person: str, action: str, room: str = "leads", *, event: str = "", card: int = 0) -> Reply:
        """Somebody presses a button of a card that stands in the room."""
        standing = self.cards(room)[card]
        value = next((b["value"] for b in standing["buttons"] if b["value"]), "A1")
        press = Pressed("sandbox", event or f"press{self.number()}", room, standing["key"], person, action, value)
        return self._told(self.hearing.pressed(press))

    def press_value(
        self, person: str, card: dict[str, Any], action: str, value: str, room: str, form: dict[str, str] | None = None
    ) -> Reply:
        """Somebody presses something of this very card, perhaps with words in its form."""
        event, direct = f"press{self.number()}", room.startswith("@")
        press = Pressed("sandbox", event, room, card["key"], person, action, value, form or {}, direct)
        return self._told(self.hearing.pressed(press))

    def say(self, person: str, text: str, room: str = "leads") -> None:
        said = Said("sandbox", f"said{self.number()}", room, person, text, direct=room.startswith("@"))
        asyncio.run(self.hearing.said(said))
        self.settle()

    def _told(self, answer: Any) -> Reply:
        reply: Reply = asyncio.run(answer)
        self.settle()
        return reply


def facts(card: dict[str, Any]) -> dict[str, str]:
    return {label: value for block in card["blocks"] if block["type"] == "facts" for label, value in block["rows"]}


def text_of(card: dict[str, Any]) -> str:
    return json.dumps(card, ensure_ascii=False)
