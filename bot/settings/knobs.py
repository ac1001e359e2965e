"""The sections of config.toml by which people say how Starling shall behave: limits, times, learning, counting."""

import re
from collections.abc import Callable
from datetime import date, time
from typing import Literal

from pydantic import Field, field_validator

from bot.settings.section import Section
from handlers import context
from rules import honours, reasons, schedule
from rules.ladder import read as read_ladder
from rules.policy import Policy
from rules.schedule import Shift

Level = Literal["yellow", "orange", "red"]


class PolicyKnobs(Section):
    """The supervisor's knobs; names and defaults are those of rules.policy.Policy."""

    timezone: str = "Asia/Shanghai"
    first_reply_seconds: int = Field(180, ge=1)
    reply_seconds: int = Field(180, ge=1)
    warn_before_seconds: int = Field(60, ge=0)
    service_hours: tuple[str, ...] = ()  # "09:00-22:30"
    repeat_times: int = Field(3, ge=2)
    repeat_minutes: int = Field(10, ge=1)
    low_rating: int = Field(2, ge=1, le=5)
    high_rating: int = Field(5, ge=1, le=5)
    mode: Literal["shadow", "live"] = "live"
    alert_from: Literal["yellow", "orange", "red"] = "yellow"
    yellow_risk: float = Field(0.3, ge=0, le=1)
    escalate_minutes: int = Field(5, ge=1)
    ladder: dict[Level, tuple[str, ...]] = Field(
        default_factory=dict
    )  # "lead", "lead 3": who, and after how many minutes
    mute_minutes: int = Field(30, ge=1)
    demote_below: float = Field(0.5, ge=0, le=1)
    demote_after_n: int = Field(20, ge=1)
    appeal_days: int = Field(7, ge=1, le=30)
    judge_hours: int = Field(48, ge=2)
    hybrid_risk: float = Field(0.7, ge=0, le=1)

    @field_validator("service_hours")
    @classmethod
    def _hours(cls, hours: tuple[str, ...]) -> tuple[str, ...]:
        for span in hours:
            span_of(span)
        return hours

    @field_validator("ladder")
    @classmethod
    def _steps(cls, ladder: dict[Level, tuple[str, ...]]) -> dict[Level, tuple[str, ...]]:
        for steps in ladder.values():
            read_ladder(steps)
        return ladder

    def policy(self) -> Policy:
        hours = tuple(span_of(s) for s in self.service_hours)
        return Policy(**self.model_dump() | {"service_hours": hours, "ladder": tuple(sorted(self.ladder.items()))})


class Schedule(Section):
    """When rooms want quiet, how much they are told at once, and who is on duty."""

    quiet_hours: tuple[str, ...] = ()  # "22:30-08:00"
    quiet_on_holidays: bool = False
    holidays: tuple[date, ...] = ()
    workdays: tuple[date, ...] = ()
    most_cards: int = Field(10, ge=0)
    cards_minutes: int = Field(10, ge=1)
    same_matter: int = Field(5, ge=0)
    matter_minutes: int = Field(30, ge=1)
    praise_minutes: int = Field(60, ge=1)
    duty: dict[str, dict[str, tuple[str, ...]]] = Field(default_factory=dict)  # day -> span -> names
    shift_ends: tuple[str, ...] = ("18:07", "22:07")
    calibration: str = "周三 15:07"  # "": never
    calibration_minutes: int = Field(113, ge=1, le=24 * 60)
    wording_minutes: int = Field(20, ge=1, le=24 * 60)

    @field_validator("calibration")
    @classmethod
    def _calibration(cls, at: str) -> str:
        _weekly(at)
        return at

    @field_validator("quiet_hours")
    @classmethod
    def _hours(cls, hours: tuple[str, ...]) -> tuple[str, ...]:
        for span in hours:
            span_of(span)
        return hours

    @field_validator("shift_ends")
    @classmethod
    def _ends(cls, ends: tuple[str, ...]) -> tuple[str, ...]:
        for end in ends:
            _moment(end)
        return ends

    @field_validator("duty")
    @classmethod
    def _roster(cls, duty: dict[str, dict[str, tuple[str, ...]]]) -> dict[str, dict[str, tuple[str, ...]]]:
        for day, shifts in duty.items():
            _day(day)
            for span in shifts:
                span_of(span)
        return duty

    def ends(self) -> tuple[time, ...]:
        return tuple(map(_moment, self.shift_ends))

    def schedule(self, workday: Callable[[date], bool]) -> schedule.Schedule:
        duty = tuple((day, tuple(Shift(span_of(s), names) for s, names in on.items())) for day, on in self.duty.items())
        plain = self.model_dump(
            include={
                "quiet_on_holidays",
                "most_cards",
                "cards_minutes",
                "same_matter",
                "matter_minutes",
                "praise_minutes",
            }
        )
        return schedule.Schedule(
            tuple(map(span_of, self.quiet_hours)),
            duty=duty,
            workday=workday,
            calibration=_weekly(self.calibration),
            **plain,
        )


