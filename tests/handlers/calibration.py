"""A week's calibration on the stage: conversations worth asking about, QA's confirmation, and people who vote."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import bindparam, update

from handlers.calibrating import decisions, poll_sessions
from handlers.calibrating.poll_questions import LEAST
from handlers.people import Directory, Person, Room
from handlers.protocols import Reply
from rules.schedule import Schedule
from storage import calibrations, judgements
from storage.calibrations import Calibration, Question
from storage.tables import CONVERSATION
from tests.handlers.stage import PEOPLE, ROOMS, Stage

WEDNESDAY = datetime(2026, 11, 25, 7, 7, tzinfo=UTC)  # 15:07 in Shanghai
SECOND = Person("林质检", "qa", ids={"sandbox": "林质检"})
CROWD = (*PEOPLE, SECOND)
POLLS = (
    *ROOMS,
    Room("共评群", "sandbox", "polls", wants=("polls",)),
    Room("质检群", "sandbox", "qa", wants=("review",)),
)
MIDDLING = update(CONVERSATION).where(CONVERSATION.c.id == bindparam("number")).values(risk=0.5)
SAYINGS = (
    "买了三天就降价，能退差价吗？你们再不管我就投诉",
    "快递三天没动了，急用，再不到我就给差评",
    "尺码发错了还要我出运费吗，太坑了",
)


def ready(stage: Stage, people: tuple[Person, ...] = CROWD, rooms: tuple[Room, ...] = POLLS) -> Stage:
    """The timetable knows of Wednesdays, and there is a room that votes."""
    schedule = Schedule(calibration=(2, time(15, 7)), calibration_minutes=60, wording_minutes=20)
    stage.ctx = replace(stage.ctx, people=Directory(people, rooms), schedule=schedule)
    stage.hearing = replace(stage.hearing, ctx=stage.ctx)
    return stage


def doubtful(stage: Stage, n: int = 3) -> None:
    """Findings that one judge saw in one way and the next in another: 小李 appealed, and was half right."""
    stage.at = WEDNESDAY - timedelta(days=2)
    for number in range(n):
        conversation = f"c{number + 1}"
        stage.assigned("xiaoli", conversation)
        stage.customer(SAYINGS[number % len(SAYINGS)], conversation)
        stage.customer("问了三遍了，你们到底管不管", conversation)
        stage.customer("再不解决我就投诉到12315", conversation)
        stage.agent("亲，我是小李，超过活动规则不支持的哦", conversation)
        stage.press("张主管", "claim", card=number)
        stage.say("张主管", f"解决 A{number + 1} 已处理")
        stage.say("张主管", f"原因 A{number + 1} 知识", "@张主管")
        stage.say("小李", f"申诉 A{number + 1} 当时已经解释过了", "@小李")
        stage.say("陈质检", f"部分成立 AP{number + 1} 流程 规则没写清楚", "@陈质检")
    for number in range(n, LEAST):  # a session needs more than these
        stage.customer("请问发票怎么开", f"x{number}")
        stage.agent("您好，订单页就能申请", f"x{number}")
        stage.store.transact(lambda tx, number=number: tx.execute(MIDDLING, {"number": f"shop:x{number}"}))  # type: ignore[misc]


def goes(stage: Stage, to: datetime) -> None:
    """To that moment, and what is due then happens."""
    stage.at = to
    while poll_sessions.work(stage.ctx) or decisions.work(stage.ctx):
        pass
    stage.settle()


def confirmed(stage: Stage, n: int = 1) -> Calibration:
    """With only so many questions: QA drops the others."""
    doubtful(stage, n)
    goes(stage, WEDNESDAY - timedelta(hours=20))
    for case in cases(stage)[n:]:
        stage.store.transact(lambda tx, case=case: calibrations.drop(tx, case.id))  # type: ignore[misc]
    assert press(stage, "陈质检", stage.cards("qa")[-1], "confirm_poll").ok
    return session(stage)


def opened(stage: Stage, n: int = 1) -> list[Question]:
    confirmed(stage, n)
    goes(stage, WEDNESDAY)
    return cases(stage)


def closed(stage: Stage) -> None:
    goes(stage, stage.at + timedelta(minutes=61))
    if session(stage).state == "wording":
        goes(stage, stage.at + timedelta(minutes=21))


def session(stage: Stage) -> Calibration:
    with stage.store.read() as tx:
        return calibrations.latest(tx)[0]


def cases(stage: Stage) -> list[Question]:
    with stage.store.read() as tx:
        return calibrations.questions(tx, session(stage).id)


def of(stage: Stage, case: Question, room: str = "polls") -> dict[str, Any]:
    """The card of this question."""
    return next(card for card in stage.cards(room) if f"#{case.code}" in str(card))


def press(stage: Stage, person: str, card: dict[str, Any], action: str) -> Reply:
    button = next(b for b in card["buttons"] if b["action"] == action)
    room = next(r for r in ("polls", "qa") if any(one["key"] == card["key"] for one in stage.cards(r)))
    return stage.press_value(person, card, action, button["value"], room)


def vote(stage: Stage, person: str, case: Question, choice: str) -> Reply:
    return stage.press_value(person, of(stage, case), "vote", f"{case.code}/{choice}", "polls")


def verdict(stage: Stage, case: Question) -> str:
    with stage.store.read() as tx:
        judged = judgements.get(tx, case.finding or 0)
    return judged.verdict if judged else ""
