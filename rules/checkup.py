"""What a checkup picks from many screened conversations: whom to look at first, whom to praise, what hurts most."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from rules import endings, waiting
from rules.highest import Highest
from rules.model import Conversation, Finding, Kind, Message, Screening, Severity, Speaker
from rules.policy import Policy

REVIEWED, PRAISED, PAINS, QUOTES = 10, 5, 3, 3
KEPT = 80  # candidates of each kind; conversations beyond them are forgotten, so that memory stays bounded
ALIKE = 3  # shown for the same reason at most, as long as there are others
LOUD = {Severity.NONE: 0.0, Severity.YELLOW: 0.05, Severity.ORANGE: 0.2, Severity.RED: 0.5}
PRAISE = {Severity.NONE: 0.0, Severity.YELLOW: 0.1, Severity.ORANGE: 0.4, Severity.RED: 0.7}
ONLY_RATED = "high_rating"  # five stars, but nothing said that others could learn from
SUMS = ("repeated_dissatisfaction", "low_rating")  # true, but what the customer said tells more
# Packs whose rules name what a customer came for or suffers from; moods, threats and manners are no subjects.
SUBJECTS = frozenset(("售后退款", "物流", "发票价保与活动", "商品质量", "转人工与主管", "响应与等待"))
# The same pain by another name counts once.
SAME: Mapping[str, str] = {
    "ask_refund_again": "refund_slow",
    "not_shipped_again": "not_shipped",
    "ask_parcel_again": "parcel_stuck",
    "ask_human_again": "ask_human",
    "price_protect": "price_drop",
    "ping_unanswered": "ping",
}
_NUMBER = re.compile(r"[0-9A-Za-z]{8,}")
_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Seen:
    """One screened conversation."""

    conversation: Conversation
    screening: Screening
    rows: tuple[int, int] | None = None  # where it stands in the file
    reason: str = ""  # what the export itself says it was about

    def message(self, id_: str) -> Message | None:
        return next((m for m in self.conversation.messages if m.id == id_), None)


@dataclass(frozen=True, slots=True)
class Moment:
    """What was found, and in which conversation."""

    seen: Seen
    finding: Finding


@dataclass(slots=True)
class Pain:
    check: str
    count: int = 0  # conversations
    ended_well: int = 0
    quotes: Highest[Moment] = field(default_factory=lambda: Highest(QUOTES * 4))  # by how dissatisfied they sound
    answered: Highest[Moment] = field(default_factory=lambda: Highest(QUOTES))  # by how well they went


@dataclass(slots=True)
class Waits:
    first: list[float] = field(default_factory=list)  # seconds until the first reply of a conversation
    every: list[float] = field(default_factory=list)  # of every turn
    unanswered: int = 0  # conversations that end with the customer waiting
    timed: int = 0  # conversations with times
    to_the_minute: bool = True  # no moment in the file has seconds


@dataclass(slots=True)
class Tally:
    """Everything a checkup remembers while conversations stream by."""

    policy: Policy
    subjects: frozenset[str]  # the checks that are pains
    conversations: int = 0
    messages: int = 0
    levels: Counter[Severity] = field(default_factory=Counter)
    unchecked: Counter[str] = field(default_factory=Counter)  # by "check: because"
    reasons: Counter[str] = field(default_factory=Counter)
    stars: int = 0
    pains: dict[str, Pain] = field(default_factory=dict)
    waits: Waits = field(default_factory=Waits)
    began: datetime | None = None
    ended: datetime | None = None
    _risky: Highest[Seen] = field(default_factory=lambda: Highest(KEPT))
    _shining: Highest[Seen] = field(default_factory=lambda: Highest(KEPT))

    def add(self, seen: Seen) -> None:
        c, s = seen.conversation, seen.screening
        self.conversations += 1
        self.messages += len(c.messages)
        self.levels[loudness(s)] += 1
        self.unchecked.update({f"{u.check}: {u.because}" for u in s.unchecked})
        self.reasons.update([seen.reason] if seen.reason else ())
        self.stars += best(seen) is not None
        self._risky.add(danger(seen), seen, bare(lead(seen).quote))
        if best(seen) is not None:
            self._shining.add(shine(seen), seen)
        self._add_pains(seen)
        self._add_times(c)

    def review(self) -> list[Seen]:
        """Whom to look at first: by danger, no two with the same words, not all for the same reason."""
        ranked = [seen for seen in self._risky.ranked() if loudness(seen.screening) or seen.screening.risk >= 0.3]
        return _different(ranked, REVIEWED, lead)

    def praise(self) -> list[Seen]:
        return _different(self._shining.ranked(), PRAISED, _star)

    def top_pains(self, most: int = PAINS) -> list[Pain]:
        return sorted(self.pains.values(), key=lambda pain: (-pain.count, pain.check))[:most]

    def _add_pains(self, seen: Seen) -> None:
        found: dict[str, Finding] = {}
        for finding in seen.screening.findings:
            name = SAME.get(finding.check, finding.check)
            if name in self.subjects:
                found.setdefault(name, finding)
        well = shine(seen) > danger(seen)
        for name, finding in found.items():
            pain = self.pains.setdefault(name, Pain(name))
            pain.count += 1
            pain.ended_well += well
            feeling = seen.screening.dissatisfied.get(finding.message, 0.0)
            pain.quotes.add(feeling, Moment(seen, finding), bare(finding.quote))
            if well and golden_line(seen, finding.message):
                pain.answered.add(shine(seen) - danger(seen), Moment(seen, finding))

    def _add_times(self, conversation: Conversation) -> None:
        times = [m.at for m in conversation.messages if m.at]
        if times:
            self.began = min(times) if self.began is None else min(self.began, *times)
            self.ended = max(times) if self.ended is None else max(self.ended, *times)
        if conversation.channel == "chat" and times and waiting.timed(conversation):
            _add_waits(self.waits, conversation, self.policy)


def bare(words: str) -> str:
    """Without marks and spaces: what says the same is shown once."""
    return _WORDS.sub("", words)


def loudness(screening: Screening) -> Severity:
    """The worst that is not merely a wait which is over."""
    risks = (f for f in screening.findings if f.kind is not Kind.STAR and not endings.is_late(f))
    return max((f.severity for f in risks), default=Severity.NONE)


def danger(seen: Seen) -> float:
    """How likely the customer left unhappy, raised by what was found."""
    return 1 - (1 - seen.screening.risk) * (1 - LOUD[loudness(seen.screening)])


def shine(seen: Seen) -> float:
    star = best(seen)
    return 1 - (1 - seen.screening.star) * (1 - PRAISE[star.severity if star else Severity.NONE])


def lead(seen: Seen) -> Finding:
    """What to say of it first: what the customer needs before how long it took, the loudest before the rest."""
    risks = _risks(seen)
    if risks:
        return max(risks, key=lambda f: (not endings.is_late(f), f.severity, f.check not in SUMS, f.kind is Kind.RISK))
    said = seen.screening.dissatisfied
    id_ = max(said, key=lambda m: said[m], default=seen.conversation.messages[-1].id)
    message = seen.message(id_)
    words = message.text if message else ""
    return Finding("felt", Kind.RISK, Severity.NONE, id_, words, "整段听下来，客户多半不满意", "")


def more(seen: Seen) -> list[Finding]:
    """The other reasons, each kind once; of waits that are over only one."""
    first = lead(seen)
    others = [f for f in _risks(seen) if f.check != first.check]
    return list({"late" if endings.is_late(f) else f.check: f for f in others}.values())


def opening(seen: Seen, before: str) -> Message | None:
    """The least content words of the customer before that moment: how they came in."""
    messages = seen.conversation.messages
    stop = next((n for n, m in enumerate(messages) if m.id == before), 0)
    said = [m for m in messages[:stop] if m.speaker is Speaker.CUSTOMER]
    felt = seen.screening.dissatisfied
    return max(said, key=lambda m: felt.get(m.id, 0.0), default=None)


def best(seen: Seen) -> Finding | None:
    """The star to show: what a customer or an agent said, not merely a good rating."""
    stars = [f for f in seen.screening.findings if f.kind is Kind.STAR and f.check != ONLY_RATED]
    return max(stars, key=lambda f: f.severity, default=None)


def golden_line(seen: Seen, after: str = "") -> Message | None:
    """The agent's sentence to copy: the one found good, else the longest said before the praise."""
    star = best(seen)
    found = seen.message(star.message) if star else None
    if found and found.speaker is Speaker.AGENT and not after:
        return found
    ids = [m.id for m in seen.conversation.messages]
    start = ids.index(after) if after in ids else 0
    stop = ids.index(found.id) if found and found.speaker is Speaker.CUSTOMER and ids.index(found.id) > start else None
    said = [m for m in seen.conversation.messages[start:stop] if m.speaker is Speaker.AGENT]
    # A number of an order is nobody else's: a sentence without one can be copied as it stands.
    return max(said, key=lambda m: (not _NUMBER.search(m.text), min(len(m.text), 80)), default=None)


