"""What a portrait must know of each conversation beside its facts: why they came, how hard, and whether it counts."""

from collections.abc import Collection, Sequence

from handlers.context import Context
from rules import reasons
from rules.metrics.cells import Label
from rules.model import Conversation, Kind, Severity
from storage import figure_cells
from storage.db import Tx

NOT_CALM, LEFT_OUT = "called", "left out"


def marks(ctx: Context, tx: Tx, ids: Sequence[str]) -> dict[str, set[str]]:
    """By conversation; what was overturned or a false alarm says nothing about anybody."""
    found: dict[str, set[str]] = {}
    for id_, rule_name, kind, severity in figure_cells.marks(tx, ids):
        rule = ctx.engine.packs.rule(rule_name)
        if rule is not None and not rule.portrait:
            found.setdefault(id_, set()).add(LEFT_OUT)
        elif kind != Kind.STAR.value and severity >= Severity.ORANGE:
            found.setdefault(id_, set()).add(NOT_CALM)
    return found


def label(c: Conversation, marked: Collection[str]) -> Label:
    return Label(reasons.reason(c), reasons.difficulty(c), counts=LEFT_OUT not in marked, calm=NOT_CALM not in marked)
