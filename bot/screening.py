"""`python -m bot screen`: conversation files in, one line of findings for each out; the same for the sandbox's box."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.files.conversation_files import BadLine, read_line
from bot.plain_words import of_line
from handlers.context import Engine
from rules import endings, file, score
from rules.endings import How
from rules.model import Conversation, Finding, Kind, Screening
from rules.policy import Policy
from rules.screen import last_moment

Json = dict[str, Any]
Screen = Callable[[Mapping[str, Any]], Json]
NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)  # for files without times, where no check asks for it


def screener(engine: Engine, policy: Policy, *, explain: bool = False, ending: bool = False) -> Screen:
    """One line of a conversation file to what `screen` prints; `ending`: with the customer's good end."""

    def screen(line: Mapping[str, Any]) -> Json:
        held = engine.held()
        conversation = file.read_conversation(line)
        signals = tuple(held.signals(m.text, m.speaker) for m in conversation.messages)
        conversation = replace(conversation, signals=signals)
        now = last_moment(conversation) or NO_TIME
        screening = held.screen(conversation, policy, now)
        ended = {"ended": _ended(conversation, screening, policy, now)} if ending else {}
        return told(conversation, screening, explain=explain) | ended

    return screen


def told(conversation: Conversation, screening: Screening, *, explain: bool) -> Json:
    line: Json = {
        "id": conversation.id,
        "risk": round(screening.risk, 4),
        "star": round(screening.star, 4),
        "level": screening.severity.level,
        "dissatisfied": [[m, round(p, 4)] for m, p in screening.dissatisfied.items()],
        "satisfied": [[m, round(p, 4)] for m, p in screening.satisfied.items()],
        "findings": [_finding(f) for f in screening.findings],
        "unchecked": [f"{u.check}: {u.because}" for u in screening.unchecked],
    }
    if explain:
        line["because"] = [[label, round(weight, 3)] for label, weight in score.explain(screening.contributions)]
    return line


def _ended(conversation: Conversation, screening: Screening, policy: Policy, now: datetime) -> str:
    risks = [finding for finding in screening.findings if finding.kind is Kind.RISK]
    end = endings.of(conversation, risks, policy, now)
    return end.says if end and end.how in (How.RATED_WELL, How.CUSTOMER_CONTENT) else ""


def lines(rows: Iterable[str], screen: Screen) -> Iterator[Json | BadLine]:
    """Screen line by line, in constant memory; a bad line is a value, so that the others go on."""
    for number, row in enumerate(rows, 1):
        if row.strip():
            yield _line(number, row, screen)


def _line(number: int, row: str, screen: Screen) -> Json | BadLine:
    try:
        return screen(read_line(row))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        return BadLine(f"第 {number} 行{of_line(error)}")


def _finding(finding: Finding) -> Json:
    return {
        "check": finding.check,
        "kind": finding.kind.value,
        "severity": finding.severity.level,
        "message": finding.message,
        "quote": finding.quote,
        "says": finding.says,
        "rule": finding.rule,
        "advice": finding.advice,
    }
