"""A chat pasted by hand, in whatever shape it was copied, as one line of a conversation file."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from rules.privacy import mask

LINES = 300
BEIJING = timezone(timedelta(hours=8))
TIME = (
    r"[\[(（【]?(?:(?P<date>\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?|\d{1,2}[-/月]\d{1,2}日?|昨天|今天|前天)\s*)?"
    r"(?P<half>上午|下午|晚上|凌晨|中午)?\s*(?P<clock>\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)[\])）】]?"
)
NAME = r"(?P<who>(?!https?\b)[^\s:：,，。.!！?？、「」“”《》\[\]()（）\d][^\s:：,，。!！?？、「」“”《》]{0,15}?)"
SAID = re.compile(rf"(?:{TIME}\s*)?{NAME}\s*[:：](?!//)\s*(?P<said>.*)")
SAID_AT = re.compile(rf"{NAME}\s*{TIME}\s*[:：]\s*(?P<said>.*)")
# Helpdesks write a header with the whole date, and a shop's own people as shop:account (云雀旗舰店:小周).
DATED = re.compile(
    r"(?P<who>\S(?:[^\n。！？!?]{0,38}?\S)??)\s*[\[(（【]?\s*(?P<date>\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?)\s*"
    r"(?P<half>上午|下午|晚上|凌晨|中午)?\s*(?P<clock>\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)\s*[\])）】]?\s*(?:[:：]\s*(?P<said>.*))?"
)
ACCOUNT = re.compile(r"[^:：]+[:：][^:：]+")
HEADER = re.compile(rf"{NAME}\s*[:：]?\s*{TIME}")
HEADER_AFTER = re.compile(rf"{TIME}\s*{NAME}\s*[:：]?")
ROLES: Mapping[str, re.Pattern[str]] = {
    "system": re.compile(r"系统|提示"),
    "bot": re.compile(r"机器人|智能客服|智能助手"),
    "agent": re.compile(
        r"客服|卖家|商家|店家|小二|旗舰店|专营店|专卖店|官方|店铺|店长|坐席|售前|售后|^agent$|^店$", re.IGNORECASE
    ),
    "customer": re.compile(r"客户|顾客|买家|用户|消费者|^亲$|^customer$|^我$|^客$", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Line:
    who: str  # "": nobody was named
    said: str
    at: datetime | None = None


NOBODY_NAMED = "没有看到说话人，先都当作客户说的。每行前面写上「客户：」「客服：」，会听得更准。"


def read(text: str, now: datetime) -> dict[str, Any]:
    lines = [line for raw in text.splitlines()[:LINES] if (line := raw.strip())]
    named = [_named(line, now) for line in lines]
    known = _names(named)
    spoken = list(_joined(lines, [n if n and n.who in known else None for n in named]))
    sides = _sides([line.who for line in spoken])
    timed = all(line.at for line in spoken)
    messages = []
    for number, (one, side) in enumerate(zip(spoken, sides, strict=True), 1):
        at = {"at": one.at.isoformat()} if timed and one.at else {}
        messages.append({"id": f"m{number}", "from": side, "text": one.said} | at)
    hint = {} if any(n and n.who in known for n in named) else {"hint": NOBODY_NAMED}
    return {"id": "pasted", "channel": "chat", "messages": messages} | hint


def explain(line: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, Any]:
    """What was read and what was found, masked, for the page."""
    messages = [m | {"text": mask(m["text"])} for m in line["messages"]]
    findings = [f | {"quote": mask(f.get("quote", ""))} for f in result.get("findings", ())]
    about = {name: result[name] for name in ("level", "risk", "star", "unchecked") if name in result}
    about |= {"ended": mask(result["ended"])} if result.get("ended") else {}
    about |= {"hint": line["hint"]} if "hint" in line else {}
    return about | {"messages": messages, "findings": findings}


def _named(line: str, now: datetime) -> Line | None:
    """The line read as `name: words`, or as a header `name time` with the words to follow."""
    for shape in (DATED, HEADER, HEADER_AFTER, SAID_AT, SAID):
        if found := shape.fullmatch(line):
            parts = found.groupdict()
            return Line(parts["who"], parts.get("said") or "", _moment(parts, now))
    return None


def _names(named: Sequence[Line | None]) -> set[str]:
    """Which of the would-be names are names: roles, those who speak twice, all when every line has one."""
    times = Counter(line.who for line in named if line)
    everywhere = len(times) > 1 and sum(times.values()) == len(named)
    headers = {line.who for line in named if line and line.at}
    return {who for who, n in times.items() if n > 1 or everywhere or who in headers or _role(who)}


def _joined(lines: Sequence[str], named: Sequence[Line | None]) -> Iterator[Line]:
    """A line without a name goes on with what was said before it; without any names the customer says it all."""
    if not any(named):
        yield from (Line("客户", said) for said in lines)
        return
    open_: Line | None = None
    for raw, line in zip(lines, named, strict=True):
        if line is None:
            before = open_ or Line("客户", "")
            open_ = replace(before, said=f"{before.said}\n{raw}".strip())
            continue
        if open_ and open_.said:
            yield open_
        open_ = line
    if open_ and open_.said:
        yield open_


def _sides(speakers: Sequence[str]) -> list[str]:
    names = list(dict.fromkeys(speakers))
    sides = {who: _role(who) for who in names}
    unknown = [who for who in names if not sides[who]]
    taken = {side for side in sides.values() if side}
    if any(ACCOUNT.fullmatch(who) for who in names):
        sides |= dict.fromkeys(unknown, "customer")
        unknown = []
    for who in unknown:
        # The first to speak is usually the customer.
        sides[who] = "customer" if "customer" not in taken and (who == unknown[0] or "agent" in taken) else "agent"
        taken.add(sides[who])
    return [sides[who] for who in speakers]


def _role(who: str) -> str:
    named = next((role for role, words in ROLES.items() if words.search(who)), "")
    return named or ("agent" if ACCOUNT.fullmatch(who) else "")


def _moment(parts: Mapping[str, str | None], now: datetime) -> datetime | None:
    if not parts.get("clock"):
        return None
    hour, minute, *rest = (int(n) for n in re.split("[:：]", parts["clock"] or ""))
    if parts["half"] in ("下午", "晚上") and hour < 12:
        hour += 12
    try:
        day = _day(parts["date"] or "", now.astimezone(BEIJING))
        return day.replace(hour=hour, minute=minute, second=rest[0] if rest else 0, microsecond=0)
    except ValueError:
        return None


def _day(said: str, today: datetime) -> datetime:
    ago = {"昨天": 1, "前天": 2}.get(said, 0)
    numbers = [int(n) for n in re.findall(r"\d+", said)]
    if len(numbers) == 3:
        return today.replace(year=numbers[0], month=numbers[1], day=numbers[2])
    if len(numbers) == 2:
        return today.replace(month=numbers[0], day=numbers[1])
    return today - timedelta(days=ago)
