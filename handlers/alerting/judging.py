"""A person's verdict on the findings of one matter: who judged, when, why it came about, and whom it is about."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from handlers import digest, serving
from handlers.context import Context
from handlers.counting import figures
from handlers.people import Person
from rules import causes, stages, whose
from storage import appeals, conversations, decisions, judgements
from storage.alerts import Alert
from storage.conversations import Stored
from storage.db import Tx
from storage.judgements import Judged

TOLD = "有一条判定可以看看：发「我的质检」。觉得不对，{} 天内可以申诉。"


def judge(ctx: Context, tx: Tx, found: Sequence[Judged], verdict: str, by: str) -> None:
    """These findings, all of one conversation; what an appeal has decided stays so."""
    found = _open(tx, found)
    stored = conversations.load_one(tx, found[0].conversation) if found else None
    if stored is None:
        return
    judgements.judge(tx, {one.id: _account(stored, one) for one in found}, verdict, by, ctx.now())
    figures.anew(ctx, tx, [stored.conversation.id])


def explain(ctx: Context, tx: Tx, found: Sequence[Judged], cause: str, by: str) -> int:
    """Why it came about; whoever can learn from it hears of it when their shift ends. How many findings it is about."""
    found = [one for one in _open(tx, found) if one.verdict == "real"]
    new = [one for one in found if one.cause != cause]
    judgements.because(tx, [one.id for one in found], cause, by)
    if new and causes.CAUSES[cause].personal:
        for person in {p.name: p for p in (holder(ctx, tx, one) for one in new) if p}.values():
            digest.later(ctx, tx, person, TOLD.format(ctx.policy.appeal_days))
    return len(found)


def _open(tx: Tx, found: Sequence[Judged]) -> list[Judged]:
    settled = appeals.settled(tx, [one.id for one in found])
    return [one for one in found if one.id not in settled]


def cause_of(tx: Tx, alert: Alert) -> str:
    return next((one.cause for one in judgements.of_alert(tx, alert) if one.verdict == "real"), "")


def trusted(ctx: Context, tx: Tx, since: datetime) -> list[Judged]:
    """What nobody has seen, and counts because people agreed that its rule may judge by itself; with whose it is."""
    stage = {rule: one.stage for rule, one in decisions.criteria(tx).items() if one.stage in stages.ALONE}
    found = judgements.unseen(tx, [*stage], since)
    sure = ctx.policy.hybrid_risk
    counted = [one for one, risk in found if stages.counts(stage[one.finding.check], one.verdict, risk, sure)]
    return [replace(one, account=account_of(tx, one)) for one in counted]


def holder(ctx: Context, tx: Tx, one: Judged) -> Person | None:
    """The person it is about: who had the account when it happened."""
    stored = conversations.load_one(tx, one.conversation)
    at = serving.said(stored.conversation, one.finding.message) if stored else one.found_at
    source, _, account = one.account.partition(":")
    return ctx.people.holder(source, account, at)


def account_of(tx: Tx, one: Judged) -> str:
    """The sub-account it is about, also while nobody has judged it."""
    stored = conversations.load_one(tx, one.conversation)
    return one.account or (_account(stored, one) if stored else "")


def _account(stored: Stored, one: Judged) -> str:
    account = whose.account(stored.conversation, one.finding.message)
    return f"{stored.source}:{account}" if account else ""
