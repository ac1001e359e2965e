"""Erasing what is kept of a customer or an employee: texts, names and files go, counts and the audit log stay."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, func, or_, select, update

from storage import copies, outcomes
from storage import tables as t

ERASED = {
    "kind": "reply", "tone": "grey", "title": "🌱 这段聊天的内容已按要求删除", "blocks": [], "buttons": [], "state": "",
    "mentions": [],
}  # fmt: skip
# Of a case, what is somebody's words or was written about them.
CASE = ("title", "quote", "says", "before", "after", "turning", "line", "wording", "person")
# Rows that are nothing but somebody's words or look at them.
OF_CONVERSATIONS = ("message", "happening", "inbox", "silence", "reveal")
OF_PEOPLE = ("session", "login_link", "digest_item", "disclosure", "cheer", "case_use", "goal", "honour_consent")


def found(tx: Connection, conversation: str = "", customer: str = "") -> list[str]:
    """Conversations by our id, the helpdesk's own id, the address, or the customer's id."""
    c = t.CONVERSATION.c
    if customer:
        return list(tx.scalars(select(c.id).where(c.customer_id == customer).order_by(c.id)))
    return list(tx.scalars(select(c.id).where(or_(c.id == conversation, c.external_id == conversation,
                                                  c.link == conversation)).order_by(c.id)))  # fmt: skip


def erase_conversations(tx: Connection, ids: Collection[str], now: datetime) -> None:
    """Their cards are wanted anew without words, so that chats that can be edited forget them too."""
    every = t.SQLModel.metadata.tables
    case, c = every["case_"].c, t.CONVERSATION.c
    cases = list(tx.scalars(select(case.id).where(case.conversation.in_(ids))))
    since = tx.scalar(select(func.min(c.first_at)).where(c.id.in_(ids))) or now
    said = copies.said(tx, ids, cases)
    quoting = copies.quoting(tx, said, since)
    copies.forget(tx, said, now)
    _unreadable(tx, {conversation.partition(":")[0] for conversation in ids})
    for name in OF_CONVERSATIONS:
        tx.execute(delete(every[name]).where(every[name].c.conversation.in_(ids)))
    tx.execute(update(t.FINDING).where(t.FINDING.c.conversation.in_(ids)).values(quote="", says=""))
    outcomes.unquote(tx, ids)
    nobody = {"customer_id": "", "customer_name": "", "order_id": "", "rating_comment": "", "faded": True}
    tx.execute(update(t.CONVERSATION).where(c.id.in_(ids)).values(**nobody, version=c.version + 1))
    alerts = _alerts(tx, ids, now)
    tx.execute(update(every["case_"]).where(case.id.in_(cases)).values(**dict.fromkeys(CASE, ""), state="withdrawn"))
    _cards(tx, [*(f"S{number}" for number in cases), *copies.erase(tx, ids, cases, alerts)], now)
    _forget(tx, quoting, now)
    tx.execute(delete(every["case_token"]).where(every["case_token"].c.case.in_(cases)))


def _unreadable(tx: Connection, sources: Collection[str]) -> None:
    """Whose a body is that nobody could read, nobody knows: all of that helpdesk's go."""
    quarantine = t.SQLModel.metadata.tables["quarantine"]
    tx.execute(delete(quarantine).where(quarantine.c.source.in_(sources)))


def _alerts(tx: Connection, ids: Collection[str], now: datetime) -> list[int]:
    every = t.SQLModel.metadata.tables
    alert, step, whisper = (every[name] for name in ("alert", "alert_step", "whisper"))
    numbers = list(tx.scalars(select(alert.c.id).where(alert.c.conversation.in_(ids))))
    tx.execute(update(alert).where(alert.c.id.in_(numbers)).values(closing=""))
    tx.execute(update(step).where(step.c.alert.in_(numbers)).values(words=""))
    tx.execute(delete(whisper).where(whisper.c.alert.in_(numbers)))
    gathered = every["gathered"].c
    together = list(tx.scalars(select(gathered.gathering).where(gathered.alert.in_(numbers))))
    _cards(tx, [f"A{n}" for n in numbers] + [f"G{n}" for n in together], now)
    return numbers


def _cards(tx: Connection, subjects: Collection[str], now: datetime) -> None:
    """In the outbox, and in the sandbox, whose rooms are ours."""
    post = t.POST.c
    for subject in subjects:
        about = or_(post.subject == subject, post.subject.like(f"{subject}.%"))
        _forget(tx, list(tx.scalars(select(post.key).where(about))), now)


def _forget(tx: Connection, keys: Collection[str], now: datetime) -> None:
    post, sandbox = (t.SQLModel.metadata.tables[name] for name in ("post", "sandbox_post"))
    values = {"card": ERASED, "wanted": post.c.wanted + 1, "due_at": now}
    tx.execute(update(post).where(post.c.key.in_(keys)).values(**values))
    gone = {"body": ERASED, "version": sandbox.c.version + 1}
    tx.execute(update(sandbox).where(sandbox.c.key.in_(keys)).values(**gone))


def erase_customer(tx: Connection, customer: str) -> None:
    every = t.SQLModel.metadata.tables
    for name in ("order_", "review"):
        told = every[name].c
        _unreadable(tx, set(tx.scalars(select(told.source).where(told.customer == customer))))
        tx.execute(delete(every[name]).where(told.customer == customer))


def erase_person(tx: Connection, person: str) -> None:
    """Of somebody who left: sessions, letters and preferences go, and their name in the library."""
    every = t.SQLModel.metadata.tables
    for name in OF_PEOPLE:
        tx.execute(delete(every[name]).where(every[name].c.person == person))
    case = every["case_"]
    tx.execute(update(case).where(case.c.person == person).values(person=""))
