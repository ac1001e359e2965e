"""Who may do what, on which surface: the expectations, and a rehearsal that does every cell without keeping anything.

A new action or page needs a line in MAY (or PAGES) with the roles that may, and one in VALUES or TEXTS of everything.py
when it takes more than "A1". test_matrix.py fails for whatever has no line.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import Connection, event, func, literal, select, union_all

from bot.files import metric_packs
from handlers import permissions
from handlers.context import Context
from handlers.people import Room
from handlers.permissions import Matter
from storage.db import Store, Tx
from storage.tables import SQLModel
from tests.handlers import everything
from tests.handlers.stage import PEOPLE, ROOMS, Stage

T = TypeVar("T")

# The conversation is one of 售后, held by 小李; A1 is its alert. All else that is pressed about lies in everything.py.
ROLES: Mapping[str, str] = {
    "stranger": "路人", "removed": "老赵", "agent": "小周", "own": "小李", "senior": "阿明", "other_lead": "王主管",
    "lead": "张主管", "qa": "陈质检", "admin": "老管",
}  # fmt: skip
KNOWN = "agent own senior other_lead lead qa admin"
MINDS = "senior lead admin"
READS = "senior other_lead lead qa admin"
JUDGES = "other_lead lead qa admin"
LEADS = "other_lead lead admin"
OURS = "lead admin"
OTHERS = "agent senior other_lead lead qa admin"
KEEPS = "qa admin"

# Everything that can be pressed or typed -> who may. About A1, unless VALUES says otherwise.
MAY: Mapping[str, str] = {
    "claim": MINDS, "resolve": MINDS, "mute": MINDS, "take_over": MINDS, "hand_to": MINDS,
    "false_alarm": f"{MINDS} qa", "whisper": f"{MINDS} qa", "cause": f"{MINDS} qa",
    "mine": "own", "help": "own", "got_it": "own",
    "see_all": READS, "claim_all": MINDS, "quiet": LEADS, "restore": OURS,
    "known": KNOWN, "intervals": KNOWN, "bind": OURS,
    "accept_change": KEEPS, "decline_change": KEEPS, "undo_change": KEEPS,
    "appeal": "own", "appeal_accept": KEEPS, "appeal_partly": KEEPS, "appeal_reject": KEEPS,
    "briefing_read": KNOWN, "briefing_words": OURS, "briefing_plain": OURS, "briefing_now": LEADS,
    "praise_open": "own", "praise_anonymous": "own", "praise_private": "own", "like": OTHERS, "nominate": OTHERS,
    "not_fitting": f"own {READS}", "collect": READS, "case_used": KNOWN,
    "honour_confirm": OURS, "honour_swap": OURS, "honour_skip": OURS, "honour_public": "own", "honour_quiet": "own",
    "growth": KNOWN, "goal_decline": "own lead qa", "goal_set": "own lead qa", "drill": "own",
    "vote": OTHERS, "better": KNOWN, "pick": KNOWN, "own_word": "own", "confirm_poll": KEEPS, "drop_question": KEEPS,
    "minutes": JUDGES, "talked": JUDGES, "accept_rule": KEEPS, "keep_rule": KEEPS, "exclude_words": KEEPS,
    "promote": KEEPS, "stay": KEEPS, "review": "lead qa admin", "shadow_verdict": "lead qa admin",
    "go_live": LEADS, "go_dark": LEADS, "adopt": LEADS,
    # Answered with a card.
    "guide": KNOWN, "alerts": READS, "status": "admin", "try": KNOWN, "duty": KNOWN, "mutes": READS, "why": READS,
    "ledger": JUDGES, "learn": KEEPS, "roll_back": KEEPS, "who_looked": KNOWN, "cases": KNOWN, "my_figures": KNOWN,
    "portrait": KNOWN, "team_portrait": KNOWN, "shop_portrait": JUDGES, "accounts": LEADS,
    "honours": KNOWN, "points": KNOWN,
    "my_reviews": KNOWN, "outcomes": KNOWN, "talk_tracks": KNOWN, "agreement": JUDGES,
    "my_alignment": KNOWN, "shadow": JUDGES,
}  # fmt: skip

# A proposal of the shadow comes after a week of answers: here it is only shown that nobody is refused who may.
UNPROVEN = {"adopt"}
# What is typed about A1: whoever may, sees it done.
TYPED = {"claim", "resolve", "mute", "false_alarm", "whisper", "take_over", "hand_to", "mine", "help", "got_it"}
# What is typed, where the word alone (with A1 for what wants a number) says too little.
SAID: Mapping[str, str] = {
    "quiet": "静音 店铺 云雀旗舰店 30", "mutes": "静音", "whisper": "私下提示 A1 先安抚", "hand_to": "转给 A1 小周",
    "cause": "原因 A1 流程", "try": "试一句 再不退款我就投诉", "why": "为什么没提醒 A1", "who_looked": "谁看过",
    "review": "复核 V1 有效",
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
    "POST /c/{link}/reveal": "lead qa", "POST /c/{link}/conceal": VIEWS, "POST /c/{link}/bind": "lead admin",
    "POST /c/{link}/do/{act}": VIEWS,
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


def wrong(action: str, role: str, *, done: bool, told: str, changed: Collection[str], proven: bool = True) -> str:
    """What is wrong with this cell; empty when it is as expected. `changed`: tables that were written to."""
    refused = any(sentence in told for sentence in REFUSALS)
    may = role in MAY[action].split()
    if may and (refused or (proven and action not in UNPROVEN and not done)):
        return f"{role} may {action} and is told: {told}"
    if not may and (done or changed):
        return f"{role} may not {action}, and it is done: {told} {sorted(changed)}"
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
WRITES = re.compile(r"(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM) (\w+)")


@contextmanager
def written(tx: Tx) -> Iterator[set[str]]:
    """The tables in which something is changed meanwhile, but for what is noted and answered."""
    found: set[str] = set()

    def note(_: Any, cursor: Any, statement: str, *__: Any) -> None:
        wrote = WRITES.match(statement)
        if wrote and cursor.rowcount and wrote[1] not in NOTES:
            found.add(wrote[1])

    event.listen(tx, "after_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(tx, "after_cursor_execute", note)


COUNTED = union_all(
    *(
        select(literal(name).label("name"), select(func.count()).select_from(table).scalar_subquery().label("n"))
        for name, table in SQLModel.metadata.tables.items()
    )
)


def counts(tx: Tx) -> Mapping[str, int]:
    return {row.name: row.n for row in tx.execute(COUNTED)}


def prepared(store: Store) -> tuple[Context, Stage]:
    """A1 is open and red, its agent has a whisper, and there is one of everything else; what the context does from here
    on is not kept."""
    stage = Stage(store, rooms=(*ROOMS, Room("晨会群", "sandbox", "mornings", wants=("briefing",))))
    stage.assigned("xiaoli")
    stage.angry()
    stage.press_value("张主管", stage.card(), "whisper", "A1", "leads", {"text": "先安抚"})
    everything.lay(stage)
    return replace(stage.ctx, store=Rehearsal(store), metrics=metric_packs.choice("generic", {})), stage


def cells(names: Iterable[str]) -> list[tuple[str, str]]:
    return [(name, role) for name in names for role in ROLES]
