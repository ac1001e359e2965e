"""Role × action × surface: nobody does by a button, a word, a page or the API what their role does not allow."""

from collections.abc import Collection
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
from tests.handlers.everything import TEXTS, VALUES
from tests.handlers.matrix import ALONE, MAY, MAY_TYPE, REFUSALS, ROLES, SAID, TELLS, TOLD_NOTHING
from tests.handlers.rehearsal import written

WORD = {**{name: f"{word} A1" if name in NUMBERED else word for word, (name, _) in WORDS.items()}, **SAID}
Outcome = tuple[bool, str, Collection[str]]  # done; what they were told; tables that were changed


def test_every_action_has_an_expectation() -> None:
    known = {*actions.ACTIONS, *commands.ANSWERS}
    assert sorted(known - set(MAY)) == [], "new actions: say who may in tests/handlers/matrix.py, MAY"
    assert sorted(set(MAY) - known) == [], "these are gone: take them out of tests/handlers/matrix.py"
    assert sorted(set(commands.ANSWERS) - set(TELLS)) == [], "new answers: say what stands in them, TELLS"


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_buttons(store: Store) -> None:
    """Whoever may, sees it done; for whom it is not, nothing is changed anywhere."""
    ctx, _ = matrix.prepared(store)
    found = []
    for action, role in matrix.cells(actions.ACTIONS):
        done, told, changed = _pressed(ctx, action, role)
        found.append(matrix.wrong(action, role, done=done, told=told, changed=changed))
    assert [told for told in found if told] == []


def _pressed(ctx: Context, action: str, role: str) -> Outcome:
    form = {"text": TEXTS[action]} if action in TEXTS else {}
    press = Pressed("sandbox", f"{action}/{role}", "leads", "", ROLES[role], action, VALUES.get(action, "A1"), form)

    def job(tx: Tx) -> Outcome:
        with written(tx) as changed:
            reply = actions.pressed(ctx, tx, press)
        return reply.ok, reply.toast, changed

    return ctx.store.transact(job)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_typed_commands(store: Store) -> None:
    """Whoever may, sees it done, or has the answer; for whom it is not, nothing is changed anywhere."""
    ctx, _ = matrix.prepared(store)
    with store.read() as tx:
        stood = set(tx.execute(select(POST.c.key)).scalars())
    typed = [name for name in (*actions.ACTIONS, *commands.ANSWERS) if name in WORD]
    assert {name for name, _ in WORDS.values()} <= set(typed)
    found = []
    for action, role in matrix.cells(typed):
        done, told, changed = _said(ctx, stood, action, role)
        may = MAY_TYPE.get(action, "")
        found.append(matrix.wrong(action, role, done=done, told=told, changed=changed, may=may))
    assert [told for told in found if told] == []


def _said(ctx: Context, stood: set[str], action: str, role: str) -> Outcome:
    person, alone = ROLES[role], action in ALONE
    place = f"@{person}" if alone else "leads"
    words = Said("sandbox", f"{action}/{role}", place, person, WORD[action], direct=alone)
    with ctx.store.read() as tx:
        looked_up = commands.look_up(ctx, tx, words)

    def job(tx: Tx) -> Outcome:
        with written(tx) as changed:
            commands.said(ctx, tx, words, looked_up)
        new: list[Any] = [row for row in tx.execute(select(POST)) if row.key not in stood]
        told = " ".join(str(row.card) for row in new)
        if action in actions.ACTIONS and action not in commands.ANSWERS:
            return any(row.card["tone"] == "blue" for row in new), told, changed
        refused = any(sentence in told for sentence in REFUSALS)
        answered = TOLD_NOTHING.get((action, role), TELLS[action]) in told
        return answered and not refused, told, changed

    return ctx.store.transact(job)
