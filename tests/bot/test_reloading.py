"""A shop's packs and models change while the bot runs: taken over as a whole, or not at all, and told once."""

import os
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from bot import engine
from bot.engine import Live
from bot.running.reloading import Reloading
from rules import learn
from rules.model import Speaker
from storage import models
from storage.db import Store
from storage.models import NewModel
from tests.bot.test_training import model
from tests.handlers.stage import Stage, text_of
from tests.handlers.stage import engine as shipped

__all__ = ["model"]
TIMES = count(1)
PACK = """
[keywords.feather]
terms = ["掉羽毛"]

[[rule]]
id = "feather"
version = {version}
title = "掉羽毛"
kind = "risk"
severity = "{severity}"
says = "客户说掉羽毛"
when = {{any = ["feather"]}}
advice = "先道歉，再换一只。"
examples.yes = ["一直掉羽毛"]
examples.no = ["羽毛很好看"]
"""


def write(folder: Path, text: str, name: str = "shop.toml") -> None:
    """Saved at another moment than whatever stood there."""
    path = folder / name
    path.write_text(text, encoding="utf8")
    moment = 1_700_000_000 + next(TIMES)
    os.utime(path, (moment, moment))


class Shop:
    """A stage whose engine is swapped."""

    def __init__(self, store: Store, folder: Path):
        self.folder = folder
        self.live = Live(shipped())
        self.stage = Stage(store)
        self.stage.ctx = replace(self.stage.ctx, engine=self.live)
        self.reloading = Reloading(self.stage.ctx, self.live, str(folder))

    def looks(self) -> int:
        """Long enough for a change to settle."""
        done = sum(self.reloading.look() for _ in range(3))
        self.stage.settle()
        return done

    def saves(self, version: int = 1, severity: str = "red") -> int:
        write(self.folder, PACK.format(version=version, severity=severity))
        return self.looks()


@pytest.fixture
def shop(sqlite_store: Store, tmp_path: Path) -> Shop:
    return Shop(sqlite_store, tmp_path)


def test_a_new_rule_alerts_without_a_restart_and_is_told_to_admins(shop: Shop) -> None:
    shop.stage.customer("一直掉羽毛", "c1")
    assert shop.stage.cards("leads") == []
    assert shop.saves() == 1
    (told,) = shop.stage.cards("leads")
    assert "掉羽毛" in text_of(told)
    assert shop.stage.cards("team") == []
    shop.stage.customer("一直掉羽毛", "c2")
    assert "掉羽毛" in shop.stage.cards("leads")[-1]["title"]


def test_what_was_said_before_is_read_anew_when_the_conversation_goes_on(shop: Shop) -> None:
    shop.stage.customer("一直掉羽毛")
    shop.saves()
    shop.stage.customer("喂喂喂")
    assert "掉羽毛" in shop.stage.card("leads")["title"]


def test_a_mistake_keeps_the_old_packs_and_is_told_once_with_file_and_line(shop: Shop) -> None:
    shop.saves()
    held = shop.live.held()
    assert shop.saves(severity="scarlet") == 0
    assert shop.live.held() is held
    assert shop.looks() == 0
    told = shop.stage.cards("leads")[-1]
    assert "shop 第 10 行" in text_of(told)
    assert len(shop.stage.cards("leads")) == 2
    shop.stage.customer("一直掉羽毛")
    assert "掉羽毛" in shop.stage.card("leads")["title"]


def test_a_file_that_is_being_saved_is_left_alone_until_it_settles(shop: Shop) -> None:
    write(shop.folder, "[[rule")
    shop.reloading.look()
    write(shop.folder, PACK.format(version=1, severity="red"))
    assert shop.looks() == 1
    assert len(shop.stage.cards("leads")) == 1


def test_a_file_in_another_encoding_is_a_mistake_with_a_line(shop: Shop) -> None:
    (shop.folder / "gbk.toml").write_bytes("# 规则\n[keywords.掉毛]\n".encode("gbk"))
    assert shop.looks() == 0
    assert "gbk 第 1 行" in text_of(shop.stage.cards("leads")[-1])


