"""The `simulate` command: how talkative Starling will be, counted in a made-up quarter before the first real day."""

import asyncio
import gc
import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from bot import app, engine, log
from bot.chats.sandbox import SandboxChat
from bot.progress import telling
from bot.simulation import colleagues, quarter, shop, talks
from bot.simulation.chat import NAME, CountingChat
from bot.simulation.colleagues import Colleagues
from bot.simulation.quarter import Quarter
from bot.simulation.remembering import Remembering
from bot.simulation.traffic import Load
from bot.web.live import Hub
from handlers.replay import VirtualClock
from storage import ballots, calibrations, honours, migrations, occurrences
from storage.alone import open_alone
from storage.db import Tx


def run(load: Load, weeks: int, seed: int) -> int:
    """Progress on standard error, one JSON object on standard output."""
    log.setup(level="ERROR")
    told = simulate(load, weeks, seed)
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    return 0


def simulate(load: Load, weeks: int, seed: int) -> dict[str, Any]:
    """The same seed tells the same quarter."""
    with lived(load, weeks, seed) as whole:
        return told_of(whole) | {"assumptions": _assumed(load, weeks, seed)}


@contextmanager
def lived(load: Load, weeks: int, seed: int) -> Iterator[Quarter]:
    """The quarter when it is over, and all that it left behind."""
    gc.set_threshold(100_000, 20, 100)  # nearly nothing of it goes in circles
    rng = Random(seed)  # noqa: S311 - made-up people, not secrets
    config = shop.config(load.agents)
    with open_alone() as store, asyncio.Runner() as loop, telling() as tell:
        migrations.upgrade(store)
        screening = engine.load()
        clock = VirtualClock(datetime.combine(quarter.FIRST, time(), ZoneInfo(config.policy.timezone)))
        ctx = app.open_context(config, store, Remembering(screening), {}, clock.now, [])
        # Nobody waits for a commit, and all is thrown away before anything would fade.
        ctx = replace(ctx, editable=frozenset({NAME}), part=1000, keep=timedelta(weeks=weeks + 1), seed="")
        people = Colleagues(ctx, rng)
        chat = CountingChat(SandboxChat(store, Hub(), clock.now), lambda: clock.at.astimezone(ctx.zone), people.see)
        whole = Quarter(ctx, clock, chat, people, loop)
        whole.knows([*_times(config.model_dump(mode="json")), *_fixed()])
        whole.live(rng, talks.pool(screening, ctx.policy, seed), load, weeks, tell)
        yield whole


def _times(told: Any) -> Iterator[time]:
    """Every time of day that stands in the config."""
    if isinstance(told, str) and re.fullmatch(r"\d\d:\d\d(:00)?", told):
        yield time.fromisoformat(told)
    elif isinstance(told, Mapping):
        yield from _times([*told.values()])
    elif isinstance(told, list | tuple):
        for one in told:
            yield from _times(one)


def _fixed() -> Iterator[time]:
    """Every time of day that a handler has chosen itself."""
    for name, module in sys.modules.items():
        if name.startswith("handlers."):
            yield from (value for value in vars(module).values() if isinstance(value, time))


def told_of(whole: Quarter) -> dict[str, Any]:
    with whole.ctx.store.read() as tx:
        ran, praised, votes = occurrences.ran(tx), honours.confirmed(tx), [*_votes(tx)]
    zone = whole.ctx.zone
    return {
        "posts": _rows(whole.chat.posts, ("kind", "room", "week")),
        "calls": dict(sorted(whole.chat.calls.items())),
        "occurrences": [
            {"job": job, "due": due.astimezone(zone).isoformat(), "ran": at.astimezone(zone).isoformat()}
            for job, due, at in ran
        ],
        "votes": votes,
        "honours": [
            {"award": one.award, "team": one.team, "since": f"{one.since}", "until": f"{one.until}", "who": one.winners}
            for one in praised
        ],
        "held_back": _rows(whole.held_back, ("why", "week")),
        "conversations": whole.talks,
    }


def _assumed(load: Load, weeks: int, seed: int) -> dict[str, Any]:
    """What was made up; every shop has its own, and `held_back` and `calls` depend on it."""
    return {
        "agents": load.agents, "conversations": load.conversations, "weeks": weeks, "seed": seed,
        "troubled": load.troubled, "starry": load.starry, "workdays": quarter.WORKED, "calm_messages": talks.SHORT,
        "claimed": colleagues.CLAIMED, "voters": colleagues.VOTERS, "readers": colleagues.READERS,
    }  # fmt: skip


def _votes(tx: Tx) -> Iterator[dict[str, Any]]:
    """How many voted on each question of each calibration."""
    for session in reversed(calibrations.latest(tx, 1000)):
        cases = calibrations.questions(tx, session.id)
        voters = ballots.voters(tx, [case.id for case in cases])
        for case in cases:
            yield {"poll": session.code, "state": session.state, "question": case.code, "n": voters.get(case.id, 0)}


def _rows(counted: Mapping[Any, int], names: tuple[str, ...]) -> list[dict[str, Any]]:
    keys = ((key if isinstance(key, tuple) else (key,), n) for key, n in counted.items())
    return [dict(zip(names, key, strict=True)) | {"n": n} for key, n in sorted(keys)]
