"""Answers what chats hear: one transaction, committed before anybody is told, then the cards are carried out."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from bot.turns import COMMAND, Turn, Turns
from handlers import actions, commands
from handlers.context import Context
from handlers.protocols import Pressed, Reply, Said
from storage import posts
from storage.db import Tx

log = structlog.get_logger()

IN_TIME = 1.2  # seconds; a later answer may not have reached the platform's callback
FAILED = Reply(False, "刚才没有成功，请再点一次。")
TOO_MANY = Reply(False, "点得太快了，我一时做不过来。歇一分钟再点就好，前面点的都已经算数。")


@dataclass(frozen=True, slots=True)
class Hearing:
    ctx: Context
    deliver: Callable[[], None]  # there is something to carry out
    turns: Turns = field(default_factory=Turns)

    async def said(self, words: Said) -> None:
        turn = self.turns.take((words.chat, words.person or words.room), self.ctx.now(), COMMAND)
        if turn is Turn.OVER:
            return
        answer = commands.said if turn is Turn.FREE else commands.too_many
        await asyncio.wrap_future(self.ctx.store.write(lambda tx: answer(self.ctx, tx, words)))
        self.deliver()

    async def pressed(self, press: Pressed) -> Reply:
        if self.turns.take((press.chat, press.person), self.ctx.now()) is not Turn.FREE:
            return TOO_MANY
        began = time.monotonic()
        try:
            reply, version = await asyncio.wrap_future(self.ctx.store.write(lambda tx: self._press(tx, press)))
        except Exception:  # one press; the person tries again
            log.exception("press_failed", chat=press.chat, action=press.action)
            return FAILED
        redrawn = reply.card is not None and press.chat in actions.ANSWERED_IN_CALLBACK
        if redrawn and time.monotonic() - began < IN_TIME:
            asyncio.get_running_loop().call_later(0.3, self._stands, press.key, version)
        self.deliver()
        return reply

    def _press(self, tx: Tx, press: Pressed) -> tuple[Reply, int]:
        reply = actions.pressed(self.ctx, tx, press)
        post = posts.get(tx, press.key) if press.key else None
        return reply, post.wanted if post else 0

    def _stands(self, key: str, version: int) -> None:
        self.ctx.store.write(lambda tx: posts.shown_in_answer(tx, key, version, self.ctx.now()))
