"""Stories about the case library: what comes in, what is found, and who may change it."""

from datetime import timedelta

import pytest

from handlers.growing import own_week
from handlers.sharing import briefing_facts
from storage import case_wordings, cases
from storage.cases import Source, Told
from storage.db import Store
from tests.handlers.stage import PEOPLE, START, Stage, text_of

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


def rude(stage: Stage) -> None:
    """An alert whose findings, of the customer's words and of the agent's, a person has confirmed."""
    stage.assigned("xiaoli")
    stage.customer("快递三天没动了，急用")
    stage.agent("亲你自己看物流啊，别催了，烦不烦")
    stage.customer("你什么态度，再不解决我就投诉到12315 王女士")
    stage.press("张主管", "claim")
    stage.say("张主管", "解决 A1 已处理")
    stage.say("张主管", "原因 A1 态度", "@张主管")


def test_a_confirmed_fault_is_nothing_to_copy_until_qa_writes_the_words(stage: Stage) -> None:
    rude(stage)
    for number in range(1, 9):
        stage.say("陈质检", f"收入案例库 F{number}", "@陈质检")
    stage.say("陈质检", "收入案例库 A1", "@陈质检")
    with stage.store.read() as tx:
        found = cases.search(tx, "", 20)
        lessons = [case for case in found if case.kind == "finding"]
        assert "烦不烦" not in repr(found)
        assert briefing_facts.learn(tx, "售后", START, START + timedelta(days=1)) == ()
        assert own_week.wording(stage.ctx, tx, PEOPLE[-1]) == ""
    (lesson,) = lessons
    assert lesson.told.after == ""  # they said the same at last
    stage.say("小周", "案例 快递", "@小周")
    card = stage.cards("@小周")[-1]
    assert "质检还在写" in text_of(card)
    assert "用过，有用" not in text_of(card)
    assert (lesson.best, lesson.told.before) == ("", "你什么态度，再不解决我就投诉到12315")
    stage.store.transact(
        lambda tx: case_wordings.write(tx, lesson.id, "我这就催快递，18 点前回您。", "", "陈质检", START)
    )
    stage.store.transact(lambda tx: case_wordings.approve(tx, lesson.id, 1, "陈质检", START))
    with stage.store.read() as tx:
        assert cases.get(tx, lesson.id).best == "我这就催快递，18 点前回您。"
        assert len(briefing_facts.learn(tx, "售后", START, START + timedelta(days=1))) == 1


def test_a_retired_case_is_put_back_by_qa_alone(stage: Stage) -> None:
    case = keep(stage, REFUND, "one")
    stage.store.transact(lambda tx: cases.take_out(tx, case, "retired"))
    stage.say("张主管", "收入案例库 S1", "@张主管")
    assert "请质检放回来" in text_of(stage.cards("@张主管")[-1])
    stage.say("陈质检", "收入案例库 S1", "@陈质检")
    assert "放回案例库了" in text_of(stage.cards("@陈质检")[-1])
    with stage.store.read() as tx:
        assert [found.id for found in cases.search(tx, "退款")] == [case]


def test_another_team_s_lead_does_not_take_in_what_is_not_theirs(stage: Stage) -> None:
    rude(stage)
    stage.say("王主管", "收入案例库 A1", "@王主管")
    assert "售后组的" in text_of(stage.cards("@王主管")[-1])
    with stage.store.read() as tx:
        assert cases.search(tx, "") == []


def test_what_is_no_longer_in_the_library_is_not_found_whatever_becomes_of_its_wordings(store: Store) -> None:
    told = [REFUND, PARCEL, Told("发票抬头错了", before="抬头写错了能重开吗")]
    ids = [
        store.transact(lambda tx, n=n, t=t: cases.collect(tx, Source(f"{n}", "star"), t, "陈质检", START))  # type: ignore[misc]
        for n, t in enumerate(told)
    ]
    store.transact(lambda tx: case_wordings.write(tx, ids[0], "退款今天到，退款我盯着", "", "陈质检", START))
    store.transact(lambda tx: cases.take_out(tx, ids[0], "retired"))
    store.transact(lambda tx: case_wordings.approve(tx, ids[0], 1, "陈质检", START))
    with store.read() as tx:
        assert [case.id for case in cases.search(tx, "退款 发票")] == [ids[2]]


def test_only_a_version_that_nobody_approved_waits(stage: Stage) -> None:
    case = keep(stage, REFUND, "one")
    for text in ("第一版这样说", "第二版这样说"):
        version = stage.store.transact(lambda tx, t=text: case_wordings.write(tx, case, t, "", "阿明", START))  # type: ignore[misc]
        stage.store.transact(lambda tx, v=version: case_wordings.approve(tx, case, v, "陈质检", START))  # type: ignore[misc]
    stage.store.transact(lambda tx: case_wordings.approve(tx, case, 1, "陈质检", START))
    with stage.store.read() as tx:
        assert case_wordings.waiting(tx) == {}
    stage.store.transact(lambda tx: case_wordings.write(tx, case, "第三版这样说", "", "阿明", START))
    with stage.store.read() as tx:
        assert case_wordings.waiting(tx) == {case: 3}


@pytest.mark.parametrize("words", ["钱没退", "钱没有退", "还我血汗钱"])
def test_money_that_has_not_come_back_is_found_however_it_is_said(stage: Stage, words: str) -> None:
    keep(stage, REFUND, "one")
    keep(stage, PARCEL, "two")
    stage.say("小李", f"案例 {words}", "team")
    assert "退款一直没到" in text_of(stage.cards("team")[-1])


@pytest.mark.parametrize("words", ["退", "%", "🤬"])
def test_words_that_tell_nothing_are_answered_as_such(stage: Stage, words: str) -> None:
    keep(stage, PARCEL, "two")
    stage.say("小李", f"案例 {words}", "team")
    told = text_of(stage.cards("team")[-1])
    assert "没看懂" in told
    assert "快递停住了" not in told
