"""The only file that wires: store, rules, people, chats, helpdesks, pages, worker and clock become one Starling."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import structlog
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from bot import chatting, engine, routes, screening
from bot.chats.listener import Listener
from bot.client import open_client
from bot.engine import Live
from bot.files import metric_packs, talk_files
from bot.learning import encoder, teaching
from bot.metrics import Counters
from bot.painter import Painter
from bot.running import desk_jobs, errands, live_chats
from bot.running.hearing import Hearing
from bot.running.outgoing import Outgoing
from bot.running.reloading import Reloading
from bot.running.second_opinion import SecondOpinion
from bot.running.worker import Worker, pause
from bot.settings.directory import awards, directory, shifts
from bot.settings.sections import Config
from bot.web import oauth, pages, sandbox
from bot.web.audience import Audience
from bot.web.live import Hub
from bot.web.live_page import Drawer
from bot.web.login import Doors, persona
from bot.web.site import Site, open_site
from bot.webhooks import gaps
from bot.webhooks.ingest import Keeper, utc_now
from handlers import intake
from handlers.context import Context, Pulse
from handlers.people import ROLES
from handlers.protocols import Chat, Rings
from handlers.reviewing import learning
from rules.outcomes import Options as Outcomes
from rules.policy import Policy
from scheduler import calendar
from scheduler.clock import Clock
from scheduler.jobs import JOBS
from storage import identity, inbox, migrations, posts
from storage.db import Store
from storage.inbox import Inbox

log = structlog.get_logger()
LOOPBACK = ("127.0.0.1", "localhost", "::1")
Story = Callable[[], dict[str, Any] | None]


@dataclass(slots=True)
class Starling:
    """Everything that runs, with what tests and commands ask of it."""

    config: Config
    ctx: Context
    store: Store
    hub: Hub
    chats: Mapping[str, Chat]
    client: httpx.AsyncClient
    worker: Worker
    watching: Worker
    learning: Worker
    clock: Clock
    outgoing: Outgoing
    listeners: list[Listener]
    keeper: Keeper
    counters: Counters
    second: SecondOpinion | None
    painter: Painter
    site: Site
    audience: Audience
    web: ASGIApp

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Worker, clock, delivery and listeners, until the block ends; what is begun is finished."""
        self.worker.start()
        self.watching.start()
        self.learning.start()
        self.clock.start()
        tasks = [asyncio.create_task(self.outgoing.run()), asyncio.create_task(self.audience.run())]
        tasks += [asyncio.create_task(listener.run()) for listener in self.listeners]
        tasks += [asyncio.create_task(self.second.run())] if self.second else []
        tasks += [asyncio.create_task(errands.run(self.config.database.url, self.store))]
        asked = gaps.sources(self.config, routes.desks(self.config))
        tasks += [asyncio.create_task(gaps.run(source, self.keeper, self.client)) for source in asked]
        try:
            yield
        finally:
            self.end_streams()
            await asyncio.to_thread(self.clock.stop)
            await asyncio.to_thread(self.worker.stop)
            await asyncio.to_thread(self.watching.stop)
            await asyncio.to_thread(self.learning.stop)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.painter.close()
            await self.client.aclose()
            await asyncio.to_thread(self.store.close)

    def end_streams(self) -> None:
        """Open live pages keep a server that is told to stop."""
        self.hub.close()
        self.audience.close()

    def facts(self) -> tuple[tuple[str, str], ...]:
        """What 状态 tells of this process."""
        model = self.ctx.engine.model
        scores = ("评分", "出厂" if model == engine.COLD else f"学到的 {model}")
        return (scores, *(self.second.facts() if self.second else ()))

    def ready(self) -> dict[str, bool]:
        connected = {listener.name: listener.status.state == "connected" for listener in self.listeners}
        return {"worker": self.worker.alive, "clock": self.clock.running, **connected}


def build(config: Config, *, now: Callable[[], datetime] = utc_now, story: Story = lambda: None) -> Starling:
    """Wire everything; nothing runs yet. Raises UserError or a storage error, for people."""
    live = Live(engine.load(config.rules.folder))
    store = Store.open(config.database.url, exclusive=True)
    migrations.upgrade(store)
    hub, counters, client = Hub(), Counters(), open_client()
    painter = Painter()
    built: list[Starling] = []  # itself, as soon as there is one
    chats = chatting.open_chats(config, store, hub, client, now, painter.png)
    ctx = open_context(config, store, live, chats, now, built)
    outgoing = Outgoing(ctx, {**chats, **desk_jobs.open_desks(config, client)})

    def settled() -> None:
        outgoing.wake()
        audience.wake()
        hub.publish("chats", {})

    site = open_site(ctx, settled)
    audience = Audience(ctx, Drawer(site.templates))
    hearing = Hearing(ctx, settled)
    listeners = chatting.listeners(config, hearing, hearing.stands)
    reloading = Reloading(ctx, live, config.rules.folder, encoder.load() if config.learning.encoder else None)
    reloading.look()  # the models in use score from the first message on
    worker = Worker("intake", lambda: intake.work(ctx), settled)
    keeper = Keeper(store, Inbox(store), worker.wake, lambda: pause(worker.behind()))
    starling = Starling(
        config,
        ctx,
        store,
        hub,
        chats,
        client,
        worker,
        Worker("reloading", reloading.look, settled),
        Worker("learning", lambda: learning.work(ctx, teaching.teacher(encoder=config.learning.encoder)), settled),
        Clock(JOBS, ctx, settled),
        outgoing,
        listeners,
        keeper,
        counters,
        SecondOpinion(ctx, config.llm, client, counters, settled) if config.llm else None,
        painter,
        site,
        audience,
        web=Starlette(),
    )
    built.append(starling)
    starling.web = _web(starling, hearing, story)
    return starling


