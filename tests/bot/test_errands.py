"""A login link is made beside a running Starling, by the process that serves the database."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.running import errands
from bot.settings.sections import Config
from bot.web import login_link
from bot.webhooks.ingest import utc_now
from handlers.errors import UserError
from storage import migrations, sessions
from storage.db import Store


@pytest.fixture
def config(tmp_path: Path) -> Config:
    people = [{"name": "小李", "role": "agent"}]
    return Config.model_validate({"database": {"url": f"sqlite:///{tmp_path / 's.db'}"}, "people": people})


@pytest.fixture
def serving(config: Config) -> Iterator[Store]:
    with Store.open(config.database.url, exclusive=True) as store:
        migrations.upgrade(store)
        yield store


def make(config: Config, patience: float = 10.0) -> None:
    login_link.make(config, "小李", lambda name, body: errands.do(config.database.url, name, body, patience))


def is_good(store: Store, printed: str) -> str:
    secret = printed.splitlines()[0].rsplit("/", 1)[1]
    with store.read() as tx:
        return sessions.link_is_good(tx, secret, utc_now())


def test_a_link_is_made_while_nobody_serves(config: Config, capsys: pytest.CaptureFixture[str]) -> None:
    make(config)
    with Store.open(config.database.url) as store:
        assert is_good(store, capsys.readouterr().out) == "小李"


def test_a_link_is_made_by_whoever_serves(
    config: Config, serving: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, done = tmp_path / "s.db-errands", threading.Event()

    def serve() -> None:
        while not errands.work(folder, serving):
            done.wait(0.01)

    helper = threading.Thread(target=serve)
    helper.start()
    make(config)
    helper.join()
    assert is_good(serving, capsys.readouterr().out) == "小李"
    assert list(folder.iterdir()) == []
    assert folder.stat().st_mode & 0o077 == 0


def test_a_server_that_does_not_answer_is_told_and_the_note_taken_back(config: Config, serving: Store) -> None:
    with pytest.raises(UserError, match="没有回应"):
        make(config, patience=0.1)
    assert errands.work(Path(f"{config.database.url.removeprefix('sqlite:///')}-errands"), serving) == 0


def test_a_note_that_makes_no_sense_is_taken_away(serving: Store, tmp_path: Path) -> None:
    for number, words in enumerate(("", "{}", '{"name": "drop", "body": {}}', "[" * 5000)):
        (tmp_path / f"{number}.json").write_text(words)
    assert errands.work(tmp_path, serving) == 4
    assert list(tmp_path.glob("*.json")) == []


def test_somebody_unknown_gets_no_link(config: Config) -> None:
    with pytest.raises(UserError, match="是不是想写「小李」"):
        login_link.make(config, "小理", lambda name, body: None)
