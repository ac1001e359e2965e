"""Honours: proposed on Thursday to the lead, confirmed or not, public with consent, points only when confirmed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from handlers.counting import portraits
from handlers.growing import honour_deeds, honours
from handlers.people import Directory, Person
from rules.metrics.cells import Account, Cells
from storage import audit, figure_cells
from storage import honours as records
from storage.db import Store
from tests.handlers.stage import PEOPLE, ROOMS, Stage, facts, text_of

THURSDAY = datetime(2026, 11, 26, 2, 14, tzinfo=UTC)  # 10:14 in Shanghai
MONDAY = date(2026, 11, 16)
SERVING = ("aming", "xiaoli", "xiaozhou")


def staged(store: Store) -> Stage:
    people = tuple(replace(p, team="") if p.role == "admin" else p for p in PEOPLE)
    rooms = tuple(replace(r, wants=(*r.wants, "honours")) for r in ROOMS if r.id == "team")
    return Stage(store, at=THURSDAY, people=people, rooms=(ROOMS[0], *rooms))


def worked(store: Store, good: dict[str, int], measure: str = "solved", n: int = 40, day: date = MONDAY) -> None:
    """A day of difficult cases, of which so many ended well."""
    made = {}
    for account in SERVING:
        trail = [[f"shop:{account}{day}{i}", "物流", "hard", {measure: float(i < good[account])}] for i in range(n)]
        cells: Cells = {measure: {"物流/hard": [n, good[account]]}}
        made[f"shop:{account}"] = Account(cells, trail)
    store.transact(lambda tx: figure_cells.put(tx, day, made))


def cards(stage: Stage, room: str, kind: str = "honour") -> list[dict[str, Any]]:
    return [c for c in stage.cards(room) if c["kind"] == kind]


@pytest.fixture
def proposed(store: Store) -> Stage:
    worked(store, {"aming": 38, "xiaoli": 25, "xiaozhou": 24})
    stage = staged(store)
    honours.look(stage.ctx)
    stage.settle()
    return stage


def master(stage: Stage) -> dict[str, Any]:
    (card,) = [c for c in cards(stage, "@张主管") if "问题解决大师" in c["title"]]
    return card


def value(card: dict[str, Any]) -> str:
    return str(card["buttons"][0]["value"])


def test_the_lead_is_asked_alone_with_the_count_and_the_formula(proposed: Stage) -> None:
    card = master(proposed)
    assert card["title"] == "🏆 11.16–11.22「问题解决大师」 · 售后，请你定"
    assert facts(card)["阿明"].startswith("40 段里 38 段，同类问题预期 29.0 段")
    assert "和同事确有差距" in text_of(card)
    assert "重新分给大家" in text_of(card)
    assert [b["text"] for b in card["buttons"]] == ["确认", "换人", "这次不评"]
    assert cards(proposed, "team") == []
    assert cards(proposed, "@王主管") == []


def test_nothing_is_public_and_no_point_is_given_before_a_person_confirms(proposed: Stage) -> None:
    with proposed.store.read() as tx:
        assert records.points(tx) == []
        assert records.confirmed(tx) == []
    assert not proposed.press_value("小李", master(proposed), "honour_confirm", value(master(proposed)), "@张主管").ok
    with proposed.store.read() as tx:
        assert records.points(tx) == []


def test_once_confirmed_the_winner_is_asked_before_the_room_hears(proposed: Stage) -> None:
    assert proposed.press_value("张主管", master(proposed), "honour_confirm", value(master(proposed)), "@张主管").ok
    assert master(proposed)["state"] == "已确认"
    assert master(proposed)["buttons"] == []
    assert cards(proposed, "team") == []
    (mine,) = cards(proposed, "@阿明")
    assert "没选之前，不会公开你的名字" in text_of(mine)
    assert not proposed.press_value("小李", mine, "honour_public", value(mine), "@阿明").ok
    assert proposed.press_value("阿明", mine, "honour_public", value(mine), "@阿明").ok
    (card,) = cards(proposed, "team")
    assert card["title"] == "🏆 11.16–11.22「问题解决大师」：阿明"
    assert any(b["type"] == "picture" and "证书" in b["alt"] for b in card["blocks"])
    assert "40 段里 38 段一次就解决或救回来了，同类问题预期 29 段" in text_of(card)
    assert "2026.11.16–11.22 · 售后" in text_of(card)
    assert "张主管 10:14 确认" in text_of(card)
    assert cards(proposed, "@阿明")[0]["state"] == "已公开"
    with proposed.store.read() as tx:
        (entry,) = records.points(tx)
        (honour,) = records.confirmed(tx)
    assert (entry.person, entry.points, entry.confirmed_by) == ("阿明", 10, "张主管")
    assert honour.winners == ("阿明",)


def test_confirming_twice_gives_points_once(proposed: Stage) -> None:
    code = value(master(proposed))
    assert proposed.press_value("张主管", master(proposed), "honour_confirm", code, "@张主管").ok
    again = proposed.press_value("张主管", master(proposed), "honour_confirm", code, "@张主管")
    assert (again.ok, again.toast) == (False, f"{code} 已经确认过了（张主管）。")
    with proposed.store.read() as tx:
        assert len(records.points(tx)) == 1


def test_somebody_else_needs_a_reason_that_everybody_reads(proposed: Stage) -> None:
    card, code = master(proposed), value(master(proposed))
    press = proposed.press_value("张主管", card, "honour_swap", code, "@张主管", {"text": "小李"})
    assert not press.ok
    told = {"text": "小李 这周主动接了三单最难的退款，打给 13812345678"}
    assert proposed.press_value("张主管", card, "honour_swap", code, "@张主管", told).ok
    (public,) = cards(proposed, "team")  # 小李 likes to be named
    assert "张主管 推荐：这周主动接了三单最难的退款" in text_of(public)
    assert "13812345678" not in text_of(public)
    assert "由主管和同事推荐，不按公式" in text_of(public)


def test_a_lead_may_leave_it(proposed: Stage) -> None:
    code = value(master(proposed))
    proposed.say("张主管", f"不评 {code}", "@张主管")
    assert master(proposed)["state"] == "这次不评"
    with proposed.store.read() as tx:
        assert records.confirmed(tx) == []
        assert [allowed for _, _, _, allowed in audit.of(tx, code)] == [True]


def test_the_same_week_is_proposed_once(proposed: Stage) -> None:
    before = len(cards(proposed, "@张主管"))
    proposed.passes(minutes=1)
    assert honours.look(proposed.ctx) == 0
    assert len(cards(proposed, "@张主管")) == before


def test_with_too_little_to_compare_nothing_is_said(store: Store) -> None:
    worked(store, {"aming": 5, "xiaoli": 5, "xiaozhou": 5}, n=8)
    stage = staged(store)
    assert honours.look(stage.ctx) == 0


def test_a_nomination_reaches_the_lead_and_nobody_nominates_themselves(store: Store) -> None:
    stage = staged(store)
    stage.at = datetime(2026, 11, 18, 6, 0, tzinfo=UTC)
    stage.say("小李", "提名 小周 帮新同事接住了三单退款", "team")
    stage.say("小周", "提名 小周 我自己真不错", "team")
    stage.say("小李", "提名 小周", "team")
    stage.at = THURSDAY
    assert honours.look(stage.ctx) == 1
    stage.settle()
    (card,) = cards(stage, "@张主管")
    assert facts(card) == {"小李 提名 小周": "帮新同事接住了三单退款"}
    assert "没有算出人选" in text_of(card)
    assert [b["text"] for b in card["buttons"]] == ["换人", "这次不评"]


def test_the_month_is_proposed_once_its_last_day_is_settled(store: Store) -> None:
    worked(store, {"aming": 38, "xiaoli": 25, "xiaozhou": 24}, day=date(2026, 10, 30))
    stage = staged(store)
    stage.at = datetime(2026, 11, 4, 2, 18, tzinfo=UTC)
    assert [d.span for d in honours.dues(stage.ctx)] == []
    stage.at += timedelta(minutes=1)
    assert [(d.span, d.since, d.until) for d in honours.dues(stage.ctx)] == [
        ("month", date(2026, 10, 1), date(2026, 10, 31))
    ]


def test_praise_that_was_asked_for_counts_for_nobody(store: Store) -> None:
    stage = staged(store)
    stage.at = datetime(2026, 11, 18, 6, 0, tzinfo=UTC)
    for conversation, line in (("c1", "已经给您补发了，路上慢点"), ("c2", "已经给您补发了，麻烦好评哦")):
        stage.assigned("xiaoli", conversation)
        stage.customer("少发了一包", conversation)
        stage.agent(line, conversation)
        stage.customer("你们客服真好，太耐心了", conversation)
        stage.rated(5, conversation)
    with store.read() as tx:
        proof = honour_deeds.proof(stage.ctx, tx, MONDAY, MONDAY + timedelta(days=6))
    assert proof.praised == {"shop:c1"}
    assert "shop:c1" in proof.excellent  # the highest rating proves the star


def test_a_rating_that_was_invited_is_no_unsolicited_one(store: Store) -> None:
    stage = staged(store)
    stage.at = datetime(2026, 11, 18, 6, 0, tzinfo=UTC)
    for conversation in ("c1", "c2"):
        stage.assigned("xiaoli", conversation)
        stage.customer("少发了一包", conversation)
        stage.agent("已经给您补发了，路上慢点", conversation)
        if conversation == "c1":
            stage.hears({"type": "invited", "conversation": {"id": conversation}, "at": stage.at.isoformat()})
        stage.rated(5, conversation)
    with store.read() as tx:
        proof = honour_deeds.proof(stage.ctx, tx, MONDAY, MONDAY + timedelta(days=6))
    assert proof.praised == {"shop:c2"}


def test_newcomers_are_agents_who_came_after_our_memory_begins(store: Store) -> None:
    worked(store, {"aming": 20, "xiaoli": 20, "xiaozhou": 20}, day=MONDAY - timedelta(days=60))
    cells: Cells = {"solved": {"物流/hard": [40, 20]}}
    late = {f"shop:{name}": Account(cells, []) for name in ("fresh", "wise")}
    store.transact(lambda tx: figure_cells.put(tx, MONDAY - timedelta(days=20), late))
    stage = staged(store)
    more = (Person("新来", "agent", "售后", ("shop:fresh",)), Person("老师傅", "senior", "售后", ("shop:wise",)))
    stage.ctx = replace(stage.ctx, people=Directory((*stage.people, *more), stage.rooms))
    due = honours.Due("week", MONDAY, MONDAY + timedelta(days=6), THURSDAY)
    with store.read() as tx:
        names = [*portraits.serving(stage.ctx, "售后")]
        assert honours._newcomers(stage.ctx, tx, names, due) == ["新来"]


def test_one_s_points_are_told_alone(proposed: Stage) -> None:
    proposed.press_value("张主管", master(proposed), "honour_confirm", value(master(proposed)), "@张主管")
    proposed.say("阿明", "积分", "team")
    (card,) = cards(proposed, "@阿明", "reply")
    assert card["title"] == "🏆 你的积分 10 分，共 1 笔"
    assert cards(proposed, "team", "reply") == []


def test_rooms_that_want_no_honours_hear_none(proposed: Stage) -> None:
    proposed.press_value("张主管", master(proposed), "honour_confirm", value(master(proposed)), "@张主管")
    (mine,) = cards(proposed, "@阿明")
    proposed.press_value("阿明", mine, "honour_public", value(mine), "@阿明")
    assert cards(proposed, "leads") == []


def test_a_name_is_taken_back_wherever_it_was_told(proposed: Stage) -> None:
    card, code = master(proposed), value(master(proposed))
    told = {"text": "小李 李姐这周主动接了三单最难的退款"}
    assert proposed.press_value("张主管", card, "honour_swap", code, "@张主管", told).ok
    assert "小李" in text_of(cards(proposed, "team")[0])  # who likes to be named
    proposed.say("小李", f"低调 {code}", "@小李")
    (public,) = cards(proposed, "team")
    assert "小李" not in text_of(public)
    assert "李姐" not in text_of(public)
    assert public["state"] == "没有公开"
    proposed.say("小周", "荣誉", "@小周")
    assert "李姐" not in text_of(proposed.cards("@小周")[-1])
    proposed.say("小李", f"公开荣誉 {code}", "@小李")
    assert "小李" in text_of(cards(proposed, "team")[0])


def test_of_two_winners_only_who_likes_it_is_named(store: Store) -> None:
    worked(store, {"aming": 38, "xiaoli": 38, "xiaozhou": 20})
    stage = staged(store)
    honours.look(stage.ctx)
    stage.settle()
    assert stage.press_value("张主管", master(stage), "honour_confirm", value(master(stage)), "@张主管").ok
    (public,) = cards(stage, "team")
    assert "小李" in text_of(public)
    assert "阿明" not in text_of(public)


def test_a_mistaken_confirmation_is_taken_back_with_its_points(proposed: Stage) -> None:
    code = value(master(proposed))
    assert proposed.press_value("张主管", master(proposed), "honour_confirm", code, "@张主管").ok
    proposed.say("阿明", f"公开荣誉 {code}", "@阿明")
    proposed.say("小李", f"撤回荣誉 {code} 我不服", "@小李")
    proposed.say("张主管", f"撤回荣誉 {code}", "@张主管")
    assert "还差一句理由" in text_of(proposed.cards("@张主管")[-1])
    with proposed.store.read() as tx:
        assert [e.points for e in records.points(tx)] == [10]
    proposed.say("张主管", f"撤回荣誉 {code} 数据导重了", "@张主管")
    with proposed.store.read() as tx:
        assert [e.points for e in records.points(tx, person="阿明")] == [10, -10]
        assert records.confirmed(tx) == []
    assert master(proposed)["state"] == "已撤回"
    (public,) = cards(proposed, "team")
    assert (public["state"], "阿明" in text_of(public)) == ("已撤回", False)
    assert "数据导重了" in text_of(cards(proposed, "@阿明")[0])
    proposed.say("张主管", f"撤回荣誉 {code} 数据导重了", "@张主管")
    with proposed.store.read() as tx:
        assert len(records.points(tx)) == 2
