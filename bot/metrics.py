"""What the program counts, in the text form of Prometheus; labels never hold personal data."""

import re
from collections.abc import Mapping

MOST_SERIES = 200  # of one name: a sender of ever new event types must not fill the memory
_PLAIN = re.compile(r"[A-Za-z0-9_.:/-]{1,64}")
_DIGITS = re.compile(r"(?:[0-9][^0-9]*){5}")

Labels = tuple[tuple[str, str], ...]
HELP: Mapping[str, str] = {
    "starling_events_received_total": "Events stored in the inbox, duplicates included.",
    "starling_events_ignored_total": "Events of a type we have no use for.",
    "starling_webhooks_refused_total": "Calls of webhooks that were not taken, and why.",
    "starling_llm_calls_total": "Second opinions asked for, and what became of them.",
    "starling_webhooks_unkept_total": "Calls answered 503 because the database did not take them.",
}


class Counters:
    """Numbers that only go up, each under a name and its labels."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, Labels], int] = {}
        self._series: dict[str, int] = {}

    def add(self, name: str, labels: Labels = (), count: int = 1) -> None:
        found = (name, labels)
        if found not in self._values:
            if self._series.get(name, 0) >= MOST_SERIES:
                found = (name, tuple((label, "other") for label, _ in labels))
            if found not in self._values:
                self._series[name] = self._series.get(name, 0) + 1
        self._values[found] = self._values.get(found, 0) + count

    def get(self, name: str, labels: Labels = ()) -> int:
        return self._values.get((name, labels), 0)

    def series(self) -> list[tuple[str, Labels, int]]:
        return [(name, labels, value) for (name, labels), value in sorted(self._values.items())]


def word(told: str) -> str:
    """What others tell us, fit for a label: a plain word with few digits, or "other"."""
    return told if _PLAIN.fullmatch(told) and not _DIGITS.search(told) else "other"


def render(counters: Counters, gauges: Mapping[str, float]) -> str:
    lines: list[str] = []
    last = ""
    for name, labels, value in counters.series():
        if name != last:
            lines += (f"# HELP {name} {HELP[name]}",) if name in HELP else ()
            lines.append(f"# TYPE {name} counter")
            last = name
        lines.append(f"{name}{_told(labels)} {value}")
    for name, number in sorted(gauges.items()):
        lines += (f"# TYPE {name} gauge", f"{name} {number}")
    return "\n".join(lines) + "\n"


def _told(labels: Labels) -> str:
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels) + "}" if labels else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
