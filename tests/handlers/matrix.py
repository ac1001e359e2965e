"""Who may do what, on which surface: the expectations, and a rehearsal that does every cell without keeping anything.

A new action or page needs a line in MAY (or PAGES) with the roles that may, and one in VALUES, TEXTS or SAID when it
takes more than "A1". test_matrix.py fails for whatever has no line.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import Connection, func, literal, select, union_all

from bot import metric_packs
from handlers import permissions
from handlers.context import Context
from handlers.permissions import Matter
from storage.db import Store, Tx
from storage.tables import SQLModel
from tests.handlers.stage import PEOPLE, Stage

T = TypeVar("T")

# The conversation is one of 售后, held by 小李; A1 is its alert.
ROLES: Mapping[str, str] = {
    "stranger": "路人", "removed": "老赵", "agent": "小周", "own": "小李", "senior": "阿明", "other_lead": "王主管",
    "lead": "张主管", "qa": "陈质检", "admin": "老管",
}  # fmt: skip
KNOWN = "agent own senior other_lead lead qa admin"
MINDS = "senior lead admin"
READS = "senior other_lead lead qa admin"
JUDGES = "other_lead lead qa admin"
LEADS = "other_lead lead admin"
KEEPS = "qa admin"

# Everything that can be pressed or typed -> who may. About A1, unless VALUES says otherwise.
MAY: Mapping[str, str] = {
    "claim": MINDS, "resolve": MINDS, "mute": MINDS, "take_over": MINDS, "hand_to": MINDS,
    "false_alarm": f"{MINDS} qa", "whisper": f"{MINDS} qa", "cause": f"{MINDS} qa",
    "mine": "own", "help": "own", "got_it": "own",
    "see_all": READS, "claim_all": KNOWN, "quiet": LEADS, "restore": LEADS,
    "known": KNOWN, "intervals": KNOWN, "bind": LEADS,
    "accept_change": KEEPS, "decline_change": KEEPS, "undo_change": KEEPS,
    "appeal": KNOWN, "appeal_accept": JUDGES, "appeal_partly": JUDGES, "appeal_reject": JUDGES,
    "briefing_read": KNOWN, "briefing_words": LEADS, "briefing_plain": LEADS, "briefing_now": LEADS,
    "praise_open": KNOWN, "praise_anonymous": KNOWN, "praise_private": KNOWN, "like": KNOWN, "nominate": KNOWN,
    "not_fitting": KNOWN, "collect": READS, "case_used": KNOWN,
    "honour_confirm": LEADS, "honour_swap": LEADS, "honour_skip": LEADS, "honour_public": KNOWN, "honour_quiet": KNOWN,
    "growth": KNOWN, "goal_decline": KNOWN, "goal_set": KNOWN, "drill": KNOWN,
    "vote": KNOWN, "better": KNOWN, "pick": KNOWN, "own_word": KNOWN, "confirm_poll": KEEPS, "drop_question": KEEPS,
    "minutes": JUDGES, "talked": JUDGES, "accept_rule": KEEPS, "keep_rule": KEEPS, "exclude_words": KEEPS,
    "promote": KEEPS, "stay": KEEPS, "review": JUDGES, "shadow_verdict": JUDGES,
    "go_live": LEADS, "go_dark": LEADS, "adopt": LEADS,
    # Answered with a card.
    "guide": KNOWN, "alerts": READS, "status": "admin", "try": KNOWN, "duty": KNOWN, "mutes": READS, "why": READS,
    "ledger": JUDGES, "learn": KEEPS, "roll_back": KEEPS, "who_looked": KNOWN, "cases": KNOWN, "my_figures": KNOWN,
    "portrait": KNOWN, "team_portrait": KNOWN, "shop_portrait": JUDGES, "accounts": LEADS, "honours": KNOWN, "points": KNOWN,
    "my_reviews": KNOWN, "outcomes": KNOWN, "talk_tracks": KNOWN, "agreement": JUDGES,
    "my_alignment": KNOWN, "shadow": JUDGES,
}  # fmt: skip

# What is done to A1 as it stands: whoever may, sees it done.
DONE = {"claim", "resolve", "mute", "false_alarm", "whisper", "take_over", "hand_to", "mine", "help", "got_it"}
VALUES: Mapping[str, str] = {
    "known": "told", "see_all": "G1", "claim_all": "G1", "got_it": "A1/1", "accept_change": "R1",
    "decline_change": "R1", "undo_change": "R1", "cause": "A1/process", "appeal": "F1",
    "appeal_accept": "AP1", "appeal_partly": "AP1", "appeal_reject": "AP1",
}  # fmt: skip
TEXTS: Mapping[str, str] = {"whisper": "先安抚，再解释", "hand_to": "小周", "quiet": "店铺 云雀旗舰店"}
# What is typed, where the word alone (with A1 for what wants a number) says too little.
SAID: Mapping[str, str] = {
    "quiet": "静音 店铺 云雀旗舰店 30", "mutes": "静音", "whisper": "私下提示 A1 先安抚", "hand_to": "转给 A1 小周",
    "cause": "原因 A1 流程", "try": "试一句 再不退款我就投诉", "why": "为什么没提醒 A1", "who_looked": "谁看过",
}  # fmt: skip

VIEWS = "own senior lead qa admin"
FIGURES = "own lead qa"  # of 小李
# Every page -> who is let in: anything but the way to the login, or 403. About the conversation of A1, 小李 and 售后.
PAGES: Mapping[str, str] = {
    "GET /": KNOWN, "POST /known": KNOWN, "GET /mine": KNOWN, "GET /me": KNOWN, "GET /me/conversations": KNOWN,
    "GET /me/{table}.{kind}": KNOWN, "GET /team": KNOWN, "GET /team/{name}": KNOWN, "GET /team/{name}/platforms": KNOWN,
    "POST /mine/appeal/{code}": KNOWN, "POST /mine/judge/{code}": KNOWN,
    "GET /cases": KNOWN, "GET /cases.md": KNOWN, "GET /cases/{case:int}": KNOWN, "GET /cases/{case:int}/play": KNOWN,
    "POST /cases/{case:int}/{what}": KNOWN, "GET /talk-tracks": KNOWN, "GET /polls": KNOWN,
    "GET /polls/{id:int}": KNOWN, "POST /polls/{id:int}": KNOWN,
    "GET /c/{link}": VIEWS, "GET /c/{link}/stream": VIEWS, "GET /c/{link}/desk": VIEWS,
    "POST /c/{link}/reveal": "lead qa", "POST /c/{link}/conceal": VIEWS, "POST /c/{link}/bind": "lead admin", "POST /c/{link}/do/{act}": VIEWS,
    "GET /review": JUDGES, "GET /review/{id:int}": JUDGES, "POST /review/{id:int}": JUDGES,
    "POST /review/{id:int}/cause": JUDGES,
    "GET /report/{span}/{first}/{team}": "lead qa admin",
    "GET /portrait/{name}": FIGURES, "GET /portrait/{name}/conversations": FIGURES,
    "GET /portrait/{name}/{table}.{kind}": FIGURES,
    "GET /growth": KNOWN, "GET /growth/{name}": FIGURES, "POST /growth/{name}/{what}": FIGURES,
    "GET /team/{name}/growth": "lead qa",
    "GET /shop": JUDGES, "GET /shop/{name}": JUDGES, "GET /shop/{name}/conversations": JUDGES,
    "GET /team/{name}/{table}.{kind}": "lead qa", "GET /team/{name}/conversations": "lead qa",
}  # fmt: skip
# The way in is open to anybody and has tests of its own.
DOORS = frozenset({"GET /login", "POST /logout", "GET /login/{platform}", "GET /login/{platform}/back",
                   "GET /login/link/{secret}", "POST /login/link/{secret}"})  # fmt: skip


def wrong(action: str, role: str, *, done: bool, told: str, changed: Mapping[str, int]) -> str:
    """What is wrong with this cell; empty when it is as expected."""
    refused = any(sentence in told for sentence in REFUSALS)
    may = role in MAY[action].split()
    if may and (refused or (action in DONE and not done)):
        return f"{role} may {action} and is told: {told}"
    if not may and (done or changed):
        return f"{role} may not {action}, and it is done: {told} {changed}"
    return ""


def refusals() -> frozenset[str]:
    """Every sentence with which permissions say no."""
    agent = next(p for p in PEOPLE if p.name == "小李")
    matters = (Matter(), Matter("售后"), Matter("售后", agent), Matter("售前"), Matter("售后", agent, "张主管"))
    told = {rule(p, m) for rule in permissions.RULES.values() for p in PEOPLE for m in matters}
    return frozenset({permissions.STRANGER, *told} - {""})


REFUSALS = refusals()


class Undone(Exception):
    """Carries out what a job returned, while the job itself is undone."""


class Rehearsal(Store):
    """The same store, in which every write is tried and undone."""

    def __init__(self, store: Store):
        self._store = store
        self.dialect = store.dialect

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self._store.read() as connection:
            yield connection

    def write(self, job: Callable[[Connection], T], *, urgent: bool = False) -> "Future[T]":
        done: Future[T] = Future()

        def undone(tx: Tx) -> None:
            raise Undone(job(tx))

        try:
            self._store.transact(undone)
        except Undone as told:
            done.set_result(told.args[0])
        except Exception as error:
            done.set_exception(error)
        return done


NOTES = {"audit", "heard", "post", "sandbox_post"}  # a refusal may be written down and answered


COUNTED = union_all(
    *(
        select(literal(name).label("name"), select(func.count()).select_from(table).scalar_subquery().label("n"))
        for name, table in SQLModel.metadata.tables.items()
        if name not in NOTES
    )
)


def counts(tx: Tx) -> Mapping[str, int]:
    return {row.name: row.n for row in tx.execute(COUNTED)}


def prepared(store: Store) -> tuple[Context, Stage]:
    """A1 is open and red, and its agent has a whisper; what the context does from here on is not kept."""
    stage = Stage(store)
    stage.assigned("xiaoli")
    stage.angry()
    stage.press_value("张主管", stage.card(), "whisper", "A1", "leads", {"text": "先安抚"})
    return replace(stage.ctx, store=Rehearsal(store), metrics=metric_packs.choice("generic", {})), stage


def cells(names: Iterable[str]) -> list[tuple[str, str]]:
    return [(name, role) for name in names for role in ROLES]
