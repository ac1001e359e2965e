"""The whole way with DingTalk: a signed webhook, screening, a card in the group, a press, and everybody sees it."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from bot.app import Starling, build
from bot.settings.sections import Config
from tests.emulators.dingtalk import DingTalk, Seen

LEADS = "cid-leads=="
SECRET = "whsec_" + base64.b64encode(b"a secret of at least twenty-four bytes").decode()


@pytest.fixture
def dingtalk() -> Iterator[DingTalk]:
    with DingTalk() as emulator:
        yield emulator
        assert emulator.state.violations == []


def config(dingtalk: DingTalk, folder: Path, *, template: bool) -> Config:
    settings = dingtalk.settings(template=template).model_dump()
    settings["client_secret"] = dingtalk.state.client_secret
    people = [("张主管", "lead", "zhang", []), ("小李", "agent", "xiaoli", ["shop:3"])]
    return Config.model_validate(
        {
            "database": {"url": f"sqlite:///{folder / 'starling.db'}"},
            "dingtalk": settings,
            "helpdesks": {"shop": {"kind": "generic", "secret": SECRET}},
            "teams": [{"name": "售后"}],
            "rooms": [{"name": "主管群", "chat": "dingtalk", "id": LEADS, "audience": "leads", "wants": ["alerts"]}],
            "people": [
                {"name": name, "role": role, "team": "售后", "dingtalk": id_, "accounts": accounts}
                for name, role, id_, accounts in people
            ],
        }
    )


@asynccontextmanager
async def starling(dingtalk: DingTalk, folder: Path, *, template: bool) -> AsyncIterator[Starling]:
    built = await asyncio.to_thread(build, config(dingtalk, folder, template=template))
    async with built.running():
        await until(lambda: dingtalk.connected == 1)
        yield built


async def until(true: Callable[[], Any], seconds: float = 30.0) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it never became true"
        await asyncio.sleep(0.05)


async def customer_says(starling: Starling, *texts: str) -> None:
    at = datetime.now(UTC)
    about = {"id": "c1", "channel": "chat", "team": "售后", "customer": {"id": "u9", "name": "王女士"}}
    events = [
        {
            "type": "message",
            "conversation": about,
            "message": {"id": f"m{n}", "at": at.isoformat(), "from": "customer", "text": text},
        }
        for n, text in enumerate(texts)
    ]
    body = json.dumps({"events": events}, ensure_ascii=False)
    signed = {
        "webhook-id": "w1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(SECRET).sign("w1", at, body),
    }
    transport = httpx.ASGITransport(starling.web)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        answer = await client.post("/in/shop", content=body.encode(), headers=signed)
    assert answer.status_code // 100 == 2


ANGRY = ("我问了三遍了还没人回", "你们是骗子吧，再不退款我就投诉到 12315", "太差劲了，我要投诉")


async def press(dingtalk: DingTalk, key: str, button: str, user: str) -> Seen:
    return await asyncio.wrap_future(dingtalk.press(key, button, user))


async def test_an_alert_is_claimed_on_the_card_and_everybody_sees_it(dingtalk: DingTalk, tmp_path: Path) -> None:
    async with starling(dingtalk, tmp_path, template=True) as running:
        await customer_says(running, *ANGRY)
        await until(lambda: dingtalk.cards(LEADS))
        (card,) = dingtalk.cards(LEADS)
        assert card.params["state"] == "待认领"
        refused = await press(dingtalk, card.key, "认领", "somebody")
        assert refused.toast
        assert card.params["state"] == "待认领"
        seen = await press(dingtalk, card.key, "认领", "zhang")
        assert seen.ok
        assert seen.seconds < 1.5
        assert card.params["state"] == "已认领"
        assert "张主管" in card.seen_by("chen")["body"]
        await asyncio.sleep(4.0)  # longer than a callback may stay open
        assert len(dingtalk.cards(LEADS)) == 1
        assert [c.method for c in dingtalk.calls("card/instances")].count("PUT") == 0


async def test_without_a_template_a_typed_command_claims_and_is_told_in_one_line(
    dingtalk: DingTalk, tmp_path: Path
) -> None:
    async with starling(dingtalk, tmp_path, template=False) as running:
        await customer_says(running, *ANGRY)
        await until(lambda: dingtalk.messages(LEADS))
        (alert,) = dingtalk.messages(LEADS)
        assert alert.kind.startswith("sampleActionCard")
        assert await asyncio.wrap_future(dingtalk.say(LEADS, "zhang", "认领 A1"))
        await until(lambda: len(dingtalk.messages(LEADS)) == 2)
        told = dingtalk.messages(LEADS)[1].body["content"]
        assert "#A1" in told
        assert "张主管" in told
        assert "认领" in told


async def test_an_answer_without_buttons_is_given_in_the_room_without_touching_the_quota(
    dingtalk: DingTalk, tmp_path: Path
) -> None:
    async with starling(dingtalk, tmp_path, template=True):
        assert await asyncio.wrap_future(dingtalk.say(LEADS, "zhang", "值班"))
        await until(lambda: dingtalk.messages(LEADS))
        assert dingtalk.messages(LEADS)[0].via == "session"
        assert dingtalk.state.counted == 0
