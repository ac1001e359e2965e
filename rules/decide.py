"""Speak or not: what to do about each matter of a conversation, given what stands and what screening says now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from rules import endings
from rules.endings import Ending, is_late
from rules.model import Conversation, Finding, Kind, Screening, Severity
from rules.policy import Policy

# Checks that measure or count, where one finding is enough; mild words need the score's consent.
WAITED = frozenset({"slow_first_reply", "slow_reply"})
COUNTED = frozenset({"repeated_dissatisfaction", "repeated_question"})
MEASURED = WAITED | COUNTED | {"low_rating"}
LEVELS = {severity.level: severity for severity in Severity}


class State(StrEnum):
    """Of an alert that was made."""

    OPEN = "open"  # 待认领
    CLAIMED = "claimed"  # 已认领
    SOLVED = "solved"  # 已解决
    FALSE_ALARM = "false_alarm"  # 误报
    MUTED = "muted"  # 已静音


class Verb(StrEnum):
    SPEAK = "speak"  # make an alert (or a case, for a star)
    RAISE = "raise"  # it got worse: the same alert, louder
    UPDATE = "update"  # other facts or figures: edit the card
    KEEP = "keep"  # nothing new
    CLOSE = "close"  # it ended well
    SILENT = "silent"  # no alert, and none stands


class Reason(StrEnum):
    NEW = "new"
    AGAIN = "again"
    WORSE = "worse"
    MORE_FACTS = "more_facts"
    UNCHANGED = "unchanged"
    NOTHING_FOUND = "nothing_found"
    BELOW_LEVEL = "below_level"
    ALREADY_ANSWERED = "already_answered"
    MILD = "mild"
    ENDED_WELL = "ended_well"
    RESOLVED = "resolved"
    CUSTOMER_CONTENT = "customer_content"
    RATED_WELL = "rated_well"
    ANSWERED = "answered"
    MUTED = "muted"
    FALSE_ALARM = "false_alarm"
    HIGHLIGHTED = "highlighted"


SENTENCES: Mapping[Reason, str] = {
    Reason.NEW: "第一次出现",
    Reason.AGAIN: "处理之后又出现了新情况",
    Reason.WORSE: "情况变得更急",
    Reason.MORE_FACTS: "有新的事实",
    Reason.UNCHANGED: "和上次一样",
    Reason.NOTHING_FOUND: "没有发现需要提醒的事",
    Reason.BELOW_LEVEL: "没有到提醒的级别",
    Reason.ALREADY_ANSWERED: "客服已经回复",
    Reason.MILD: "只是个别说法，整段看还不要紧",
    Reason.ENDED_WELL: "会话已经顺利结束",
    Reason.RESOLVED: "会话已结束",
    Reason.CUSTOMER_CONTENT: "客户满意",
    Reason.RATED_WELL: "客户给了好评",
    Reason.ANSWERED: "客服已回复",
    Reason.MUTED: "这段会话正在静音",
    Reason.FALSE_ALARM: "已有人判为误报，没有新的事实",
    Reason.HIGHLIGHTED: "这段会话已经有高光",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """The alert or case that was made about this matter, as it stands now."""

    kind: Kind
    severity: Severity
    state: State = State.OPEN
    muted_until: datetime | None = None
    facts: frozenset[tuple[str, str]] = frozenset()  # (rule, says) of what its card shows
    since: datetime | None = None  # when it was solved or called a false alarm; while it stands, the one before it


@dataclass(frozen=True, slots=True)
class Decision:
    kind: Kind
    verb: Verb
    reason: Reason
    because: str  # the reason in words; of a closed alert the sentence for its card
    severity: Severity = Severity.NONE
    findings: tuple[Finding, ...] = ()  # what the card shows

    @property
    def facts(self) -> frozenset[tuple[str, str]]:
        return facts_of(self.findings)


def facts_of(findings: tuple[Finding, ...]) -> frozenset[tuple[str, str]]:
    return frozenset((finding.rule, finding.says) for finding in findings)


def _rules(facts: frozenset[tuple[str, str]]) -> set[str]:
    return {rule for rule, _ in facts}


def decide(
    before: Mapping[Kind, Standing], screening: Screening, conversation: Conversation, policy: Policy, now: datetime
) -> tuple[Decision, ...]:
    """One decision for each matter: all risks of a conversation together, its red lines, its highlight."""
    told = {kind: tuple(f for f in screening.findings if f.kind is kind and f.severity) for kind in Kind}
    told[Kind.RISK] = tuple(sorted(told[Kind.RISK], key=is_late))
    mild = screening.risk < policy.yellow_risk
    grave = [f for f in told[Kind.RISK] if not (mild and _is_word(f))]
    matters = told[Kind.RISK] or Kind.RISK in before  # else nobody asks how it ended
    ending = endings.of(conversation, grave, policy, now) if matters else None
    risks = Matter(Kind.RISK, told[Kind.RISK], ending, conversation, policy, now, screening.risk)
    lines = Matter(Kind.REDLINE, told[Kind.REDLINE], None, conversation, policy, now)
    return (
        _matter(before.get(Kind.RISK), risks),
        _matter(before.get(Kind.REDLINE), lines),
        _star(before, told[Kind.STAR]),
    )


@dataclass(frozen=True, slots=True)
class Matter:
    """What is known now about one matter of a conversation."""

    kind: Kind
    findings: tuple[Finding, ...]
    ending: Ending | None
    conversation: Conversation
    policy: Policy
    now: datetime
    risk: float = 1.0  # of the whole conversation

    @property
    def severity(self) -> Severity:
        """Waits that are over do not count."""
        return max((f.severity for f in self.findings if not is_late(f)), default=Severity.NONE)


def _matter(before: Standing | None, matter: Matter) -> Decision:
    if before is None:
        return _first(matter)
    if before.state in (State.SOLVED, State.FALSE_ALARM):
        return _closed(before, matter)
    if matter.ending:
        return _decision(matter, Verb.CLOSE, Reason(matter.ending.how.value), matter.ending.says)
    fresh = replace(matter, findings=tuple(f for f in matter.findings if _later(f, before, matter.conversation)))
    if fresh.severity > before.severity:
        return _decision(fresh, Verb.RAISE, Reason.WORSE)
    if before.state is State.MUTED and (before.muted_until is None or matter.now < before.muted_until):
        return _decision(matter, Verb.SILENT, Reason.MUTED)
    facts = facts_of(matter.findings)
    if before.state is State.MUTED and _rules(facts) - _rules(before.facts):  # the same in other words stays quiet
        return _decision(matter, Verb.RAISE, Reason.AGAIN)
    if facts == before.facts:
        return _decision(matter, Verb.KEEP, Reason.UNCHANGED)
    return _decision(matter, Verb.UPDATE, Reason.MORE_FACTS)


def _first(matter: Matter) -> Decision:
    silence = _silence(matter)
    return _decision(matter, Verb.SILENT, silence) if silence else _decision(matter, Verb.SPEAK, Reason.NEW)


def _silence(matter: Matter) -> Reason | None:
    """Why nobody needs to be called."""
    if not matter.findings:
        return Reason.NOTHING_FOUND
    if not matter.severity:
        return Reason.ALREADY_ANSWERED
    if matter.severity < LEVELS[matter.policy.alert_from]:
        return Reason.BELOW_LEVEL
    if _is_mild(matter):
        return Reason.MILD
    return Reason.ENDED_WELL if matter.ending else None


def _is_mild(matter: Matter) -> bool:
    """Yellow words alone call nobody, unless the whole conversation looks risky."""
    if matter.kind is not Kind.RISK or matter.severity > Severity.YELLOW:
        return False
    return matter.risk < matter.policy.yellow_risk and all(_is_word(f) for f in matter.findings)


def _is_word(finding: Finding) -> bool:
    return finding.severity <= Severity.YELLOW and finding.check not in MEASURED


def _closed(before: Standing, matter: Matter) -> Decision:
    """Somebody has dealt with it: only what happened since, or what is of another sort, speaks again."""
    known = {rule for rule, _ in before.facts}
    findings = tuple(f for f in matter.findings if _fresh(f, before, known, matter.conversation))
    fresh = replace(matter, findings=findings)
    if _silence(fresh):
        reason = Reason.FALSE_ALARM if before.state is State.FALSE_ALARM else Reason.UNCHANGED
        return _decision(matter, Verb.SILENT, reason)
    return _decision(fresh, Verb.SPEAK, Reason.AGAIN)


def _fresh(finding: Finding, before: Standing, known: set[str], conversation: Conversation) -> bool:
    at, later = _moment(finding, conversation), _later(finding, before, conversation)
    if before.state is State.FALSE_ALARM or at is None or before.since is None:
        return later and finding.rule not in known
    return later


def _later(finding: Finding, before: Standing, conversation: Conversation) -> bool:
    at = _moment(finding, conversation)
    return at is None or before.since is None or at > before.since


def _moment(finding: Finding, conversation: Conversation) -> datetime | None:
    if finding.check in ("low_rating", "high_rating"):
        return conversation.rating.at if conversation.rating else None
    return next((m.at for m in conversation.messages if m.id == finding.message), None)


def _star(before: Mapping[Kind, Standing], stars: tuple[Finding, ...]) -> Decision:
    """One highlight a conversation."""
    if Kind.STAR in before:
        return Decision(Kind.STAR, Verb.KEEP, Reason.HIGHLIGHTED, SENTENCES[Reason.HIGHLIGHTED])
    severity = max((f.severity for f in stars), default=Severity.NONE)
    praised = any(f.check != "high_rating" for f in stars)  # five stars are given by habit; words are not
    verb, reason = (Verb.SPEAK, Reason.NEW) if praised else (Verb.SILENT, Reason.NOTHING_FOUND)
    return Decision(Kind.STAR, verb, reason, SENTENCES[reason], severity, stars)


def _decision(matter: Matter, verb: Verb, reason: Reason, because: str = "") -> Decision:
    return Decision(matter.kind, verb, reason, because or SENTENCES[reason], matter.severity, matter.findings)
