"""Service hours: how many seconds of them lie between two moments, and when so many will have passed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rules.policy import Policy

LONGEST = 60  # days looked at: nobody waits longer in a chat


def seconds(start: datetime, end: datetime, policy: Policy) -> float:
    """Seconds between the two that lie in service hours; 0 when `end` is not later."""
    if not policy.service_hours:
        return max(0.0, (end - start).total_seconds())
    spans = _spans(start, end, policy)
    return sum((stop - begin).total_seconds() for begin, stop in spans)


def after(start: datetime, wanted: float, policy: Policy) -> datetime | None:
    """The moment when `wanted` seconds of service hours have passed since `start`."""
    if not policy.service_hours:
        return start + timedelta(seconds=wanted)
    left = wanted
    for begin, stop in _spans(start, start + timedelta(days=LONGEST), policy):
        here = (stop - begin).total_seconds()
        if here >= left:
            return begin + timedelta(seconds=left)
        left -= here
    return None


def _spans(start: datetime, end: datetime, policy: Policy) -> Iterator[tuple[datetime, datetime]]:
    """Service hours between the two, in UTC: on a day when clocks change the hours are as long as they are."""
    zone = ZoneInfo(policy.timezone)
    day = start.astimezone(zone).date() - timedelta(days=1)  # hours of yesterday may reach past midnight
    last = min(end.astimezone(zone).date(), day + timedelta(days=LONGEST + 2))
    while day <= last:
        for opens, closes in sorted(policy.service_hours):
            begin, stop = _on(day, opens, zone), _on(day if closes > opens else day + timedelta(days=1), closes, zone)
            begin, stop = max(begin, start), min(stop, end)
            if begin < stop:
                yield begin, stop
        day += timedelta(days=1)


def _on(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
