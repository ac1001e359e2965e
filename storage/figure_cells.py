"""Days of portraits by sub-account: sums by contact reason and difficulty, and the conversations behind them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, select

from rules.metrics.cells import Account, Cells, Trail, added
from storage.tables import CONVERSATION, FIGURE_CELL, FIGURE_TRAIL, FIGURE_WEEK, FINDING

K, T, C, F, W = FIGURE_CELL.c, FIGURE_TRAIL.c, CONVERSATION.c, FINDING.c, FIGURE_WEEK.c
WEEK = timedelta(days=7)
SPAN: tuple[BindParameter[str], BindParameter[str]] = (bindparam("since"), bindparam("until"))
# Built once: building a statement costs more than running it.
READ = (
    select(K.account, K.day, K.cells)
    .where(K.account.in_(bindparam("accounts", expanding=True)), K.day.between(*SPAN))
    .order_by(K.account, K.day)
)
WEEKS = (
    select(W.account, W.week, W.cells)
    .where(W.account.in_(bindparam("accounts", expanding=True)), W.week.in_(bindparam("weeks", expanding=True)))
    .order_by(W.account, W.week)
)
TRAIL = (
    select(T.account, T.day, T.told)
    .where(T.account.in_(bindparam("accounts", expanding=True)), T.day.between(*SPAN))
    .order_by(T.day.desc(), T.account)
)
MARKS = (
    select(F.conversation, F.rule, F.kind, F.severity, F.verdict, C.risk)
    .join(CONVERSATION, C.id == F.conversation)
    .where(F.conversation.in_(bindparam("ids", expanding=True)), F.standing)
    .where(F.verdict.not_in(("false_alarm", "overturned")))
)


def put(tx: Connection, day: date, accounts: Mapping[str, Account]) -> None:
    """This is the whole day: accounts that are not in it any more are gone."""
    label = day.isoformat()
    tx.execute(delete(FIGURE_CELL).where(K.day == label))
    tx.execute(delete(FIGURE_TRAIL).where(T.day == label))
    if accounts:
        _insert(tx, label, accounts)
    put_together(tx, day - timedelta(days=day.weekday()))


def _insert(tx: Connection, label: str, accounts: Mapping[str, Account]) -> None:
    tx.execute(
        FIGURE_CELL.insert(),
        [{"account": name, "day": label, "cells": a.cells, "left_out": a.left_out} for name, a in accounts.items()],
    )
    tx.execute(FIGURE_TRAIL.insert(), [{"account": n, "day": label, "told": a.trail} for n, a in accounts.items()])


def put_together(tx: Connection, monday: date) -> None:
    """The week as one row for each account, once a day after it is known; an earlier one is made anew."""
    tx.execute(delete(FIGURE_WEEK).where(W.week == monday.isoformat()))
    if tx.scalar(select(K.day).where(K.day >= (monday + WEEK).isoformat()).limit(1)) is None:
        return  # it is not over
    days: dict[str, list[Cells]] = {"": []}
    within = K.day.between(monday.isoformat(), (monday + timedelta(days=6)).isoformat())
    for row in tx.execute(select(K.account, K.cells).where(within)):
        days.setdefault(row.account, []).append(row.cells)
    rows = [{"account": name, "week": monday.isoformat(), "cells": added(told)} for name, told in days.items()]
    tx.execute(FIGURE_WEEK.insert(), rows)


def read_together(
    tx: Connection, accounts: Sequence[str], since: date, until: date, apart: Collection[str] = ()
) -> list[tuple[str, str, Cells]]:
    """(account, day, cells) like `read`, but a whole week is told on its Monday where it can be.

    `apart`: accounts that changed hands, whose days are told one by one.
    """
    first = since + timedelta(days=-since.weekday() % 7)
    mondays = [first + i * WEEK for i in range(max(0, ((until - first).days + 1) // 7))]
    marked = tx.scalars(select(W.week).where(W.account == "", W.week.in_([m.isoformat() for m in mondays])))
    weeks = sorted(marked)
    whole = [name for name in accounts if name not in apart]
    found = [(r.account, r.week, r.cells) for r in tx.execute(WEEKS, {"accounts": whole, "weeks": weeks})]
    for begins, ends in _between(since, until, [date.fromisoformat(w) for w in weeks]):
        found += read(tx, whole, begins, ends)
    return found + (read(tx, [*apart], since, until) if apart else [])


def _between(since: date, until: date, weeks: Sequence[date]) -> list[tuple[date, date]]:
    """The spans of days that no week covers."""
    found, begins = [], since
    for monday in weeks:
        if begins < monday:
            found.append((begins, monday - timedelta(days=1)))
        begins = monday + WEEK
    return [*found, (begins, until)] if begins <= until else found


def read(tx: Connection, accounts: Sequence[str], since: date, until: date) -> list[tuple[str, str, Cells]]:
    """(account, day, cells) from `since` up to and with `until`."""
    return [(row.account, row.day, row.cells) for row in tx.execute(READ, _asked(accounts, since, until))]


def trail(tx: Connection, accounts: Sequence[str], since: date, until: date) -> list[tuple[str, str, Trail]]:
    """(account, day, conversations), the latest day first."""
    return [(row.account, row.day, row.told) for row in tx.execute(TRAIL, _asked(accounts, since, until))]


def left_out(tx: Connection, accounts: Sequence[str], since: date, until: date) -> int:
    """Conversations with abuse or malice, which count for nobody."""
    asked = select(K.left_out).where(K.account.in_(accounts), K.day.between(since.isoformat(), until.isoformat()))
    return sum(tx.scalars(asked))


def seen(tx: Connection, since: date, until: date) -> dict[str, int]:
    """Accounts at work in the span, and on how many days."""
    asked = select(K.account, K.day).where(K.day.between(since.isoformat(), until.isoformat()))
    found: dict[str, int] = {}
    for row in tx.execute(asked):
        found[row.account] = found.get(row.account, 0) + 1
    return found


def marks(tx: Connection, ids: Sequence[str]) -> list[Any]:
    """(conversation, rule, kind, severity, verdict, risk) of what stands about them and was not overturned."""
    return [*tx.execute(MARKS, {"ids": ids})]


def links(tx: Connection, ids: Sequence[str]) -> dict[str, Any]:
    """The rows of conversations that are still kept, with their links."""
    asked = select(C.id, C.link, C.shop, C.team, C.channel, C.last_at, C.customer_name).where(C.id.in_(ids))
    return {row.id: row for row in tx.execute(asked)}


def days(tx: Connection) -> tuple[str, str] | None:
    """The first and the last day there is."""
    first = tx.scalar(select(K.day).order_by(K.day).limit(1))
    last = tx.scalar(select(K.day).order_by(K.day.desc()).limit(1))
    return (first, last) if first and last else None


def forget(tx: Connection, before: date) -> None:
    """Trails go with their conversations; sums stay, they are nobody's words."""
    tx.execute(delete(FIGURE_TRAIL).where(T.day < before.isoformat()))


def _asked(accounts: Sequence[str], since: date, until: date) -> dict[str, Any]:
    return {"accounts": [*accounts], "since": since.isoformat(), "until": until.isoformat()}
