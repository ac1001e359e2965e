"""Things said become conversations, in whatever order the rows come, with bounded memory: they wait in files by key."""

import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.checkup import columns, words
from bot.checkup.mapping import Mapping
from bot.checkup.rows import Said
from rules.model import Speaker

FILES = 64
LONGEST = 500  # messages; a longer one is told in pieces
MANY = 3  # conversations in which a nick must be to be taken for one who serves
SILENT = (Speaker.SYSTEM, Speaker.NOTE)

Line = dict[str, Any]
Nicks = dict[str, set[str]]


def conversations(said: Iterable[Said], mapping: Mapping, folder: Path) -> Iterator[Line]:
    """Lines of the conversation file, each with `rows` (first and last) and `reason` beside it."""
    nicks: Nicks = defaultdict(set)
    files = _spread(said, folder, nicks)
    for path in files:
        groups: dict[str, list[Said]] = defaultdict(list)
        with path.open(encoding="utf8") as lines:
            for line in lines:
                one = _unpacked(line)
                groups[one.key].append(one)
        path.unlink()
        for key, group in groups.items():
            for number, piece in enumerate(_pieces(_in_order(group), mapping), 1):
                yield _line(key, number, piece, nicks)


def _spread(said: Iterable[Said], folder: Path, nicks: Nicks) -> list[Path]:
    paths = [folder / f"{n}.jsonl" for n in range(FILES)]
    with ExitStack() as stack:
        files = [stack.enter_context(path.open("w", encoding="utf8")) for path in paths]
        for one in said:
            if one.who is None and len(nicks[one.nick]) < MANY:
                nicks[one.nick].add(one.key)
            files[zlib.crc32(one.key.encode(errors="replace")) % FILES].write(_packed(one))
    return paths


def _packed(one: Said) -> str:
    told = asdict(one) | {"at": one.at.isoformat() if one.at else None}
    return json.dumps({name: value for name, value in told.items() if value or name == "row"}) + "\n"


def _unpacked(line: str) -> Said:
    told = json.loads(line)
    at = datetime.fromisoformat(told.pop("at")) if "at" in told else None
    return Said(at=at, who=Speaker(told.pop("who")) if "who" in told else None, **told)


def _in_order(group: list[Said]) -> list[Said]:
    """By time where everything has one; of the same moment, as the file has them, which may run backwards."""
    times = [one.at for one in group if one.at]
    if len(times) < len(group):
        return group
    backwards = -1 if times[0] > times[-1] else 1
    return sorted(group, key=lambda one: (one.at, backwards * one.row))


def _pieces(group: list[Said], mapping: Mapping) -> Iterator[list[Said]]:
    """Cut at long silences where no number tells conversations apart, and at the longest length."""
    gap = timedelta(minutes=mapping.gap_minutes) if "conversation" not in mapping.columns else None
    piece: list[Said] = []
    for one in group:
        before = piece[-1].at if piece else None
        silent = gap is not None and before is not None and one.at is not None and one.at - before > gap
        if piece and (silent or len(piece) >= LONGEST):
            yield piece
            piece = []
        piece.append(one)
    yield piece


def _line(key: str, number: int, piece: list[Said], nicks: Nicks) -> Line:
    sides = _sides(piece, nicks)
    name = key.partition("\n")[0]
    customer = _first(one.customer for one in piece) or next(
        (one.nick for one in piece if one.nick and _who(one, sides) is Speaker.CUSTOMER), ""
    )
    told: Line = {
        "id": name if number == 1 else f"{name} · {number}",
        "shop": _first(one.shop for one in piece),
        "customer": {"id": customer, "name": customer},
        "order_id": _first(one.order for one in piece),
        "messages": _messages(piece, sides),
        "rows": (min(one.row for one in piece), max(one.row for one in piece)),
        "reason": _first(one.reason for one in piece),
    }
    rated = [one.rating for one in piece if one.rating is not None]
    return told | ({"rating": {"score": rated[-1]}} if rated else {})


def _messages(piece: list[Said], sides: dict[str, Speaker]) -> list[Line]:
    """One moment for everything is the conversation's, not the messages'."""
    moments = {one.at for one in piece}
    timed = None not in moments and (len(moments) > 1 or len(piece) < 3)
    messages = []
    for one in piece:
        who = _who(one, sides)
        message = {"id": f"r{one.row}{'b' if one.second else ''}", "from": who.value, "text": one.text}
        if timed and one.at:
            message["at"] = one.at.isoformat()
        if who is Speaker.AGENT and (agent := one.agent or one.nick):
            message["agent"] = agent
        messages.append(message)
    return messages


def _who(one: Said, sides: dict[str, Speaker]) -> Speaker:
    return one.who or sides.get(one.nick, Speaker.CUSTOMER)


def _sides(piece: list[Said], nicks: Nicks) -> dict[str, Speaker]:
    """Who the nicks are: by the customer's and agent's columns, by their form, by how many they talk with."""
    unknown = dict.fromkeys(one.nick for one in piece if one.who is None)
    if not unknown:
        return {}
    customers = {one.customer for one in piece if one.customer} | {
        one.nick for one in piece if one.who is Speaker.CUSTOMER
    }
    agents = {one.agent for one in piece if one.agent}
    sides = {nick: who for nick in unknown if (who := _side(nick, customers, agents))}
    open_ = [nick for nick in unknown if nick not in sides]
    if customers and open_:  # the customer is known: whoever else speaks, serves
        return sides | dict.fromkeys(open_, Speaker.AGENT)
    return sides | _by_company(piece, open_, nicks, set(sides.values()))


def _side(nick: str, customers: set[str], agents: set[str]) -> Speaker | None:
    if nick in customers:
        return Speaker.CUSTOMER
    if nick in agents:
        return Speaker.AGENT
    shop, _, account = nick.replace("：", ":").partition(":")
    if shop and account and not account.startswith("//"):
        return Speaker.AGENT
    return words.who(nick)


def _by_company(piece: list[Said], open_: list[str], nicks: Nicks, known: set[Speaker]) -> dict[str, Speaker]:
    """The one who talks with many serves; else the one who talks politely; else the first to speak is the customer."""
    if not open_:
        return {}
    busy = [nick for nick in open_ if len(nicks[nick]) >= MANY]
    if busy and (len(busy) < len(open_) or Speaker.CUSTOMER in known):
        return {nick: Speaker.AGENT if nick in busy else Speaker.CUSTOMER for nick in open_}
    if len(open_) == 1 or Speaker.AGENT in known:
        return dict.fromkeys(open_, Speaker.CUSTOMER if Speaker.CUSTOMER not in known else Speaker.AGENT)
    manners = {nick: columns.polite(one.text for one in piece if one.nick == nick) for nick in open_}
    agent = max(reversed(open_), key=lambda nick: manners[nick])
    return {nick: Speaker.AGENT if nick == agent else Speaker.CUSTOMER for nick in open_}


def _first(values: Iterable[str]) -> str:
    return next((value for value in values if value), "")
