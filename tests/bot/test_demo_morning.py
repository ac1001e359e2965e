"""A morning in the demo, with its people, its rooms and its library."""

from typing import Any

from bot import demo
from bot.samples import library
from handlers.people import Person, Room
from storage.db import Store
from tests.handlers.stage import Stage, text_of


def test_whoever_tries_the_demo_sees_a_morning_when_they_call_for_it(store: Store) -> None:
    people = tuple(Person(ids={"sandbox": one["name"]}, **_person(one)) for one in (*demo.PEOPLE, *demo.REST))
    rooms = tuple(
        Room(r["name"], "sandbox", r["id"], audience=r["audience"], wants=tuple(r["wants"])) for r in demo.ROOMS
    )
    stage = Stage(store, people=people, rooms=rooms)
    library.fill(store, stage.at)
    stage.say("张主管", "晨会", "@张主管")
    assert "想发哪个组的" in text_of(stage.cards("@张主管")[-1])
    stage.say("张主管", "晨会 售后", "@张主管")
    (morning,) = (card for card in stage.cards("team") if card["kind"] == "briefing")
    assert "学三个，今天就能用：" in text_of(morning)


def _person(told: dict[str, Any]) -> dict[str, Any]:
    return {**told, "accounts": tuple(told.get("accounts", ()))}
