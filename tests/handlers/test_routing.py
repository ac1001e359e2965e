"""Where alerts are told: room by room, on one card when they are many, later in quiet hours, and never nowhere."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from handlers import tick
from handlers.alerting import gathering, incidents
from handlers.people import Room
from rules.policy import Policy
from rules.schedule import Schedule
from storage import alerts, gatherings, posts, silences
from storage.db import Store
from tests.handlers.stage import ROOMS, START, Stage, facts, text_of

CALM = Policy(first_reply_seconds=90000, reply_seconds=90000)


def staged(store: Store, rooms: tuple[Room, ...] = ROOMS[:1], policy: Policy = CALM, **schedule: object) -> Stage:
    stage = Stage(store, policy, rooms=rooms)
    stage.ctx = replace(stage.ctx, schedule=Schedule(**schedule))  # type: ignore[arg-type]
    stage.hearing = replace(stage.hearing, ctx=stage.ctx)
    return stage


def gathered(stage: Stage, room: str = "leads") -> list[dict[str, object]]:
    return [card for card in stage.cards(room) if card["kind"] == "gathering"]


def test_a_room_hears_only_its_shop_and_its_levels(store: Store) -> None:
    rooms = (
        Room("红色群", "sandbox", "red", severities=("red",)),
        Room("云雀群", "sandbox", "lark", shops=("云雀旗舰店",)),
        Room("邮件群", "sandbox", "mail", channels=("email",)),
    )
    stage = staged(store, rooms)
    stage.customer("你们是骗子吧")
    assert [len(stage.cards(r)) for r in ("red", "lark", "mail")] == [0, 1, 0]
    stage.customer("再不解决我就投诉到12315")
    assert [len(stage.cards(r)) for r in ("red", "lark", "mail")] == [1, 1, 0]


def test_what_no_room_minds_is_silent_with_a_reason_until_it_is_red(store: Store) -> None:
    stage = staged(store, (Room("红色群", "sandbox", "red", severities=("red",)),))
    stage.customer("你们是骗子吧")
    assert stage.cards("red") == []
    with store.read() as tx:
        assert [s.reason for s in silences.of(tx, "shop:c1")] == ["level_not_wanted"]
    stage.customer("再不解决我就投诉到12315")
    assert len(stage.cards("red")) == 1


def test_too_many_for_a_room_share_one_running_card_and_red_speaks_for_itself(store: Store) -> None:
    stage = staged(store, most_cards=3, same_matter=0)
    for n in range(10):
        stage.customer("你们是骗子吧", f"c{n}")
    stage.angry("red")
    stage.passes(minutes=2)
    own = [c for c in stage.cards() if c["kind"] == "alert"]
    assert [c["tone"] for c in own] == ["orange"] * 3 + ["red"]
    (card,) = gathered(stage)
    assert card["title"] == "🟠 还有 7 条橙色"
    stage.customer("你们是骗子吧", "c11")
    stage.passes(seconds=40)
    (card,) = gathered(stage)
    assert card["title"] == "🟠 还有 8 条橙色"


def test_one_of_many_that_gets_worse_has_a_card_of_its_own(store: Store) -> None:
    stage = staged(store, most_cards=1, same_matter=0)
    for n in range(3):
        stage.customer("你们是骗子吧", f"c{n}")
    stage.customer("再不解决我就投诉到12315", "c2")
    assert [c["tone"] for c in stage.cards() if c["kind"] == "alert"] == ["orange", "red"]


def test_the_running_card_is_listed_to_whoever_asks_and_shows_what_became_of_them(store: Store) -> None:
    stage = staged(store, most_cards=1, same_matter=0)
    for n in range(8):
        stage.customer("你们是骗子吧", f"c{n}")
    stage.passes(minutes=2)
    place = stage.cards().index(gathered(stage)[0])
    reply = stage.press("张主管", "see_all", card=place)
    assert reply.ok
    assert "A8" in text_of(stage.cards("@张主管")[-1])
    for n in range(2, 9):
        stage.say("张主管", f"解决 A{n}")
    stage.passes(seconds=40)
    assert "都有着落了" in str(gathered(stage)[0]["title"])


def test_in_quiet_hours_only_red_speaks_and_the_rest_waits_for_the_morning(store: Store) -> None:
    stage = staged(store, quiet_hours=((time(22, 30), time(8, 0)),))
    stage.at = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # 23:00
    for n in range(3):
        stage.customer("你们是骗子吧", f"c{n}")
    stage.angry("red")
    stage.say("张主管", "解决 A1")
    stage.at = datetime(2026, 11, 20, 23, 59, tzinfo=UTC)
    stage.settle()
    assert {c["tone"] for c in stage.cards() if c["kind"] == "alert"} == {"red"}
    assert gathered(stage) == []
    stage.passes(minutes=3)
    (card,) = gathered(stage)
    assert card["title"] == "🟠 安静时间里攒下 2 条橙色"
    assert "另有 1 条已经收尾" in text_of(card)


def test_the_same_matter_of_one_shop_becomes_one_card_with_quotes(store: Store) -> None:
    stage = staged(store)
    for n in range(14):
        stage.customer(f"快递三天没动了，你们是骗子吧，第{n}次问了", f"c{n}")
    stage.passes(minutes=2)
    (card,) = gathered(stage)
    assert card["title"] == "🟠 物流停滞：过去 30 分钟 14 位客户说到同一件事"
    assert sum(block["type"] == "quote" for block in card["blocks"]) == 3  # type: ignore[attr-defined]
    own = [c for c in stage.cards() if c["kind"] == "alert"]
    assert len(own) == 4
    place = stage.cards().index(card)
    assert stage.press("张主管", "claim_all", card=place).ok
    with store.read() as tx:
        assert sum(a.state == "claimed" for a in alerts.not_closed(tx, 50)) == 10


def test_many_of_one_matter_call_the_lead_once(store: Store) -> None:
    stage = staged(store, policy=Policy(first_reply_seconds=90000, reply_seconds=90000, escalate_minutes=5))
    for n in range(12):
        stage.customer("快递三天没动了，你们是骗子吧", f"c{n}")
    stage.passes(minutes=6)
    calls = [c for c in stage.cards() if c["kind"] == "gathering" and c["mentions"]]
    assert [c["mentions"] for c in calls] == [["张主管"]]


def test_many_calm_ones_about_the_same_share_a_card_when_that_is_more_than_usual(store: Store) -> None:
    stage = staged(store)
    for n in range(6):
        stage.customer("快递三天没动了", f"c{n}")
        stage.agent("您好，我帮您看一下", f"c{n}")
    assert gathered(stage) == []
    assert incidents.look(stage.ctx) == 1
    stage.passes(minutes=1)
    (card,) = gathered(stage)
    assert card["title"] == "🟠 物流停滞：过去 30 分钟 6 位客户说到同一件事"
    assert facts(card)["涉及"] == "6 段会话，话都还不重"
    stage.at += timedelta(days=1)
    for n in range(6):
        stage.customer("快递三天没动了", f"d{n}")
        stage.agent("您好，我帮您看一下", f"d{n}")
    assert incidents.look(stage.ctx) == 0, "as many as yesterday"


def test_a_matter_of_many_who_wait_stays_one_card_when_it_turns_red(store: Store) -> None:
    stage = staged(store, policy=Policy())
    for n in range(7):
        stage.customer("快递三天没动了", f"c{n}")
    incidents.look(stage.ctx)
    stage.passes(minutes=4)
    assert [c["kind"] for c in stage.cards() if c["kind"] == "alert" and c["tone"] == "red"] == []
    assert {c["tone"] for c in gathered(stage)} == {"red"}
    stage.customer("我要投诉到12315，你们是骗子", "c3")
    assert len([c for c in stage.cards() if c["kind"] == "alert" and c["tone"] == "red"]) == 1


def test_one_that_is_of_many_is_explained_when_asked(store: Store) -> None:
    stage = staged(store, most_cards=1, same_matter=0)
    for n in range(2):
        stage.customer("你们是骗子吧", f"c{n}")
    stage.say("张主管", "为什么没提醒 A2")
    assert "并进「还有几条」" in text_of(stage.cards("@张主管")[-1])


def test_two_processes_open_one_running_card(store: Store) -> None:
    opening = gatherings.Opening("more", "sandbox", "leads", "", START, START + timedelta(minutes=30))
    jobs = [store.write(lambda tx: gatherings.ensure(tx, opening, START).id) for _ in range(8)]
    assert len({job.result() for job in jobs}) == 1


def test_two_processes_climb_a_rung_once_and_draw_a_growing_card_once(store: Store) -> None:
    stage = staged(store, policy=replace(CALM, escalate_minutes=5), most_cards=1, same_matter=0)
    for n in range(3):
        stage.customer("你们是骗子吧", f"c{n}")
    stage.passes(minutes=2)
    stage.customer("你们是骗子吧", "c3")
    stage.at += timedelta(minutes=4)
    climbs = [store.write(lambda tx: tick.WORK["escalate"](stage.ctx, tx, 1)) for _ in range(4)]
    draws = [store.write(lambda tx: gathering.draw(stage.ctx, tx, 1)) for _ in range(4)]
    assert sorted(job.result() for job in climbs) == [0, 0, 0, 1]
    assert sorted(job.result() for job in draws) == [0, 0, 0, 1]
    with store.read() as tx:
        assert len(posts.about(tx, "A1.1")) == 1


def test_everybody_is_told_when_no_room_names_it(store: Store) -> None:
    stage = staged(store, (Room("别组", "sandbox", "other", teams=("售前",)),))
    stage.customer("你们是骗子吧")
    assert len(stage.cards("other")) == 1


@pytest.mark.parametrize("text", ["再不解决我就投诉到12315", "我要杀了你们"])
def test_red_always_comes_to_a_post(store: Store, text: str) -> None:
    stage = staged(store, (Room("忙群", "sandbox", "busy", severities=("yellow",), shops=("别家",)),), most_cards=1)
    for n in range(4):
        stage.customer(text, f"c{n}")
    with store.read() as tx:
        assert all(posts.about(tx, f"A{n + 1}") for n in range(4))


def test_an_alert_that_can_go_nowhere_says_so_when_asked(store: Store) -> None:
    stage = Stage(store, CALM, rooms=(), people=())
    stage.customer("再不解决我就投诉到12315")
    with store.read() as tx:
        assert "no_place" in [s.reason for s in silences.of(tx, "shop:c1")]


def test_the_card_says_who_is_called_next(store: Store) -> None:
    stage = staged(store, policy=Policy(first_reply_seconds=90000, reply_seconds=90000, escalate_minutes=5))
    stage.angry()
    assert facts(stage.card())["没人认领"] == "14:05 请张主管，14:10 请老管"
    stage.press("张主管", "claim")
    assert "没人认领" not in facts(stage.card())
