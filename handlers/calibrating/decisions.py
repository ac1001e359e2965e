"""From vote to rule: what was decided is kept, taught, and where a rule says otherwise its change is proposed."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from handlers import permissions
from handlers.alerting import judging
from handlers.calibrating import poll_show
from handlers.cards.words import clean
from handlers.context import Context
from handlers.counting import figures
from handlers.permissions import Matter
from handlers.protocols import Reply
from handlers.requests import Act, Request
from handlers.reviewing import ledger
from handlers.reviewing.rerun import rerun
from rules import proposals, subject
from rules.changes import Change
from rules.difference import Difference
from rules.model import Kind
from rules.policy import decided
from rules.poll import ALARMS, DEDUCT, KEEP, OUTCOMES, RIGHT, TALK, WRONG
from rules.rerun import Fate
from storage import appeals, audit, calibrations, cases, decisions, judgements, rule_changes
from storage.calibrations import Question
from storage.db import Tx, Unavailable
from storage.decisions import Decision, Told
from storage.judgements import GROUP

log = structlog.get_logger()
BACK = timedelta(days=30)
FATES = {Fate.ADDED: "新增", Fate.REMOVED: "撤回", Fate.LOUDER: "变响", Fate.QUIETER: "变轻"}
LONGEST = 100  # characters of what a meeting gives as its reason
BY_WORD = {"扣分": DEDUCT, "扣": DEDUCT, "不扣": KEEP} | {word: name for name, word in ALARMS.items()}
# 不扣 [不该提醒] 理由
SAID = re.compile(
    rf"(?P<outcome>扣分|扣|不扣)\s+(?:(?P<alarm>{'|'.join(ALARMS.values())})\s+)?(?P<because>\S.*)", re.DOTALL
)


def keep(ctx: Context, tx: Tx, case: Question, told: Told) -> Decision:
    """Decided: it is a verdict to learn from, perhaps a case of the library, perhaps a reason to change a rule."""
    decision = decisions.decide(tx, case.id, told, ctx.now())
    if told.outcome == TALK:
        return decision  # the meeting settles it, and the rule with it
    _judge(ctx, tx, case, told)
    _collect(ctx, tx, case, told)
    change = _contradicted(ctx, tx, case, told)
    return _propose(ctx, tx, decision, change, case) if change else decision


def _judge(ctx: Context, tx: Tx, case: Question, told: Told) -> None:
    """Of the finding; conversations without one are learnt from the decision itself."""
    judged = judgements.get(tx, case.finding) if case.finding is not None else None
    if judged is None or judged.finding.kind is not Kind.RISK:
        return
    by = f"{GROUP} {case.code}"
    if told.outcome == KEEP:
        judgements.overturn(tx, [judged.id], by, ctx.now())
        figures.anew(ctx, tx, [judged.conversation])
        return
    if (appeal := appeals.against(tx, [judged.id]).get(judged.id)) and appeal.state in ("accepted", "partly"):
        return  # the vote sets the standard from now on; who appealed keeps the answer they were given
    judgements.reopen(tx, [judged.id], by)
    judgements.judge(tx, {judged.id: judging.account_of(tx, judged)}, "real", by, ctx.now())
    if told.cause:
        judgements.because(tx, [judged.id], told.cause, by)


def _collect(ctx: Context, tx: Tx, case: Question, told: Told) -> None:
    """A wording that people chose is worth copying; the case is told without names, as it was asked."""
    customer = next((words for who, words in case.excerpt if who == "客户"), "")
    if not told.wording:
        return
    source = cases.Source(f"poll:{case.id}", "poll", case.conversation, "", case.team, case.rule, case.message)
    told_case = cases.Told(
        title=f"共评：{customer[:24]}", before=customer, line=told.wording, quote=customer,
        says=f"共评定为{OUTCOMES[told.outcome]}，这句最多人选",
    )  # fmt: skip
    number = cases.collect(tx, source, told_case, told.by or GROUP, ctx.now())
    cases.describe(tx, number, {"says": told_case.says})  # as the last version says


def _contradicted(ctx: Context, tx: Tx, case: Question, told: Told) -> Change | None:
    """The change that would make the rule agree with those who say that it should not have spoken."""
    judged = judgements.get(tx, case.finding) if case.finding is not None else None
    if told.alarm != WRONG or judged is None or not case.rule:
        return None
    known = [one.told.alarm for one in decisions.about(tx, case.rule)]
    finding = replace(judged.finding, quote=clean(judged.finding.quote))
    return proposals.against(finding, known.count(WRONG), known.count(RIGHT), rule_changes.into(tx, ctx.policy))


def _propose(ctx: Context, tx: Tx, decision: Decision, change: Change, case: Question) -> Decision:
    reason = f"共评 {case.code} 第 {decision.version} 版决定：{ALARMS[WRONG]}"
    number = rule_changes.propose(tx, change, reason, f"poll:{decision.id}", ctx.now())
    if number is not None:
        decisions.proposed(tx, decision.id, number)
    return decisions.get(tx, decision.id) or decision


def work(ctx: Context) -> int:
    """Run the last thirty days once more for each proposal that waits for it; how many."""
    with ctx.store.read() as tx:
        waiting = decisions.to_rerun(tx)
    return sum(_one(ctx, id_) for id_ in waiting)


def _one(ctx: Context, id_: int) -> int:
    try:
        return _rerun(ctx, id_)
    except Unavailable:
        raise
    except Exception:  # one proposal must not stop the others
        log.exception("decision_rerun_failed", decision=id_)
        return 0


def _rerun(ctx: Context, id_: int) -> int:
    with ctx.store.read() as tx:
        decision = decisions.get(tx, id_)
        proposed = rule_changes.get(tx, decision.change) if decision and decision.change else None
        before = rule_changes.into(tx, ctx.policy)
    if decision is None or proposed is None:
        return 0
    after = decided(before, (*before.changes, proposed.change))
    now = ctx.now()
    found = rerun(ctx.store, (ctx.engine, ctx.engine), (before, after), now - BACK, now)
    words = sentence(found)

    def job(tx: Tx) -> int:
        if not decisions.rerun(tx, id_, words):
            return 0
        _show(ctx, tx, decision.case)
        return 1

    return ctx.store.transact(job)


def sentence(found: Difference) -> str:
    """近 30 天 412 段会话：撤回 14 条、新增 0 条"""
    piles = {word: found.piles[fate].n for fate, word in FATES.items()}
    told = [f"撤回 {piles.pop('撤回')} 条", f"新增 {piles.pop('新增')} 条"]
    told += [f"{word} {n} 条" for word, n in piles.items() if n]
    return f"{found.conversations:,} 段会话里{'、'.join(told)}"


def _show(ctx: Context, tx: Tx, case_id: int) -> None:
    case = calibrations.question(tx, case_id)
    session = calibrations.get(tx, case.session) if case else None
    if case is not None and session is not None and session.state == "closed":
        poll_show.show(ctx, tx, session, case)


# What QA answers: 质检确认 Q12, 保留原样 Q12, 排除词 Q12 …, and what a meeting decided: 定论 Q12 不扣 …


def _accept(ctx: Context, tx: Tx, request: Request) -> Reply:
    return _settle(ctx, tx, request, accept=True)


def _decline(ctx: Context, tx: Tx, request: Request) -> Reply:
    return _settle(ctx, tx, request, accept=False)


def _settle(ctx: Context, tx: Tx, request: Request, *, accept: bool) -> Reply:
    case, _, refused = _meant(ctx, tx, request)
    if case is None:
        return refused
    decision = decisions.of(tx, case.id)
    change = rule_changes.get(tx, decision.change) if decision and decision.change else None
    if decision is None or change is None:
        return Reply(False, f"{case.code} 没有要改的规则。")
    if accept and decision.rerun != "done":
        return Reply(False, "近 30 天还在重跑，看到会撤回多少再定，稍等一下。")
    if not rule_changes.decide(tx, change.id, request.speaker, ctx.now(), accept=accept):
        return Reply(False, f"{change.code} 已经由 {change.decided_by} 定过了。")
    _show(ctx, tx, case.id)
    if accept:
        return Reply(
            True, f"好，{change.code} 从下一条消息起生效；前后的数分开算。要撤回就说「撤销改动 {change.code}」。"
        )
    return Reply(True, "好，规则保留原样。")


def _undo(ctx: Context, tx: Tx, request: Request) -> Reply:
    """Of any change; where it was voted on, the card says so too."""
    told = ledger.undo(ctx, tx, request)
    number, _ = subject.read(request.subject or request.text, "R")
    for decision in decisions.by_change(tx, number) if told.ok and number is not None else ():
        _show(ctx, tx, decision.case)
    return told


def _exclude(ctx: Context, tx: Tx, request: Request) -> Reply:
    """Another proposal: not where one of these words is said."""
    case, rest, refused = _meant(ctx, tx, request)
    if case is None:
        return refused
    decision = decisions.of(tx, case.id)
    judged = judgements.get(tx, case.finding) if case.finding is not None else None
    if decision is None or judged is None or decision.told.alarm != WRONG:
        return Reply(False, "大家认为不该提醒的题，才能加排除词。")
    change = proposals.excluding(judged.finding, rest.replace("、", " ").split())
    if change is None:
        return Reply(False, f"排除词要是客户原话里有的，不超过 {proposals.WORDS} 个字。")
    if decision.change is not None:
        rule_changes.decide(tx, decision.change, request.speaker, ctx.now(), accept=False)
    _propose(ctx, tx, decision, change, case)
    _show(ctx, tx, case.id)
    return Reply(True, "好，按这几个词重跑近 30 天，跑完再请质检确认。")


def _succeed(tx: Tx, before: Decision, after: Decision, by: str, now: datetime) -> None:
    """Another version: what the old one asked about is asked again, or nobody is asked about it any more."""
    if before.change is None or after.change is not None:
        return
    if after.told.alarm == before.told.alarm:
        decisions.proposed(tx, after.id, before.change)
    else:
        rule_changes.decide(tx, before.change, by, now, accept=False)


def _talked(ctx: Context, tx: Tx, request: Request) -> Reply:
    """What the meeting decided is another version: only of what the votes left open."""
    case, rest, refused = _meant(ctx, tx, request)
    if case is None:
        return refused
    before, voted, said = decisions.of(tx, case.id), decisions.voted(tx, case.id), SAID.fullmatch(rest)
    if before is None or voted is None or said is None:
        return Reply(False, f"这样说：「定论 {case.code} 不扣 理由」，要等这一题公布以后。")
    if voted.told.outcome != TALK:
        return Reply(
            False, f"{case.code} 大家已经投出来了：{OUTCOMES[voted.told.outcome]}。看法变了，下次共评再问一次。"
        )
    outcome, alarm = BY_WORD[said["outcome"]], BY_WORD.get(said["alarm"] or "", before.told.alarm)
    because = poll_show.nameless(ctx, said["because"], LONGEST)
    told = replace(before.told, outcome=outcome, alarm=alarm, because=because, by=request.speaker)
    _succeed(tx, before, keep(ctx, tx, case, told), request.speaker, ctx.now())
    _show(ctx, tx, case.id)
    return Reply(True, f"记下了：{case.code} 会上定为{OUTCOMES[outcome]}。")


def _meant(ctx: Context, tx: Tx, request: Request) -> tuple[Question | None, str, Reply]:
    number, rest = subject.read(request.subject or request.text, "Q")
    case = calibrations.question(tx, number) if number is not None else None
    refusal = permissions.refusal(request.person, request.action, Matter())
    audit.write(tx, ctx.now(), request.speaker, request.action, case.code if case else rest[:20], allowed=not refusal)
    if refusal:
        return None, "", Reply(False, refusal)
    return case, rest, Reply(False, "请带上题号，比如「质检确认 Q12」。")


ACTIONS: Mapping[str, Act] = {
    "accept_rule": _accept,
    "keep_rule": _decline,
    "undo_change": _undo,
    "exclude_words": _exclude,
    "talked": _talked,
}
