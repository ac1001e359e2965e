"""From a vendor's signed webhook to its own API and back: a whisper becomes a note, 接管 an assignment."""

import json
from typing import Any

import pytest

from bot.helpdesks.registry import ADAPTERS
from bot.running import desk_jobs
from handlers.cards import words
from rules import events
from storage import conversations
from storage.db import Store
from tests.bot import test_desk_jobs as jobs
from tests.bot.helpdesks import vendors
from tests.handlers.stage import Stage, text_of

ANGRY = ("退款怎么还没到，都第几天了", "问了三遍了，你们到底管不管", "再不解决我就投诉到12315")


class Webhooks:
    """What a helpdesk sends us when its tickets change, as its fixtures have it."""

    def __init__(self, stage: Stage, kind: str) -> None:
        self.stage, self.kind = stage, kind
        self.adapter, self.sign = ADAPTERS[kind], vendors.SIGNERS[kind][1]

    def sends(self, name: str, ident: str, **told: Any) -> None:
        """Signed, verified, read and kept, as every call is; then worked on."""
        at = self.stage.at.isoformat().replace("+00:00", "Z")
        body = json.loads(vendors.fixture(self.kind, name))
        change = self._zendesk if self.kind == "zendesk" else self._zammad
        call = self.sign(vendors.dumped(change(body, ident, at, told)), at=self.stage.at)
        self.adapter.verify(call.body, call.headers, call.query, vendors.SECRET, self.stage.at)
        read = self.adapter.read(call.body, call.headers, self.stage.at)
        assert read.events
        self.stage.hears(*(events.write(event) for event in read.events))

    def _zendesk(self, body: Any, ident: str, at: str, told: dict[str, Any]) -> Any:
        if "text" in told:
            body["event"]["comment"] |= {"id": ident, "body": told["text"]}
        if "agent" in told:
            body["event"]["current"] = told["agent"]
        body["detail"]["via"] = {"channel": "native_messaging"}
        return body | {"time": at}

    def _zammad(self, body: Any, ident: str, at: str, told: dict[str, Any]) -> Any:
        body["article"] |= {"id": ident, "body": told.get("text", "麻烦您了"), "created_at": at, "type": "chat"}
        body["ticket"] |= {"updated_at": at, "owner_id": told.get("agent", "3"), "article_count": 3}
        return body


@pytest.mark.parametrize(
    ("store", "kind", "said", "assigned"),
    [
        ("sqlite", "zendesk", "comment_by_customer", "assigned"),
        ("postgresql", "zammad", "customer", "customer"),
    ],
    indirect=["store"],
)
def test_who_steps_in_is_seen_in_the_helpdesk(store: Store, kind: str, said: str, assigned: str) -> None:
    vendor = jobs.VENDORS[kind]
    desk = vendor.emulator()
    with desk.serving() as base:
        settings = jobs.config(base, vendor.token, kind)
        stage = jobs.staged(store, settings)
        shop = jobs.Shop(stage, desk, settings, vendor.number)
        stage.carry = shop.delivers
        webhooks = Webhooks(stage, kind)
        webhooks.sends(assigned, "1", agent="3")
        for number, text in enumerate(ANGRY, 10):
            webhooks.sends(said, f"{number}", text=text)
        assert stage.card()["state"] == "待认领"

        stage.say("张主管", "私下提示 A1 先道歉，再给时间", "@张主管")
        (note,) = shop.notes
        assert note.startswith("张主管私下提示：先道歉，再给时间")
        assert desk_jobs.SIGNED in note
        assert any("先道歉，再给时间" in text_of(card) for card in stage.cards("@小李"))

        stage.say("张主管", "接管 A1")
        assert shop.holder == 7
        webhooks.sends(assigned, "20", agent="7")
        with store.read() as tx:
            stored = conversations.load_one(tx, f"shop:{vendor.talk}")
        assert stored is not None
        assert stored.conversation.agent == "7"
        assert words.STATES["claimed"] in stage.card()["state"]
