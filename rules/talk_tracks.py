"""Talk-tracks: named ways of saying something, when they fit, and which outcome they are held against."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import re2

from rules import text
from rules.model import Conversation, Message, Speaker
from rules.outcomes import FIGURES, SHOWN_ONLY

CALMED = "calmed"
GOALS: Mapping[str, str] = {
    CALMED: "客户离开时不再不满",
    **{name: title for name, title in FIGURES.items() if name not in SHOWN_ONLY},
}
KEYS = ("id", "title", "say", "any", "match", "after", "goal", "reasons")
UPSET = 0.5


@dataclass(frozen=True, slots=True)
class Track:
    id: str
    title: str
    say: str  # an example to learn from
    goal: str
    terms: tuple[str, ...] = ()  # the agent says one of these
    match: Any = None  # … or this pattern
    after: tuple[str, ...] = ()  # once the customer has said one of these; empty: any time
    reasons: tuple[str, ...] = ()  # contact reasons in which it fits; empty: all

    def situation(self, c: Conversation, reason: str) -> int | None:
        """The place from which on it could be used; None where it does not fit."""
        if self.reasons and reason not in self.reasons:
            return None
        if not self.after:
            return 0
        said = ((i, m) for i, m in enumerate(c.messages) if m.speaker is Speaker.CUSTOMER)
        return next((i for i, m in said if _has(m, self.after)), None)

    def used(self, messages: Sequence[Message]) -> Message | None:
        """The first message of an agent that says it."""
        return next((m for m in messages if m.speaker is Speaker.AGENT and m.agent and self.says(m.text)), None)

    def says(self, words: str) -> bool:
        even = text.normalise(words).text
        return any(term in even for term in self.terms) or bool(self.match is not None and self.match.search(even))


def calmed(c: Conversation, upset: Callable[[str], float]) -> bool:
    """The customer's last words are not those of somebody upset."""
    said = [m.text for m in c.messages if m.speaker is Speaker.CUSTOMER]
    return not said or upset(said[-1]) < UPSET


def parse(texts: Mapping[str, str]) -> tuple[Track, ...]:
    """All files at once, later ones instead of earlier ones of the same id; ValueError says where the mistake is."""
    found: dict[str, Track] = {}
    for name, body in texts.items():
        try:
            rows = tomllib.loads(body).get("track", [])
        except tomllib.TOMLDecodeError as error:
            raise ValueError(f"{name}: {error}") from None
        for row in rows:
            track = _track(name, row)
            found[track.id] = track
    return tuple(found.values())


def _track(file: str, row: Mapping[str, Any]) -> Track:
    id_ = str(row.get("id", "?"))
    wrong = sorted(set(row) - set(KEYS))
    missing = [key for key in ("id", "title", "say", "goal") if not isinstance(row.get(key), str)]
    if wrong or missing or row["goal"] not in GOALS or not (row.get("any") or row.get("match")):
        raise ValueError(
            f"{file}: 话术「{id_}」要写 id、title、say、goal（{'、'.join(GOALS)}），和 any 或 match"
            + (f"；不认识 {'、'.join(wrong)}" if wrong else "")
        )
    try:
        match = re2.compile(row["match"]) if row.get("match") else None
    except re2.error as error:
        raise ValueError(f"{file}: 话术「{id_}」的 match 写错了：{error}") from None
    track = Track(id_, row["title"], row["say"], row["goal"], _terms(row, "any"), match, _terms(row, "after"),
                  tuple(row.get("reasons", ())))  # fmt: skip
    if track.used((Message("m", Speaker.AGENT, track.say, None, "a"),)) is None:
        raise ValueError(f"{file}: 话术「{id_}」认不出自己的例句 say")
    return track


def _terms(row: Mapping[str, Any], key: str) -> tuple[str, ...]:
    said = row.get(key, ())
    return tuple(text.normalise(term).text for term in (said.split() if isinstance(said, str) else said))


def _has(m: Message, terms: Sequence[str]) -> bool:
    even = text.normalise(m.text).text
    return any(term in even for term in terms)
