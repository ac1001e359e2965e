"""The words of a conversation, line by line: masked, with what was found at them, and with the waits between them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from handlers import serving
from handlers.cards.words import COLLEAGUE, clean, unnamed
from handlers.context import Context
from rules import moods, places, text, waiting, wordings
from rules.model import Conversation, Finding, Kind, Message, Signals, Speaker
from rules.privacy import clean as visible
from rules.privacy import harmless, mask, mask_together
from storage.conversations import Stored

MOST = 300  # lines of one page
LONG = 4_000  # characters of one line
WORTH_SAYING = 10.0  # seconds of waiting
PAUSE = timedelta(minutes=30)
SIDES = {Speaker.CUSTOMER: "客户", Speaker.AGENT: "客服", Speaker.BOT: "机器人", Speaker.SYSTEM: "系统",
         Speaker.NOTE: "备注 · 客户看不见"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words; marked when something was found at them."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    tone: str  # red | orange | yellow | green | grey
    says: str
    rule: str
    advice: str


@dataclass(frozen=True, slots=True)
class Line:
    key: str  # stays the same while the words may change
    side: str  # customer | agent | bot | system | note
    by: str
    at: str
    pieces: tuple[Piece, ...]
    notes: tuple[Note, ...]
    tone: str  # of the worst note, or empty


@dataclass(frozen=True, slots=True)
class Gap:
    """Between two lines: how long the customer waited, or another day."""

    key: str
    words: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """The customer's mood at one message: -1 angry … 1 pleased; `along` is 0..1 over the conversation."""

    along: float
    mood: float
    at: str


def lines(ctx: Context, stored: Stored, found: Sequence[Finding], revealed: bool) -> tuple[tuple[Line | Gap, ...], int]:
    """The latest lines, and how many earlier ones are left out."""
    conversation = stored.conversation
    first = max(0, len(conversation.messages) - MOST)
    shown = conversation.messages[first:]
    words = _words(shown, revealed)
    gaps = _gaps(ctx, conversation)
    drawn: list[Line | Gap] = []
    before: datetime | None = None
    for i, (message, said) in enumerate(zip(shown, words, strict=True), first):
        drawn += _between(ctx, before, message, gaps)
        about = [f for f in found if f.message == message.id]
        signals = conversation.signals[i] if i < len(conversation.signals) else Signals("text")
        drawn.append(_line(ctx, stored, message, said, signals, about))
        before = message.at
    return tuple(drawn), first


def blind(lines: Iterable[Line | Gap], names: Iterable[str] = ()) -> tuple[Line | Gap, ...]:
    """Who served the customer makes no difference to whoever judges, so it is not shown."""
    known = tuple(names)
    return tuple(_blind(line, known) if isinstance(line, Line) else line for line in lines)


def _blind(line: Line, names: Sequence[str]) -> Line:
    pieces = tuple(replace(piece, text=unnamed(piece.text, names, COLLEAGUE)) for piece in line.pieces)
    return replace(line, pieces=pieces, by=SIDES[Speaker.AGENT] if line.side == "agent" else line.by)


def mood(ctx: Context, conversation: Conversation) -> tuple[Point, ...]:
    """At every customer message that says something."""
    pairs = zip(conversation.messages, conversation.signals, strict=True)
    told = [(m, s) for m, s in pairs if m.speaker is Speaker.CUSTOMER and s.shape in ("text", "ack")]
    times = [m.at for m, _ in told if m.at]
    span = (times[-1] - times[0]).total_seconds() if len(times) == len(told) and times else 0.0
    points = []
    for i, (m, s) in enumerate(told):
        even = i / (len(told) - 1) if len(told) > 1 else 0.5
        timed = (m.at - times[0]).total_seconds() / span if span and m.at else even
        points.append(Point(round((even + timed) / 2, 4), moods.level(s), ctx.clock(m.at) if m.at else ""))
    return tuple(points)


def _words(messages: Sequence[Message], revealed: bool) -> list[str]:
    raw = [visible(m.text)[:LONG] for m in messages]
    if revealed:
        return raw
    alone = [mask(said) for said in raw]
    together = mask_together(raw)  # a number split over two messages; line breaks are lost there
    return [a if a.replace("\n", " ") == t else t for a, t in zip(alone, together, strict=True)]


def _line(
    ctx: Context, stored: Stored, message: Message, said: str, signals: Signals, found: Sequence[Finding]
) -> Line:
    notes = tuple(_note(ctx, f) for f in found)
    spans = [span for f in found for span in _places(ctx, message, signals, f, said)]
    person = serving.speaker(ctx, stored, message)
    name = person.name if person else clean(message.agent or "")
    by = f"{SIDES[message.speaker]} {name}" if message.speaker is Speaker.AGENT and name else SIDES[message.speaker]
    tone = next((t for t in ("red", "orange", "yellow", "green") if any(n.tone == t for n in notes)), "")
    at = ctx.clock(message.at) if message.at else ""
    return Line(
        message.id, message.speaker.value, by, at, _pieces(said, spans), notes, tone or ("grey" if notes else "")
    )


def _note(ctx: Context, found: Finding) -> Note:
    rule = ctx.engine.packs.rule(found.rule)
    tone = "green" if found.kind is Kind.STAR else found.severity.level if found.severity else "grey"
    title = rule.title if rule else wordings.TITLES.get(found.check, "")
    name = f"{title} · {found.rule}" if title else found.rule
    return Note(tone, harmless(found.says), name, harmless(found.advice))


def _places(ctx: Context, message: Message, signals: Signals, found: Finding, said: str) -> Iterator[tuple[int, int]]:
    """Where the found words stand in what is shown; nowhere when a mask hides them."""
    rule = ctx.engine.packs.rule(found.rule)
    for start, end in places.of_rule(message.text, signals, rule, ctx.engine.packs) if rule else ():
        words = visible(message.text[start:end])
        earlier = visible(message.text[:start]).count(words) if words else 0
        at = -1
        for _ in range(earlier + 1):
            at = said.find(words, at + 1) if words else -1
        if at >= 0:
            yield at, at + len(words)


def _pieces(said: str, spans: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    pieces, done = [], 0
    for start, end in places.apart(spans):
        pieces += [Piece(said[done:start]), Piece(said[start:end], marked=True)]
        done = end
    return tuple(piece for piece in (*pieces, Piece(said[done:])) if piece.text)


def _gaps(ctx: Context, conversation: Conversation) -> dict[str, Gap]:
    """How long the customer waited, before the reply that ended it."""
    if not waiting.timed(conversation):
        return {}
    policy = ctx.policy
    found = {}
    for turn in waiting.turns(conversation):
        if turn.reply is None or not turn.reply.at:
            continue
        waited = turn.seconds(turn.reply.at, policy)
        limit = policy.first_reply_seconds if turn.first else policy.reply_seconds
        if waited >= WORTH_SAYING:
            tone = "red" if waited >= limit else "orange" if waited >= limit - policy.warn_before_seconds else ""
            found[turn.reply.id] = Gap(f"wait-{turn.reply.id}", f"客户等了 {text.spell(waited)}", tone)
    return found


def _between(ctx: Context, before: datetime | None, message: Message, gaps: dict[str, Gap]) -> Iterator[Gap]:
    if message.at and (before is None or message.at - before >= PAUSE):
        local = message.at.astimezone(ctx.zone)
        yield Gap(f"day-{message.id}", f"{local.month} 月 {local.day} 日 {local:%H:%M}")
    if message.id in gaps:
        yield gaps[message.id]
