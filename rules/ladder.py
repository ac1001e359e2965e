"""Who is called, one after the other, while nobody claims a matter; frozen when it opens."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rules.model import Severity

STEPS = ("room", "lead", "duty", "admin", "phone")
DEFAULT = {"yellow": (), "orange": ("lead", "duty", "admin"), "red": ("lead", "duty", "admin", "phone")}
WRITTEN = re.compile(r"(room|lead|duty|admin|phone)(?:\s+(\d{1,3}))?")


@dataclass(frozen=True, slots=True)
class Rung:
    who: str  # lead | duty | admin | phone
    after: int  # minutes after the rung before
    names: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {"who": self.who, "after": self.after, "names": list(self.names)}


def read(steps: Sequence[str]) -> tuple[tuple[str, int | None], ...]:
    """`lead` or `lead 3`, with the minutes to wait before it. Raises ValueError, for people."""
    found = [(step, WRITTEN.fullmatch(step.strip())) for step in steps]
    wrong = next((step for step, match in found if match is None), None)
    if wrong is not None:
        raise ValueError(f"升级的一步 {wrong!r} 要写成 lead、duty、admin、phone 之一，后面可以写分钟，如 lead 3")
    told = [(match[1], int(match[2]) if match[2] else None) for _, match in found if match]
    return tuple((who, after) for who, after in told if who != "room")  # the room has had the card from the first


def steps(severity: Severity, ladders: Mapping[str, Sequence[str]], minutes: int) -> tuple[Rung, ...]:
    """The rungs for a level, nobody named yet."""
    written = ladders.get(severity.level, DEFAULT.get(severity.level, ()))
    return tuple(Rung(who, minutes if after is None else max(1, after)) for who, after in read(written))


def thaw(frozen: Sequence[Mapping[str, Any]]) -> tuple[Rung, ...]:
    return tuple(Rung(str(r["who"]), int(r["after"]), tuple(map(str, r["names"]))) for r in frozen)


def ahead(rungs: Sequence[Rung], climbed: int, next_at: datetime | None) -> tuple[tuple[datetime, Rung], ...]:
    """When each rung that is left will be climbed, if nobody claims."""
    left, at, told = rungs[climbed:], next_at, []
    for place, rung in enumerate(left):
        if at is None:
            break
        at = at if place == 0 else at + timedelta(minutes=rung.after)
        told.append((at, rung))
    return tuple(told)