def open_context(
    config: Config,
    store: Store,
    live: Live,
    chats: Mapping[str, Chat],
    now: Callable[[], datetime],
    built: Sequence[Starling],
) -> Context:
    editable = frozenset(name for name, chat in chats.items() if chat.editable)
    return Context(
        store,
        live,
        config.policy.policy(),
        directory(config),
        now,
        config.server.public_url,
        editable,
        timedelta(days=config.privacy.keep_days),
        timedelta(days=config.privacy.keep_masked_days),
        learning=config.learning.knobs(),
        mornings=config.briefing.knobs(),
        schedule=config.schedule.schedule(calendar.workdays(config.schedule.holidays, config.schedule.workdays)),
        urgent=frozenset(name for name, chat in chats.items() if isinstance(chat, Rings)),
        expected={name: desk.expect_every_minutes for name, desk in config.helpdesks.items()},
        parts=lambda: built[0].ready() if built else {},
        pulse=Pulse(looked_at=now()),
        health=lambda: built[0].facts() if built else (),
        metrics=metric_packs.choice(config.metrics.pack, config.metrics.shops),
        shifts=shifts(config),
        desks=desk_jobs.abilities(config),
        shift_ends=config.schedule.ends(),
        awards=awards(config),
        outcomes=Outcomes(**config.outcomes.model_dump()),
        talk_tracks=talk_files.tracks(config.rules.folder),
        seed=store.transact(lambda tx: identity.of(tx, now())),
    )


def _web(starling: Starling, hearing: Hearing, story: Story) -> ASGIApp:
    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with starling.running():
            yield

    found: list[BaseRoute] = []
    pulse, now = starling.ctx.pulse, starling.ctx.now

    def ready() -> dict[str, bool]:
        return {**starling.ready(), "heartbeat": pulse.beats(now())}

    gauges, why = _gauges(starling), lambda: pulse.troubles
    found += routes.routes(starling.config, starling.keeper, starling.counters, ready, gauges, why)
    platforms = oauth.platforms(starling.config, starling.client)
    doors = Doors(starling.site, platforms, starling.config.server.public_url)
    found += pages.routes(doors, starling.audience)
    if starling.config.server.host in LOOPBACK:
        found += sandbox.routes(_rig(starling, hearing, story))
    return routes.Front(Starlette(routes=found, lifespan=lifespan))


def _gauges(starling: Starling) -> Callable[[], dict[str, float]]:
    def read() -> dict[str, float]:
        pulse = starling.ctx.pulse
        with starling.store.read() as tx:
            waiting, dead = posts.backlog(tx)
            box = inbox.backlog(tx)
            calls = posts.calls(tx, "dingtalk", starling.ctx.now().strftime("%Y-%m"))
        return {
            "starling_inbox_waiting": box.waiting, "starling_inbox_dead": box.dead, "starling_posts_waiting": waiting,
            "starling_posts_dead": dead, "starling_dingtalk_calls_this_month": calls,
            "starling_conversations_settled": starling.worker.done, "starling_troubles": len(pulse.troubles),
            **({"starling_heartbeat": pulse.at.timestamp()} if pulse.at else {}),
        }  # fmt: skip

    return read


def _alone(config: Config) -> bool:
    """Whether nobody but this machine comes to our pages: an address for others is an open door to the sandbox."""
    told = urlsplit(config.server.public_url).hostname
    return told is None or told in LOOPBACK


def _rig(starling: Starling, hearing: Hearing, story: Story) -> sandbox.SandboxRig:
    ctx = starling.ctx
    rooms = [(room.id, room.name) for room in ctx.people.rooms if room.chat == "sandbox"]
    people = [{"name": p.name, "role": p.role, "title": ROLES[p.role]} for p in ctx.people.people]
    # A pasted chat is a real one, whatever pace a demo has.
    screen = screening.screener(ctx.engine, Policy(), ending=True)
    return sandbox.SandboxRig(
        starling.store, starling.hub, hearing, rooms, people, screen, lambda: live_chats.going_on(ctx), story, ctx.now,
        persona(starling.site) if _alone(starling.config) else None,
    )  # fmt: skip
