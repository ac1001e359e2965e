"""The chats of a config in the hands of the program: all their abilities, and keys that nobody else has."""

from pathlib import Path

from bot.app import build
from bot.settings.sections import Config
from handlers import posting
from handlers.protocols import Rings, Target
from tests.bot.chats.rigs.feishu_cards import ESCALATED
from tests.emulators.dingtalk import DingTalk
from tests.emulators.feishu import Feishu


def test_two_databases_have_different_keys_for_the_same_matter_and_each_keeps_its_own(tmp_path: Path) -> None:
    assert key_in(tmp_path / "a.db") != key_in(tmp_path / "b.db")
    assert key_in(tmp_path / "a.db") == key_in(tmp_path / "a.db")


def key_in(file: Path) -> str:
    starling = build(Config.model_validate({"database": {"url": f"sqlite:///{file}"}}))
    try:
        return posting.key_of(starling.ctx, posting.About("B1", "2026-11-20"), Target("feishu", "oc_leads"))
    finally:
        starling.painter.close()
        starling.store.close()


async def test_feishu_rings_people_and_dingtalk_does_not_pretend_to(tmp_path: Path) -> None:
    with Feishu() as feishu, DingTalk() as dingtalk:
        app = {"app_id": feishu.state.app_id, "app_secret": feishu.state.app_secret, "domain": feishu.url}
        database = {"url": f"sqlite:///{tmp_path / 'starling.db'}"}
        told = {"database": database, "feishu": app, "dingtalk": dingtalk.settings().model_dump()}
        starling = build(Config.model_validate(told))
        try:
            assert starling.ctx.urgent == {"feishu"}
            assert not isinstance(starling.chats["dingtalk"], Rings)
            chat = starling.chats["feishu"]
            assert isinstance(chat, Rings)
            message = await chat.send(Target("feishu", "oc_leads"), ESCALATED, "k1")
            await chat.urge(message, ["ou_zhang"])
            assert feishu.state.posts[message].urged == ["ou_zhang"]
        finally:
            starling.painter.close()
            await starling.client.aclose()
            starling.store.close()
