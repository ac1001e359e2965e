"""One line of what `doctor` finds."""

from dataclasses import dataclass

NETWORK = "检查网络、代理和地址，过一会儿再运行一次"


@dataclass(frozen=True, slots=True)
class Result:
    """`well` None: worth knowing, nothing to mend."""

    what: str
    well: bool | None
    words: str
    remedy: str = ""
