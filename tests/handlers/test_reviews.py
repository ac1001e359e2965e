"""复核: which conversations come up, who may review them, and what a verdict changes."""

from datetime import timedelta
from typing import Any

import pytest

from handlers.people import Person
from handlers.reviewing import review_queue
from handlers.watching import disclosures
from rules import review
from rules.model import Kind
from storage import appeals, judgements, reviews, verdicts
from storage.reviews import Sample
from tests.handlers.stage import START, Stage, text_of

YESTERDAY = START - timedelta(days=1)


def day_of(stage: Stage) -> None:
    """An angry customer, a grateful one, and twenty about whom there is nothing to say."""
    disclosures.work(stage.ctx)
    stage.assigned("xiaoli")
    stage.angry()
    stage.agent("给您添麻烦了，我现在就查")
    asked = [stage.message("customer", "请问这件有蓝色吗", f"q{n}") for n in range(20)]
    told = [stage.message("agent", "有的，拍下备注蓝色就行", f"q{n}", agent="xiaozhou") for n in range(20)]
    stage.hears(*asked, *told)
    stage.customer("本来很生气，你们太负责了，谢谢你小姐姐，下次还找你", "star")
    stage.agent("这是应该的，我盯到底", "star", "xiaozhou")
    stage.at += timedelta(minutes=11)
    review_queue.work(stage.ctx)


def samples(stage: Stage) -> list[Sample]:
    with stage.store.read() as tx:
        return reviews.of_day(tx, "2026-11-20")


def card(stage: Stage, person: str = "陈质检") -> dict[str, Any]:
    return [one for one in stage.cards(f"@{person}") if one["kind"] == "review"][-1]


def press(stage: Stage, verdict: str, person: str = "陈质检") -> str:
    value: str = next(b["value"] for b in card(stage, person)["buttons"] if b["value"].endswith(f".{verdict}"))
    reply = stage.press_value(person, card(stage, person), "review", value, f"@{person}")
    assert reply.ok, reply.toast
    return value


def test_the_riskiest_comes_first_with_its_words_masked(stage: Stage) -> None:
    day_of(stage)
    stage.customer("我的电话 13812345678，你们到底管不管", "c1")
    stage.at += timedelta(minutes=11)
    stage.say("陈质检", "复核", "@陈质检")
    shown = card(stage)
    assert "需要有人来帮吗" in shown["title"]
    assert "再不解决我就投诉" in text_of(shown)
    assert "13812345678" not in text_of(shown)
    assert "小李" not in text_of(shown)


def test_the_lot_is_drawn_with_a_chance_that_was_fixed_before(stage: Stage) -> None:
    day_of(stage)
    drawn = {one.conversation for one in samples(stage) if one.chance}
    ids = [*(f"shop:q{n}" for n in range(20)), "shop:star", "shop:c1"]
    assert drawn == {id_ for id_ in ids if review.drawn("2026-11-20", id_, review.FIRST_CHANCE)}
    before = samples(stage)
    review_queue.work(stage.ctx)
    assert samples(stage) == before


def test_a_verdict_is_kept_with_the_findings_and_the_next_one_comes(stage: Stage) -> None:
    day_of(stage)
    stage.say("陈质检", "复核", "@陈质检")
    value = press(stage, "real")
    number = int(value.partition("/")[2].partition(".")[0])
    with stage.store.read() as tx:
        done = reviews.get(tx, number)
        found = judgements.of(tx, "shop:c1", Kind.RISK)
        said = {one.conversation: one.risk for one in verdicts.reviewed(tx, YESTERDAY)}
    assert done is not None
    assert (done.conversation, done.verdict, done.reviewed_by, done.called) == ("shop:c1", "real", "陈质检", True)
    assert {one.verdict for one in found} == {"real"}
    assert said["shop:c1"] is True
    shown = card(stage)
    assert f"V{number}" in text_of(shown)  # asks why it came about
    (options,) = (b["options"] for b in shown["blocks"] if b["type"] == "choices")
    assert stage.press_value("陈质检", shown, "review", options[0][1], "@陈质检").ok
    with stage.store.read() as tx:
        assert {one.cause for one in judgements.of(tx, "shop:c1", Kind.RISK)} == {"knowledge"}


def test_what_review_confirmed_can_be_appealed(stage: Stage) -> None:
    day_of(stage)
    stage.say("陈质检", "复核", "@陈质检")
    press(stage, "real")
    stage.say("小李", "申诉 A1 客户当时已经收到退款了", "@小李")
    with stage.store.read() as tx:
        one = appeals.get(tx, 1)
    assert one is not None
    assert one.first == "陈质检"
    assert one.judge != "陈质检"


def test_no_finding_is_judged_twice_by_different_people(stage: Stage) -> None:
    day_of(stage)
    stage.say("陈质检", "复核", "@陈质检")
    stage.press("张主管", "claim")
    stage.say("张主管", "误报 A1 内部测试")
    press(stage, "real")
    with stage.store.read() as tx:
        assert {one.verdict for one in judgements.of(tx, "shop:c1", Kind.RISK)} == {"false_alarm"}


def test_everything_reviewed_tells_the_coverage_and_how_much_was_missed(stage: Stage) -> None:
    stage.store.transact(lambda tx: reviews.fix_chance(tx, "2026-11-20", 1.0))
    day_of(stage)
    stage.say("陈质检", "复核", "@陈质检")
    rounds = 0
    while "还有" in card(stage)["state"] and rounds < 30:
        rounds += 1
        press(stage, "false_alarm" if rounds > 1 else "real")
    told = text_of(card(stage))
    assert card(stage)["state"] == "看完了"
    assert "今天 22 段会话，100% 已筛，100% 已复核（22 段）" in told
    assert "估计一共漏了" in told


def test_one_who_was_not_told_of_the_screening_is_not_reviewed(stage: Stage) -> None:
    stage.assigned("xiaoli")
    stage.angry()
    stage.at += timedelta(minutes=11)
    review_queue.work(stage.ctx)
    stage.say("陈质检", "复核", "@陈质检")
    assert card(stage)["state"] == "看完了"
    disclosures.work(stage.ctx)
    stage.settle()
    stage.say("陈质检", "复核", "@陈质检")
    assert card(stage)["state"] == "第 1 段，还有 1 段"


@pytest.mark.parametrize(
    ("person", "may"),
    [("张主管", True), ("王主管", False), ("陈质检", True), ("老管", True), ("阿明", False), ("小李", False)],
)
def test_who_may_review_whom(stage: Stage, person: str, may: bool) -> None:
    day_of(stage)
    stage.say(person, "复核 V1 有效", f"@{person}")
    with stage.store.read() as tx:
        one = reviews.get(tx, 1)
    assert one is not None
    assert bool(one.verdict) is may


def test_nobody_reviews_their_own(stage: Stage) -> None:
    zhang = Person("张主管", "lead", "售后", ("shop:zhang",), {"sandbox": "张主管"})
    stage.people = (*(p for p in stage.people if p.name != zhang.name), zhang)
    stage.__post_init__()
    disclosures.work(stage.ctx)
    stage.settle()
    stage.assigned("zhang")
    stage.angry()
    stage.at += timedelta(minutes=11)
    review_queue.work(stage.ctx)
    stage.say("张主管", "复核 V1 有效", "@张主管")
    assert samples(stage)[0].verdict == ""
