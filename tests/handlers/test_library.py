"""Stories about the case library: what comes in, what is found, and who may change it."""

from datetime import timedelta

import pytest

from storage import case_wordings, cases
from storage.cases import Source, Told
from tests.handlers.stage import START, Stage, text_of

REFUND = Told("退款一直没到", before="钱怎么还没到账，都五天了", line="我盯到底，18 点前给您回话", reason="退款退货")
PARCEL = Told("快递停住了", before="快递停在中转站三天没动", line="我这就联系快递，两小时内给您准信", reason="物流")


def keep(stage: Stage, told: Told, key: str) -> int:
    return stage.store.transact(lambda tx: cases.collect(tx, Source(key, "star"), told, "陈质检", stage.at))


def test_a_case_is_found_by_other_words_for_the_same(stage: Stage) -> None:
    keep(stage, REFUND, "one")
    keep(stage, PARCEL, "two")
    stage.say("小李", "案例 返钱 等太久", "team")
    card = stage.cards("team")[-1]
    assert text_of(card).index("退款一直没到") > 0
    assert "快递停住了" not in text_of(card)
    stage.say("小李", "案例 包裹卡住不走了", "team")
    assert "快递停住了" in text_of(stage.cards("team")[-1])


def test_nothing_found_says_what_to_try(stage: Stage) -> None:
    stage.say("小李", "案例 宇宙飞船", "team")
    assert "换个说法试试" in text_of(stage.cards("team")[-1])


def test_who_used_it_says_so_once_a_day(stage: Stage) -> None:
    keep(stage, REFUND, "one")
    stage.say("小李", "案例 退款", "team")
    card = stage.cards("team")[-1]
    for _ in range(2):
        assert stage.press_value("小周", card, "case_used", "reply/S1", "team").ok
    with stage.store.read() as tx:
        assert case_wordings.used(tx, [1]) == {1: 1}


def test_only_an_approved_wording_is_whispered_and_old_versions_stay(stage: Stage) -> None:
    case = keep(stage, REFUND, "one")
    store = stage.store
    store.transact(
        lambda tx: case_wordings.write(tx, case, "您放心，18 点前给您回话，电话13812345678", "", "陈质检", START)
    )
    with store.read() as tx:
        assert cases.wordings(tx, "钱还没退") == ()
        assert case_wordings.waiting(tx) == {case: 1}
    assert store.transact(lambda tx: case_wordings.approve(tx, case, 1, "陈质检", START))
    store.transact(lambda tx: case_wordings.write(tx, case, "退款今天 18 点前到，我盯着。", "更短", "阿明", START))
    with store.read() as tx:
        (told,) = cases.wordings(tx, "钱还没退")
        assert told.startswith("您放心，18 点前给您回话")
        assert "13812345678" not in told
        assert [w.version for w in case_wordings.history(tx, case)] == [2, 1]
        assert case_wordings.overdue(tx, START + timedelta(days=91))[0].id == case


def test_a_hint_offers_what_qa_approved_for_such_a_matter(stage: Stage) -> None:
    case = keep(stage, REFUND, "one")
    stage.store.transact(
        lambda tx: case_wordings.write(tx, case, "我盯到底，今晚八点前给您回话。", "", "陈质检", START)
    )
    stage.store.transact(lambda tx: case_wordings.approve(tx, case, 1, "陈质检", START))
    stage.assigned("xiaoli")
    stage.angry()
    stage.say("张主管", "私下提示 A1", "leads")
    assert "我盯到底，今晚八点前给您回话。" in text_of(stage.cards("@张主管")[-1])


@pytest.mark.parametrize(("person", "kept"), [("张主管", True), ("小李", False)])
def test_a_saved_customer_becomes_a_case_without_names(stage: Stage, person: str, kept: bool) -> None:
    stage.assigned("xiaoli")
    stage.angry()
    stage.agent("王女士，我是小李，退款我现在就查，5 分钟内给您准信")
    stage.say(person, "收入案例库 A1", "leads")
    with stage.store.read() as tx:
        found = cases.search(tx, "退钱太慢 投诉")
    assert bool(found) is kept
    if kept:
        told = " ".join((found[0].told.turning, found[0].told.line, found[0].told.before))
        assert "5 分钟内给您准信" in told
        assert not any(name in told for name in ("王女士", "小李", "云雀"))
