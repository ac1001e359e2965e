"""Notes and assignments reach helpdesks on a socket: once, after crashes too; refusals reach whoever asked."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest

from bot.running import desk_jobs
from bot.settings.sections import Config
from handlers import deliver
from handlers.people import Person
from handlers.protocols import Chat
from storage import posts
from storage.db import Store
from tests.emulators import chatwoot, zammad, zendesk
from tests.handlers.stage import PEOPLE, Stage, text_of

Emulator = chatwoot.Chatwoot | zammad.Zammad | zendesk.Zendesk
ACCOUNTS = {"张主管": ("shop:7",), "小李": ("shop:3",), "阿明": ("shop:99",)}


@dataclass(frozen=True, slots=True)
class Vendor:
    """How its conversation is named here and there, and the key to its API."""

    emulator: Callable[[], Emulator]
    talk: str
    number: int
    token: str
    unknown: str  # what is said of a sub-account nobody has


VENDORS = {
    "chatwoot": Vendor(chatwoot.Chatwoot, "1-42", 42, chatwoot.TOKEN, "没有这个子账号"),
    "zammad": Vendor(zammad.Zammad, "81", 81, zammad.TOKEN, "没有这个子账号"),
    "zendesk": Vendor(zendesk.Zendesk, "5158", 5158, zendesk.TOKEN, "不接受（422）"),
}
every_vendor = pytest.mark.parametrize(
    ("store", "kind"), [("postgresql", "chatwoot"), *(("sqlite", kind) for kind in VENDORS)], indirect=["store"]
)


def config(base: str, token: str = chatwoot.TOKEN, kind: str = "chatwoot") -> Config:
    desk = {"kind": kind, "secret": "s", "api_base": base, "api_token": token}
    return Config.model_validate({"helpdesks": {"shop": desk, "mute": {"kind": kind, "secret": "s"}}})


def staff() -> tuple[Person, ...]:
    return tuple(replace(p, accounts=ACCOUNTS.get(p.name, p.accounts)) for p in PEOPLE)


@dataclass(slots=True)
class Shop:
    stage: Stage
    desk: Emulator
    config: Config
    number: int

    @property
    def notes(self) -> list[str]:
        return self.desk.notes(self.number)

    @property
    def holder(self) -> int | None:
        return self.desk.assignee[self.number]

    def delivers(self, wrap: Any = lambda chats: chats) -> None:
        """All that is due goes out, over a real connection."""
        asyncio.run(self._deliver(wrap))

    async def _deliver(self, wrap: Any) -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            desks: dict[str, Chat] = wrap(desk_jobs.open_desks(self.config, client))
            while await deliver.work(self.stage.ctx, {"sandbox": self.stage.chat, **desks}):
                pass

    def waits(self, seconds: float) -> None:
        self.stage.passes(seconds=seconds)

    def direct(self, person: str) -> list[dict[str, Any]]:
        return self.stage.cards(f"@{person}")


def staged(store: Store, settings: Config) -> Stage:
    stage = Stage(store, people=staff())
    stage.ctx = replace(stage.ctx, desks=desk_jobs.abilities(settings))
    stage.hearing = replace(stage.hearing, ctx=stage.ctx)
    return stage


@contextmanager
def shop(store: Store, kind: str = "chatwoot", token: str = "") -> Iterator[Shop]:
    """小李 serves a red conversation of a helpdesk, and 张主管 looks after it."""
    vendor = VENDORS[kind]
    desk = vendor.emulator()
    with desk.serving() as base:
        settings = config(base, token or vendor.token, kind)
        stage = staged(store, settings)
        told = Shop(stage, desk, settings, vendor.number)
        stage.carry = told.delivers
        stage.assigned("3", vendor.talk)
        stage.angry(vendor.talk)
        stage.press("张主管", "claim")
        yield told


def test_only_a_helpdesk_with_an_api_and_a_token_takes_jobs() -> None:
    for kind in VENDORS:
        assert desk_jobs.abilities(config("http://desk.test", "t", kind)) == {"shop": frozenset({"note", "assign"})}


@every_vendor
def test_a_whisper_is_a_private_note_too(store: Store, kind: str) -> None:
    with shop(store, kind) as told:
        told.stage.say("张主管", "私下提示 A1 先道歉", "@张主管")
        (note,) = told.notes
        assert note.startswith("张主管私下提示：先道歉\n—— 八哥 ")


@every_vendor
def test_a_crash_between_the_note_and_its_mark_leaves_one_note(store: Store, kind: str) -> None:
    """The process dies when the note stands and nobody has written that down; another one takes it up again."""

    class Dies:
        name, editable, keyed = "note:shop", False, True

        def __init__(self, chat: Chat):
            self._chat = chat

        async def send(self, *told: Any) -> str:
            await self._chat.send(*told)
            raise SystemExit

    with shop(store, kind) as told:
        told.stage.carry = lambda: None
        told.stage.say("张主管", "私下提示 A1 先道歉", "@张主管")
        with pytest.raises(SystemExit):
            told.delivers(lambda desks: {**desks, "note:shop": Dies(desks["note:shop"])})
        assert len(told.notes) == 1
        told.stage.carry = told.delivers
        told.waits(30)
        assert len(told.notes) == 1
        with store.read() as tx:
            (post,) = posts.about(tx, "A1.n1")
        assert post.shown == post.wanted


@every_vendor
def test_an_answer_that_was_lost_makes_no_second_note(store: Store, kind: str) -> None:
    with shop(store, kind) as told:
        told.desk.faults = [0, 503]
        told.stage.say("张主管", "私下提示 A1 先道歉", "@张主管")
        told.waits(20)
        assert len(told.notes) == 1


@every_vendor
def test_taking_over_assigns_the_conversation(store: Store, kind: str) -> None:
    with shop(store, kind) as told:
        told.stage.say("张主管", "接管 A1")
        assert told.holder == 7


@every_vendor
def test_who_is_wanted_last_has_it_in_the_end(store: Store, kind: str) -> None:
    with shop(store, kind) as told:
        told.desk.faults = [503]
        told.stage.say("张主管", "接管 A1")
        told.stage.say("张主管", "转给 A1 小李")
        told.stage.say("老管", "转给 A1 张主管")
        told.waits(20)
        assert told.holder == 7


@every_vendor
def test_a_sub_account_that_does_not_exist_takes_the_conversation_from_nobody(store: Store, kind: str) -> None:
    with shop(store, kind) as told:
        told.stage.say("张主管", "转给 A1 阿明")
        assert told.holder == 3
        said = text_of(told.direct("张主管")[-1])
        assert VENDORS[kind].unknown in said
        assert "手动分配给阿明" in said


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", VENDORS)
@pytest.mark.parametrize(("status", "why"), [(403, "没有这个权限"), (404, "找不到这段会话")])
def test_a_refusal_is_told_to_whoever_asked(store: Store, kind: str, status: int, why: str) -> None:
    with shop(store, kind) as told:
        told.desk.faults = [status]
        told.stage.say("张主管", "接管 A1")
        said = text_of(told.direct("张主管")[-1])
        assert why in said
        assert "手动分配给自己" in said
        assert told.direct("老管") == []


@every_vendor
def test_a_wrong_token_is_told_for_notes_and_the_private_message_still_comes(store: Store, kind: str) -> None:
    with shop(store, kind, "wrong:token") as told:
        told.stage.say("张主管", "私下提示 A1 先道歉", "@张主管")
        assert any("没能写进客服系统的备注" in text_of(card) for card in told.direct("张主管"))
        assert any("先道歉" in text_of(card) for card in told.direct("小李"))
