"""Thirty people vote at once on each platform's card: none is lost, each reads a word alone, the room reads none."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import Starling, build
from bot.settings.sections import Config
from handlers.calibrating import poll_sessions
from storage import ballots, calibrations
from storage.calibrations import Candidate
from tests.bot.chats.test_dingtalk_flow import until
from tests.emulators.dingtalk import DingTalk
from tests.emulators.feishu import Feishu

VOTERS = [f"ou_user{n:02}" for n in range(30)]
ROLES = ("lead", "qa", "agent")
EXCERPT = (("客户", "买了三天就降价，能退差价吗？"), ("客服", "亲，超过活动规则不支持的哦"))


def config(folder: Path, chat: str, room: str, settings: dict[str, Any]) -> Config:
    people = [{"name": f"同事{id_}", "role": ROLES[n % 3], chat: id_} for n, id_ in enumerate(VOTERS)]
    return Config.model_validate(
        {
            "database": {"url": f"sqlite:///{folder / 'starling.db'}"},
            chat: settings,
            "rooms": [{"name": "共评群", "chat": chat, "id": room, "wants": ["polls"]}],
            "people": people,
            "schedule": {"calibration": ""},
        }
    )


@asynccontextmanager
async def voting(told: Config, connected: Callable[[], bool]) -> AsyncIterator[Starling]:
    """Open for ten seconds already, with one question."""
    built = await asyncio.to_thread(build, told)
    now = built.ctx.now()
    question = Candidate("shop:c1", "m1", None, "", "售后", "score", EXCERPT, ())

    def seed(tx: Any) -> None:
        session = calibrations.propose(tx, [question], now, now)
        assert session is not None
        calibrations.change(
            tx, session, state="confirmed", confirmed_by="同事ou_user01", opened_at=now - timedelta(seconds=10)
        )

    async with built.running():
        await until(connected)
        await asyncio.to_thread(built.store.transact, seed)
        await asyncio.to_thread(poll_sessions.work, built.ctx)
        built.outgoing.wake()
        yield built


def tallied(running: Starling) -> None:
    with running.store.read() as tx:
        assert ballots.voters(tx, [1]) == {1: 30}
        ledger = ballots.from_ledger(tx, 1)
        assert sorted(ledger) == sorted(f"同事{id_}" for id_ in VOTERS)
        assert {name: vote.choice for name, vote in ledger.items() if vote.choice == "keep"}
        assert sorted(map(repr, ledger.values())) == sorted(map(repr, ballots.votes(tx, 1)))


@pytest.fixture
def dingtalk() -> Iterator[DingTalk]:
    with DingTalk() as emulator:
        emulator.state.users.update(VOTERS)
        yield emulator
        assert emulator.state.violations == []


async def test_thirty_votes_on_dingtalk_s_card_cost_no_call_and_none_is_lost(
    dingtalk: DingTalk, tmp_path: Path
) -> None:
    room = "cid-leads=="
    settings = dingtalk.settings(template=True).model_dump() | {"client_secret": dingtalk.state.client_secret}
    async with voting(config(tmp_path, "dingtalk", room, settings), lambda: dingtalk.connected == 1) as running:
        await until(lambda: dingtalk.cards(room))
        (card,) = dingtalk.cards(room)
        before = len(dingtalk.calls("card/instances"))
        words = ("扣分·轻", "扣分·中", "扣分·重", "不扣", "不确定")
        pressing = [dingtalk.press(card.key, words[n % 5], user) for n, user in enumerate(VOTERS)]
        seen = await asyncio.gather(*map(asyncio.wrap_future, pressing))
        assert all(one.ok and one.toast.startswith("记下了：Q1") for one in seen), [one for one in seen if not one.ok]
        tallied(running)
        assert "已投 0 人" in card.params["state"]
        assert len(dingtalk.calls("card/instances")) == before


async def test_thirty_votes_on_feishu_s_card(tmp_path: Path) -> None:
    with Feishu() as feishu:
        app = feishu.state
        settings = {"app_id": app.app_id, "app_secret": app.app_secret, "domain": feishu.url}
        async with voting(
            config(tmp_path, "feishu", "oc_leads", settings), lambda: bool(feishu.gateway.connections)
        ) as running:
            await until(lambda: feishu.cards("oc_leads"))
            (post,) = feishu.cards("oc_leads")
            values = [feishu.button(post.id, word) for word in ("扣分", "不扣", "不确定")]
            pressing = [asyncio.to_thread(feishu.press, post.id, values[n % 3], id_) for n, id_ in enumerate(VOTERS)]
            seen = await asyncio.gather(*pressing)
            assert {one.code for one in seen} == {0}
            assert all("记下了" in str(one.toast) and one.card is None for one in seen)
            tallied(running)


async def test_without_private_buttons_the_room_s_card_has_none_and_points_elsewhere(
    dingtalk: DingTalk, tmp_path: Path
) -> None:
    room = "cid-leads=="
    settings = dingtalk.settings(template=False).model_dump() | {"client_secret": dingtalk.state.client_secret}
    async with voting(config(tmp_path, "dingtalk", room, settings), lambda: dingtalk.connected == 1) as running:
        await until(lambda: dingtalk.messages(room))
        (posted,) = dingtalk.messages(room)
        assert "dtmd://" not in str(posted.body)
        assert "投票 Q1 扣分" in str(posted.body)
        assert await asyncio.wrap_future(dingtalk.say(room, VOTERS[0], "投票 1 扣分"))
        assert await asyncio.wrap_future(dingtalk.say(f"@{VOTERS[1]}", VOTERS[1], "投票 1 不扣"))

        def counted() -> int:
            with running.store.read() as tx:
                return ballots.voters(tx, [1])[1]

        await until(lambda: counted() == 1)
        with running.store.read() as tx:
            assert list(ballots.from_ledger(tx, 1)) == [f"同事{VOTERS[1]}"]
        assert len(dingtalk.messages(room)) == 1
