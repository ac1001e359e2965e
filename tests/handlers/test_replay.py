"""The past once more: what is due by itself comes at its time, and whoever would have been called is named."""

from datetime import timedelta

from handlers import replay
from handlers.context import Context
from handlers.people import Directory
from handlers.replay import Spoken, VirtualClock
from rules.model import Conversation, Kind, Message, Severity, Speaker
from rules.policy import Policy
from storage import alerts
from storage.db import Store
from tests.handlers.stage import PEOPLE, ROOMS, START, engine

ANGRY = Message("m1", Speaker.CUSTOMER, "再不退款我就投诉到12315", START)
ANSWER = Message("m2", Speaker.AGENT, "您好，马上帮您查", START + timedelta(seconds=30), agent="xiaoli")


def played(store: Store) -> list[Spoken]:
    clock = VirtualClock(START)
    ctx = Context(store, engine(), Policy(), Directory(PEOPLE, ROOMS[:1]), clock.now)
    return list(replay.play(ctx, clock, [Conversation("c1", (ANGRY, ANSWER), team="售后")]))


def test_nobody_claims_in_the_past_so_the_lead_and_then_the_admin_are_called(store: Store) -> None:
    calls = [spoken for spoken in played(store) if spoken.call and spoken.new]
    assert [call.at - START for call in calls] == [timedelta(minutes=5), timedelta(minutes=10)]
    assert [call.called for call in calls] == [("张主管",), ("老管",)]
    assert "5 分钟还没人认领" in calls[0].words


def test_the_alert_itself_is_no_call(store: Store) -> None:
    first = played(store)[0]
    assert (first.new, first.call, first.called, first.words) == (True, False, (), "")


def test_the_next_due_alert_is_a_rung_or_the_end_of_a_quiet_time(store: Store) -> None:
    later = {n: START + timedelta(minutes=n) for n in range(1, 5)}

    def run(tx):  # type: ignore[no-untyped-def]
        one = alerts.open_one(tx, "c1", Kind.RISK, Severity.RED, "", START, escalate_at=later[2])
        two = alerts.open_one(tx, "c2", Kind.RISK, Severity.RED, "", START)
        alerts.change(tx, two, START, state="muted", muted_until=later[3])
        found = [alerts.next_due(tx, START), alerts.next_due(tx, later[2]), alerts.next_due(tx, later[3])]
        alerts.change(tx, one, START, escalate_at=None)
        return [*found, alerts.next_due(tx, START)]

    assert store.transact(run) == [later[2], later[3], None, later[3]]
