"""Asks an OpenAI-compatible endpoint for second opinions, one at a time, beside everything else and in nobody's way."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import structlog

from bot.metrics import Counters
from bot.settings.sections import LLM
from handlers.alerting import opinions
from handlers.alerting.opinions import Budget, Question
from handlers.context import Context
from rules import opinion

log = structlog.get_logger()

EVERY = 2.0  # seconds
LARGEST = 64_000  # characters of an answer that we read
COUNTER = "starling_llm_calls_total"
WORDS = {"told": "采用", "dropped": "丢弃", "failed": "没答上", "late": "超时", "over_budget": "超预算"}


class SecondOpinion:
    """`work` asks one question if there is one; trouble is silent but counted."""

    def __init__(
        self, ctx: Context, config: LLM, client: httpx.AsyncClient, counters: Counters, after: Callable[[], None]
    ):
        self._ctx, self._config, self._client, self._counters, self._after = ctx, config, client, counters, after
        self._budget = Budget(config.calls_per_day, config.characters_per_day, config.start)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                more = await self.work()
            except Exception:  # around one question; the next is asked all the same
                log.exception("second_opinion_failed")
                more = False
            await asyncio.sleep(0 if more else EVERY)

    async def work(self) -> bool:
        if not await asyncio.to_thread(opinions.waits, self._ctx):
            return False
        asked = await asyncio.wrap_future(self._ctx.store.write(lambda tx: opinions.ask(self._ctx, tx, self._budget)))
        if asked is None:
            return False
        outcome = asked if isinstance(asked, str) else await self._answer(asked)
        self._counters.add(COUNTER, (("outcome", outcome),))
        if outcome == "told":
            self._after()
        return True

    async def _answer(self, question: Question) -> str:
        ctx = self._ctx
        try:
            async with asyncio.timeout(self._config.timeout_seconds):
                text = await self._post(question)
        except (TimeoutError, httpx.TimeoutException):
            return await self._failed(question, "late")
        except (httpx.HTTPError, ValueError, KeyError, IndexError, TypeError) as error:
            log.warning("llm_failed", why=type(error).__name__)
            return await self._failed(question, "failed")
        draft = opinion.read(text[:LARGEST])
        return await asyncio.wrap_future(
            ctx.store.write(lambda tx: opinions.take(ctx, tx, question, draft, self._budget))
        )

    async def _post(self, question: Question) -> str:
        config = self._config
        key = config.api_key.get_secret_value()
        answered = await self._client.post(
            f"{config.base_url.rstrip('/')}/chat/completions",
            headers={"authorization": f"Bearer {key}"} if key else {},
            json={"model": config.model, "messages": question.messages, "temperature": 0, "max_tokens": 400},
            timeout=config.timeout_seconds,
        )
        answered.raise_for_status()
        body: Any = answered.json()
        return str(body["choices"][0]["message"]["content"])

    async def _failed(self, question: Question, why: str) -> str:
        await asyncio.wrap_future(self._ctx.store.write(lambda tx: opinions.fail(tx, question, why)))
        return why

    def facts(self) -> tuple[tuple[str, str], ...]:
        """For 状态."""
        with self._ctx.store.read() as tx:
            calls, _ = opinions.spent(self._ctx, tx)
        counted = ((word, self._counters.get(COUNTER, (("outcome", outcome),))) for outcome, word in WORDS.items())
        told = "，".join(f"{word} {n}" for word, n in counted if n)
        return (("第二意见", f"今天问了 {calls} / {self._config.calls_per_day} 次" + (f"；{told}" if told else "")),)
