"""What a portrait must know of each conversation beside its facts: why they came, how hard, and whether it counts."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from handlers.context import Context
from rules import reasons, stages
from rules.metrics.cells import Label
from rules.model import Conversation, Kind, Severity
from storage import decisions, figure_cells
from storage.db import Tx
from storage.decisions import FIRST, Criterion

NOT_CALM, LEFT_OUT = "called", "left out"


def marks(ctx: Context, tx: Tx, ids: Sequence[str]) -> dict[str, set[str]]:
    """By conversation; what was overturned or a false alarm says nothing about anybody.

    Nor does what nobody has seen, unless its rule is trusted to judge by itself. What protects somebody always counts.
    """
    found: dict[str, set[str]] = {}
    trusted = decisions.criteria(tx)
    for one in figure_cells.marks(tx, ids):
        rule = ctx.engine.packs.rule(one.rule)
        if rule is not None and not rule.portrait:
            found.setdefault(one.conversation, set()).add(LEFT_OUT)
        elif one.kind != Kind.STAR.value and one.severity >= Severity.ORANGE and _counts(ctx, trusted, one):
            found.setdefault(one.conversation, set()).add(NOT_CALM)
    return found


def _counts(ctx: Context, trusted: Mapping[str, Criterion], one: Any) -> bool:
    known = trusted.get(one.rule.partition("@")[0])
    return stages.counts(known.stage if known else FIRST, one.verdict, one.risk, ctx.policy.hybrid_risk)


def label(c: Conversation, marked: Collection[str]) -> Label:
    return Label(reasons.reason(c), reasons.difficulty(c), counts=LEFT_OUT not in marked, calm=NOT_CALM not in marked)
