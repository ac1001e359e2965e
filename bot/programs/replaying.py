"""The `replay` command: past conversations in a throw-away database, and every card they would have made, by time."""

import sys
from bisect import bisect
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape

from bot import demo, engine
from bot.files.conversation_files import open_lines, read_line
from bot.plain_words import of_line
from bot.progress import Tell, telling
from bot.settings.directory import directory
from bot.settings.knobs import PolicyKnobs
from bot.settings.sections import Config
from handlers import replay
from handlers.cards.card import Card, Quote
from handlers.context import Context
from handlers.errors import UserError
from handlers.replay import Spoken, VirtualClock
from rules import file
from rules.model import Conversation
from storage import migrations
from storage.db import Store

COLOURS = {"red": "red", "orange": "dark_orange", "yellow": "yellow", "green": "green", "blue": "cyan", "grey": "white"}


def run(path: Path, config: Config | None) -> int:
    """Exit status: 1 when a line could not be read."""
    chosen = config or demo.config(Path(), "", 0).model_copy(update={"policy": PolicyKnobs()})
    past, bad = [], 0
    for number, conversation in _read(path):
        if isinstance(conversation, str):
            bad += 1
            print(f"第 {number} 行{conversation}", file=sys.stderr)  # noqa: T201
        else:
            past.append(conversation)
    timed = [conversation for conversation in past if replay.timed(conversation)]
    if not timed:
        raise UserError("这个文件里没有带时间的会话，没法按当时的时间重放。")
    console = Console(soft_wrap=True)
    with telling() as tell:
        said, told = _play(chosen, timed, console, tell)
    left = f"（另有 {len(past) - len(timed)} 段没有时间，没有重放）" if len(past) > len(timed) else ""
    same = f"（其中 {said - told} 次和前面说的一样，没有列出）" if said > told else ""
    console.print(f"共 {len(timed)} 段会话{left}，会发出或更新 {said} 次卡片{same}。没有发到任何群。")
    return 1 if bad else 0


def _play(config: Config, timed: Sequence[Conversation], console: Console, tell: Tell) -> tuple[int, int]:
    """Print every card that says something new; the number of cards, and of those printed."""
    times = sorted(m.at for c in timed for m in c.messages if m.at)
    clock, zone = VirtualClock(times[0]), ZoneInfo(config.policy.timezone)

    def now() -> datetime:
        tell(lambda: f"放到 {clock.at.astimezone(zone):%m-%d %H:%M}，{bisect(times, clock.at) / len(times):.0%}……")
        return clock.now()

    said, told, last = 0, 0, dict[str, str]()
    with Store.open("sqlite://") as store:
        migrations.upgrade(store)
        ctx = Context(store, engine.load(config.rules.folder), config.policy.policy(), directory(config), now)
        for spoken in replay.play(ctx, clock, timed):
            said += 1
            line = _line(spoken)
            if last.get(spoken.key) == line or (spoken.call and not spoken.new):
                continue  # only figures changed, or what the alert's own card says too
            last[spoken.key], told = line, told + 1
            sign = "喊" if spoken.call else "新" if spoken.new else "改"
            console.print(f"{spoken.at.astimezone(zone):%m-%d %H:%M:%S} {sign} {line}", highlight=False)
    return said, told


def _read(path: Path) -> Iterator[tuple[int, Conversation | str]]:
    with open_lines(str(path)) as rows:
        for number, row in enumerate(rows, 1):
            if row.strip():
                yield number, _conversation(row)


def _conversation(row: str) -> Conversation | str:
    try:
        return file.read_conversation(read_line(row))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        return of_line(error)


def _line(spoken: Spoken) -> str:
    colour = COLOURS.get(spoken.card.tone, "white")
    room, title = escape(spoken.room), escape(spoken.card.title)
    if spoken.call:
        called = escape("".join(f" @{name}" for name in spoken.called) or "（没有人可喊）")
        return f"{room} [{colour}]📣 {escape(spoken.words)}[/]{called} {title}"
    quote = escape(f"「{_quoted(spoken.card)}」") if _quoted(spoken.card) else ""
    return f"{room} [{colour}]{title}[/] {quote}"


def _quoted(card: Card) -> str:
    return next((block.text for block in card.blocks if isinstance(block, Quote)), "")
