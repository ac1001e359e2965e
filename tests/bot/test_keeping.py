"""A backup while it is served, forgetting a customer, and reading who did what."""

import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.programs import keeping
from bot.running import errands
from bot.settings.sections import Config
from bot.webhooks.ingest import utc_now
from handlers.errors import UserError
from storage import audit, conversations, erasure, migrations, posts
from storage import tables as t
from storage.db import Store
from tests.handlers.stage import START, Stage, text_of

SECRET = "再不解决我就投诉到12315"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A database with an angry customer, a claim and a refusal."""
    config = Config.model_validate({"database": {"url": f"sqlite:///{tmp_path / 's.db'}"}})
    with Store.open(config.database.url, exclusive=True) as store:
        migrations.upgrade(store)
        stage = Stage(store)
        stage.angry()
        stage.say("张主管", "私下提示 A1 先安抚")
        stage.say("小周", "认领 A1")
        stage.say("张主管", "误报 A1 =1+1")
    return config


def dumped(path: Path) -> str:
    with sqlite3.connect(path) as found:
        return "\n".join(found.iterdump())


def test_a_backup_is_whole_and_is_never_written_over(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "copy.db"
    with Store.open(config.database.url, exclusive=True):  # somebody serves it
        keeping.backup(config.database.url, out)
    assert "备份好了" in capsys.readouterr().out
    assert SECRET in dumped(out)
    assert out.stat().st_mode & 0o077 == 0
    with pytest.raises(UserError, match="已经有了"):
        keeping.backup(config.database.url, out)


def test_postgresql_is_told_its_own_tool_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="pg_dump") as told:
        keeping.backup("postgresql+psycopg://star:hush@db/starling", tmp_path / "x")
    assert "hush" not in str(told.value)


def test_erasing_asks_first(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    assert keeping.erase(config, "c1", "", "", sure=False) == 1
    assert "--yes" in capsys.readouterr().out
    with Store.open(config.database.url) as store, store.read() as tx:
        assert conversations.load_one(tx, "shop:c1")


@pytest.mark.parametrize("given", [("c1", ""), ("shop:c1", ""), ("", "u9")])
def test_nothing_of_an_erased_customer_is_left_in_the_file(
    config: Config, tmp_path: Path, given: tuple[str, str]
) -> None:
    assert keeping.erase(config, *given, "", sure=True) == 0
    left = dumped(tmp_path / "s.db")
    for word in (SECRET, "王女士", "u9", "投诉到"):
        assert word not in left, word
    with Store.open(config.database.url) as store, store.read() as tx:
        assert "erase" in [line.action for line in audit.since(tx, START, {})]
        assert conversations.load_one(tx, "shop:c1")  # that there was one is still counted


def test_cards_forget_too_when_the_chat_can_be_edited(config: Config) -> None:
    keeping.erase(config, "c1", "", "", sure=True)
    with Store.open(config.database.url, exclusive=True) as store:
        stage = Stage(store, at=utc_now())
        stage.settle()
        assert not any("投诉" in text_of(card) for card in stage.cards())
        with store.read() as tx:
            about = posts.about(tx, "A1")
        assert {(one.shown == one.wanted, one.card["title"]) for one in about} == {(True, erasure.ERASED["title"])}


def test_it_is_done_by_whoever_serves(config: Config, tmp_path: Path) -> None:
    done = threading.Event()
    with Store.open(config.database.url, exclusive=True) as serving:

        def serve() -> None:
            while not errands.work(tmp_path / "s.db-errands", serving):
                done.wait(0.01)

        helper = threading.Thread(target=serve)
        helper.start()
        keeping.erase(config, "c1", "", "", sure=True)
        helper.join()
        with serving.read() as tx:
            assert list(tx.execute(select(t.MESSAGE))) == []


def test_a_colleague_who_left_keeps_no_session_and_no_name(config: Config) -> None:
    assert keeping.erase(config, "", "", "小李", sure=True) == 0
    with Store.open(config.database.url) as store, store.read() as tx:
        for name in erasure.OF_PEOPLE:
            people = t.SQLModel.metadata.tables[name].c.person
            assert "小李" not in list(tx.scalars(select(people)))


def test_one_says_whose(config: Config) -> None:
    for given in (("", "", ""), ("c1", "u9", ""), ("nothing", "", "")):
        with pytest.raises(UserError):
            keeping.erase(config, *given, sure=True)


def test_the_audit_log_is_told_by_person_and_refusal(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    keeping.tell_audit(config, keeping.Wanted("3650d", actor="小周", refused=True), None)
    heading, *lines = capsys.readouterr().out.strip().splitlines()
    assert heading.startswith("时间,谁")
    assert [line.split(",")[1:5] for line in lines] == [["小周", "claim", "A1", "否"]]


def test_the_audit_log_as_a_file_calculates_nothing(config: Config, tmp_path: Path) -> None:
    with Store.open(config.database.url) as store:
        store.transact(lambda tx: audit.write(tx, START, "=cmd()", "claim", "@A1"))
    out = tmp_path / "log.csv"
    keeping.tell_audit(config, keeping.Wanted("3650d"), out)
    assert ",'=cmd(),claim,'@A1," in out.read_text("utf-8-sig")


def test_a_changed_line_of_the_audit_log_is_found(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    assert keeping.check_audit(config) == 0
    assert "都对得上" in capsys.readouterr().out
    with sqlite3.connect(config.database.url.removeprefix("sqlite:///")) as file:
        file.execute("UPDATE audit SET actor = '王主管' WHERE place = 2")
    assert keeping.check_audit(config) == 1
    told = capsys.readouterr().out
    assert "第 2 条对不上" in told
    assert "王主管" in told
