"""What a portrait's figure leads to is the conversation that made it."""

from dataclasses import replace
from datetime import date

from rules.metrics import cells
from rules.metrics.cells import Label
from rules.metrics.facts import facts
from rules.metrics.scene import Scene
from rules.model import Rating
from tests.rules.metrics.chats import SHANGHAI, at, chat


def test_of_two_ratings_of_a_day_the_last_one_is_counted_under_its_own_conversation() -> None:
    last = chat("客 15:00:00", "服x 15:00:10", "完 15:05:00", name="a", customer_id="u")
    first = chat("客 09:00:00", "服x 09:00:10", "完 09:05:00", name="b", customer_id="u")
    told = (replace(last, rating=Rating(5, "", at("15:06:00"))), replace(first, rating=Rating(1, "", at("09:06:00"))))
    seen = Scene(tuple(facts(c) for c in told), at("21T00:00"), SHANGHAI)
    day = cells.daily(seen, lambda c: Label("物流" if c == "a" else "退款", "easy"), date(2026, 11, 20))["x"]
    assert day.cells["csat"] == {"物流/easy": [1, 1.0]}
    assert {c: values.get("csat") for c, _, _, values in day.trail} == {"a": 1.0, "b": None}