class Privacy(Section):
    keep_days: int = Field(30, ge=1)  # original texts
    keep_masked_days: int = Field(180, ge=1)


class Rules(Section):
    folder: str = ""  # the shop's own packs, read after ours


class Learning(Section):
    """From reviewers' verdicts to better scores, once a day."""

    enabled: bool = True
    at: str = "03:40"
    minimum: int = Field(50, ge=20)  # verdicts
    encoder: bool = False  # needs the optional package

    @field_validator("at")
    @classmethod
    def _at(cls, at: str) -> str:
        _moment(at)
        return at

    def knobs(self) -> context.Learning:
        return context.Learning(self.enabled, _moment(self.at), self.minimum)


class Briefing(Section):
    """The morning briefing on workdays, and the reports of a week and a month."""

    at: str = "08:43"
    preview: str = "08:13"
    weekly: str = "09:23"
    monthly: str = "09:37"

    @field_validator("at", "preview", "weekly", "monthly")
    @classmethod
    def _odd(cls, at: str) -> str:
        if _moment(at).minute in (0, 30):
            raise ValueError(f"时刻 {at!r} 别写整点和半点，那时各家机器人都在说话，平台会拒收")
        return at

    def knobs(self) -> context.Mornings:
        return context.Mornings(*(_moment(at) for at in (self.at, self.preview, self.weekly, self.monthly)))


PackName = Literal["generic", "wangwang", "jd", "doudian", "kuaishou", "pdd", "qiyu"]


class Metrics(Section):
    """By which platform's definitions service is counted."""

    pack: PackName = "generic"
    shops: dict[str, PackName] = Field(default_factory=dict)


class Honour(Section):
    """An award of the shop's own, or, with the name of one of ours, that one otherwise."""

    name: str = Field(min_length=1, max_length=12)
    counts: Literal["excellent", "solved", "praised", "satisfied", "calm"]
    reasons: tuple[str, ...] = ()
    hard: bool = False
    improved: bool = False
    least: int = Field(30, ge=5)
    points: int = Field(10, ge=0)
    every: tuple[Literal["week", "month"], ...] = ("week", "month")

    @field_validator("reasons")
    @classmethod
    def _known(cls, told: tuple[str, ...]) -> tuple[str, ...]:
        for reason in told:
            if reason not in reasons.REASONS:
                raise ValueError(f"没有「{reason}」这类问题，可以写的有 {'、'.join(reasons.REASONS)}")
        return told

    def award(self) -> honours.Award:
        return honours.Award(**self.model_dump())


class Outcomes(Section):
    """How orders and reviews are tied to service."""

    credit: Literal["last", "first", "shared"] = "last"
    conversion_days: Literal[1, 3] = 1
    cross_days: int = Field(7, ge=1, le=30)
    review_days: int = Field(15, ge=1, le=60)
    invitations: bool = True


def _moment(text: str) -> time:
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text)
    if not found:
        raise ValueError(f"时刻 {text!r} 要写成 03:40")
    return time(int(found[1]), int(found[2]))


def _weekly(text: str) -> tuple[int, time] | None:
    """周三 15:07"""
    if not text:
        return None
    day, _, at = text.partition(" ")
    if day not in schedule.DAYS:
        raise ValueError(f"校准时间 {text!r} 要写成 周三 15:07，不开就写空的")
    return schedule.DAYS.index(day), _moment(at)


def _day(text: str) -> None:
    if text not in (*schedule.DAYS, schedule.WORKDAY, schedule.RESTDAY, schedule.ANY_DAY):
        try:
            date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"值班日 {text!r} 要写成 周一…周日、工作日、休息日、每天，或 2026-11-20") from None


def span_of(text: str) -> tuple[time, time]:
    found = re.fullmatch(r"(\d\d?):(\d\d)-(\d\d?):(\d\d)", text)
    if not found:
        raise ValueError(f"时间段 {text!r} 要写成 09:00-22:30")
    a, b, c, d = map(int, found.groups())
    return time(a % 24, b), time(23, 59, 59) if (c, d) == (24, 0) else time(c, d)
