"""Short ways to write conversations for counting: chat("客 10:10:15", "服a 10:18:10")."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rules.metrics import figures, pack
from rules.metrics.definition import Pack
from rules.metrics.facts import facts
from rules.metrics.figures import Figure
from rules.metrics.scene import Scene, last_day_end
from rules.model import Assignment, Conversation, Message, Speaker, StatusChange

SHANGHAI = ZoneInfo("Asia/Shanghai")
WHO = {"客": Speaker.CUSTOMER, "服": Speaker.AGENT, "机": Speaker.BOT, "系": Speaker.SYSTEM, "注": Speaker.NOTE}
FOLDER = Path(__file__).parents[3] / "rules" / "packs" / "metrics"


@cache
def packs() -> Mapping[str, Pack]:
    return pack.parse({path.name: path.read_text(encoding="utf8") for path in sorted(FOLDER.glob("*.toml"))})


def at(clock: str) -> datetime:
    """10:00, 10:00:05, or 21T10:00:05 on another day of November."""
    day, _, time = clock.rpartition("T")
    return datetime.fromisoformat(f"2026-11-{day or '20'}T{time}+08:00")


def chat(*lines: str, name: str = "c1", **rest: Any) -> Conversation:
    """Lines: who (with the agent) and when. "→a" assigned, "完" resolved, "开" open, "待" pending, "评" invited."""
    said, held, became, invited = [], [], [], []
    for n, line in enumerate(lines, 1):
        who, _, clock = line.partition(" ")
        when = at(clock) if clock else None
        if who[0] in WHO:
            said.append(Message(f"m{n}", WHO[who[0]], "话", when, who[1:] or None))
        elif who[0] == "→":
            held.append(Assignment(who[1:] or None, when))
        elif who[0] == "评":
            invited.append(when)
        else:
            became.append(StatusChange({"完": "resolved", "开": "open", "待": "pending"}[who[0]], when))
    return Conversation(
        name, tuple(said), assignments=tuple(held), statuses=tuple(became), invited=tuple(invited), **rest
    )


def scene(chats: Iterable[Conversation], as_of: str = "", zone: ZoneInfo = SHANGHAI) -> Scene:
    counted = tuple(facts(c) for c in chats)
    until = at(as_of) if as_of else last_day_end(counted, zone)
    return Scene(counted, until or at("20T00:00"), zone)


def count(name: str, *chats: Conversation, agent: str | None = None, **where: Any) -> Figure:
    """One figure by its full name."""
    chosen = packs()[name.partition(".")[0]]
    found = {(f.name, f.agent): f for f in figures.compute(scene(chats, **where), chosen)}
    return found.get((name, agent), Figure(name, agent, None, 0, None, "", ()))


def brief(name: str, *chats: Conversation, agent: str | None = None, **where: Any) -> tuple[float | None, int]:
    figure = count(name, *chats, agent=agent, **where)
    return figure.value, figure.n