def test_a_folder_that_is_gone_keeps_what_was_read(shop: Shop) -> None:
    shop.saves()
    (shop.folder / "shop.toml").unlink()
    shop.folder.rmdir()
    assert shop.looks() == 0
    assert "不存在" in text_of(shop.stage.cards("leads")[-1])
    assert shop.live.packs.rule("feather") is not None


def test_changes_are_told_by_what_they_are(shop: Shop) -> None:
    shop.saves()
    shop.saves(version=2)
    assert "改了 1 条规则：掉羽毛" in text_of(shop.stage.cards("leads")[-1])
    shop.saves(version=2, severity="orange")
    assert "版本号没变" in text_of(shop.stage.cards("leads")[-1])
    (shop.folder / "shop.toml").unlink()
    shop.looks()
    assert "去掉 1 条规则" in text_of(shop.stage.cards("leads")[-1])


def test_touching_a_file_changes_nothing(shop: Shop) -> None:
    shop.saves()
    held = shop.live.held()
    assert shop.saves() == 0
    assert shop.live.held() is held
    assert len(shop.stage.cards("leads")) == 1


def test_a_batch_at_work_uses_one_set_throughout(shop: Shop) -> None:
    """The packs are swapped in the middle of a batch: after the messages were read, before they are screened."""
    at_work = shop.live.held()
    swapped: list[str] = []

    class Swapping(Live):
        def held(self) -> engine.Engine:
            held = super().held()
            if not swapped:
                swapped.append("once")
                write(shop.folder, PACK.format(version=1, severity="red"))
                self.swap(held.with_packs(engine.read(str(shop.folder))))
            return held

    ctx = replace(shop.stage.ctx, engine=Swapping(at_work))
    shop.stage.ctx = ctx
    shop.stage.hears(shop.stage.message("customer", "一直掉羽毛"))
    assert shop.stage.cards("leads") == []
    shop.stage.customer("一直掉羽毛呀")
    assert "掉羽毛" in shop.stage.card("leads")["title"]


def test_only_what_changed_is_read_again(shop: Shop) -> None:
    """A new term leaves the costly sentiment as it was stored."""
    text = "一直掉羽毛"
    stored = shop.live.stored(text, Speaker.CUSTOMER)
    assert '"m":' in stored
    doctored = stored.replace('"m":' + stored.partition('"m":')[2].partition(",")[0], '"m":0.1234')
    shop.saves()
    again = shop.live.recalled(doctored, text, Speaker.CUSTOMER)
    assert again.sentiment == 0.1234
    assert ("feather", 2, 5) in again.terms


def test_a_model_in_use_scores_and_is_noted_with_conversation_and_finding(shop: Shop, model: learn.Learnt) -> None:
    new = NewModel("risk", model.version, 200, {}, learn.write(model))
    shop.stage.store.transact(lambda tx: models.add(tx, new, shop.stage.at, use=True))
    assert shop.looks() == 1
    assert shop.live.model == f"risk {model.version}"
    shop.stage.angry()
    with shop.stage.store.read() as tx:
        noted = tx.exec_driver_sql("select model from conversation union select model from finding").scalars().all()
        rules = tx.exec_driver_sql("select rule from finding").scalars().all()
    assert noted == [f"risk {model.version}"]
    assert all("@" in rule for rule in rules)
    shop.stage.store.transact(lambda tx: models.roll_back(tx, "risk", shop.stage.at))
    shop.looks()
    assert shop.live.model == engine.COLD


def test_a_model_that_cannot_be_read_leaves_the_scores_as_they_are(shop: Shop) -> None:
    new = NewModel("risk", "x", 200, {}, b"nonsense")
    shop.stage.store.transact(lambda tx: models.add(tx, new, shop.stage.at, use=True))
    assert shop.looks() == 0
    assert shop.live.model == engine.COLD
