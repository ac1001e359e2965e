"""The program with one promise taken out, to see that the oracle notices: python -m tests.faults.broken WHAT serve …

None of these listens to Feishu, nor does `deaf`, whole but for that: reading its SDK takes four seconds at each start.
"""

import secrets
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from bot import __main__ as program
from bot import chatting
from bot.chats.feishu.send import FeishuChat
from bot.chats.listener import Listener
from bot.settings.sections import Config
from handlers import deliver
from handlers.cards.card import Card
from handlers.context import Context
from handlers.protocols import Answerer, Pressed, Target
from storage import inbox, posts
from storage.db import Tx
from storage.posts import Post


def no_deduplication() -> None:
    """Every event is news, however often it was told."""

    def fresh(tx: Tx, keys: Iterable[str], now: datetime) -> set[str]:
        return set(keys)

    inbox.fresh = fresh


def mark_before_post() -> None:
    """A post counts as shown before it is sent."""

    honest = deliver._claim

    def claim(ctx: Context, tx: Tx, limit: int, lane: deliver.Lane = deliver.ALL) -> list[Post]:
        taken = honest(ctx, tx, limit, lane)
        for post in taken:
            posts.shown(tx, post, post.message_id or post.key, ctx.now())
        return taken

    deliver._claim = claim


def no_key() -> None:
    """Feishu is never told that it has heard this before."""
    send = FeishuChat.send

    async def forgetful(self: FeishuChat, target: Target, card: Card, key: str, session: str = "") -> str:
        return await send(self, target, card, f"{key.split('-')[0]}-{secrets.token_hex(8)}", session)

    FeishuChat.send = forgetful  # type: ignore[method-assign]


def deaf() -> None:
    """It posts to its rooms, and hears nobody."""

    def nobody(config: Config, answerer: Answerer, stands: Callable[[Pressed], None]) -> list[Listener]:
        return []

    chatting.listeners = nobody


DEAF = (sys.executable, "-m", "tests.faults.broken", "deaf", "serve", "--config")
BREAKS: Mapping[str, Callable[[], None]] = {
    "deaf": lambda: None,
    "no_deduplication": no_deduplication,
    "mark_before_post": mark_before_post,
    "no_key": no_key,
}

if __name__ == "__main__":
    deaf()
    BREAKS[sys.argv.pop(1)]()
    program.main()
