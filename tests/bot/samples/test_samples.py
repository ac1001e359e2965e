"""The made-up conversations can be read, differ from each other, and come out the same for the same seed."""

import json
import re
import subprocess
import sys
import tomllib
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from bot.samples import bank, cast, story, stream
from bot.samples.generator import conversations
from bot.samples.showpieces import showpieces
from rules import events, file
from rules.model import Conversation

START = datetime.fromisoformat("2026-11-16T09:00:00+08:00")
REASONS = {"尺码", "物流", "退换货", "发票", "价保", "破损/质量", "恶意索赔", "催发货", "优惠券", "售前咨询"}


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    return list(conversations(1, 200, START))


@pytest.fixture(scope="module")
def talks(lines: list[dict[str, Any]]) -> list[Conversation]:
    return [file.read_conversation(line) for line in [*lines, *showpieces()]]


def test_every_conversation_can_be_read_and_no_id_comes_twice(talks: list[Conversation]) -> None:
    assert len({talk.id for talk in talks}) == len(talks) >= 224


def test_no_two_conversations_say_the_same(talks: list[Conversation]) -> None:
    assert len({tuple(m.text for m in talk.messages) for talk in talks}) == len(talks)


def test_time_goes_forward_in_every_conversation(lines: list[dict[str, Any]]) -> None:
    for line in [*lines, *showpieces()]:
        times = [m["at"] for m in line["messages"] if "at" in m]
        assert all(a <= b for a, b in pairwise(times)), line["id"]
        assert all(e["at"] >= min(times)[:10] for e in line.get("events", ()))


def test_conversations_begin_one_after_the_other(lines: list[dict[str, Any]]) -> None:
    begins = [datetime.fromisoformat(line["messages"][0]["at"]) for line in lines]
    assert all(a <= b + timedelta(seconds=5) for a, b in pairwise(begins))


def test_all_contact_reasons_and_channels_are_there_and_chat_leads(lines: list[dict[str, Any]]) -> None:
    reasons = Counter(line["reason"] for line in lines)
    assert set(reasons) == REASONS
    assert min(reasons.values()) >= 3
    channels = Counter(line["channel"] for line in lines)
    assert channels["chat"] > 120
    assert min(channels["phone"], channels["email"]) >= 8
    assert len({line["shop"] for line in lines}) == 3
    assert {line["team"] for line in lines} == {"售前", "售后"}


def test_there_are_transfers_ratings_orders_notes_and_robots(talks: list[Conversation]) -> None:
    said = Counter(m.speaker.value for talk in talks for m in talk.messages)
    assert min(said[who] for who in ("bot", "system", "note")) >= 5
    assert sum(len(talk.assignments) > 1 for talk in talks) >= 3
    assert {talk.rating.score for talk in talks if talk.rating} == {1, 2, 3, 4, 5}
    assert sum(bool(talk.orders) for talk in talks) >= 3
    assert {talk.status for talk in talks} == {"open", "resolved"}


def test_only_known_agents_speak(lines: list[dict[str, Any]]) -> None:
    known = {agent.account for agent in cast.AGENTS}
    assert len(known) == 12
    assert {m["agent"] for line in [*lines, *showpieces()] for m in line["messages"] if m["from"] == "agent"} <= known


def test_some_customers_wait_long_and_most_do_not(lines: list[dict[str, Any]]) -> None:
    longest = [_longest_wait(line) for line in lines if line["channel"] == "chat"]
    slow = sum(wait > 180 for wait in longest)
    assert 0.1 * len(longest) < slow < 0.5 * len(longest)


def _longest_wait(line: dict[str, Any]) -> float:
    longest, since = 0.0, None
    for message in line["messages"]:
        at = datetime.fromisoformat(message["at"])
        if message["from"] == "customer":
            since = since or at
        elif message["from"] == "agent" and since:
            longest, since = max(longest, (at - since).total_seconds()), None
    return longest


