"""The end of a calibration: every case decided by the votes that count, told in the room, and to each voter alone."""

from collections import Counter
from collections.abc import Hashable, Iterable

from handlers import digest, posting
from handlers.calibrating import decisions, poll_show
from handlers.cards import poll_results
from handlers.context import Context
from handlers.posting import About
from rules import poll
from rules.agreement import Agreement, agreement
from rules.poll import OUTCOMES, Result
from storage import ballots, calibrations
from storage import decisions as records
from storage.ballots import Spoken
from storage.calibrations import Calibration, Question
from storage.db import Tx
from storage.decisions import Told


def close(ctx: Context, tx: Tx, session: Calibration) -> None:
    known = calibrations.questions(tx, session.id)
    for case in known:
        decide(ctx, tx, session, case)
    closed = calibrations.change(tx, session, state="closed")
    for case in known:
        poll_show.show(ctx, tx, closed, case)
    _tell(ctx, tx, closed)
    _tell_each(ctx, tx, known)


def decide(ctx: Context, tx: Tx, session: Calibration, case: Question) -> None:
    result = poll.decide(ballots.votes(tx, case.id, case.own))
    better = {one.id: one.text for one in ballots.wordings(tx, case.id)}
    chosen, votes = poll.best(tuple(better), ballots.liked(tx, case.id))
    wording = better[chosen] if chosen is not None else ""
    told = Told(
        case.conversation, case.rule, result.outcome, _counts(result), result.margin, result.because,
        result.severity, result.cause, result.alarm, wording, votes, session.confirmed_by,
    )  # fmt: skip
    decisions.keep(ctx, tx, case, told)


def pooled(spoken: list[Spoken]) -> dict[str, Agreement]:
    """Each thing that is asked, over all cases of all sessions; severity and cause of those who would deduct."""
    against = [one for one in spoken if one.choice == poll.DEDUCT]
    return {
        "choice": agreement(_units((one.case, one.choice) for one in spoken)),
        "severity": agreement(_units((one.case, one.severity) for one in against if one.severity), ordinal=True),
        "cause": agreement(_units((one.case, one.cause) for one in spoken if one.cause)),
    }


def _units(said: Iterable[tuple[int, Hashable]]) -> list[list[Hashable]]:
    units: dict[int, list[Hashable]] = {}
    for case, value in said:
        units.setdefault(case, []).append(value)
    return list(units.values())


def alignment(spoken: list[Spoken], person: str) -> tuple[int, int]:
    """(cases with the group, cases the group decided) of one voter, by the votes alone; 不确定 is with nobody."""
    mine = [one for one in spoken if one.person == person and one.voted in (poll.DEDUCT, poll.KEEP)]
    return sum(one.choice == one.voted for one in mine), len(mine)


def _tell(ctx: Context, tx: Tx, session: Calibration) -> None:
    ended = poll_show.all_ended(ctx, tx, session)
    card = poll_results.summary(session, ended, pooled(ballots.pooled(tx)), poll_show.page_of(ctx, session))
    for target in poll_show.rooms(ctx):
        posting.want(ctx, tx, About(f"{session.code}.end", session.link), target, card)


def _tell_each(ctx: Context, tx: Tx, known: list[Question]) -> None:
    """Alone, at the end of their shift: how far they were with the group; whose case it was, what came of it."""
    here = {case.id for case in known}
    spoken = [one for one in ballots.pooled(tx) if one.case in here]
    for name in Counter(one.person for one in spoken):
        person, (same, decided) = ctx.people.named(name), alignment(spoken, name)
        if person is not None and decided:
            digest.later(ctx, tx, person, f"这周共评你投的 {decided} 题里，{same} 题和大家一致；发「我的校准」看全部。")
    for case in known:
        decision = records.of(tx, case.id)
        outcome = decision.told.outcome if decision else poll.TALK
        for person in filter(None, map(ctx.people.named, case.own)):
            told = f"拿去共评的那段（{case.code}）聊完了：{OUTCOMES[outcome]}。谢谢你让大家对了一次标准。"
            digest.later(ctx, tx, person, told)


def _counts(result: Result) -> dict[str, object]:
    votes = {"deduct": result.deduct, "keep": result.keep, "unsure": result.unsure, "seats": dict(result.roles)}
    return votes | {"right": result.right, "wrong": result.wrong}