def around(seen: Seen, id_: str, before: int = 3, after: int = 2) -> Sequence[Message]:
    """What was said about that moment; notes among colleagues are none of it."""
    messages = [m for m in seen.conversation.messages if m.speaker is not Speaker.NOTE]
    at = next((n for n, m in enumerate(messages) if m.id == id_), len(messages) - 1)
    return messages[max(0, at - before) : at + after + 1]


def _risks(seen: Seen) -> list[Finding]:
    return [f for f in seen.screening.findings if f.kind is not Kind.STAR and f.severity > Severity.NONE]


def _star(seen: Seen) -> Finding:
    return best(seen) or lead(seen)


def _different(ranked: Sequence[Seen], most: int, of: Callable[[Seen], Finding]) -> list[Seen]:
    """In their order; the same words are shown once, and the same reason a few times as long as there are others."""
    chosen: list[Seen] = []
    spare: list[Seen] = []
    said: set[str] = set()
    times: Counter[str] = Counter()
    for seen in ranked:
        finding = of(seen)
        words = bare(finding.quote)
        if words in said:
            continue
        said.add(words)
        times[finding.check] += 1
        (chosen if times[finding.check] <= ALIKE else spare).append(seen)
    picked = {id(seen) for seen in [*chosen, *spare][:most]} if len(chosen) < most else {id(s) for s in chosen[:most]}
    return [seen for seen in ranked if id(seen) in picked]


def _add_waits(waits: Waits, conversation: Conversation, policy: Policy) -> None:
    waits.timed += 1
    waits.to_the_minute &= all(not m.at.second for m in conversation.messages if m.at)
    for turn in waiting.turns(conversation):
        if turn.reply is None or turn.reply.at is None:
            waits.unanswered += 1
            continue
        seconds = turn.seconds(turn.reply.at, policy)
        waits.every.append(seconds)
        if turn.first:
            waits.first.append(seconds)
