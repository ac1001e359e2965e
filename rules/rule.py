"""One rule of a pack, ready to be asked."""

from dataclasses import dataclass

from rules.atoms import Condition
from rules.model import Kind, Severity, Speaker

Example = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    version: int
    title: str
    kind: Kind
    severity: Severity  # none: a hint for coaching, never an alert
    says: str  # may hold {n} messages that hit, {minutes} between first and last, {term} the words that hit
    condition: Condition
    who: frozenset[Speaker]
    pack: str
    advice: str = ""  # what to do about it
    say: str = ""  # a sentence for the customer, as it may be sent
    law: str = ""
    source: str = ""
    tags: tuple[str, ...] = ()
    portrait: bool = True  # false: such a conversation does not count in the agent's portrait
    yes: tuple[Example, ...] = ()
    no: tuple[Example, ...] = ()
    digest: str = ""  # of all that decides whether it holds and how loud it is, the keyword sets it names included
    keys: frozenset[str] = frozenset()  # of its condition, at any depth
    patience: float = 0.0  # minutes without an answer, before which it cannot hold and after which it goes on

    @property
    def name(self) -> str:
        return f"{self.id}@{self.version}"
