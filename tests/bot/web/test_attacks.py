"""Attacks on pages and commands: injection, links fetched beforehand, cards of elsewhere, and fuzz."""

import os
import random
from urllib.parse import quote

import pytest
from sqlalchemy import select

from storage.db import Store
from storage.tables import AUDIT, POST, SQLModel
from tests.bot.web.door import Door, token_of
from tests.handlers import rehearsal
from tests.handlers.matrix import PAGES
from tests.handlers.stage import Stage, text_of

CASES = int(os.environ.get("STARLING_FUZZ", "200"))  # 10000 for the long run
INJECTIONS = (
    "'; DROP TABLE alert; --", "' OR '1'='1", '" OR ""="', "1; DELETE FROM message",
    "%' UNION SELECT * FROM session --", "\\'; --", "A1' --", "%", "_", "c1%' OR 1=1 --",
)  # fmt: skip
FIELDS = ("text", "reason", "value", "verdict", "choice")
NASTY = (
    "\0",
    "\ud800",
    "../",
    "..%2f",
    "<script>",
    "{{7*7}}",
    "${x}",
    "=cmd()",
    "a" * 3000,
    "🙂",
    "\u202e",
    "%00",
    "'",
    '"',
    "1e999",
)


@pytest.fixture
def door(store: Store) -> Door:
    opened = Door(Stage(store))
    opened.tell_everybody()
    opened.stage.assigned("xiaoli")
    opened.stage.angry()
    return opened


def test_words_are_never_sql(door: Door) -> None:
    stage = door.stage
    for told in INJECTIONS:
        stage.customer(f"退款呢 {told}", f"c{told}")
        for line in ("为什么没提醒 {}", "谁看过 {}", "案例 {}", "静音 规则 {}", "值班 {}", "认领 {}", "绑定 {}"):
            stage.say("老管", line.format(told))
        assert door.browser("老管").get(f"/c/{quote(told, safe='')}").status_code == 404
    with stage.store.read() as tx:
        assert all(tx.execute(select(table).limit(1)) for table in SQLModel.metadata.sorted_tables)
        assert rehearsal.counts(tx)["alert"] >= 1
    assert not any("张主管" in text_of(card) and "密" in text_of(card) for card in stage.cards("@老管"))


def test_a_chat_that_fetches_links_beforehand_looks_at_nothing(door: Door) -> None:
    for _ in range(3):
        door.browser().get(door.address_of(), user_agent="DingTalkBot-LinkService/1.0")
    assert door.looked() == []


def test_a_card_pressed_in_another_group_does_nothing(door: Door) -> None:
    card = door.stage.card("leads")
    reply = door.stage.press_value("张主管", card, "claim", "A1", "team")
    assert not reply.ok
    assert door.stage.card("leads")["state"] == "待认领"


def test_a_card_speaks_only_of_its_own_matter(door: Door) -> None:
    door.stage.angry("c2")
    first = door.stage.cards("leads")[0]
    assert not door.stage.press_value("张主管", first, "claim", "A2", "leads").ok


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_no_page_breaks_whatever_is_asked_of_it(door: Door) -> None:
    rng, browser = random.Random(36), door.browser("老管")
    token = token_of(browser.get("/"))
    pages = [page for page in PAGES if not page.endswith("/stream")]
    for _ in range(CASES):
        method, _, path = rng.choice(pages).partition(" ")
        while "{" in path:
            told = rng.choice((*NASTY, *INJECTIONS, door.address_of()[3:], "1", "9" * 20))
            path = path[: path.index("{")] + _quoted(told) + path[path.index("}") + 1 :]
        path += f"?{rng.choice(('from', 'q', 'span', 'page'))}={_quoted(rng.choice(NASTY))}"
        form = {name: rng.choice(NASTY).encode("utf8", "replace").decode() for name in FIELDS}
        answer = browser.get(path) if method == "GET" else browser.post(path, {**form, "csrf": token})
        assert answer.status_code < 500, (method, path, form)


def test_a_number_beyond_every_row_is_not_found(door: Door) -> None:
    browser = door.browser("老管")
    for number in (2**31, 10**20):
        assert browser.get(f"/cases/{number}").status_code == 404
        assert browser.get(f"/polls/{number}").status_code == 404


def _quoted(told: str) -> str:
    return quote(told.encode("utf8", "replace"), safe="")


def test_refusals_leave_a_record(door: Door) -> None:
    door.stage.say("路人", "告警")
    door.stage.say("小周", "认领 A1")
    with door.stage.store.read() as tx:
        refused = [(row.actor, row.action) for row in tx.execute(select(AUDIT)) if not row.allowed]
        assert ("路人", "alerts") in refused
        assert ("小周", "claim") in refused
        assert tx.execute(select(POST)).first()
