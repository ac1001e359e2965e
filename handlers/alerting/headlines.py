"""The first line of an alert, the same wherever it is told; a wait is told as long as it is now."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from handlers.alerting import alerts
from handlers.cards.alert import needs
from handlers.cards.words import AGENT, unnamed
from handlers.context import Context
from rules import text, waiting
from rules.decide import WAITED
from rules.model import Finding
from storage.alerts import Alert
from storage.conversations import Stored
from storage.db import Tx


def of(ctx: Context, tx: Tx, alert: Alert, stored: Stored, names: Sequence[str] = (), *, counted: bool = False) -> str:
    """`names`: of colleagues, where nobody is named with a problem. `counted`: a clock of the wait runs beside it."""
    found = now(ctx, stored, alerts.findings_of(tx, alert), counted=counted)
    return needs(alert.kind, stored.conversation, [replace(f, says=unnamed(f.says, names, AGENT)) for f in found])


def now(ctx: Context, stored: Stored, found: Iterable[Finding], *, counted: bool) -> list[Finding]:
    """The same findings, the wait that still goes on in words that are true now."""
    turns = waiting.turns(stored.conversation) if waiting.timed(stored.conversation) else ()
    if not turns or turns[-1].reply is not None:
        return list(found)
    waited = f"客户已等 {text.spell(turns[-1].seconds(ctx.now(), ctx.policy))}"
    says, message = "客户在等回复" if counted else waited, turns[-1].message.id
    return [replace(f, says=says) if f.check in WAITED and f.message == message else f for f in found]
