"""`backtest` beside a running Starling: reads only, prints both sides masked, and hands its card to the outbox."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import engine
from bot.config import parse
from bot.programs import backtesting
from bot.settings.sections import Config
from handlers.errors import UserError
from storage import migrations, posts
from storage.db import Store
from tests.bench import backtest as bench

RULES = """
[keywords.kindly]
terms = "您好 你好 在吗 请问"
[[rule]]
id = "greets"
version = 1
title = "客户打招呼"
kind = "risk"
severity = "orange"
says = "客户说「{term}」"
when = { any = ["kindly"] }
examples.yes = ["在吗"]
examples.no = ["退款"]
"""


@pytest.fixture
def config(tmp_path: Path) -> Iterator[Config]:
    """Of a shop whose Starling is running: its database is held."""
    text = f'[database]\nurl = "sqlite:///{tmp_path / "shop.db"}"\n'
    text += '[[rooms]]\nname = "质检群"\nchat = "sandbox"\nid = "review"\nwants = ["review"]\n'
    made, mistakes = parse(text, {})
    assert made is not None
    assert not mistakes
    with Store.open(made.database.url, exclusive=True) as store:
        migrations.upgrade(store)
        bench.fill(store, engine.load(), 300, datetime.now(UTC) - timedelta(days=2))
        yield made


def test_the_difference_is_printed_and_posted(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = tmp_path / "mine.toml"
    rules.write_text(RULES, encoding="utf8")
    assert backtesting.run(config, rules, None, "30d", post=True) == 0
    told = capsys.readouterr()
    assert "客户打招呼（greets）" in told.out
    assert "没判过" in told.out
    assert "质检群" in told.err
    with Store.open(config.database.url, readonly=True) as store, store.read() as tx:
        (post,) = posts.about(tx, "backtest")
        assert (post.room, post.kind, post.shown) == ("review", "review", 0)


def test_another_policy_is_tried_from_a_file(
    config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    knobs = tmp_path / "policy.toml"
    knobs.write_text("[policy]\nfirst_reply_seconds = 20\nwarn_before_seconds = 0\n", encoding="utf8")
    backtesting.run(config, None, knobs, "4w", post=False)
    assert "slow_first_reply" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "says"), [("[[rule]]\nid = 3\n", "mine.toml 第"), ("[policy]\nfirst_reply = 3\n", "不认识的配置项")]
)
def test_mistakes_are_told_with_their_remedy(config: Config, tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf8")
    rules, policy = (path, None) if "rule" in text else (None, path)
    with pytest.raises(UserError, match=says):
        backtesting.run(config, rules, policy, "30d", post=False)


def test_a_span_that_cannot_be_read_is_explained() -> None:
    assert backtesting.span("4w") == timedelta(weeks=4)
    with pytest.raises(UserError, match="30d"):
        backtesting.span("soon")
