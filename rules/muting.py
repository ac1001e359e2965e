"""What people write after 静音 and 恢复: what shall be quiet, and until when."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

WHAT = {"规则": "rule", "店铺": "shop", "店": "shop", "客服": "agent", "接待": "agent", "同事": "agent"}
UNITS = {"": 1, "m": 1, "分": 1, "分钟": 1, "h": 60, "小时": 60, "个小时": 60, "天": 1440, "d": 1440}
SPAN = r"(?P<n>\d{1,9})\s*(?P<unit>分钟|分|个小时|小时|天|h|m|d)?"
TIME = rf"{SPAN}|(?:到|至)\s*(?P<hour>\d{{1,2}})[:：点](?P<minute>\d{{2}})?"
LAST = re.compile(rf"(?:^|(?<=\s)|(?<=[^\d\s]))(?:{TIME})$", re.IGNORECASE)
FIRST = re.compile(rf"(?:{TIME})(?:$|[\s,，。;；])", re.IGNORECASE)
LONGEST = timedelta(days=7)  # a mute that is forgotten must not be for good
BOUNDS = "静音最短 1 分钟，最长 7 天。"
MOST = 100_000  # of whatever unit: more is refused anyway


@dataclass(frozen=True, slots=True)
class Length:
    """How long, or until which time of the day; neither: as long as the policy says."""

    minutes: int | None = None
    clock: time | None = None

    @property
    def sound(self) -> bool:
        """Neither nothing nor too long."""
        return self.minutes is None or timedelta(minutes=1) <= timedelta(minutes=self.minutes) <= LONGEST

    def until(self, now: datetime, zone: ZoneInfo, default_minutes: int) -> datetime:
        """The end; never later than a week from now."""
        if self.clock is None:
            return now + min(timedelta(minutes=self.minutes or default_minutes), LONGEST)
        local = now.astimezone(zone)
        at = datetime.combine(local.date(), self.clock, zone)
        return (at if at > local else at + timedelta(days=1)).astimezone(now.tzinfo)


@dataclass(frozen=True, slots=True)
class Wanted:
    what: str  # rule | shop | agent; "" when not said: a colleague's name
    name: str
    length: Length | None = Length()  # None: no such time


def length(text: str) -> Length | None:
    """After 静音 A12: `60`, `2小时`, `到 18:00`, perhaps with words behind it; None when that is no time."""
    rest = text.strip()
    if not rest:
        return Length()
    found = FIRST.match(rest)
    return _length(found) if found else None


def _length(found: re.Match[str]) -> Length | None:
    if found["n"]:
        told = Length(min(int(found["n"]), MOST) * UNITS[(found["unit"] or "").lower()])
        return told if told.sound else None
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    return Length(clock=time(hour % 24, minute)) if minute < 60 and hour <= 24 else None


def read(text: str) -> Wanted:
    """`规则 物流停滞 60`, `店铺 旗舰店 2小时`, `小李 到 18:00`."""
    found = LAST.search(text.strip())
    length = _length(found) if found else Length()
    rest = text.strip()[: found.start()].strip() if found else text.strip()
    first, _, name = rest.partition(" ")
    if first in WHAT:
        return Wanted(WHAT[first], name.strip(" 「」"), length)
    word = next((word for word in WHAT if len(word) > 1 and rest.startswith(word)), "")  # 规则物流停滞
    if word and len(rest) > len(word):
        return Wanted(WHAT[word], rest[len(word) :].strip(" 「」:："), length)
    return Wanted("", rest.strip(" 「」"), length)
