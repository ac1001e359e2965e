"""What was made of a conversation's words elsewhere: votes, wordings, appeals, opinions, and cards that quote it."""

import json
import re
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from rules.privacy import quote
from storage import tables as t

EVERY = t.SQLModel.metadata.tables
OVER = ("closed", "dropped")
# Cards of one matter go with their matter; all others may quote from many conversations.
OWN_MATTER = re.compile(r"[ASGQ]\d")
GONE = {"proposed": {"state": "declined"}, "accepted": {"state": "undone"}}  # of a change that is its words
SHORTEST, COMPARED = 8, 16  # characters: less is said by many, and more may have been cut off


def said(tx: Connection, ids: Collection[str], cases: Collection[int]) -> frozenset[str]:
    """How cards begin to quote what customers said here, and what was kept of it."""
    message, finding, case, poll, appeal = (
        EVERY[name] for name in ("message", "finding", "case_", "poll_case", "appeal")
    )
    m, c = message.c, case.c
    texts = list(tx.scalars(select(m.text).where(m.conversation.in_(ids), m.speaker == "customer")))
    texts += tx.scalars(select(finding.c.quote).where(finding.c.conversation.in_(ids)))
    for row in tx.execute(select(c.quote, c.before, c.after, c.turning).where(c.id.in_(cases))):
        texts += row
    for pair in tx.execute(select(appeal.c.reason, appeal.c.answer).where(appeal.c.conversation.in_(ids))):
        texts += pair
    for (excerpt,) in tx.execute(select(poll.c.excerpt).where(poll.c.conversation.in_(ids))):
        texts += [words for _, words in excerpt]
    shown = (quote(text).rstrip("…") for text in texts)
    return frozenset(words[:COMPARED] for words in shown if len(words) >= SHORTEST)


def forget(tx: Connection, words: Collection[str], now: datetime) -> None:
    """Where a line is nobody's in particular: news for the end of a shift, and exceptions that rules learnt."""
    item, change = EVERY["digest_item"], EVERY["rule_change"]
    lines = [row.id for row in tx.execute(select(item.c.id, item.c.text)) if _quotes(row.text, words)]
    tx.execute(delete(item).where(item.c.id.in_(lines)))
    for row in tx.execute(select(change.c.id, change.c.value, change.c.reason, change.c.state)).all():
        if _quotes([row.value, row.reason], words):
            gone = {"value": f"R{row.id}", "reason": "", **GONE.get(row.state, {})}
            undone = {"undone_at": now} if row.state == "accepted" else {}
            tx.execute(update(change).where(change.c.id == row.id).values(**gone, **undone))


def quoting(tx: Connection, words: Collection[str], since: datetime) -> list[str]:
    """Keys of cards about many conversations, in which these words stand."""
    if not words:
        return []
    post = t.POST.c
    rows = tx.execute(select(post.key, post.subject, post.card).where(post.created_at >= since))
    return [row.key for row in rows if not OWN_MATTER.match(row.subject) and _quotes(row.card, words)]


def _quotes(card: Any, words: Collection[str]) -> bool:
    told = json.dumps(card, ensure_ascii=False)
    return any(json.dumps(one, ensure_ascii=False)[1:-1] in told for one in words)


def erase(tx: Connection, ids: Collection[str], cases: Collection[int], alerts: Collection[int]) -> list[str]:
    """The texts go, the counts stay; the subjects of cards that have to forget it as well."""
    poll, appeal, sample = (EVERY[name] for name in ("poll_case", "appeal", "review_sample"))
    polled, appealed, sampled = (
        list(tx.scalars(select(table.c.id).where(table.c.conversation.in_(ids)))) for table in (poll, appeal, sample)
    )
    _votes(tx, polled)
    _blank(tx, "decision_", "conversation", ids, "because", "wording", "told")
    _blank(tx, "appeal", "id", appealed, "reason", "answer")
    _blank(tx, "case_wording", "case", cases, "text", "why")
    _blank(tx, "opinion", "alert", alerts, "summary", "reason", "wording")
    # Nobody is asked to read what is not there any more; verdicts that were given are still counted.
    tx.execute(delete(sample).where(sample.c.id.in_(sampled), sample.c.verdict == ""))
    return [f"Q{n}" for n in polled] + [f"AP{n}" for n in appealed]


def _votes(tx: Connection, numbers: Collection[int]) -> None:
    """What has not been voted on yet is not asked any more."""
    poll, session = EVERY["poll_case"], EVERY["poll_session"]
    going_on = select(session.c.id).where(session.c.state.not_in(OVER))
    mine = poll.c.id.in_(numbers)
    tx.execute(update(poll).where(mine).values(excerpt=[], heard=""))
    tx.execute(update(poll).where(mine, poll.c.session.in_(going_on)).values(dropped=True))
    _blank(tx, "wording", "case", numbers, "text")


def _blank(tx: Connection, table: str, column: str, values: Collection[Any], *texts: str) -> None:
    found = EVERY[table]
    tx.execute(update(found).where(found.c[column].in_(values)).values(dict.fromkeys(texts, "")))
