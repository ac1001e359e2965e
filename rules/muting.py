"""What people write after 静音 and 恢复: what shall be quiet, and until when."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

WHAT = {"规则": "rule", "店铺": "shop", "店": "shop", "客服": "agent", "接待": "agent", "同事": "agent"}
UNITS = {"": 1, "m": 1, "分": 1, "分钟": 1, "h": 60, "小时": 60, "个小时": 60, "天": 1440, "d": 1440}
LENGTH = re.compile(r"(?:^|(?<=\s)|(?<=[^\d\s]))(\d{1,4})\s*(分钟|分|个小时|小时|天|h|m|d)?$", re.IGNORECASE)
UNTIL = re.compile(r"(?:到|至)\s*(\d{1,2})[:：点](\d{2})?$")
LONGEST = timedelta(days=7)  # a mute that is forgotten must not be for good


@dataclass(frozen=True, slots=True)
class Wanted:
    what: str  # rule | shop | agent; "" when not said: a colleague's name
    name: str
    minutes: int | None = None
    clock: time | None = None

    def until(self, now: datetime, zone: ZoneInfo, default_minutes: int) -> datetime:
        """The end; never later than a week from now."""
        if self.clock is None:
            length = timedelta(minutes=max(1, self.minutes or default_minutes))
            return now + min(length, LONGEST)
        local = now.astimezone(zone)
        at = datetime.combine(local.date(), self.clock, zone)
        return (at if at > local else at + timedelta(days=1)).astimezone(now.tzinfo)


def read(text: str) -> Wanted:
    """`规则 物流停滞 60`, `店铺 旗舰店 2小时`, `小李 到 18:00`."""
    rest, minutes, clock = text.strip(), None, None
    if found := UNTIL.search(rest):
        hour, minute = int(found[1]), int(found[2] or 0)
        clock = time(hour % 24, minute) if minute < 60 and hour <= 24 else None
        rest = rest[: found.start()].strip()
    elif found := LENGTH.search(rest):
        minutes = int(found[1]) * UNITS[(found[2] or "").lower()]
        rest = rest[: found.start()].strip()
    first, _, name = rest.partition(" ")
    if first in WHAT:
        return Wanted(WHAT[first], name.strip(" 「」"), minutes, clock)
    word = next((word for word in WHAT if len(word) > 1 and rest.startswith(word)), "")  # 规则物流停滞
    if word and len(rest) > len(word):
        return Wanted(WHAT[word], rest[len(word) :].strip(" 「」:："), minutes, clock)
    return Wanted("", rest.strip(" 「」"), minutes, clock)
