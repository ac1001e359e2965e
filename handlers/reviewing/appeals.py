"""申诉: an agent asks for another judge of a finding about them; the answer has a reason, and undoes what was wrong."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from handlers import digest, permissions, posting
from handlers.alerting import alert_actions, alerts, judging
from handlers.cards import appeals as cards
from handlers.cards.card import Card
from handlers.cards.replies import sentence
from handlers.cards.words import clean
from handlers.context import Context
from handlers.counting import figures
from handlers.hints import FORMS
from handlers.people import Person
from handlers.permissions import Matter
from handlers.posting import About
from handlers.protocols import Reply, Target
from handlers.requests import Act, Request
from handlers.reviewing import appeal_judges
from handlers.reviewing.appeal_judges import subject_of
from rules import causes
from storage import alerts as records
from storage import appeals as storage
from storage import audit, conversations, judgements, posts
from storage.appeals import Appeal, Filing
from storage.db import Tx
from storage.judgements import Judged

SPOKEN = re.compile(r"[#\s]*(A|F)(\d{1,9})\b[\s,，:：]*(.*)", re.IGNORECASE | re.DOTALL)
CODE = re.compile(r"[#\s]*(?:AP)?(\d{1,9})\b[\s,，:：]*(.*)", re.IGNORECASE | re.DOTALL)
HOW = "这样说：「申诉 F37 理由」；发「我的质检」看编号。"
STATES = {"appeal_accept": "accepted", "appeal_partly": "partly", "appeal_reject": "rejected"}
SHORTEST, LONGEST = 2, 300  # characters of a reason


def mine(ctx: Context, tx: Tx, request: Request) -> Card:
    """我的质检: what was confirmed about me of late, how to say it better, and how to appeal."""
    if request.person is None:
        return sentence(permissions.STRANGER)
    return cards.mine(about(ctx, tx, request.person), ctx.zone)


def about(ctx: Context, tx: Tx, person: Person) -> list[cards.Mine]:
    since = ctx.now() - timedelta(days=cards.DAYS)
    accounts = ctx.people.ever_held(person.name)
    alone = [one for one in judging.trusted(ctx, tx, since) if one.account in accounts]
    everything = [*judgements.confirmed(tx, accounts, since), *alone]
    found = [one for one in everything if _whose(ctx, tx, one) == person.name]
    appealed = storage.against(tx, [one.id for one in found])
    units: dict[tuple[str, str, str], list[Judged]] = {}
    for one in found:
        units.setdefault(_unit(one), []).append(one)
    return [_mine(ctx, ones, appealed) for ones in units.values()]


def _unit(one: Judged) -> tuple[str, str, str]:
    """However often a check spoke of somebody in one conversation, it is one matter, shown and appealed once."""
    return one.conversation, one.finding.check, one.account


def _mine(ctx: Context, ones: Sequence[Judged], appealed: Mapping[int, Appeal]) -> cards.Mine:
    appeal = next((appealed[one.id] for one in ones if one.id in appealed), None)
    return cards.Mine(ones[0], appeal, _in_time(ctx, ones[0]))


def _appeal(ctx: Context, tx: Tx, request: Request) -> Reply:
    """With a reason it is filed; without, the form comes."""
    spoken = SPOKEN.fullmatch(request.choice or request.subject or request.text)
    if spoken is None:
        return Reply(False, HOW)
    code = spoken[1].upper() + spoken[2]
    judged = _meant(ctx, tx, code)
    refusal = _refusal(ctx, tx, request, judged)
    audit.write(tx, ctx.now(), request.speaker, request.action, code, allowed=not refusal)
    if refusal or request.person is None:
        return Reply(False, refusal or permissions.STRANGER)
    open_ = [one for one in judged if _whose(ctx, tx, one) == request.person.name]
    reason = clean((request.text if request.value else spoken[3]).strip())[:LONGEST]
    if len(reason) < SHORTEST:
        return _ask(ctx, tx, request.person, request.place, open_, code)
    return _file(ctx, tx, request.person, request.place, open_, reason)


def _meant(ctx: Context, tx: Tx, code: str) -> list[Judged]:
    if code[0] == "F":
        alone = judging.trusted(ctx, tx, ctx.now() - timedelta(days=cards.DAYS))
        units = {one.code: _unit(one) for one in alone}
        if code in units:
            return [one for one in alone if _unit(one) == units[code]]
        known = judgements.get(tx, int(code[1:]))
        return judgements.twins(tx, known) if known else []
    alert = alert_actions.find(tx, code)
    found = judgements.of_alert(tx, alert) if alert else []
    return [one for one in found if one.verdict == "real"]


def _refusal(ctx: Context, tx: Tx, request: Request, judged: Sequence[Judged]) -> str:
    """Own findings only, once, and in time."""
    if request.person is None:
        return permissions.STRANGER
    own = [one for one in judged if _whose(ctx, tx, one) == request.person.name]
    if not own:
        return permissions.refusal(request.person, "appeal", Matter()) or f"没有找到关于你的这条判定。{HOW}"
    appealed = storage.against(tx, [one.id for one in own])
    if appealed:
        known = next(iter(appealed.values()))
        return f"这条已经申诉过了（{known.code}，{cards.STATES[known.state]}）。"
    if any(one.verdict not in ("real", "") for one in own):
        return "这条没有算在你身上，不用申诉。"
    return (
        ""
        if all(_in_time(ctx, one) for one in own)
        else f"申诉要在判定后 {ctx.policy.appeal_days} 天内，这条已经过期了。"
    )


def _in_time(ctx: Context, one: Judged) -> bool:
    return ctx.now() - (one.judged_at or one.found_at) <= timedelta(days=ctx.policy.appeal_days)


def _whose(ctx: Context, tx: Tx, one: Judged) -> str:
    person = judging.holder(ctx, tx, one)
    return person.name if person else ""


def _ask(ctx: Context, tx: Tx, person: Person, place: Target | None, judged: Sequence[Judged], code: str) -> Reply:
    target = ctx.people.direct(person, place)
    if target is not None:
        card = cards.ask(judged, code, forms=target.chat in FORMS)
        posting.want(ctx, tx, About(code, posting.random_part(f"{code}/{ctx.now().isoformat()}")), target, card)
    return Reply(True, f"写一句理由就能提交，也可以发「申诉 {code} 理由」。")


def _file(ctx: Context, tx: Tx, person: Person, place: Target | None, judged: Sequence[Judged], reason: str) -> Reply:
    stored = conversations.load_one(tx, judged[0].conversation)
    team = (stored.conversation.team if stored else "") or person.team
    first = "、".join(dict.fromkeys(name for one in judged for name in one.judged_by.split("、") if name))
    filing = Filing(person.name, judged[0].conversation, team, reason, first)
    appeal = storage.file(tx, filing, [one.id for one in judged], ctx.now())
    if appeal is None:
        return Reply(False, "这条已经申诉过了。")
    appeal_judges.entrust(ctx, tx, appeal)
    target, seen = ctx.people.direct(person, place), appeal_judges.seen(ctx, tx, appeal)
    if target is not None and seen is not None:
        about = About(subject_of(appeal, "mine"), appeal_judges.link_of(appeal))
        posting.want(ctx, tx, about, target, cards.filed(seen, ctx.policy.judge_hours))
    return Reply(True, f"收到，申诉 {appeal.code} 已经交给另一位同事复核。")


# What the judge says


def _decide(state: str, ctx: Context, tx: Tx, request: Request) -> Reply:
    spoken = CODE.fullmatch(request.subject or request.text)
    appeal = storage.get(tx, int(spoken[1]), lock=True) if spoken else None
    if spoken is None or appeal is None:
        return Reply(False, "请带上申诉的编号，比如「成立 AP3 理由」。")
    refusal = appeal_judges.refusal(ctx, request.person, appeal)
    audit.write(tx, ctx.now(), request.speaker, request.action, appeal.code, allowed=not refusal)
    if refusal:
        return Reply(False, refusal)
    if appeal.state != "open":
        return Reply(False, f"{appeal.code} 已经由 {appeal.decided_by} 判为{cards.STATES[appeal.state]}。")
    words = clean((request.text if request.value else spoken[2]).strip())[:LONGEST]
    if len(words) < SHORTEST:
        appeal_judges.show(ctx, tx, appeal, leaning=request.action)
        return Reply(True, "还差一句理由，申诉的同事会看到。")
    return _decided(ctx, tx, appeal, request.speaker, state, words)


def _decided(ctx: Context, tx: Tx, appeal: Appeal, by: str, state: str, words: str) -> Reply:
    cause, _ = causes.read(words)
    judged = judgements.among(tx, storage.findings_of(tx, appeal.id))
    storage.decide(tx, appeal.id, state, words, by, ctx.now())
    decided = replace(appeal, state=state, answer=words, decided_by=by, decided_at=ctx.now())
    ids = [one.id for one in judged]
    if state == "accepted":
        judgements.overturn(tx, ids, by, ctx.now())
        figures.anew(ctx, tx, {one.conversation for one in judged})
        _withdraw(ctx, tx, judged[0], by)
    else:  # what a trusted rule said alone, a person has said now
        unseen = {one.id: judging.account_of(tx, one) for one in judged if not one.verdict}
        judgements.judge(tx, unseen, "real", by, ctx.now())
    if state == "partly":
        judgements.because(tx, ids, cause if cause not in ("", *causes.PERSONAL) else "nobody", by)
    appeal_judges.show(ctx, tx, decided)
    _tell(ctx, tx, decided, "、".join(one.code for one in judged))
    return Reply(True, f"记下了：{appeal.code} {cards.STATES[state]}。")


def _withdraw(ctx: Context, tx: Tx, one: Judged, by: str) -> None:
    """With nothing left that is real, the alert was a mistake too; the room reads that, and nothing of the appeal."""
    if any(other.verdict == "real" for other in judgements.of(tx, one.conversation, one.finding.kind)):
        return
    mistaken = [a for a in records.of(tx, one.conversation) if a.kind is one.finding.kind and a.state == "resolved"]
    for alert in mistaken:
        records.note(tx, alert.id, ctx.now(), by, "false_alarm", "复核后撤回")
        changed = records.change(tx, alert, ctx.now(), state="false_alarm", closed_by=by, closing="复核后撤回")
        alerts.show_in_every_post(ctx, tx, changed)


def _tell(ctx: Context, tx: Tx, appeal: Appeal, codes: str) -> None:
    """The appellant at once, because edits notify nobody; who judged first when their shift ends."""
    person, seen = ctx.people.named(appeal.person), appeal_judges.seen(ctx, tx, appeal)
    target = ctx.people.direct(person) if person else None
    if seen is None:
        return
    for post in posts.about(tx, subject_of(appeal, "mine")):
        posting.renew(ctx, tx, post, cards.told(seen))
        target = Target(post.chat, post.room, post.direct)
    if target is not None:
        posting.want(
            ctx, tx, About(subject_of(appeal, "told"), appeal_judges.link_of(appeal)), target, cards.told(seen)
        )
    for name in appeal.first.split("、") if appeal.state != "rejected" else ():
        if first := ctx.people.named(name):
            digest.later(ctx, tx, first, cards.changed(appeal, codes))


ACTIONS: Mapping[str, Act] = {
    "appeal": _appeal,
    **{action: partial(_decide, state) for action, state in STATES.items()},
}
