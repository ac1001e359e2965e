"""A conversation retold as a case: how the customer came and left, and what turned it; without anybody's name."""

import re
from dataclasses import replace

from handlers.cards.words import COLLEAGUE, unnamed
from handlers.context import Context
from rules import products, reasons, tactics
from rules.model import Conversation, Finding, Kind, Message, Speaker
from rules.privacy import quote
from storage import cases, findings
from storage.cases import Source, Told
from storage.conversations import Stored
from storage.db import Tx

LONG = 80  # characters of a quote
TITLE = 18
# What was missing around a sentence, or is a good habit; the sentence itself may well be copied.
AROUND = {"norm_no_greeting", "norm_no_empathy", "norm_closing", "norm_good_promise", "norm_long"}
SHOP, GUEST = "本店", "您"


def retold(ctx: Context, tx: Tx, conversation: Conversation, finding: Finding | None = None) -> Told:
    """`finding`: what made it worth telling. Words in which something was found amiss are nothing to copy."""
    turn = tactics.turning(conversation, finding.message if finding else "", _amiss(tx, conversation))

    def said(message: Message | None) -> str:
        return quote(nameless(ctx, conversation, message.text), LONG) if message else ""

    before = said(turn.before)
    return Told(
        title=_title(before, turn.tactic),
        before=before,
        after=said(turn.after) if turn.after is not turn.before else "",
        turning=said(turn.said) if turn.trouble else "",
        line=quote(nameless(ctx, conversation, turn.line), tactics.LONGEST),
        reason=reasons.reason(conversation),
        tactic=turn.tactic,
        product=products.kind(m.text for m in conversation.messages),
        quote=quote(nameless(ctx, conversation, finding.quote), LONG) if finding else "",
        says=nameless(ctx, conversation, finding.says) if finding else "",
    )


def as_lesson(ctx: Context, tx: Tx, conversation: Conversation, finding: Finding) -> Told:
    """A confirmed finding: what the customer came with and what it was; the words to copy are yet to be written."""
    told = retold(ctx, tx, conversation, finding)
    customers = {m.id for m in conversation.messages if m.speaker is Speaker.CUSTOMER}
    quoted = told.quote if finding.message in customers else ""
    return replace(told, title=_title(told.before, ""), turning="", line="", tactic="", quote=quoted)


def candidate(ctx: Context, tx: Tx, stored: Stored, risk: Finding | None = None) -> None:
    """A saved customer is worth learning from: told for QA to take in, unless it is a highlight already."""
    conversation = stored.conversation
    if cases.of(tx, conversation.id) is None:
        source = Source(f"saved:{conversation.id}", "saved", conversation.id, team=conversation.team)
        cases.note(tx, source, retold(ctx, tx, conversation, risk), ctx.now())


def nameless(ctx: Context, conversation: Conversation, text: str) -> str:
    """Without the names of the customer, of colleagues and of the shop."""
    if len(conversation.customer_name) > 1:
        name = re.escape(conversation.customer_name)
        text = re.sub(rf"(^|[。！!？?\n]){name}[，,、：:\s]+", r"\1", text)
        text = re.sub(rf"[，,、\s]+{name}(?=$|[。！!？?\n])", "", text)
    told = unnamed(text, ctx.people.names, COLLEAGUE)
    return unnamed(unnamed(told, [conversation.shop], SHOP), [conversation.customer_name], GUEST)


def _amiss(tx: Tx, conversation: Conversation) -> list[str]:
    found = (one.finding for one in findings.of(tx, conversation.id))
    return [one.message for one in found if one.kind is not Kind.STAR and one.check not in AROUND]


def _title(before: str, tactic: str) -> str:
    """退款怎么还没到账 · 给准信"""
    head = before if len(before) <= TITLE else before[: TITLE - 1] + "…"
    return " · ".join(part for part in (head.strip("，。！？,.!? "), tactic) if part)
