"""Text as we match it: width, case and invisible characters evened out, with the way back to the original positions."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

VERSION = "2"  # part of the version of everything that is read from normalised text
LIMIT = 4_000  # characters looked at; what comes after is kept but not matched
QUOTE = 60
CLAUSE = 18  # characters that still read in one breath within a sentence of ours
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
WIDTH = tuple(zip("，？！：；（）～", ",?!:;()~", strict=True))  # what nearly every message has
PAUSE = re.compile('[\\s,，。.、:：;；!！?？…~～()（）「」“”"\\[\\]【】]')
SENTENCE = re.compile("[^。！？!?\\n；;…~～]+[。！？!?；;…~～]*|[。！？!?…~～]+")


@dataclass(frozen=True, slots=True)
class Normal:
    """The even text; `origin[i]` is where its i-th character stood, None when nothing moved."""

    text: str
    origin: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        if self.origin is None:
            return start, end
        return self.origin[start], self.origin[end - 1] + 1


@dataclass(frozen=True, slots=True)
class Simplify:
    """Single characters (traditional, look-alike) and the ones our terms are written in."""

    table: Mapping[int, str]
    needed: re.Pattern[str]

    def __call__(self, even: str) -> str:
        return even.translate(self.table) if self.needed.search(even) else even


def simplify_by(table: Mapping[int, str]) -> Simplify:
    return Simplify(table, re.compile(f"[{re.escape(''.join(map(chr, table)))}]"))


def normalise(raw: str, simplify: Simplify | None = None) -> Normal:
    text = raw[:LIMIT]
    even = text.lower()
    for wide, narrow in WIDTH:
        even = even.replace(wide, narrow)
    if len(even) != len(text) or INVISIBLE.search(even) or not unicodedata.is_normalized("NFKC", even.replace("…", "")):
        return _character_by_character(text, simplify)
    return Normal(simplify(even) if simplify else even)


def _character_by_character(text: str, simplify: Simplify | None) -> Normal:
    out: list[str] = []
    origin: list[int] = []
    for at, raw in enumerate(text):
        if INVISIBLE.match(raw):
            continue
        even = raw if raw == "…" else unicodedata.normalize("NFKC", raw).lower()
        out.append(even)
        origin.extend([at] * len(even))
    even_text = "".join(out)
    return Normal(simplify(even_text) if simplify else even_text, tuple(origin))


def quote(text: str, start: int = 0) -> str:
    """A short text whole, else the sentence around `start`."""
    whole = text.strip()
    if len(whole) <= QUOTE:
        return whole
    found = next((m for m in SENTENCE.finditer(text[:LIMIT]) if m.end() > start), None)
    said = found.group().strip() if found else whole
    if len(said) <= QUOTE:
        return said
    inside = max(0, start - found.start() - QUOTE // 2) if found else 0
    return ("…" if inside else "") + said[inside : inside + QUOTE] + ("…" if inside + QUOTE < len(said) else "")


def clause(text: str, start: int, end: int) -> str:
    """The words around a term up to the nearest marks, so that no word is cut; the term alone when that is too much."""
    if start >= end or not PAUSE.sub("", text[start:end]):
        return text[start:end]
    before = max((m.end() for m in PAUSE.finditer(text, 0, start)), default=0)
    after = PAUSE.search(text, end)
    until = after.start() if after else len(text)
    wholes = ((before, until), (start, until), (before, end), (start, end))
    return next((text[i:j] for i, j in wholes if j - i <= CLAUSE), text[start:end])


def spell(seconds: float) -> str:
    """A length of time as people say it: 40 秒, 6 分钟, 1 小时 5 分钟."""
    if seconds < 60:
        return f"{int(seconds)} 秒"
    minutes = int(seconds // 60)
    if minutes < 60:
        return f"{minutes} 分钟"
    hours, rest = divmod(minutes, 60)
    if hours >= 24:
        return f"{hours // 24} 天" + (f" {hours % 24} 小时" if hours % 24 else "")
    return f"{hours} 小时" + (f" {rest} 分钟" if rest else "")
