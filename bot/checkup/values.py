"""The report as plain values: everything in them is masked already, and every figure carries its n."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Turn:
    side: str
    said: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One conversation in the report."""

    level: str
    head: str
    who: str
    where: str
    side: str
    quote: str
    why: tuple[str, ...]
    advice: str
    talk: tuple[Turn, ...]
    opening: str = ""  # how the customer came in
    line: str = ""  # the sentence to copy
    ask: str = ""  # the question for the morning meeting


@dataclass(frozen=True, slots=True)
class PainView:
    title: str
    count: int
    share: str
    interval: str
    quotes: tuple[str, ...]
    advice: str


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class Report:
    file: str
    days: str
    made: str
    conversations: int
    messages: int
    worth: int  # conversations to look at
    stars: int
    headlines: tuple[str, ...]
    review: tuple[Entry, ...]
    praise: tuple[Entry, ...]
    cases: tuple[Entry, ...]
    pains: tuple[PainView, ...]
    bars: tuple[tuple[str, int], ...]
    waits: tuple[Figure, ...]
    waits_note: str
    coverage: tuple[str, ...]
    skipped: tuple[tuple[str, int, str], ...]
    reading: tuple[tuple[str, str], ...]
    reasons: tuple[tuple[str, int], ...]
    warmest: str  # what a content customer said
