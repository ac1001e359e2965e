"""The peer: what a competent developer writes in an afternoon, with the same rules and without SnowNLP.

A loop over every term and every regex, then our own rules over the conversation as its database has it, and one commit
for each message. It draws no cards, tells no supervisor, sets no timers and corrects nothing it said before.

python -m tests.bench.peer FOLDER
"""

import base64
import hashlib
import hmac
import re
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import uvicorn
from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel, Field
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field as Column
from sqlmodel import Session, SQLModel, create_engine, select

from bot import engine
from rules import model, packs, screen, signals
from rules.engine import KeywordSet, Pattern, Place
from rules.negation import negated
from rules.pack_lines import Mistakes
from rules.pack_reading import Reader
from rules.packs import Packs
from rules.policy import Policy
from tests.program import SECRET


class Message(BaseModel):
    id: str
    at: datetime
    speaker: str = Field(alias="from")
    text: str
    agent: str = ""


class Customer(BaseModel):
    id: str = ""
    name: str = ""


class About(BaseModel):
    id: str
    channel: str = "chat"
    shop: str = ""
    team: str = ""
    customer: Customer = Customer()


class Webhook(BaseModel):
    type: str
    conversation: About
    message: Message


class Said(SQLModel, table=True):
    conversation: str = Column(primary_key=True)
    id: str = Column(primary_key=True)
    at: datetime
    speaker: str
    agent: str
    text: str
    hits: str


class Talking(SQLModel, table=True):
    id: str = Column(primary_key=True)
    channel: str
    shop: str
    team: str
    customer: str
    risk: float = 0.0


class Warned(SQLModel, table=True):
    conversation: str = Column(primary_key=True)
    rule: str = Column(primary_key=True)
    message: str = Column(primary_key=True)
    quote: str


TABLES = ("said", "talking", "warned")


@dataclass(frozen=True, slots=True)
class Loops:
    """Does what `rules.engine.Engine` does, the way it is written first."""

    sets: Sequence[KeywordSet]
    searched: Sequence[tuple[Pattern, re.Pattern[str], re.Pattern[str] | None]]

    def terms(self, text: str) -> tuple[Place, ...]:
        return tuple(place for keywords in self.sets for place in _places(keywords, text))

    def patterns(self, text: str, sets: frozenset[str]) -> tuple[str, ...]:
        return tuple(
            pattern.name
            for pattern, match, unless in self.searched
            if (not pattern.guard or pattern.guard & sets)
            and match.search(text)
            and not (unless and unless.search(text))
        )

    def where(self, name: str, text: str) -> tuple[int, int]:
        found = next((match.search(text) for pattern, match, _ in self.searched if pattern.name == name), None)
        return found.span() if found else (0, 0)


def _places(keywords: KeywordSet, text: str) -> Iterator[Place]:
    for term in keywords.terms:
        start = text.find(term)
        end = start + len(term)
        if start < 0 or any(exception in text for exception in keywords.exceptions):
            continue
        if not (keywords.negation and negated(text, start, end)):
            yield keywords.name, start, end


def app(folder: str) -> FastAPI:
    database = create_engine(f"sqlite:///{folder}/peer.db")
    event.listen(database, "connect", lambda raw, _: raw.execute("PRAGMA journal_mode=WAL").close())
    SQLModel.metadata.create_all(database, tables=[SQLModel.metadata.tables[name] for name in TABLES])
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    rules = looped()
    made = FastAPI()

    @made.post("/in/shop")
    async def webhook(request: Request) -> dict[str, bool]:
        body = await request.body()
        check(key, request, body)
        told = Webhook.model_validate_json(body)
        with Session(database) as session:
            keep(session, told, rules)
            try:
                session.commit()
            except IntegrityError:  # told twice
                session.rollback()
        return {"ok": True}

    return made


def keep(session: Session, told: Webhook, rules: Packs) -> None:
    about, message = told.conversation, told.message
    speaker = model.Speaker(message.speaker)
    hits = signals.to_json(signals.read(message.text, rules, speaker), rules.versions)
    talk = session.get(Talking, about.id)
    if talk is None:
        talk = Talking(
            id=about.id, channel=about.channel, shop=about.shop, team=about.team, customer=about.customer.name
        )
        session.add(talk)
    said = session.exec(select(Said).where(Said.conversation == about.id)).all()
    new = Said(conversation=about.id, id=message.id, at=message.at.astimezone(UTC),
               speaker=message.speaker, agent=message.agent, text=message.text, hits=hits)  # fmt: skip
    session.add(new)
    warn(session, talk, sorted([*said, new], key=lambda each: each.at), rules)


def warn(session: Session, talk: Talking, said: Sequence[Said], rules: Packs) -> None:
    seen = screen.screen(conversation(talk, said), rules, Policy(), datetime.now(UTC))
    talk.risk = seen.risk
    known = session.exec(select(Warned).where(Warned.conversation == talk.id)).all()
    before = {(warned.rule, warned.message) for warned in known}
    for found in {(f.rule, f.message): f for f in seen.findings if (f.rule, f.message) not in before}.values():
        session.add(Warned(conversation=talk.id, rule=found.rule, message=found.message, quote=found.quote))


def conversation(talk: Talking, said: Sequence[Said]) -> model.Conversation:
    return model.Conversation(
        talk.id,
        tuple(model.Message(s.id, model.Speaker(s.speaker), s.text, s.at, s.agent) for s in said),
        tuple(signals.from_json(s.hits)[0] for s in said),
        talk.channel,
        talk.shop,
        talk.team,
        customer_name=talk.customer,
    )


def check(key: bytes, request: Request, body: bytes) -> None:
    ident, at = request.headers.get("webhook-id", ""), request.headers.get("webhook-timestamp", "")
    due = base64.b64encode(hmac.digest(key, f"{ident}.{at}.".encode() + body, hashlib.sha256)).decode()
    fresh = at.isdigit() and abs(time.time() - int(at)) < 300
    if not fresh or not hmac.compare_digest(f"v1,{due}", request.headers.get("webhook-signature", "")):
        raise HTTPException(401)


def looped() -> Packs:
    """Our packs, searched in the plain way."""
    texts = engine.texts(engine.PACKS)
    reader = Reader(texts, Mistakes())
    searched = [(p, compiled(p.match), compiled(p.unless) if p.unless else None) for p in reader.patterns.values()]
    loops: Any = Loops(list(reader.sets.values()), searched)
    return replace(packs.parse(texts), engine=loops)


def compiled(regex: str) -> re.Pattern[str]:
    return re.compile(regex, re.IGNORECASE)


if __name__ == "__main__":
    listening = socket.create_server(("127.0.0.1", 0))
    served = app(sys.argv[1])
    sys.stdout.write(f"http://127.0.0.1:{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    uvicorn.Server(uvicorn.Config(served, access_log=False, log_level="error")).run([listening])
