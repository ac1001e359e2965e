"""One line of the table."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    figure: str
    starling: str
    peer: str = ""
    ratio: float | None = None
    goal: str = ""
    met: bool | None = None  # None: nothing was promised
