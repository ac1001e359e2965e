"""A shop for the fault tests: its configuration, and conversations as signed events that come twice and in disorder."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.emulators.feishu import Feishu
from tests.program import SECRET

TEAMS = 16  # each has a Feishu group of its own, so that no group's budget is spent
LIMIT = 600  # seconds a customer may wait
WARN = 4
ANGRY = (
    ("customer", "退款怎么还没到，都第几天了"),
    ("agent", "您好，我看一下"),
    ("customer", "问了三遍了，你们到底管不管"),
    ("agent", "正在查"),
    ("customer", "再不解决我就投诉到12315"),
    ("agent", "您别急"),
)
CALM = (
    ("customer", "这件外套有L码吗"),
    ("agent", "有的，L码今天就能发"),
    ("customer", "好的，那我拍一件"),
    ("agent", "好的，给您备注今天发"),
)


@dataclass(frozen=True, slots=True)
class Sending:
    """One event as the helpdesk sends it."""

    name: str  # of the event: the same for both copies of one told twice
    conversation: str
    body: bytes


@dataclass(slots=True)
class Story:
    """What the helpdesk will tell, and what must come of it."""

    sendings: list[Sending] = field(default_factory=list)
    messages: set[tuple[str, str]] = field(default_factory=set)
    happenings: int = 0
    angry: set[str] = field(default_factory=set)  # conversations that deserve an alert, and the only ones


def config(database: str, feishu: Feishu | None = None) -> str:
    head = f"""
[server]
port = 0
[database]
url = "{database}"
[helpdesks.shop]
kind = "generic"
secret = "{SECRET}"
[policy]
first_reply_seconds = {LIMIT}
reply_seconds = {LIMIT}
warn_before_seconds = {WARN}
escalate_minutes = 600
[schedule]
most_cards = 0
same_matter = 0
[[rooms]]
name = "主管群"
chat = "sandbox"
id = "leads"
wants = ["alerts"]
"""
    teams = "".join(f'[[teams]]\nname = "{_team(i)}"\n' for i in range(TEAMS))
    return head + teams + (_feishu(feishu) if feishu else "")


def _feishu(feishu: Feishu) -> str:
    rooms = "".join(
        f'[[rooms]]\nname = "飞书{i}"\nchat = "feishu"\nid = "oc_{i}"\nteams = ["{_team(i)}"]\nwants = ["alerts"]\n'
        for i in range(TEAMS)
    )
    feishu.state.chats |= {f"oc_{i}": f"飞书{i}" for i in range(TEAMS)}
    app = f'app_id = "{feishu.state.app_id}"\napp_secret = "{feishu.state.app_secret}"\ndomain = "{feishu.url}"\n'
    return f"[feishu]\n{app}{rooms}"


def _team(number: int) -> str:
    return f"售后{number % TEAMS}组"


def story(events: int, seed: int) -> Story:
    """About so many events, a tenth of them told twice, none far from its place but hardly one in it."""
    chance, told = random.Random(seed), Story()
    for number in range(events // 7):
        _conversation(told, number)
    twice = chance.sample(told.sendings, len(told.sendings) // 10)
    places = [(i + chance.uniform(0, 40), sending) for i, sending in enumerate(told.sendings)]
    places += [(at + chance.uniform(0, 200), s) for at, s in places if s in twice]
    told.sendings = [sending for _, sending in sorted(places, key=lambda place: place[0])]
    return told


def _conversation(told: Story, number: int) -> None:
    angry = number % 2 == 0
    talk = Talk(f"c{number}", _team(number // 2), datetime.now(UTC) - timedelta(seconds=120))
    told.sendings += talk.events(ANGRY if angry else CALM, ends=not angry)
    told.messages |= {(f"shop:{talk.id}", f"{talk.id}-{i}") for i in range(len(ANGRY if angry else CALM))}
    told.happenings += 1 if angry else 2
    if angry:
        told.angry.add(f"shop:{talk.id}")


def waiting(number: int, seconds: float) -> tuple[Sending, str]:
    """A customer whom nobody has answered; so many seconds are left until the limit. And their conversation."""
    asked = datetime.now(UTC) - timedelta(seconds=LIMIT - seconds)
    talk = Talk(f"w{number}", _team(number), asked)
    return talk.said(0, "customer", "请问什么时候发货？"), f"shop:{talk.id}"


@dataclass(frozen=True, slots=True)
class Talk:
    id: str
    team: str
    began: datetime

    def events(self, lines: tuple[tuple[str, str], ...], *, ends: bool) -> Iterator[Sending]:
        yield self._sending("assigned", {"type": "assigned", "agent": "3", "at": self._at(-1)})
        for i, (speaker, text) in enumerate(lines):
            yield self.said(i, speaker, text)
        if ends:
            yield self._sending("over", {"type": "status", "status": "resolved", "at": self._at(len(lines))})

    def said(self, i: int, speaker: str, text: str) -> Sending:
        agent = {"agent": "3"} if speaker == "agent" else {}
        message = {"id": f"{self.id}-{i}", "at": self._at(i), "from": speaker, "text": text, **agent}
        return self._sending(str(i), {"type": "message", "message": message})

    def _at(self, i: int) -> str:
        return (self.began + timedelta(seconds=5 * i)).isoformat()

    def _sending(self, name: str, event: dict[str, Any]) -> Sending:
        customer = {"id": f"u{self.id}", "name": "王女士"}
        about = {"id": self.id, "shop": "云雀旗舰店", "team": self.team, "customer": customer}
        body = json.dumps({**event, "conversation": about}, ensure_ascii=False).encode()
        return Sending(f"{self.id}/{name}", f"shop:{self.id}", body)


def write(folder: Path, database: str, feishu: Feishu | None = None) -> Path:
    file = folder / "config.toml"
    file.write_text(config(database, feishu), encoding="utf8")
    return file
