"""What the emulated DingTalk remembers: groups, people, cards, messages, faults to come, and every call it got."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.emulators.dingtalk_login import Logins

Json = dict[str, Any]


@dataclass(slots=True)
class CardInstance:
    key: str  # outTrackId
    room: str  # "@user" for a direct one
    stream: bool  # callbackType STREAM: presses reach us
    params: dict[str, str]
    mentions: tuple[str, ...] = ()
    private: dict[str, dict[str, str]] = field(default_factory=dict)  # by user
    updates: int = 0
    open_callbacks: int = 0

    def seen_by(self, user: str) -> dict[str, str]:
        return self.params | self.private.get(user, {})


@dataclass(frozen=True, slots=True)
class Message:
    room: str  # "@user" for a direct one
    via: str  # robot | session | hook
    kind: str  # the msgKey, or the msgtype of a webhook
    body: Json


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    path: str
    body: Json


@dataclass(slots=True)
class Fault:
    """What goes wrong with the next `times` calls whose path contains `where`.

    `status`: this answer instead of the work; `lost`: the work is done and the connection cut before the answer;
    `late`: the work is done and the answer takes so many seconds.
    """

    where: str = ""
    times: int = 1
    status: int = 0
    body: Json | str = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    lost: bool = False
    late: float = 0.0


@dataclass(slots=True)
class Token:
    ends: float
    refused: bool = False


@dataclass(slots=True)
class State:
    client_id: str = "ding-test-app"
    client_secret: str = "secret-of-the-test-app"
    robot_code: str = "ding-test-robot"
    template: str = "generic.schema"
    groups: set[str] = field(default_factory=lambda: {"cid-leads==", "cid-team=="})
    users: set[str] = field(default_factory=lambda: {"zhang", "chen", "xiaoli", "aming"})
    robots: dict[str, str] = field(default_factory=lambda: {"hook-1": "SEC-of-hook-1"})  # access_token -> secret
    now: Callable[[], float] = time.time
    token_life: int = 7200
    calls_a_second: int = 20
    calls_a_month: int = 10_000
    repeat_is_error: bool = False  # not known of the real platform: whether a repeated outTrackId is an error
    counted: int = 0
    tokens: dict[str, Token] = field(default_factory=dict)
    cards: dict[str, CardInstance] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    media: dict[str, bytes] = field(default_factory=dict)
    sessions: dict[str, tuple[str, float]] = field(default_factory=dict)  # id -> room, end
    logins: Logins = field(default_factory=Logins)
    faults: list[Fault] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    recent: dict[str, list[float]] = field(default_factory=dict)  # path or robot -> times of calls
    blocked: dict[str, float] = field(default_factory=dict)  # robot -> until when
    # What the real platform would punish without a word: tests want this empty.
    violations: list[str] = field(default_factory=list)

    def fault_for(self, path: str) -> Fault | None:
        fault = next((f for f in self.faults if f.where in path and f.times > 0), None)
        if fault:
            fault.times -= 1
        return fault

    def busy(self, name: str, seconds: float, limit: int) -> bool:
        """Whether there were `limit` calls in the last seconds; counts this one if not."""
        now = self.now()
        times = [at for at in self.recent.get(name, ()) if now - at < seconds]
        if len(times) < limit:
            times.append(now)
            self.recent[name] = times
            return False
        return True

    def expire_tokens(self) -> None:
        """Tokens the caller still believes in are refused from now on."""
        for token in self.tokens.values():
            token.refused = True
