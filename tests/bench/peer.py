"""The peer: what a competent developer writes in an afternoon, with the same terms and the same regexes.

It warns of bad words, of the third bad message within ten minutes, and knows since when a customer waits; it draws no
cards, tells no supervisor and has no SnowNLP.

python -m tests.bench.peer FOLDER
"""

import base64
import hashlib
import hmac
import re
import socket
import sys
import time
from datetime import datetime, timedelta

import uvicorn
from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel, Field
from sqlalchemy import event, func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field as Column
from sqlmodel import Session, SQLModel, create_engine, select

from bot import engine as rules
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
    shop: str
    team: str
    customer: str
    waiting_since: datetime | None = None


class Warned(SQLModel, table=True):
    id: int | None = Column(default=None, primary_key=True)
    conversation: str = Column(index=True)
    message: str
    hits: str
    often: bool


TABLES = ("said", "talking", "warned")


def app(folder: str) -> FastAPI:
    database = create_engine(f"sqlite:///{folder}/peer.db")
    event.listen(database, "connect", lambda raw, _: raw.execute("PRAGMA journal_mode=WAL").close())
    SQLModel.metadata.create_all(database, tables=[SQLModel.metadata.tables[name] for name in TABLES])
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    terms, regexes = searched()
    made = FastAPI()

    @made.post("/in/shop")
    async def webhook(request: Request) -> dict[str, bool]:
        body = await request.body()
        check(key, request, body)
        told = Webhook.model_validate_json(body)
        text = told.message.text.lower()
        hits = [term for term in terms if term in text] + [r.pattern for r in regexes if r.search(text)]
        with Session(database) as session:
            keep(session, told, " ".join(hits))
            try:
                session.commit()
            except IntegrityError:  # told twice
                session.rollback()
        return {"ok": True}

    return made


def keep(session: Session, told: Webhook, hits: str) -> None:
    about, message = told.conversation, told.message
    talk = session.get(Talking, about.id)
    if talk is None:
        talk = Talking(id=about.id, shop=about.shop, team=about.team, customer=about.customer.name)
    if message.speaker == "customer":
        talk.waiting_since = talk.waiting_since or message.at
    elif message.speaker == "agent":
        talk.waiting_since = None
    session.add(talk)
    if hits and message.speaker == "customer":
        since = message.at - timedelta(minutes=10)
        earlier = select(func.count()).where(Said.conversation == about.id, Said.hits != "", Said.at >= since)
        often = session.exec(earlier).one() >= 2
        session.add(Warned(conversation=about.id, message=message.id, hits=hits, often=often))
    session.add(
        Said(
            conversation=about.id,
            id=message.id,
            at=message.at,
            speaker=message.speaker,
            agent=message.agent,
            text=message.text,
            hits=hits,
        )
    )


def check(key: bytes, request: Request, body: bytes) -> None:
    ident, at = request.headers.get("webhook-id", ""), request.headers.get("webhook-timestamp", "")
    due = base64.b64encode(hmac.digest(key, f"{ident}.{at}.".encode() + body, hashlib.sha256)).decode()
    fresh = at.isdigit() and abs(time.time() - int(at)) < 300
    if not fresh or not hmac.compare_digest(f"v1,{due}", request.headers.get("webhook-signature", "")):
        raise HTTPException(401)


def searched() -> tuple[list[str], list[re.Pattern[str]]]:
    """What our packs look for."""
    packs = rules.load().packs
    terms = {term for keywords in packs.sets.values() for term in keywords.terms}
    return sorted(terms), [re.compile(each.pattern, re.IGNORECASE) for each in packs.engine.compiled.values()]


if __name__ == "__main__":
    listening = socket.create_server(("127.0.0.1", 0))
    served = app(sys.argv[1])
    sys.stdout.write(f"http://127.0.0.1:{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    uvicorn.Server(uvicorn.Config(served, access_log=False, log_level="error")).run([listening])
