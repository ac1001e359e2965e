"""Webhooks that were not taken, in the log: a line a minute at most for each helpdesk, with why and how often."""

from collections import Counter
from datetime import datetime, timedelta

import structlog

log = structlog.get_logger(__name__)

PAUSE = timedelta(minutes=1)


class Refusals:
    """A wrong secret refuses every call: what comes before the pause is over is counted into the next line."""

    def __init__(self) -> None:
        self._told: dict[str, datetime] = {}
        self._since: dict[str, Counter[str]] = {}

    def note(self, helpdesk: str, reason: str, now: datetime) -> None:
        since = self._since.setdefault(helpdesk, Counter())
        since[reason] += 1
        last = self._told.get(helpdesk)
        if last is not None and now - last < PAUSE:
            return
        log.warning("webhooks_refused", helpdesk=helpdesk, count=since.total(), reasons=dict(since))
        self._told[helpdesk] = now
        since.clear()
