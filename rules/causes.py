"""Root causes of confirmed findings: what was missing, who can change it, and whether it counts for the person."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cause:
    word: str
    owner: str = ""  # the role that can change it; empty: the person themselves, or nobody
    personal: bool = False  # only what a person can learn counts for the person


CAUSES: Mapping[str, Cause] = {
    "knowledge": Cause("知识", personal=True),
    "process": Cause("流程", "lead"),
    "system": Cause("系统", "admin"),
    "policy": Cause("政策", "lead"),
    "attitude": Cause("态度", personal=True),
    "customer": Cause("客户", "lead"),
    "nobody": Cause("无"),
}
PERSONAL = tuple(name for name, cause in CAUSES.items() if cause.personal)
BY_WORD: Mapping[str, str] = {cause.word: name for name, cause in CAUSES.items()}


def read(told: str) -> tuple[str, str]:
    """(cause, the rest) of what somebody typed; ("", all of it) when it begins with no cause."""
    first, _, rest = told.strip().partition(" ")
    name = first if first in CAUSES else BY_WORD.get(first.rstrip("，,：:"), "")
    return (name, rest.strip()) if name else ("", told.strip())


def word(name: str) -> str:
    cause = CAUSES.get(name)
    return cause.word if cause else ""
