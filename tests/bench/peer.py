"""The peer: what a competent developer writes in an afternoon, with the same terms and the same regexes.

python -m tests.bench.peer FOLDER
"""

import base64
import hashlib
import hmac
import re
import socket
import sys
import time
from datetime import datetime
from typing import Any

import uvicorn
from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel, Field
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field as Column
from sqlmodel import Session, SQLModel, create_engine

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


class Talk(BaseModel):
    id: str
    channel: str = "chat"
    shop: str = ""
    team: str = ""
    customer: Customer = Customer()


class Webhook(BaseModel):
    type: str
    conversation: Talk
    message: Message


class Said(SQLModel, table=True):
    conversation: str = Column(primary_key=True)
    id: str = Column(primary_key=True)
    at: datetime
    speaker: str
    agent: str
    text: str
    hits: str


class Warned(SQLModel, table=True):
    id: int | None = Column(default=None, primary_key=True)
    conversation: str = Column(index=True)
    message: str
    hits: str


def app(folder: str) -> FastAPI:
    database = create_engine(f"sqlite:///{folder}/peer.db")
    event.listen(database, "connect", lambda raw, _: raw.execute("PRAGMA journal_mode=WAL").close())
    SQLModel.metadata.create_all(database, tables=[Said.__table__, Warned.__table__])  # type: ignore[attr-defined]
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    terms, regexes = searched()
    made = FastAPI()

    @made.post("/in/shop")
    async def webhook(request: Request) -> dict[str, Any]:
        body = await request.body()
        check(key, request, body)
        told = Webhook.model_validate_json(body)
        message = told.message
        text = message.text.lower()
        hits = [term for term in terms if term in text] + [r.pattern for r in regexes if r.search(text)]
        with Session(database) as session:
            session.add(
                Said(
                    conversation=told.conversation.id,
                    id=message.id,
                    at=message.at,
                    speaker=message.speaker,
                    agent=message.agent,
                    text=message.text,
                    hits=" ".join(hits),
                )
            )
            if hits and message.speaker == "customer":
                session.add(Warned(conversation=told.conversation.id, message=message.id, hits=" ".join(hits)))
            try:
                session.commit()
            except IntegrityError:
                return {"ok": True, "known": True}
        return {"ok": True}

    return made


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
