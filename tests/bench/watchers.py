"""Two hundred people listening to live views of one process: from the webhook's first byte to their screens."""

import asyncio
import json
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from uuid import uuid4

import httpx

from bot.demo import signed
from tests.bench.row import Row
from tests.bench.servers import CONFIG
from tests.program import SECRET, SERVE, started

WATCHERS = 200
TALKS = 10
MESSAGES = 60
PAUSE = 0.25  # seconds from one message to the next
PEOPLE = """
[[people]]
name = "陈质检"
role = "qa"
"""


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        waited = run(Path(folder), WATCHERS, TALKS, MESSAGES)
    p95 = quantiles(waited, n=20)[-1]
    figure = f"live view, {WATCHERS} watchers, webhook to screen: p95 of {len(waited)}"
    return [Row(figure, f"{p95:.2f} s", "", None, "≤ 1 s", p95 <= 1.0)]


def run(folder: Path, watchers: int, talks: int, messages: int) -> list[float]:
    config = folder / "config.toml"
    config.write_text(CONFIG.format(folder=folder, secret=SECRET) + PEOPLE, encoding="utf8")
    with started([*SERVE, config], folder / "log") as program:
        waited = asyncio.run(measure(program.url, watchers, talks, messages))
        program.stop()
    return waited


async def measure(address: str, watchers: int, talks: int, messages: int) -> list[float]:
    """Seconds from sending each message until each of its watchers has it."""
    sent: dict[str, float] = {}
    waited: list[float] = []
    limits = httpx.Limits(max_connections=watchers + 20)
    async with httpx.AsyncClient(base_url=address, trust_env=False, limits=limits, timeout=60) as client:
        for talk in range(talks):
            await tell(client, talk, "first", sent)
        await client.post("/sandbox/api/be", json={"person": "陈质检"})
        links = await addresses(client, talks)
        ready = asyncio.Semaphore(0)
        listening = [
            asyncio.create_task(listen(client, links[n % talks], sent, waited, ready)) for n in range(watchers)
        ]
        for _ in range(watchers):
            await ready.acquire()
        for n in range(messages):
            await tell(client, n % talks, f"mark{n}mark", sent)
            await asyncio.sleep(PAUSE)
        await asyncio.sleep(2)
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
    expected = messages * watchers // talks
    assert len(waited) == expected, f"{len(waited)} of {expected} arrived"
    return waited


async def addresses(client: httpx.AsyncClient, talks: int) -> list[str]:
    """By the sandbox's list of chats going on, which holds twelve at most."""
    found: dict[str, str] = {}
    while len(found) < talks:
        for chat in (await client.get("/sandbox/api/chats")).json():
            found[chat["lines"][0]["text"]] = chat["url"].partition("?")[0]
        await asyncio.sleep(0.1)
    return [found[f"第 {talk} 位客户"] for talk in range(talks)]


async def listen(
    client: httpx.AsyncClient, link: str, sent: dict[str, float], waited: list[float], ready: asyncio.Semaphore
) -> None:
    page = await client.get(link)
    seen: set[str] = set()  # a line comes again when something more was found at it
    version = page.text.split('data-version="')[1].split('"')[0]
    async with client.stream("GET", f"{link}/stream?since={version}") as answer:
        ready.release()
        async for line in answer.aiter_lines():
            if not line.startswith("data: "):
                continue
            now = time.perf_counter()
            told = "".join(html for _, html in json.loads(line[6:])["lines"])
            new = [words for words in sent if words not in seen and words in told]
            waited += [now - sent[words] for words in new]
            seen.update(new)


async def tell(client: httpx.AsyncClient, talk: int, words: str, sent: dict[str, float]) -> None:
    about = {"id": f"w{talk}", "channel": "chat", "team": "售后", "customer": {"id": f"u{talk}", "name": "王女士"}}
    text = f"第 {talk} 位客户" if words == "first" else f"快递怎么还没到 {words}"
    message = {"id": uuid4().hex, "at": datetime.now(UTC).isoformat(), "from": "customer", "text": text}
    body = json.dumps({"type": "message", "conversation": about, "message": message}).encode()
    if words != "first":
        sent[words] = time.perf_counter()
    headers = signed(body, SECRET, f"msg_{uuid4().hex}", datetime.now(UTC))
    (await client.post("/in/shop", content=body, headers=headers)).raise_for_status()
