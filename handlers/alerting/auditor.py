"""Looks after ourselves each minute: nothing may be forgotten, stuck or cut off without somebody being told.

What is wrong is told to the admin rooms once, and again when it is mended. The heartbeat, which monitors read from
`/metrics` and `/readyz`, beats only while nothing is wrong.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog

from handlers import upkeep
from handlers.cards import auditing
from handlers.cards.words import clock, span
from handlers.context import Context
from rules import hours
from storage import troubles
from storage.db import Tx
from storage.troubles import Trouble

log = structlog.get_logger()

LATE = timedelta(minutes=2)  # a step that is so long overdue was forgotten
STUCK = timedelta(minutes=5)  # a card that could have left so long ago
BEHIND = timedelta(minutes=5)  # an event that waits so long
PARTS = {"worker": "筛查", "clock": "时钟", "dingtalk": "钉钉长连接", "feishu": "飞书长连接"}


def look(ctx: Context) -> int:
    """Find what is wrong, tell what is new or mended; the number of things told."""
    now = ctx.now()
    ctx.pulse.looked_at = now
    told, standing = ctx.store.transact(lambda tx: _audit(ctx, tx, now))
    ctx.pulse.troubles = tuple(trouble.says for trouble in standing)
    if not standing:
        ctx.pulse.at = now
    return told


def _audit(ctx: Context, tx: Tx, now: datetime) -> tuple[int, list[Trouble]]:
    found = [*_alerts(tx, now), *_posts(tx, now), *_sources(ctx, tx, now), *_work(tx, now), *_parts(ctx, now)]
    new = troubles.found(tx, found)
    mended = troubles.mended(tx, [trouble.key for trouble in found], _mine(ctx))
    for trouble in new:
        log.error("auditor_found", key=trouble.key)
        upkeep.tell(ctx, tx, f"{trouble.key}|{now.isoformat()}", auditing.found(trouble.says))
    for trouble in mended:
        took = now - trouble.since
        upkeep.tell(ctx, tx, f"{trouble.key}|mended|{now.isoformat()}", auditing.mended(trouble.says, took))
    return len(new) + len(mended), found


def _alerts(tx: Tx, now: datetime) -> Iterator[Trouble]:
    """Every open matter has a next step: a rung of its ladder, a claim, or the end of its quiet time."""
    forgotten = troubles.forgotten_alerts(tx, now - LATE)
    if forgotten:
        codes = "、".join(f"#A{id_}" for id_ in forgotten[:5])
        more = f" 等 {len(forgotten)} 条" if len(forgotten) > 5 else ""
        yield Trouble("alerts", f"告警 {codes}{more} 没有下一步了，请先看一眼它们", now)


def _posts(tx: Tx, now: datetime) -> Iterator[Trouble]:
    waiting = troubles.stuck_posts(tx, now - STUCK)
    if waiting:
        yield Trouble("posts", f"有 {waiting} 张卡片等了 5 分钟以上还没发出去", now)
    lost = troubles.lost_alerts(tx)
    if lost:
        yield Trouble("lost", f"告警 {'、'.join(f'#{code}' for code in lost[:5])} 的卡片哪个群都没有收到", now)


def _sources(ctx: Context, tx: Tx, now: datetime) -> Iterator[Trouble]:
    """A helpdesk that is silent for longer than it ever is, in service hours; or from which nothing ever came."""
    ctx.pulse.began = ctx.pulse.began or now
    for source, minutes in ctx.expected.items():
        if not minutes:
            continue
        key, last = f"source:{source}", troubles.heard(tx, source)
        waited = hours.seconds(last or ctx.pulse.began, now, ctx.policy)
        if waited > minutes * 60 or (last is None and troubles.is_told(tx, key)):  # a restart mends nothing
            usual = f"平时 {span(timedelta(minutes=minutes))}内总会有"
            since = f"从 {clock(last, ctx.zone, now)} 起没有消息了" if last else "还从来没有来过消息"
            wrong = "线可能断了" if last else "线可能还没接上"
            yield Trouble(key, f"客服系统 {source} {since}，{usual}；{wrong}", now)


def _work(tx: Tx, now: datetime) -> Iterator[Trouble]:
    oldest = troubles.waiting_since(tx)
    if oldest is not None and oldest < now - BEHIND:
        yield Trouble("inbox", "有消息收下 5 分钟了还没筛，可能忙不过来，也可能卡住了", now)


def _parts(ctx: Context, now: datetime) -> Iterator[Trouble]:
    """Of this process; a connection may drop for a moment."""
    down = {name: ctx.pulse.down.get(name, now) for name, alive in ctx.parts().items() if not alive}
    ctx.pulse.down = down
    for name, since in down.items():
        if now - since >= LATE:
            yield Trouble(f"{_mine(ctx)}{name}", f"{PARTS.get(name, name)}现在没有在工作", now)


def _mine(ctx: Context) -> str:
    """SQLite has one process, and the next one mends what this one was told."""
    return "part:" if ctx.store.dialect == "sqlite" else f"part:{ctx.pulse.process}:"
