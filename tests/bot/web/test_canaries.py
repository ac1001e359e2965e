"""Five hundred made-up people write their numbers and addresses: none is seen in a card, page, log, metric or error."""

import json
import logging
import random
import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle
from typing import Any

import pytest
import structlog
from sqlalchemy import select

from bot import log
from bot.metrics import Counters, render, word
from bot.webhooks import quarantine
from storage.db import Store
from storage.inbox import NewRow, add
from storage.tables import AUDIT, POST, SILENCE
from storage.tables.sandbox import SandboxPost
from tests.bot.web.door import Door
from tests.handlers.stage import Stage
from tests.rules.personal import cards, emails, identities, phones, readable
from tests.rules.test_addresses import written

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)  # words are the same on each engine
TEXTS, CHATS = 500, 50
SAID = (
    "退款怎么还没到，都第几天了，电话{}",
    "问了三遍了，你们到底管不管，{}",
    "再不解决我就投诉到12315，联系我 {}",
    "你们是骗子吧？{} 快点回",
    "我的是{}，麻烦查一下",
    "改成{}可以吗？别再弄错了",
)
PEOPLE = ("张主管", "王主管", "老管", "陈质检", "阿明", "小李", "小周", "路人")


def canaries(rng: random.Random) -> list[tuple[str, str]]:
    """(as it is written, what must not be readable)."""
    kinds = [list(kind(rng)) for kind in (phones, identities, cards, emails)]
    for kind in kinds:
        rng.shuffle(kind)
    found = [one for four in zip(*kinds, strict=False) for one in four][: TEXTS - 60]
    homes = (written(rng) for _ in range(200))
    doors = [(text, secrets[0]) for text, secrets in homes if not secrets[0].isdigit()]  # a room's number is anywhere
    return found + doors[:60]


CANARIES = canaries(random.Random(27))


@pytest.fixture(autouse=True)
def _logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest.fixture
def door(store: Store) -> Door:
    """Everybody has written, and a lead, an agent and a stranger have answered in the same way."""
    opened = Door(Stage(store))
    opened.tell_everybody()
    speak(opened.stage)
    return opened


def speak(stage: Stage) -> None:
    told: list[dict[str, Any]] = []
    for i, ((text, _), way) in enumerate(zip(CANARIES, cycle(SAID), strict=False)):
        chat = f"c{i % CHATS}"
        said = stage.message("agent" if i % 9 == 8 else "customer", way.format(text), chat)
        said["message"] |= {"agent": "xiaoli"} if i % 9 == 8 else {}
        said["conversation"]["customer"] = {"id": f"u{i % CHATS}", "name": f"客户{CANARIES[i % CHATS][0]}"}
        told.append(said)
    for i in range(CHATS):
        rating = {"score": 1, "comment": f"太慢 {CANARIES[i * 3][0]}", "at": stage.at.isoformat()}
        told.append({"type": "rated", "conversation": {"id": f"c{i}"}, "rating": rating})
        told.append(
            {"type": "assigned", "conversation": {"id": f"c{i}"}, "agent": "xiaoli", "at": stage.at.isoformat()}
        )
    stage.hears(*told)
    stage.at += timedelta(minutes=6)
    stage.settle()


def hidden_in(*shown: str) -> list[str]:
    """The canaries that can be read; 「readable」 takes out blanks and dashes and turns words into digits."""
    plain = "\0".join(readable(part) for part in shown)
    leaked = []
    for _, secret in CANARIES:
        told = re.sub(r"[\-.]", "", secret).lower()
        size = min(len(told), 9)  # what a mask leaves is shorter
        if any(told[i : i + size] in plain for i in range(len(told) - size + 1)):
            leaked.append(secret)
    return leaked


def test_the_canaries_would_be_found(store: Store) -> None:
    assert len(CANARIES) == TEXTS
    found = hidden_in(*(way.format(text) for (text, _), way in zip(CANARIES, cycle(SAID), strict=False)))
    assert len(found) > 0.85 * TEXTS  # some ways of writing are only readable to people


def test_no_card_post_or_record_shows_them(door: Door) -> None:
    answer_in_kind(door.stage)
    box = SandboxPost.__table__  # type: ignore[attr-defined]
    with door.stage.store.read() as tx:
        shown = [json.dumps(row.body, ensure_ascii=False) for row in tx.execute(select(box)) if row.kind == "card"]
        wanted = [json.dumps(row.card, ensure_ascii=False) for row in tx.execute(select(POST))]
        kept = [str(tuple(row)) for table in (SILENCE, AUDIT) for row in tx.execute(select(table))]
    assert len(shown) > 30
    assert hidden_in(*shown, *wanted, *kept) == []


def answer_in_kind(stage: Stage) -> None:
    """People write what they should not into notes, hints, tries and commands nobody knows."""
    texts = iter(CANARIES)
    for number in range(1, 13):
        words = next(texts)[0]
        stage.say("张主管", f"{('误报', '解决', '私下提示')[number % 3]} A{number} {words}")
        stage.say(PEOPLE[number % len(PEOPLE)], f"试一句 再不退款我就投诉，{words}")
        stage.say("陈质检", f"为什么没提醒 {words}")
        stage.say("路人", f"帮我看看 {words}")
    stage.say("张主管", "告警")
    stage.say("小李", "我的质检")


def test_no_page_shows_them_to_anybody(door: Door) -> None:
    pages = []
    for name in ("张主管", "陈质检", "小李", "王主管", "路人", ""):
        browser = door.browser(name)
        for i in range(0, CHATS, 5):
            address = door.address_of(f"shop:c{i}")
            pages += [browser.get(address), browser.get(f"{address}/desk"), browser.post(f"{address}/do/claim")]
        pages.append(browser.get("/"))
    assert sum(page.status_code == 200 for page in pages) > 60
    assert hidden_in(*(page.text for page in pages)) == []


def test_no_log_error_or_label_shows_them(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    log.setup(pretty=False)
    stage = Stage(store)
    counters = Counters()
    logger = structlog.get_logger("bot.x")
    for i, (text, _) in enumerate(CANARIES):
        counters.add("starling_events_ignored_total", (("type", word(text)),))
        try:
            raise ValueError(f"cannot read {text}")
        except ValueError:
            logger.exception("intake_failed", said=text, many=[{"text": text}], key=f"shop:c{i}")
        logging.getLogger("uvicorn.error").warning("refused %s", text)
    bodies = [(f"k{i}", json.dumps(text)) for i, (text, _) in enumerate(CANARIES[:20])]  # not what an event looks like
    unreadable = [NewRow("shop", f"shop:{key}", "message", key, body, stage.at) for key, body in bodies]
    store.transact(lambda tx: add(tx, unreadable))
    stage.settle()
    told = capsys.readouterr().err
    assert told.count("intake_failed") > TEXTS
    kept = [quarantine.presentable(text.encode()) for text, _ in CANARIES]
    assert hidden_in(told, render(counters, {}), *map(str, kept)) == []