def test_no_slot_is_left_unfilled(lines: list[dict[str, Any]]) -> None:
    assert "{" not in "".join(m["text"] for line in lines for m in line["messages"])


def test_the_same_seed_gives_the_same_conversations(lines: list[dict[str, Any]]) -> None:
    assert list(conversations(1, 200, START)) == lines
    assert next(conversations(2, 1, START)) != lines[0]


def test_the_command_prints_one_line_a_conversation() -> None:
    command = [sys.executable, "-m", "bot.samples", "3", "--seed", "9"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout.splitlines()
    assert [json.loads(line)["id"] for line in printed] == ["c-9-0001", "c-9-0002", "c-9-0003"]


def test_every_phrase_can_be_heard() -> None:
    common = set(tomllib.loads((bank.FOLDER / "common.toml").read_text("utf-8"))["say"])
    for path in bank.FOLDER.glob("*.toml"):
        read = tomllib.loads(path.read_text("utf-8"))
        steps = " ".join(p["steps"] for p in read.get("path", ()))
        words = {key for part in (read, *read.get("case", ())) for key in part.get("say", {})}
        unheard = words - set(re.findall(r"[ca]:(\w+)", steps)) - common
        assert not unheard, path.name
        assert {p["name"] for p in read.get("pair", ())} == set(re.findall(r"p:(\w+)", steps)), path.name


def test_every_showpiece_says_what_to_expect() -> None:
    pieces = showpieces()
    assert len(pieces) >= 24
    for piece in pieces:
        assert set(piece["expect"]) <= {"level", "star", "kind", "checks"}
    expected = Counter(piece["expect"].get("level") for piece in pieces)
    assert min(expected[level] for level in ("none", "orange", "red")) >= 4
    assert sum(piece["expect"].get("star", False) for piece in pieces) >= 4


def test_the_story_is_made_of_events_we_can_read() -> None:
    for beat in story.STORY:
        event = events.read(beat.event)
        assert event
        assert "at" not in beat.event


def test_the_story_keeps_its_appointments() -> None:
    beats = story.beats()
    assert [b.at for b in beats] == sorted(b.at for b in beats)
    assert len({beat.event["conversation"]["id"] for beat in beats}) >= 6
    assert beats[-1].at <= 95
    said = {b.event["message"]["text"]: b.at for b in beats if b.event["type"] == "message"}
    assert said["再不解决我就投诉到12315"] < 8
    assert said["姐姐你人真好，太感谢了，刚才语气冲了不好意思"] < 25
    assert said["好的谢谢，你人真好"] < 45  # whoever claimed her alert at once still looks on


def test_nobody_but_the_one_who_waits_on_purpose_waits_long_in_the_story() -> None:
    limit = story.PACE["reply_seconds"] - story.PACE["warn_before_seconds"]
    assert {talk for talk, wait in _story_waits().items() if wait >= limit} == {"story-sun"}


def _story_waits() -> dict[str, float]:
    since: dict[str, float] = {}
    longest: dict[str, float] = {}
    for beat in (b for b in story.beats() if b.event["type"] == "message"):
        talk, who = beat.event["conversation"]["id"], beat.event["message"]["from"]
        if who == "customer":
            since.setdefault(talk, beat.at)
        elif who == "agent" and talk in since:
            longest[talk] = max(longest.get(talk, 0), beat.at - since.pop(talk))
    return longest


def test_a_stream_of_distinct_messages_never_repeats_itself() -> None:
    texts = list(stream.distinct(1, 5_000))
    assert len(set(texts)) == 5_000
    assert 6 < sum(map(len, texts)) / len(texts) < 25
    assert texts == list(stream.distinct(1, 5_000))


def test_a_natural_stream_repeats_itself_as_customers_do() -> None:
    texts = list(stream.natural(1, 5_000))
    assert 0.42 < 1 - len(set(texts)) / len(texts) < 0.46
