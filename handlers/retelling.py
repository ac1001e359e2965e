"""A conversation retold as a case: how the customer came and left, and what turned it; without anybody's name."""

import re

from handlers.cards.words import COLLEAGUE, unnamed
from handlers.context import Context
from rules import products, reasons, tactics
from rules.model import Conversation, Finding, Message
from rules.privacy import quote
from storage import cases
from storage.cases import Source, Told
from storage.conversations import Stored
from storage.db import Tx

LONG = 80  # characters of a quote
TITLE = 18
SHOP, GUEST = "本店", "您"


def retold(ctx: Context, conversation: Conversation, finding: Finding | None = None) -> Told:
    """`finding`: what made it worth telling."""
    turn = tactics.turning(conversation, finding.message if finding else "")

    def said(message: Message | None) -> str:
        return quote(nameless(ctx, conversation, message.text), LONG) if message else ""

    before = said(turn.before)
    return Told(
        title=_title(before, turn.tactic),
        before=before,
        after=said(turn.after),
        turning=said(turn.said) if turn.trouble else "",
        line=quote(nameless(ctx, conversation, turn.line), tactics.LONGEST),
        reason=reasons.reason(conversation),
        tactic=turn.tactic,
        product=products.kind(m.text for m in conversation.messages),
        quote=quote(nameless(ctx, conversation, finding.quote), LONG) if finding else "",
        says=nameless(ctx, conversation, finding.says) if finding else "",
    )


def candidate(ctx: Context, tx: Tx, stored: Stored, risk: Finding | None = None) -> None:
    """A saved customer is worth learning from: told for QA to take in, unless it is a highlight already."""
    conversation = stored.conversation
    if cases.of(tx, conversation.id) is None:
        source = Source(f"saved:{conversation.id}", "saved", conversation.id, team=conversation.team)
        cases.note(tx, source, retold(ctx, conversation, risk), ctx.now())


def nameless(ctx: Context, conversation: Conversation, text: str) -> str:
    """Without the names of the customer, of colleagues and of the shop."""
    if len(conversation.customer_name) > 1:
        text = re.sub(rf"(^|[。！!？?\n]){re.escape(conversation.customer_name)}[，,、：:\s]+", r"\1", text)
    told = unnamed(text, ctx.people.names, COLLEAGUE)
    return unnamed(unnamed(told, [conversation.shop], SHOP), [conversation.customer_name], GUEST)


def _title(before: str, tactic: str) -> str:
    """退款怎么还没到账 · 给准信"""
    head = before if len(before) <= TITLE else before[: TITLE - 1] + "…"
    return " · ".join(part for part in (head.strip("，。！？,.!? "), tactic) if part)
