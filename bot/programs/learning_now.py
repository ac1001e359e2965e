"""The `learn` command: a lesson here and now, beside a running Starling or without one."""

import sys

from bot import engine
from bot.learning import teaching
from bot.settings.directory import directory
from bot.settings.sections import Config
from bot.webhooks.ingest import utc_now
from handlers.context import Context
from handlers.reviewing import learning
from handlers.reviewing.learning import KINDS
from storage import migrations
from storage.db import Store

NOBODY = "命令行"


def run(config: Config, *, roll_back: bool) -> None:
    """Prints what came of it; every process takes over the model in use within seconds."""
    with Store.open(config.database.url) as store:
        migrations.upgrade(store)
        if roll_back:
            told = store.transact(lambda tx: learning.back(tx, utc_now(), NOBODY))
            _print(told or [("评分", "现在用的就是出厂的，没有可以回退的模型")])
            return
        ctx = Context(
            store, engine.load(config.rules.folder), config.policy.policy(), directory(config), utc_now,
            learning=config.learning.knobs(),
        )  # fmt: skip
        taught = learning.study(ctx, teaching.teacher(encoder=config.learning.encoder))
        _print([(KINDS[one.kind], one.says) for one in taught])


def _print(told: list[tuple[str, str]]) -> None:
    for name, words in told:
        sys.stdout.write(f"{name}：{words}\n")
