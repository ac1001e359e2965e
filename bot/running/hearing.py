"""Answers what chats hear: one transaction, committed before anybody is told, then the cards are carried out."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import structlog

from bot.reading import Readers
from bot.turns import COMMAND, Turn, Turns
from handlers import actions, commands
from handlers.context import Context
from handlers.protocols import Pressed, Reply, Said
from storage import posts
from storage.db import Tx
from storage.errors import TooSlow

log = structlog.get_logger()

REMEMBERED = 1000  # answers whose fate the platform's adapter has not told yet
FAILED = Reply(False, "刚才没有成功，请再点一次。")
TOO_MANY = Reply(False, "点得太快了，我一时做不过来。歇一分钟再点就好，前面点的都已经算数。")


@dataclass(frozen=True, slots=True)
class Hearing:
    ctx: Context
    deliver: Callable[[], None]  # there is something to carry out
    turns: Turns = field(default_factory=Turns)
    readers: Readers = field(default_factory=Readers)
    _drawn: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)  # what the answer to a press shows

    async def said(self, words: Said) -> None:
        turn = self.turns.take((words.chat, words.person or words.room), self.ctx.now(), COMMAND)
        if turn is Turn.OVER:
            return
        await (self._answer(words) if turn is Turn.FREE else self._write(commands.too_many, words))
        self.deliver()

    async def _answer(self, words: Said) -> None:
        ctx, who = self.ctx, (words.chat, words.person or words.room)
        try:
            told = await self.readers.read(ctx.store, who, lambda tx: commands.look_up(ctx, tx, words), ctx.patience)
            await self._write(partial(commands.said, told=told), words)
        except TooSlow:
            await self._write(commands.given_up, words)

    async def _write(self, answer: Callable[[Context, Tx, Said], None], words: Said) -> None:
        await asyncio.wrap_future(self.ctx.store.write(lambda tx: answer(self.ctx, tx, words)))

    async def pressed(self, press: Pressed) -> Reply:
        if self.turns.take((press.chat, press.person), self.ctx.now()) is not Turn.FREE:
            return TOO_MANY
        try:
            reply, version = await asyncio.wrap_future(self.ctx.store.write(lambda tx: self._press(tx, press)))
        except TooSlow:
            reply = await asyncio.wrap_future(self.ctx.store.write(lambda tx: actions.given_up(self.ctx, tx, press)))
            self.deliver()
            return reply
        except Exception:  # one press; the person tries again
            log.exception("press_failed", chat=press.chat, action=press.action)
            return FAILED
        if reply.card is not None and press.chat in actions.ANSWERED_IN_CALLBACK:
            self._drawn[(press.chat, press.event)] = (press.key, version)
            if len(self._drawn) > REMEMBERED:
                self._drawn.pop(next(iter(self._drawn)))
        self.deliver()
        return reply

    def _press(self, tx: Tx, press: Pressed) -> tuple[Reply, int]:
        reply = actions.pressed(self.ctx, tx, press)
        post = posts.get(tx, press.key) if press.key else None
        return reply, post.wanted if post else 0

    def stands(self, press: Pressed) -> None:
        """The platform has the answer to this press; until we know, the card is due to be edited."""
        if drawn := self._drawn.pop((press.chat, press.event), None):
            self.ctx.store.write(lambda tx: posts.shown_in_answer(tx, *drawn, self.ctx.now()))
