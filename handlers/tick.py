"""Everything that is due by itself: one function, driven by the timetable, by tests and by simulations alike."""

from datetime import timedelta

import structlog

from handlers import digest, intake
from handlers.alerting import alerts, escalation, gathering, saved
from handlers.context import Context
from handlers.sharing import highlights
from storage import alerts as records
from storage import duties, figure_cells, figure_days, heard, inbox, outcomes, posts, retention, sessions, silences
from storage.db import Tx, Unavailable

log = structlog.get_logger()

KEEP_EVENTS = timedelta(days=45)  # senders without timestamps may repeat themselves for a month
KEEP_INBOX = timedelta(days=1)
KEEP_FIGURES = timedelta(days=800)  # sums without a word of anybody: two years and a season


def tick(ctx: Context) -> int:
    """Take in what is new, look again at conversations, and all else that is due; the number of things done."""
    return intake.work(ctx) + due(ctx)


def due(ctx: Context) -> int:
    """Climb ladders, wake what was muted, tell what was gathered: all that is due but conversations to look at.

    The timetable calls this: a worker of its own sees to conversations, and two would look at each twice as often.
    """
    done = 0
    with ctx.store.read() as tx:
        late = records.to_escalate(tx, ctx.now())
        quiet = records.to_wake(tx, ctx.now())
    done += sum(_one(ctx, "escalate", id_) for id_ in late)
    done += sum(_one(ctx, "wake", id_) for id_ in quiet)
    return done + gathering.look(ctx) + digest.look(ctx) + saved.look(ctx) + highlights.look(ctx)


def tidy(ctx: Context) -> None:
    """Forget what has served its time; once an hour is plenty."""
    ctx.store.transact(lambda tx: _tidy(ctx, tx))
    now = ctx.now()
    while ctx.store.transact(lambda tx: retention.fade(tx, now - ctx.keep)):
        pass
    while ctx.store.transact(lambda tx: retention.forget(tx, now - ctx.keep_masked)):
        pass


def _one(ctx: Context, what: str, id_: int) -> int:
    """One matter, in a transaction of its own; checked again inside, because somebody may have been quicker."""
    try:
        return ctx.store.transact(lambda tx: WORK[what](ctx, tx, id_))
    except Unavailable:
        raise
    except Exception:  # one matter must not stop the others
        log.exception("tick_failed", what=what, alert=id_)
        return 0


def _escalate(ctx: Context, tx: Tx, id_: int) -> int:
    alert = records.get(tx, id_, lock=True)
    if alert.escalate_at is None or alert.escalate_at > ctx.now():
        return 0
    escalation.escalate(ctx, tx, alert)
    return 1


def _wake(ctx: Context, tx: Tx, id_: int) -> int:
    alert = records.get(tx, id_, lock=True)
    if alert.state != "muted" or alert.muted_until is None or alert.muted_until > ctx.now():
        return 0
    alerts.wake(ctx, tx, alert)
    return 1


WORK = {"escalate": _escalate, "wake": _wake}


def _tidy(ctx: Context, tx: Tx) -> None:
    now = ctx.now()
    inbox.forget_done(tx, now - KEEP_INBOX)
    inbox.forget_dead(tx, now - KEEP_EVENTS)
    inbox.forget_seen(tx, now - KEEP_EVENTS)
    inbox.forget_quarantine(tx, now - KEEP_EVENTS)
    heard.forget(tx, now - KEEP_EVENTS)
    sessions.forget(tx, now)
    silences.forget(tx, now - KEEP_EVENTS)
    duties.forget(tx, now - KEEP_EVENTS)
    figure_cells.forget(tx, (now - ctx.keep_masked).date())
    outcomes.forget(tx, (now - ctx.keep_masked).date())
    figure_days.forget(tx, (now - KEEP_FIGURES).date())
    posts.forget_budgets(tx, now - KEEP_INBOX)
