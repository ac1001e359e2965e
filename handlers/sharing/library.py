"""The case library in chat: into it, found again by 案例, and 用过，有用."""

from collections.abc import Mapping

from handlers import permissions, retelling
from handlers.alerting import alert_actions, alerts
from handlers.cards.card import Card
from handlers.cards.library import found_card, unclear_card
from handlers.cards.words import clean
from handlers.context import Context
from handlers.permissions import Matter
from handlers.protocols import Reply
from handlers.requests import Act, Request
from handlers.sharing import cheering, highlights
from rules import search, subject
from rules.model import Finding
from storage import audit, case_wordings, cases, conversations, judgements
from storage.alerts import Alert
from storage.cases import Case, Source
from storage.db import Tx

SHOWN = 3
HOW = "请带上编号，比如「收入案例库 S12」，告警和判定也可以：A12、F37。"
ALREADY = "已经在案例库里了，编号 #{}。"
NOT_YET = "这一段要当事人点头才能收，先让它留在 TA 那里。"
RETIRED = "它退役了；要用的话，请质检放回来。"
BACK = "好，放回案例库了，编号 #{}。"
KEPT = "好，收进案例库了，编号 #{}。质检核过标准话术，大家就能直接用。"


def answer(ctx: Context, tx: Tx, request: Request) -> Card:
    """案例 <词>: the best three on one card."""
    words = clean(request.text.strip())[:60]
    if words and not search.asked(words):
        return unclear_card(words)
    found = cases.search(tx, words, SHOWN)
    used = case_wordings.used(tx, [case.id for case in found])
    return found_card(words, found, used, ctx.page("/cases"))


def _collect(ctx: Context, tx: Tx, request: Request) -> Reply:
    """A highlight (S12), a saved customer (A12) or a confirmed finding (F37)."""
    refusal = permissions.refusal(request.person, request.action, Matter())
    case = _meant(ctx, tx, request.subject or request.text) if not refusal else None
    refusal = refusal or permissions.refusal(request.person, request.action, Matter(case.team if case else ""))
    code = request.subject or request.text[:20]
    audit.write(tx, ctx.now(), request.speaker, request.action, code, allowed=not refusal)
    if refusal or case is None:
        return Reply(False, refusal or HOW)
    return _taken_in(ctx, tx, case, request)


def _taken_in(ctx: Context, tx: Tx, case: Case, request: Request) -> Reply:
    if case.state in ("declined", "withdrawn"):
        return Reply(False, cheering.WITHDRAWN)
    if cases.private(tx, case.id):
        return Reply(False, NOT_YET)
    if case.state == "retired" and permissions.refusal(request.person, "case_approve", Matter()):
        return Reply(False, RETIRED)
    before = "retired" if case.state == "retired" else "found"
    fresh = cases.take_in(tx, case.id, request.speaker, ctx.now(), before)
    highlights.show(ctx, tx, case.id)
    words = ALREADY if not fresh else BACK if before == "retired" else KEPT
    return Reply(True, words.format(case.code))


def _meant(ctx: Context, tx: Tx, spoken: str) -> Case | None:
    """A12 or F37; S12, or a mere number, is a case already."""
    kind = spoken.strip(" #")[:1].upper()
    number, _ = subject.read(spoken, "A|F")
    if number is None or kind not in ("A", "F"):
        return _case(tx, spoken)
    return _of_alert(ctx, tx, f"A{number}") if kind == "A" else _of_finding(ctx, tx, number)


def _case(tx: Tx, spoken: str) -> Case | None:
    number, _ = subject.read(spoken, "S")
    try:
        return cases.get(tx, number) if number is not None else None
    except LookupError:
        return None


def _of_alert(ctx: Context, tx: Tx, code: str) -> Case | None:
    alert = alert_actions.find(tx, code)
    if alert is None:
        return None
    stored = conversations.load_one(tx, alert.conversation)
    if stored is not None:
        retelling.candidate(ctx, tx, stored, _worst(tx, alert))
    return cases.of(tx, alert.conversation) or cases.of(tx, alert.conversation, "saved")


def _of_finding(ctx: Context, tx: Tx, number: int) -> Case | None:
    """Confirmed by a person; told without anybody's name, nobody's doing, and once for a conversation."""
    judged = judgements.get(tx, number)
    stored = conversations.load_one(tx, judged.conversation) if judged and judged.verdict == "real" else None
    if judged is None or stored is None:
        return None
    told = retelling.as_lesson(ctx, tx, stored.conversation, judged.finding)
    team, rule = stored.conversation.team, judged.finding.rule
    source = Source(f"finding:{judged.conversation}", "finding", judged.conversation, team=team, rule=rule)
    cases.note(tx, source, told, ctx.now())
    return cases.by_key(tx, source.key)


def _worst(tx: Tx, alert: Alert) -> Finding | None:
    return max(alerts.findings_of(tx, alert), key=lambda f: f.severity, default=None)


def _used(ctx: Context, tx: Tx, request: Request) -> Reply:
    """用过，有用: once a person and day."""
    refusal = permissions.refusal(request.person, request.action, Matter())
    if refusal:
        return Reply(False, refusal)
    case = _case(tx, request.choice or request.subject or request.text)
    if case is None or case.state != "collected":
        return Reply(False, cheering.GONE)
    fresh = case_wordings.use(tx, case, request.speaker, ctx.now(), ctx.zone)
    return Reply(True, "记下了，谢谢你告诉我。" if fresh else "今天已经记过啦，谢谢。")


ACTIONS: Mapping[str, Act] = {"collect": _collect, "case_used": _used}
