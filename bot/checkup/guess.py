"""Guessing how a table is to be read, from the names of its columns and from what stands in them."""

from collections.abc import Callable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from bot.checkup import cells, columns, headers, words
from bot.checkup.cells import Cell
from bot.checkup.columns import Column
from bot.checkup.mapping import Mapping
from bot.checkup.tables import Table
from rules.model import Speaker

SAMPLE = 600  # rows looked at
SURE = 2.5  # a name of the role's own
ZONE = "Asia/Shanghai"
# Roles that share columns are filled in this order when their claims are equal.
ORDER = (
    *("transcript", "at", "speaker", "conversation", "asked", "reply", "text", "sender", "receiver"),
    *("customer", "agent", "rating", "reason", "order", "shop"),
)


@dataclass(frozen=True, slots=True)
class Guess:
    mapping: Mapping
    doubts: tuple[str, ...]  # empty: certain
    rows: tuple[tuple[Cell, ...], ...]  # the first ones that hold something

    @property
    def failed(self) -> str:
        return self.mapping.missing


def guess(table: Table, now: datetime) -> Guess:
    sample = list(islice(table.rows(), SAMPLE))
    zone = ZoneInfo(ZONE)
    header = headers.find(sample, zone, now) if table.kind != "jsonl" else 0
    number, named = (sample[header][0], sample[header][1]) if header is not None and sample else (0, [])
    names = tuple(cells.text(cell) for cell in named)
    data = [row for n, row in sample if n > number and any(cells.text(cell) for cell in row)]
    looked = columns.look(data, names, zone, now)
    chosen, doubts = _assign(looked)
    taken: dict[str, tuple[int, ...]] = {role: (column.place,) for role, column in chosen.items()}
    _join_day_and_clock(taken, looked)
    speakers, more = _speakers(chosen, data)
    mapping = Mapping(taken, names, number, table.sheet, speakers)
    found = (*doubts, *more, *_group_doubts(mapping, chosen))
    return Guess(mapping, found, tuple(tuple(row) for row in data[:3]))


def _assign(looked: Sequence[Column]) -> tuple[dict[str, Column], list[str]]:
    """Each column to the role that claims it most; a role gets one."""
    claims = [(claim, -ORDER.index(role), role, c) for role in ORDER for c in looked if (claim := _claim(role, c)) > 0]
    chosen: dict[str, Column] = {}
    used: set[int] = set()
    for _, _, role, column in sorted(claims, key=lambda one: (-one[0], -one[1], one[3].place)):
        if role not in chosen and column.place not in used and _fits(role, chosen):
            chosen[role] = column
            used.add(column.place)
    _settle(chosen)
    asked = [role for role in ("text", "asked", "reply", "speaker", "conversation", "customer", "at") if role in chosen]
    weak = [role for role in asked if words.fit(chosen[role].name, role) < SURE and not _plain_by_content(role, chosen)]
    return chosen, [f"「{words.TITLES[role]}」是按内容猜的" for role in weak]


def _fits(role: str, chosen: Dict[str, Column]) -> bool:
    """A whole chat in a cell needs no columns of talk beside it."""
    talk = {"text", "asked", "reply"}
    if role == "transcript":
        return not talk & chosen.keys()
    return role not in talk or "transcript" not in chosen


def _settle(chosen: dict[str, Column]) -> None:
    """Two columns of talk are a question and its answer; one of them alone is simply what was said."""
    if "reply" in chosen and "asked" not in chosen and "text" in chosen and "speaker" not in chosen:
        chosen["asked"] = chosen.pop("text")
    for alone, other in (("reply", "asked"), ("asked", "reply")):
        if alone in chosen and other not in chosen:
            talk = chosen.pop(alone)
            chosen.setdefault("text", talk)
    if {"asked", "reply"} <= chosen.keys():
        chosen.pop("text", None)
        chosen.pop("speaker", None)
    if "speaker" in chosen and "sender" in chosen and not words.fit(chosen["sender"].name, "sender"):
        chosen.pop("sender")  # who is known already, and a nick that nobody calls a sender may be the customer's


def _plain_by_content(role: str, chosen: Dict[str, Column]) -> bool:
    column = chosen[role]
    if role == "speaker":
        return column.speakers > 0.95 and len(column.distinct) > 1 and bool(column.name)
    named = words.fit(column.name, "at") or words.fit(column.name, "day")
    return role == "at" and column.times > 0.9 and named > 0


def _claim(role: str, column: Column) -> float:
    if not column.values:
        return 0.0
    named = words.fit(column.name, role)
    special = CLAIMS.get(role)
    if special:
        return special(column, named)
    return named if named >= 1 and column.times < 0.5 and column.length < 40 and column.only_clocks < 0.5 else 0.0


def _claim_at(column: Column, named: float) -> float:
    return named + column.clocks + 1 if column.times >= 0.8 else 0.0


def _claim_text(column: Column, named: float) -> float:
    if column.times > 0.5 or column.only_clocks > 0.5 or column.length < 1.5 or column.is_kind or column.coded > 0.9:
        return 0.0
    talk = min(column.length, 20) / 20 + column.variety
    return named + talk if named >= 1 or (column.chinese > 0.5 and talk > 0.7) else 0.0


