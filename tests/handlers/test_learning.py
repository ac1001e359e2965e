"""Learning on site: who may ask, once for everybody, from every sort of verdict, and back again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from sqlalchemy import update

from handlers.errors import UserError
from handlers.reviewing import learning
from handlers.reviewing.learning import Line, Taught
from storage import models, verdicts
from storage.tables import CASE, FINDING
from tests.handlers.stage import Stage, text_of


@dataclass
class School:
    """Stands for the child process: notes what it was told, and answers as it is told to."""

    better: bool = True
    version: str = "60-aaaa"
    fails: str = ""
    lines: list[Line] = field(default_factory=list)
    used: Mapping[str, bytes] = field(default_factory=dict)
    lessons: int = 0

    def teach(self, lines: Iterable[Line], used: Mapping[str, bytes]) -> Sequence[Taught]:
        self.lines, self.used, self.lessons = list(lines), used, self.lessons + 1
        if self.fails:
            raise UserError(self.fails)
        n = len(self.lines)
        return [
            Taught("risk", n, 1, "学到的更准，换上了。", self.better, n, 0.7, 0.8, 0.09, 0.05, self.version, b"model")
        ]


def taught(stage: Stage, school: School) -> int:
    done = learning.work(stage.ctx, school.teach)
    stage.at += timedelta(seconds=1)
    stage.settle()
    return done


def small(stage: Stage, minimum: int = 2) -> School:
    stage.ctx = replace(stage.ctx, learning=replace(stage.ctx.learning, minimum=minimum))
    stage.hearing = replace(stage.hearing, ctx=stage.ctx)
    return School()


def judged(stage: Stage) -> None:
    """Two conversations with a verdict, one closed by Starling alone, one nobody has looked at."""
    for name in ("right", "wrong", "alone", "open"):
        stage.angry(name)
    stage.say("张主管", "解决 A1")
    stage.say("张主管", "误报 A2 只是在问")
    stage.rated(5, "alone")


def in_use(stage: Stage) -> dict[str, str]:
    with stage.store.read() as tx:
        return {kind: model.version for kind, model in models.in_use(tx).items()}


def test_verdicts_are_what_people_said_whatever_the_surface(stage: Stage) -> None:
    judged(stage)
    before = stage.at
    stage.passes(minutes=1)
    with stage.store.read() as tx:
        given = {r.conversation: (r.risk, r.star) for r in verdicts.reviewed(tx, before)}
        assert given == {"shop:right": (True, None), "shop:wrong": (False, None)}
        assert list(verdicts.reviewed(tx, stage.at)) == []


def test_a_finding_that_was_appealed_with_success_is_no_risk_any_more(stage: Stage) -> None:
    judged(stage)
    overturned = update(FINDING).where(FINDING.c.conversation == "shop:right").values(verdict="overturned")
    stage.store.transact(lambda tx: tx.execute(overturned))
    with stage.store.read() as tx:
        assert {r.conversation: r.risk for r in verdicts.reviewed(tx, stage.at)}["shop:right"] is False


def test_a_case_taken_into_the_library_is_a_star(stage: Stage) -> None:
    stage.customer("谢谢你，太耐心了，给你点赞，服务真好")
    stage.rated(5)
    with stage.store.read() as tx:
        assert list(verdicts.reviewed(tx, stage.at)) == []
    stage.store.transact(lambda tx: tx.execute(update(CASE).values(state="collected")))
    with stage.store.read() as tx:
        assert [r.star for r in verdicts.reviewed(tx, stage.at)] == [True]


def test_whoever_asks_is_told_how_sure_it_is(stage: Stage) -> None:
    school = small(stage)
    judged(stage)
    stage.say("陈质检", "学习")
    assert "学完告诉你" in text_of(stage.cards()[-1])
    assert taught(stage, school) == 1
    told = text_of(stage.cards()[-1])
    assert "0.700 → 0.800（±0.090）" in told
    assert "样本少" in told
    assert in_use(stage) == {"risk": "60-aaaa"}
    assert taught(stage, school) == 0


def test_the_child_sees_conversations_with_verdicts_and_what_the_model_in_use_has_not_seen(stage: Stage) -> None:
    school = small(stage)
    judged(stage)
    stage.say("陈质检", "学习")
    taught(stage, school)
    assert {line["id"]: line["verdict"] for line in school.lines} == {
        "shop:right": {"risk": True},
        "shop:wrong": {"risk": False},
    }
    assert all(line["new"] == {} for line in school.lines)
    stage.passes(minutes=1)
    stage.say("张主管", "误报 A4")
    stage.say("陈质检", "学习")
    taught(stage, school)
    assert school.used == {"risk": b"model"}
    assert {line["id"]: line["new"]["risk"] for line in school.lines} == {
        "shop:right": False, "shop:wrong": False, "shop:open": True,
    }  # fmt: skip


def test_only_qa_and_admins_may_ask(stage: Stage) -> None:
    stage.say("张主管", "学习")
    assert "质检和管理员" in stage.cards("@张主管")[0]["title"]
    stage.say("小李", "回退模型")
    assert "质检和管理员" in stage.cards("@小李")[0]["title"]


def test_too_few_verdicts_teach_nothing_and_say_how_many_are_missing(stage: Stage) -> None:
    school = small(stage, minimum=50)
    judged(stage)
    stage.say("老管", "学习")
    taught(stage, school)
    assert school.lessons == 0
    told = text_of(stage.cards()[-1])
    assert "2 个复核过的会话" in told
    assert "满 50 个" in told


def test_a_worse_model_changes_nothing_and_is_kept_for_the_record(stage: Stage) -> None:
    school = small(stage)
    school.better = False
    judged(stage)
    stage.say("陈质检", "学习")
    taught(stage, school)
    assert in_use(stage) == {}
    with stage.store.read() as tx:
        assert [(m.version, m.state) for m in models.latest(tx)] == [("60-aaaa", "candidate")]


def test_a_lesson_that_fails_says_so_and_is_not_tried_for_ever(stage: Stage) -> None:
    school = small(stage)
    school.fails = "内存不够"
    judged(stage)
    stage.say("陈质检", "学习")
    taught(stage, school)
    assert "内存不够" in text_of(stage.cards()[-1])
    assert taught(stage, school) == 0


def test_the_timetable_asks_once_a_day_and_tells_admins_only_good_news(stage: Stage) -> None:
    school = small(stage)
    judged(stage)
    school.better = False
    before = stage.cards("leads")
    assert learning.ask_daily(stage.ctx) == 1
    assert learning.ask_daily(stage.ctx) == 0
    taught(stage, school)
    assert stage.cards("leads") == before
    stage.at += timedelta(days=1)
    school.better, school.version = True, "61-bbbb"
    assert learning.ask_daily(stage.ctx) == 1
    taught(stage, school)
    assert any("学到了新的" in card["title"] for card in stage.cards("leads"))


def test_the_timetable_keeps_its_time_and_can_be_turned_off(stage: Stage) -> None:
    stage.at = stage.at.replace(hour=18)  # 02:00 in Shanghai
    assert learning.ask_daily(stage.ctx) == 0
    stage.at += timedelta(hours=2)
    assert learning.ask_daily(replace(stage.ctx, learning=replace(stage.ctx.learning, enabled=False))) == 0
    assert learning.ask_daily(stage.ctx) == 1


def test_a_model_is_rolled_back_to_the_one_before_and_then_to_the_shipped_scores(stage: Stage) -> None:
    school = small(stage)
    judged(stage)
    for version in ("60-aaaa", "61-bbbb"):
        school.version = version
        stage.say("陈质检", "学习")
        taught(stage, school)
    stage.say("陈质检", "回退模型")
    assert "61-bbbb → 60-aaaa" in text_of(stage.cards()[-1])
    assert in_use(stage) == {"risk": "60-aaaa"}
    stage.say("老管", "回退模型")
    assert in_use(stage) == {}
    stage.say("老管", "回退模型")
    assert "没有可以回退" in stage.cards()[-1]["title"]


def test_a_model_that_was_rolled_back_does_not_come_back_by_itself(stage: Stage) -> None:
    school = small(stage)
    judged(stage)
    for words in ("学习", "回退模型", "学习"):
        stage.say("陈质检", words)
        taught(stage, school)
    assert in_use(stage) == {}
    assert "退回过" in text_of(stage.cards()[-1])
