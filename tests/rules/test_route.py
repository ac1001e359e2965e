"""Routing as a pure decision: red is never filtered away, quiet hours hold what can wait, mutes have their limits."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import ladder, muting, route, schedule
from rules.model import Kind, Severity
from rules.route import Facts, Listening, Reason, Traffic, Way
from rules.schedule import Schedule, Shift

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 6, 10, tzinfo=UTC)  # a Friday, 14:10 in Shanghai
WORDS = st.sampled_from(("a", "b", "c"))
FILTER = st.lists(WORDS, max_size=2).map(tuple)
LEVELS = st.lists(st.sampled_from(("yellow", "orange", "red")), max_size=2).map(tuple)
ROOMS = st.lists(
    st.builds(
        Listening, st.booleans(), st.booleans(), st.booleans(), teams=FILTER, shops=FILTER, channels=FILTER,
        severities=LEVELS, rules=FILTER,
    ),
    max_size=4,
)  # fmt: skip
SEVERITIES = st.sampled_from((Severity.YELLOW, Severity.ORANGE, Severity.RED))
FACTS = st.builds(
    Facts, WORDS, WORDS, WORDS, st.sampled_from((Kind.RISK, Kind.REDLINE)), SEVERITIES,
    st.frozensets(st.sampled_from(("a", "b", "crisis")), min_size=1),
)  # fmt: skip
TRAFFIC = st.builds(Traffic, st.integers(0, 99), st.integers(0, 99), st.integers(0, 80), st.booleans())


@dataclass(frozen=True)
class Quiet:
    what: str
    value: str
    team: str
    until: datetime


MUTES = st.lists(
    st.builds(Quiet, st.sampled_from(("rule", "shop", "agent")), WORDS, st.sampled_from(("", "a")), st.just(NOW)),
    max_size=4,
)


@given(FACTS, ROOMS)
def test_no_red_alert_is_lost_on_its_way_to_the_rooms(facts: Facts, rooms: list[Listening]) -> None:
    choice = route.rooms(facts, rooms)
    assert set(choice.places) <= set(range(len(rooms)))
    somewhere = any(room.alerts or room.admin for room in rooms)
    if facts.kind is Kind.RISK and facts.severity is Severity.RED and somewhere:
        assert choice.places
    if not choice.places and choice.reason is Reason.LEVEL_NOT_WANTED:
        assert facts.severity < Severity.RED
        assert not facts.personal


@given(FACTS, ROOMS)
def test_what_speaks_of_a_colleague_stays_among_leads(facts: Facts, rooms: list[Listening]) -> None:
    if facts.kind is Kind.REDLINE:
        assert all(rooms[i].leads for i in route.rooms(facts, rooms).places)


@given(FACTS, TRAFFIC, st.one_of(st.none(), st.just(NOW + timedelta(hours=1))))
def test_every_place_is_told_in_some_way_and_red_at_once(
    facts: Facts, traffic: Traffic, quiet_until: datetime | None
) -> None:
    placed = route.place(facts, traffic, Schedule(), quiet_until)
    assert (placed.way is Way.HELD) == (placed.until is not None)
    if facts.severity is Severity.RED or facts.personal:
        assert placed.way in (Way.OWN, Way.MORE)
    if facts.personal:
        assert placed.way is Way.OWN


@given(FACTS, MUTES, WORDS)
def test_a_mute_covers_all_that_was_found_or_nothing_and_no_danger(
    facts: Facts, mutes: list[Quiet], agent: str
) -> None:
    found = route.hush(facts, agent, mutes)
    if facts.personal:
        assert found is None
    if found is not None and found.reason is Reason.MUTED_RULE:
        assert facts.rules <= {m.value for m in mutes if m.what == "rule"}


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


def test_quiet_hours_reach_past_midnight_and_end_off_the_bell() -> None:
    quiet = Schedule(quiet_hours=((time(22, 30), time(8, 0)),))
    assert schedule.quiet_until(local(20, 22, 29), ZONE, quiet) is None
    assert schedule.quiet_until(local(20, 22, 30), ZONE, quiet) == local(21, 8, 1)
    assert schedule.quiet_until(local(21, 7, 59), ZONE, quiet) == local(21, 8, 1)
    assert schedule.quiet_until(local(21, 8), ZONE, quiet) is None


def test_a_holiday_joins_the_night_before_and_after() -> None:
    quiet = Schedule(quiet_hours=((time(22, 0), time(8, 0)),), quiet_on_holidays=True)
    assert schedule.quiet_until(local(20, 23), ZONE, quiet) == local(23, 8, 1)  # Friday night to Monday morning


def test_the_roster_knows_dates_weekdays_and_nights() -> None:
    night = Shift((time(18), time(2)), ("晚",))
    day = Shift((time(9), time(18)), ("早",))
    roster = Schedule(duty=(("工作日", (day, night)), ("2026-11-24", (Shift((time(0), time(23, 59)), ("特",)),))))
    told = {at: schedule.on_roster(local(*at), ZONE, roster) for at in ((20, 10), (20, 20), (21, 1), (21, 3), (24, 10))}
    assert told == {(20, 10): ("早",), (20, 20): ("晚",), (21, 1): ("晚",), (21, 3): (), (24, 10): ("特",)}


def test_a_ladder_is_read_with_its_minutes_and_refuses_what_it_does_not_know() -> None:
    rungs = ladder.steps(Severity.RED, {"red": ("room", "lead 3", "phone")}, 5)
    assert [(r.who, r.after) for r in rungs] == [("lead", 3), ("phone", 5)]
    with pytest.raises(ValueError, match="boss"):
        ladder.read(("boss",))


@pytest.mark.parametrize(
    ("text", "what", "name", "minutes"),
    [
        ("规则 物流停滞 60", "rule", "物流停滞", 60),
        ("规则物流停滞 2小时", "rule", "物流停滞", 120),
        ("店铺 云雀旗舰店 2小时", "shop", "云雀旗舰店", 120),
        ("小李 30分钟", "", "小李", 30),
        ("客服 小李", "agent", "小李", None),
        ("小李 1天", "", "小李", 1440),
    ],
)
def test_what_is_to_be_quiet_is_read_as_people_write_it(text: str, what: str, name: str, minutes: int | None) -> None:
    assert muting.read(text) == muting.Wanted(what, name, muting.Length(minutes))


def test_a_mute_ends_at_a_clock_time_or_within_a_week() -> None:
    for told, ends in (("小李 到 18:00", local(20, 18)), ("小李 到 9点", local(21, 9))):
        length = muting.read(told).length
        assert length is not None
        assert length.until(NOW, ZONE, 30) == ends
    assert muting.read("店铺 a 9999小时").length is None
