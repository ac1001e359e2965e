"""When rooms want quiet, who is on duty, and how much a room is told at once; workdays come as a function."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Span = tuple[time, time]  # from the first to the second, past midnight when that is earlier
DAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
WORKDAY, RESTDAY, ANY_DAY = "工作日", "休息日", "每天"
BELL = timedelta(minutes=1)
LONGEST = 40  # spans of quiet in a row


def weekdays_only(day: date) -> bool:
    return day.weekday() < 5


@dataclass(frozen=True, slots=True)
class Shift:
    span: Span
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Schedule:
    quiet_hours: tuple[Span, ...] = ()
    quiet_on_holidays: bool = False
    duty: tuple[tuple[str, tuple[Shift, ...]], ...] = ()  # by date, weekday, 工作日, 休息日 or 每天
    most_cards: int = 10  # alerts of a room within `cards_minutes` on cards of their own, red ones not counted; 0: all
    cards_minutes: int = 10
    same_matter: int = 5  # conversations of a shop within `matter_minutes` that make one card; 0: never
    matter_minutes: int = 30
    praise_minutes: int = 60  # for the agent of a highlight to answer; then what they set counts
    workday: Callable[[date], bool] = weekdays_only
    calibration: tuple[int, time] | None = None  # weekday (0: Monday) and time of the week's blind votes; None: never
    calibration_minutes: int = 113  # how long they are open
    wording_minutes: int = 20  # and then the vote on wordings


def quiet_until(now: datetime, zone: ZoneInfo, schedule: Schedule) -> datetime | None:
    """The end of the quiet time that has begun; None outside of it. Spans that touch are one."""
    at = now
    for _ in range(LONGEST):
        end = _quiet_end(at.astimezone(zone), schedule)
        if end is None:
            break
        at = end.astimezone(now.tzinfo)
    return off_the_bell(at) if at > now else None


def off_the_bell(at: datetime) -> datetime:
    """A minute later when it is a whole or half hour, the moment at which every robot speaks."""
    return at + BELL if at.minute in (0, 30) else at


def on_roster(at: datetime, zone: ZoneInfo, schedule: Schedule) -> tuple[str, ...]:
    """Who is on duty by the roster. A date goes before a weekday, that before 工作日 or 休息日, that before 每天.

    A shift past midnight belongs to the day on which it began.
    """
    local, days = at.astimezone(zone), dict(schedule.duty)
    today = _on(days, local.date(), schedule)
    before = _on(days, local.date() - timedelta(days=1), schedule)
    named = [s.names for s in today if s.span[0] <= local.time() and (_wraps(s.span) or local.time() < s.span[1])]
    named += [s.names for s in before if _wraps(s.span) and local.time() < s.span[1]]
    return tuple(dict.fromkeys(name for names in named for name in names))


def _on(days: Mapping[str, Sequence[Shift]], day: date, schedule: Schedule) -> Sequence[Shift]:
    sort = WORKDAY if schedule.workday(day) else RESTDAY
    keys = (day.isoformat(), DAYS[day.weekday()], sort, ANY_DAY)
    return next((days[key] for key in keys if key in days), ())


def _quiet_end(local: datetime, schedule: Schedule) -> datetime | None:
    """The end of the span that holds this moment."""
    day = local.date()
    if schedule.quiet_on_holidays and not schedule.workday(day):
        return datetime.combine(day + timedelta(days=1), time(0), local.tzinfo)
    for begins, ends in schedule.quiet_hours:
        if not _wraps((begins, ends)):
            if begins <= local.time() < ends:
                return datetime.combine(day, ends, local.tzinfo)
        elif local.time() >= begins or local.time() < ends:
            last = day + timedelta(days=1) if local.time() >= begins else day
            return datetime.combine(last, ends, local.tzinfo)
    return None


def _wraps(span: Span) -> bool:
    return span[1] <= span[0]
