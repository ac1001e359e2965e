"""Role × action × surface: nobody does by a button, a word, a page or the API what their role does not allow."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from handlers import actions, commands
from handlers.context import Context
from handlers.protocols import Pressed, Said
from rules.command import NUMBERED, WORDS
from storage.db import Store, Tx
from storage.tables import POST
from tests.handlers import matrix
from tests.handlers.matrix import MAY, REFUSALS, ROLES, SAID, TEXTS, VALUES

WORD = {**{name: f"{word} A1" if name in NUMBERED else word for word, (name, _) in WORDS.items()}, **SAID}
Outcome = tuple[bool, str, Mapping[str, int]]  # done; what they were told; what differs beside notes and answers


def test_every_action_has_an_expectation() -> None:
    known = {*actions.ACTIONS, *commands.ANSWERS}
    assert sorted(known - set(MAY)) == [], "new actions: say who may in tests/handlers/matrix.py, MAY"
    assert sorted(set(MAY) - known) == [], "these are gone: take them out of tests/handlers/matrix.py"


def wrong(action: str, role: str, outcome: Outcome) -> str:
    done, told, changed = outcome
    return matrix.wrong(action, role, done=done, told=told, changed=changed)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_buttons(store: Store) -> None:
    ctx, _ = matrix.prepared(store)
    with store.read() as tx:
        before = matrix.counts(tx)
    assert [
        told for cell in matrix.cells(actions.ACTIONS) if (told := wrong(*cell, _pressed(ctx, before, *cell)))
    ] == []


def _pressed(ctx: Context, before: Mapping[str, int], action: str, role: str) -> Outcome:
    form = {"text": TEXTS[action]} if action in TEXTS else {}
    press = Pressed("sandbox", f"{action}/{role}", "leads", "", ROLES[role], action, VALUES.get(action, "A1"), form)

    def job(tx: Tx) -> Outcome:
        reply = actions.pressed(ctx, tx, press)
        return reply.ok, reply.toast, {} if reply.toast in REFUSALS else _changed(tx, before)

    return ctx.store.transact(job)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_typed_commands(store: Store) -> None:
    ctx, _ = matrix.prepared(store)
    with store.read() as tx:
        before, stood = matrix.counts(tx), set(tx.execute(select(POST.c.key)).scalars())
    typed = [name for name in (*actions.ACTIONS, *commands.ANSWERS) if name in WORD]
    assert len(typed) > 50
    found = [wrong(*cell, _said(ctx, before, stood, *cell)) for cell in matrix.cells(typed)]
    assert [told for told in found if told] == []


def _said(ctx: Context, before: Mapping[str, int], stood: set[str], action: str, role: str) -> Outcome:
    words = Said("sandbox", f"{action}/{role}", "leads", ROLES[role], WORD[action])

    def job(tx: Tx) -> Outcome:
        commands.said(ctx, tx, words)
        new: list[Any] = [row for row in tx.execute(select(POST)) if row.key not in stood]
        told = " ".join(str(row.card) for row in new)
        changed = {} if any(sentence in told for sentence in REFUSALS) else _changed(tx, before)
        done = any(row.card["tone"] == "blue" for row in new) if action in actions.ACTIONS else not changed
        return done and not any(sentence in told for sentence in REFUSALS), told, changed

    return ctx.store.transact(job)


def _changed(tx: Tx, before: Mapping[str, int]) -> Mapping[str, int]:
    now = matrix.counts(tx)
    return {name: now[name] - n for name, n in before.items() if now[name] != n}
