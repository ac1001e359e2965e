"""What people find when they come in: open alerts they may listen to, and what they were told of the screening."""

from dataclasses import dataclass

from handlers import looks, permissions
from handlers.alerting import headlines
from handlers.cards.words import HEADS, STATES, who
from handlers.context import Context
from handlers.people import Person
from handlers.watching import disclosures
from handlers.watching.disclosures import Told
from storage import alerts, conversations
from storage.alerts import Alert
from storage.conversations import Stored
from storage.db import Tx

MOST = 30


@dataclass(frozen=True, slots=True)
class Waiting:
    link: str
    code: str
    level: str
    head: str  # 🔴 客户已等 6 分钟
    about: str
    state: str
    at: str


@dataclass(frozen=True, slots=True)
class Front:
    waiting: tuple[Waiting, ...]
    told: Told | None  # only for those who serve customers
    hears: bool  # of alerts, once there are some


def of(ctx: Context, tx: Tx, person: Person) -> Front:
    told = disclosures.of(ctx, tx, person) if disclosures.serves(person) else None
    if permissions.refusal(person, "alerts", permissions.Matter()):
        return Front((), told, hears=False)
    standing = alerts.not_closed(tx, limit=200)
    stored = conversations.load(tx, sorted({alert.conversation for alert in standing}))
    mine = [
        (alert, stored[alert.conversation])
        for alert in standing
        if alert.conversation in stored
        and not permissions.refusal(person, "view", looks.matter(ctx, stored[alert.conversation], alert))
    ]
    return Front(tuple(_waiting(ctx, tx, alert, one) for alert, one in mine[:MOST]), told, hears=True)


def _waiting(ctx: Context, tx: Tx, alert: Alert, stored: Stored) -> Waiting:
    need = headlines.of(ctx, tx, alert, stored)
    return Waiting(stored.link, alert.code, alert.severity.level, f"{HEADS[alert.severity]} {need}",
                   who(stored.conversation), STATES[alert.state], ctx.clock(alert.opened_at))  # fmt: skip