def _claim_speaker(column: Column, named: float) -> float:
    """Words of both sides; a column of shops has those of one. Codes only under a name of the role's own."""
    if not column.is_few or column.is_kind or len(column.distinct) < 2:
        return 0.0
    sides = {words.who(value) for value in column.distinct}
    if column.speakers >= 0.8 and {Speaker.CUSTOMER, Speaker.AGENT} <= sides:
        return named + 2
    return named + 0.5 if named >= SURE and len(column.distinct) <= 6 and column.length <= 12 else 0.0


def _claim_conversation(column: Column, named: float) -> float:
    if column.times > 0.5 and named < SURE:
        return 0.0
    repeats = 0.02 < column.variety < 0.7
    if named >= 1 and column.length < 80:
        return named + (0.5 if repeats else 0.0)
    return 0.8 if repeats and column.coded > 0.9 and column.length >= 2 and len(column.distinct) > 2 else 0.0


def _claim_sender(column: Column, named: float) -> float:
    if column.times > 0.5 or column.length > 40 or column.only_clocks > 0.5 or len(column.distinct) < 2:
        return 0.0
    arrows = columns.arrows(column)
    if named >= 1 or arrows:
        return named + (2 if arrows else 0)
    return 0.5 if 2 <= column.length <= 16 and column.variety < 0.6 and column.coded < 0.5 else 0.0


def _claim_named(column: Column, named: float) -> float:
    return named if named >= SURE and column.length < 60 else 0.0


def _claim_talk(column: Column, named: float) -> float:
    return named + 0.6 if named >= SURE and column.times < 0.5 and not column.is_few else 0.0


def _claim_rating(column: Column, named: float) -> float:
    rated = sum(1 for value in column.values if cells.rating(value) is not None)
    return named if named >= SURE and rated >= 0.6 * len(column.values) else 0.0


def _claim_transcript(column: Column, named: float) -> float:
    return 6 + named if column.chats >= 0.6 else 0.0  # surer than any name: 聊天记录 may be one line or a whole chat


CLAIMS: Dict[str, Callable[[Column, float], float]] = {
    "at": _claim_at,
    "text": _claim_text,
    "asked": _claim_talk,
    "reply": _claim_talk,
    "speaker": _claim_speaker,
    "conversation": _claim_conversation,
    "sender": _claim_sender,
    "receiver": _claim_named,
    "rating": _claim_rating,
    "reason": _claim_named,
    "order": _claim_named,
    "shop": _claim_named,
    "transcript": _claim_transcript,
}


def _join_day_and_clock(taken: dict[str, tuple[int, ...]], looked: Sequence[Column]) -> None:
    """A day and its clock in two columns; days alone are no times."""
    found = taken.get("at")
    if not found or looked[found[0]].clocks > 0.1:
        return
    others = {p for places in taken.values() for p in places}
    clock = next((c.place for c in looked if c.only_clocks > 0.8 and c.place not in others), None)
    if clock is None:
        taken.pop("at")
        return
    taken["at"] = (found[0], clock)


def _speakers(chosen: Dict[str, Column], data: Sequence[Sequence[Cell]]) -> tuple[dict[str, Speaker], list[str]]:
    """Whose word is whose; codes are told apart by the talk beside them."""
    column = chosen.get("speaker")
    if column is None:
        return {}, []
    known = {value: words.who(value) for value in sorted(column.distinct)}
    if words.plain(column.name) == "messagetype" and set(known) <= set(words.CHATWOOT):
        return {value: words.CHATWOOT[value] for value in known}, []
    unknown = [value for value, who in known.items() if who is None]
    text = chosen.get("text")
    told = {value: who for value, who in known.items() if who}
    if not unknown or text is None:
        return told, []
    if {Speaker.CUSTOMER, Speaker.AGENT} <= set(told.values()):  # the rest is rare: told as rows nobody can place
        often = sum(1 for value in column.values if value in unknown) > 0.02 * len(column.values)
        return told, [f"不知道「{'、'.join(unknown)}」是谁，这些行会跳过"] if often else []
    manners = {value: columns.polite(_said_by(data, column.place, text.place, value)) for value in unknown}
    agent = max(manners, key=lambda value: manners[value])
    taken = Speaker.AGENT in known.values()
    told |= {value: Speaker.AGENT if value == agent and not taken else Speaker.CUSTOMER for value in unknown}
    return told, [f"「{'、'.join(unknown)}」是谁，是按说话的口气猜的"]


def _said_by(data: Sequence[Sequence[Cell]], who: int, text: int, value: str) -> list[str]:
    rows = [row for row in data if len(row) > max(who, text)]
    return [cells.text(row[text]) for row in rows if cells.text(row[who]) == value]


def _group_doubts(mapping: Mapping, chosen: Dict[str, Column]) -> list[str]:
    has = mapping.columns.keys()
    sender = chosen.get("sender")
    paired = "receiver" in has or (sender is not None and columns.arrows(sender))
    doubts = [] if mapping.names else ["没有看到表头"]
    if not paired and not has & {"transcript", "conversation", "customer"}:
        doubts.append("没有会话编号，也没有客户：只好隔两小时没人说话就算另一段")
    if sender and "speaker" not in has and not paired and not has & {"customer", "agent"}:
        doubts.append("谁是客服，是按昵称猜的")
    return doubts
