"""A calibration on a page: one's own ballot and words while it is open, the results afterwards, never others' votes."""

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.calibrating import polls as acts
from handlers.calibrating.poll_show import ended, rule_said
from handlers.cards import poll_results
from handlers.cards.poll_results import Ended
from handlers.cards.polls import STATES
from handlers.cards.words import clock
from handlers.context import Context
from handlers.errors import Refused
from handlers.people import Person
from handlers.requests import Request
from rules import causes
from rules.poll import ALARMS, CHOICES, SEVERITIES, Vote
from storage import ballots, calibrations
from storage.calibrations import Calibration, Question
from storage.db import Tx

SHOWN = ("open", "wording", "closed")


@dataclass(frozen=True, slots=True)
class Sheet:
    case: Question
    own: bool  # the reader served in it: heard, not counted
    mine: Vote | None
    told: str  # the reader's vote in words
    words: str  # their wording
    wordings: tuple[tuple[int, str, bool], ...]  # (id, text, whether it is theirs), without authors
    voters: int
    result: Ended | None
    sentence: str
    details: tuple[tuple[str, str], ...]  # of the result
    picked: int | None  # the wording they chose
    rule: str  # what we said there


@dataclass(frozen=True, slots=True)
class Page:
    session: Calibration
    state: str
    until: str
    questions: tuple[Sheet, ...]
    choices: Mapping[str, str]
    severities: Mapping[int, str]
    causes: Mapping[str, str]
    alarms: Mapping[str, str]


def latest(tx: Tx) -> int | None:
    """The session people would look for."""
    return next((session.id for session in calibrations.latest(tx) if session.state in SHOWN), None)


def of(ctx: Context, tx: Tx, person: Person, id_: int) -> Page:
    """Raises LookupError."""
    session = calibrations.get(tx, id_)
    if session is None or session.state not in SHOWN:
        raise LookupError(id_)
    asked = tuple(_question(ctx, tx, session, case, person) for case in calibrations.questions(tx, id_))
    ends = session.closes_at if session.state == "open" else session.ends_at
    until = f"{clock(ends, ctx.zone)} 截止" if ends and session.state != "closed" else ""
    words = {name: cause.word for name, cause in causes.CAUSES.items()}
    return Page(session, STATES[session.state], until, asked, CHOICES, SEVERITIES, words, ALARMS)


def _question(ctx: Context, tx: Tx, session: Calibration, case: Question, person: Person) -> Sheet:
    mine, better = ballots.mine(tx, case.id, person.name), ballots.wordings(tx, case.id)
    words = next((one.text for one in better if one.person == person.name), "")
    shown = tuple((one.id, one.text, one.person == person.name) for one in better) if session.state == "wording" else ()
    result = ended(ctx, tx, session, case) if session.state == "closed" else None
    return Sheet(
        case, person.name in case.own, mine, acts.told(mine) if mine else "", words, shown,
        ballots.voters(tx, [case.id])[case.id], result, poll_results.sentence(result.decision) if result else "",
        tuple(poll_results.details(result)) if result else (), ballots.picked(tx, case.id, person.name),
        rule_said(ctx, case),
    )  # fmt: skip


def send(ctx: Context, tx: Tx, person: Person, form: Mapping[str, str]) -> None:
    """What was filled in, all of it or nothing: raises Refused, which undoes what went before."""
    for action, value, text in _asked(form):
        told = acts.ACTIONS[action](ctx, tx, Request(action, value, person, person.name, text))
        if not told.ok:
            raise Refused(told.toast)


def _asked(form: Mapping[str, str]) -> list[tuple[str, str, str]]:
    case, choice, text = form.get("case", ""), form.get("choice", ""), form.get("text", "").strip()
    heavy = f".{form['severity']}" if choice == "deduct" and form.get("severity") else ""
    steps = [("vote", f"{case}/{choice}{heavy}", "")] if choice else []
    steps += [("vote", f"{case}/cause.{form['cause']}", "")] if form.get("cause") else []
    steps += [("vote", f"{case}/alarm.{form['alarm']}", "")] if form.get("alarm") else []
    steps += [("pick", f"{case}/{form['wording']}", "")] if form.get("wording") else []
    steps += [("own_word" if form.get("own") else "better", case, text)] if text else []
    return steps
