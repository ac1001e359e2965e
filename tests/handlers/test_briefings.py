"""Stories of the morning: the lead looks first, the team hears it once, late when we were late."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import update

from bot.files import metric_packs
from handlers.counting import figures
from handlers.people import Directory
from handlers.sharing import briefing_facts, briefings, day_figures, reports
from rules.schedule import Schedule, Shift
from scheduler import calendar
from storage import cases, occurrences
from storage.cases import Source, Told
from storage.db import Store
from storage.tables import CONVERSATION
from tests.handlers.stage import PEOPLE, ROOMS, Stage, text_of

FRIDAY = date(2026, 11, 20)


@pytest.fixture
def empty(store: Store) -> Stage:
    """Nobody has written yet."""
    stage = Stage(store)
    rooms = tuple(replace(room, wants=(*room.wants, "briefing")) if room.id == "team" else room for room in ROOMS)
    stage.ctx = replace(
        stage.ctx,
        people=Directory(PEOPLE, rooms),
        schedule=Schedule(workday=calendar.workdays()),
        metrics=metric_packs.choice("generic", {}),
    )
    stage.hearing = replace(stage.hearing, ctx=stage.ctx)
    return stage


@pytest.fixture
def stage(empty: Stage) -> Stage:
    served(empty, FRIDAY - timedelta(days=1))
    return empty


def at(stage: Stage, hour: int, minute: int, day: date = FRIDAY) -> None:
    stage.at = datetime.combine(day, time(hour, minute), stage.ctx.zone).astimezone(UTC)
    while briefings.look(stage.ctx):
        pass
    stage.settle()


def served(stage: Stage, day: date, talks: int = 3) -> None:
    """Customers who were answered on that day."""
    for n in range(talks):
        stage.at = datetime.combine(day, time(14, n), UTC) - timedelta(hours=8)
        stage.customer("请问尺码怎么选", f"{day}-{n}")
        stage.at += timedelta(seconds=30)
        stage.agent("您好，告诉我身高体重，我来帮您选", f"{day}-{n}", agent="xiaoli" if n % 2 else "xiaozhou")
        stage.rated(5, f"{day}-{n}")
    figures.roll_up(stage.ctx, day)


def morning(stage: Stage, room: str = "team") -> list[dict[str, object]]:
    return [card for card in stage.cards(room) if card["kind"] == "briefing"]


def test_the_team_hears_yesterday_once(stage: Stage) -> None:
    at(stage, 8, 43)
    at(stage, 8, 50)
    (card,) = morning(stage)
    assert card["title"] == "☀️ 售后组晨会 · 11 月 20 日 周五"
    assert "3 段，全部筛过" in text_of(card)
    assert "样本少" in text_of(card)


def test_nobody_is_called_to_work_on_a_holiday_but_on_a_worked_weekend(empty: Stage) -> None:
    stage = empty
    served(stage, date(2026, 2, 13))
    at(stage, 8, 43, date(2026, 2, 17))  # the new year
    assert morning(stage) == []
    at(stage, 8, 43, date(2026, 2, 14))  # a Saturday that is worked for it
    assert len(morning(stage)) == 1


def test_a_briefing_that_is_late_says_so_and_one_of_yesterday_is_not_told(stage: Stage) -> None:
    at(stage, 10, 5)
    assert "原定 08:43" in text_of(morning(stage)[0])
    at(stage, 19, 5, date(2026, 11, 19))
    assert len(morning(stage)) == 1


def test_the_lead_adds_a_word_and_sends_it_now(stage: Stage) -> None:
    at(stage, 8, 13)
    (preview,) = [card for card in stage.cards("@张主管") if card["kind"] == "briefing_preview"]
    value = preview["buttons"][0]["value"]
    form = {"text": "今天大促，慢一点没关系，先稳住客户 13800001234"}
    assert stage.press_value("张主管", preview, "briefing_words", value, "@张主管", form).ok
    assert stage.press_value("张主管", preview, "briefing_now", value, "@张主管").ok
    at(stage, 8, 43)
    (card,) = morning(stage)
    assert "张主管：今天大促" in text_of(card)
    assert "13800001234" not in text_of(card)
    (preview,) = [card for card in stage.cards("@张主管") if card["kind"] == "briefing_preview"]
    assert preview["buttons"] == []


def test_the_lead_who_can_only_type_changes_the_morning_without_sending_it(stage: Stage) -> None:
    served(stage, date(2026, 11, 19))
    at(stage, 8, 13)
    stage.say("小李", "寄语 今天我来讲", "@小李")
    stage.say("张主管", "寄语 今天大促，先稳住客户", "@张主管")
    stage.say("张主管", "不讲", "@张主管")
    (preview,) = [card for card in stage.cards("@张主管") if card["kind"] == "briefing_preview"]
    assert "张主管：今天大促" in text_of(preview)
    assert morning(stage) == []
    code = preview["buttons"][0]["value"]
    assert [b["command"] for b in preview["buttons"]][:1] == [f"晨会 {code}"]
    stage.say("张主管", f"晨会 {code}", "@张主管")
    assert "张主管：今天大促，先稳住客户" in text_of(morning(stage)[0])
    stage.say("小李", "读过", "team")
    stage.say("小周", f"读过 {code}", "team")
    assert morning(stage)[0]["state"] == "2 人读过"


def test_a_colleague_is_named_before_the_team_with_praise_and_with_nothing_else(stage: Stage) -> None:
    at(stage, 8, 13)
    (preview,) = [card for card in stage.cards("@张主管") if card["kind"] == "briefing_preview"]
    value = preview["buttons"][0]["value"]
    for said, heard in (("小李昨天又慢了", "同事昨天又慢了"), ("恭喜小李拿了服务之星", "恭喜小李拿了服务之星")):
        assert stage.press_value("张主管", preview, "briefing_words", value, "@张主管", {"text": said}).ok
        assert heard in text_of(next(card for card in stage.cards("@张主管") if card["kind"] == "briefing_preview"))
    stage.say("张主管", "晨会 辛苦了，小李别再漏单了", "@张主管")
    assert "同事别再漏单" in text_of(morning(stage)[0])


def test_who_has_read_it_is_counted_once(stage: Stage) -> None:
    at(stage, 8, 43)
    for _ in range(2):
        card = morning(stage)[0]
        assert stage.press_value("小李", card, "briefing_read", card["buttons"][0]["value"], "team").ok  # type: ignore[index]
    assert morning(stage)[0]["state"] == "1 人读过"


def test_only_the_team_s_lead_calls_the_morning(stage: Stage) -> None:
    at(stage, 8, 0)
    stage.say("小李", "晨会", "team")
    assert morning(stage) == []
    stage.say("张主管", "晨会 今天一起加油", "team")
    assert "今天一起加油" in text_of(morning(stage)[0])


def test_the_first_morning_of_an_empty_installation_is_quiet_and_says_why(empty: Stage) -> None:
    at(empty, 8, 13)
    at(empty, 8, 43)
    assert [*morning(empty), *empty.cards("@张主管")] == []
    due = datetime.combine(FRIDAY, time(8, 43), empty.ctx.zone)
    with empty.ctx.store.read() as tx:
        assert occurrences.why(tx, "briefing:售后", due) == briefings.EMPTY
        assert occurrences.why(tx, "briefing:售后", due + timedelta(days=3)) is None
    served(empty, FRIDAY)
    at(empty, 9, 50)  # its time is over, and nobody is called late
    assert morning(empty) == []
    at(empty, 8, 43, FRIDAY + timedelta(days=3))
    assert "3 段，全部筛过" in text_of(morning(empty)[0])
    with empty.ctx.store.read() as tx:
        assert occurrences.why(tx, "briefing:售后", due + timedelta(days=3)) == ""


def test_a_lead_has_the_word_also_on_a_quiet_morning(empty: Stage) -> None:
    at(empty, 8, 43)
    empty.say("张主管", "晨会 今天开张，一起加油", "team")
    assert "今天开张" in text_of(morning(empty)[0])


def test_a_morning_with_nothing_to_tell_is_not_called_by_hand(empty: Stage) -> None:
    stage = empty
    at(stage, 8, 0)
    stage.say("张主管", "晨会", "team")
    assert morning(stage) == []
    assert "昨天还没有会话，等有了再开" in text_of(stage.cards("@张主管")[-1])
    served(stage, date(2026, 11, 19))
    at(stage, 8, 0)
    stage.say("张主管", "晨会", "team")
    assert len(morning(stage)) == 1


def test_a_pattern_is_told_only_when_several_share_it(stage: Stage) -> None:
    day = date(2026, 11, 19)
    for n in range(3):
        stage.at = datetime.combine(day, time(7, n), UTC)
        stage.customer("订单什么时候发货", f"cold-{n}")
        stage.agent("不知道", f"cold-{n}", agent="xiaoli")
    at(stage, 8, 43)
    assert "避一个" not in text_of(morning(stage)[0])


def test_the_lead_has_the_week_and_the_admin_the_month_once(empty: Stage) -> None:
    stage = empty
    served(stage, date(2026, 11, 26))
    for day, hour, minute in ((-1, 9, 23), (-1, 9, 30), (0, 9, 23), (0, 9, 37), (0, 11, 0)):
        on = date(2026, 12, 1) + timedelta(days=day)
        stage.at = datetime.combine(on, time(hour, minute), stage.ctx.zone).astimezone(UTC)
        reports.look(stage.ctx)
    stage.settle()
    (week,) = [card for card in stage.cards("@张主管") if card["kind"] == "report_week"]
    assert week["title"] == "☀️ 售后组周报 · 11 月 23 日到 11 月 29 日"
    (month,) = [card for card in stage.cards("@老管") if card["kind"] == "report_month"]
    assert month["title"] == "☀️ 全部月报 · 2026 年 11 月"
    assert "3 段，全部筛过" in text_of(month)


def told_by(stage: Stage, day: date) -> dict[str, str]:
    with stage.store.read() as tx:
        return dict(day_figures.told(stage.ctx, tx, "售后", day_figures.Span(day, day, day - timedelta(days=7))))


def test_each_figure_has_its_interval_and_is_held_against_the_week_before(empty: Stage) -> None:
    for ago in range(7, 0, -1):
        served(empty, date(2026, 11, 19) - timedelta(days=ago), talks=6)
    served(empty, date(2026, 11, 19), talks=8)
    told = told_by(empty, date(2026, 11, 19))
    assert told["接待"] == "8 段，全部筛过（前一周平均一天 6 段，区间 4–15，样本少）"
    assert told["客户等待"].startswith("中位数 30 秒（区间 30–30 秒，")
    assert told["满意"].startswith("100%（区间 ")
    assert told["救回"] == "没有红色和橙色告警"


def test_who_was_never_answered_is_counted_and_what_was_not_screened_is_not_said_to_be(empty: Stage) -> None:
    day = date(2026, 11, 19)
    served(empty, day, talks=2)
    empty.at = datetime.combine(day, time(7), UTC)
    empty.customer("在吗，有人吗", "unanswered")
    assert told_by(empty, day)["接待"].startswith("3 段，全部筛过")
    empty.store.transact(
        lambda tx: tx.execute(
            update(CONVERSATION).where(CONVERSATION.c.id == "shop:unanswered").values(screened_at=None)
        )
    )
    assert told_by(empty, day)["接待"].startswith("3 段，筛过 2 段")


def keep(stage: Stage, tactic: str, line: str, team: str = "售后", person: str = "") -> None:
    told = Told("你们是骗子吧", before="你们是骗子吧", line=line, tactic=tactic)
    source = Source(line, "star", team=team, person=person)
    stage.store.transact(lambda tx: cases.collect(tx, source, told, "陈质检", stage.at))


def test_three_sentences_to_copy_are_different_in_kind_and_named_is_who_agreed(stage: Stage) -> None:
    keep(stage, "先认领问题", "我盯到底", person="小李")
    keep(stage, "先认领问题", "交给我")
    keep(stage, "给准信", "18 点前回您")
    keep(stage, "共情在先", "换作是我也急", team="售前")
    with stage.store.read() as tx:
        told = briefing_facts.learn(tx, "售后", stage.at - timedelta(days=7), stage.at + timedelta(days=1))
        later = stage.at + timedelta(days=60)
        past = briefing_facts.learn(tx, "售后", later - timedelta(days=7), later, only=True)
        days = {briefing_facts.learn(tx, "售后", later, later + timedelta(days=n)) for n in range(4)}
    assert told == ("给准信：「18 点前回您」", "先认领问题：「交给我」", "共情在先：「换作是我也急」")
    assert "骗子" not in "".join(told)
    assert past == ()
    assert len(days) > 1
    assert any("先认领问题：「我盯到底」 — 小李" in one for one in days)


def test_whoever_has_a_shift_is_on_duty_however_short_it_is(stage: Stage) -> None:
    shifts = (Shift((time(9), time(18)), ("张主管",)), Shift((time(10), time(12)), ("阿明",)))
    stage.ctx = replace(stage.ctx, schedule=Schedule(duty=(("每天", shifts),), workday=calendar.workdays()))
    with stage.store.read() as tx:
        assert briefing_facts.on_duty(stage.ctx, tx, "售后", FRIDAY) == "09:00 起张主管，10:00 起张主管、阿明"
    stage.ctx = replace(stage.ctx, schedule=Schedule(duty=(("每天", shifts[:1]),), workday=calendar.workdays()))
    with stage.store.read() as tx:
        assert briefing_facts.on_duty(stage.ctx, tx, "售后", FRIDAY) == "张主管"


def test_a_report_of_the_past_tells_nothing_of_today(stage: Stage) -> None:
    at(stage, 10, 0, date(2026, 11, 25))
    keep(stage, "给准信", "18 点前回您")
    with stage.store.read() as tx:
        for first, shown in ((date(2026, 11, 16), 0), (date(2026, 11, 23), 0), (date(2026, 11, 30), 1)):
            assert len(reports.view_of(stage.ctx, tx, "售后", reports.WEEK, first).learn) == shown


def test_the_first_morning_has_its_picture_too(stage: Stage) -> None:
    at(stage, 8, 43)
    (card,) = morning(stage)
    assert [block["alt"] for block in card["blocks"] if block["type"] == "picture"] == ["客户等待：11-19 30 秒"]  # type: ignore[attr-defined]
