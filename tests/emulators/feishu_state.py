"""What the emulated Feishu remembers: groups, posts, faults to come, and every call it got."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.emulators.feishu_login import Logins

Json = dict[str, Any]


@dataclass(slots=True)
class Post:
    id: str
    to: str  # oc_... or ou_...
    chat: str  # where it stands: for a direct message a chat of its own
    card: Json
    uuid: str
    at: float
    edits: list[float] = field(default_factory=list)
    versions: list[Json] = field(default_factory=list)
    urged: list[str] = field(default_factory=list)
    locked: bool = False  # while a press on it is being answered


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    path: str
    at: float
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Fault:
    """What goes wrong with the next `times` calls whose "METHOD path" contains `where`.

    `lost`: the work is done and the connection is cut before the answer; `late`: the answer takes so many seconds.
    """

    where: str
    times: int = 1
    status: int = 0
    body: Json | str = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    lost: bool = False
    late: float = 0.0


@dataclass(slots=True)
class State:
    app_id: str = "cli_test"
    app_secret: str = "secret-of-the-test-app"
    chats: dict[str, str] = field(default_factory=lambda: {"oc_leads": "售后主管群", "oc_team": "售后群"})
    strange_chats: set[str] = field(default_factory=lambda: {"oc_elsewhere"})  # they exist; the bot is not in them
    hooks: dict[str, str] = field(default_factory=lambda: {"hook-1": "hook-secret"})  # token -> signing secret
    posts: dict[str, Post] = field(default_factory=dict)
    hook_posts: dict[str, list[Json]] = field(default_factory=dict)
    images: dict[str, bytes] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    times: dict[str, list[float]] = field(default_factory=dict)  # for the rate limits
    logins: Logins = field(default_factory=Logins)
    made: int = 0

    def number(self) -> int:
        self.made += 1
        return self.made

    def fault(self, call: Call) -> Fault | None:
        for fault in self.faults:
            if fault.times > 0 and fault.where in f"{call.method} {call.path}":
                fault.times -= 1
                return fault
        return None

    def busy(self, what: str, now: float, limit: int, window: float = 1.0) -> bool:
        """Count this call, and say whether it is one too many."""
        recent = [at for at in self.times.get(what, []) if now - at < window]
        if len(recent) >= limit:
            return True
        self.times[what] = [*recent, now]
        return False
