"""Cards around learning together: highlights, the library, mornings, polls, honours, growth, appeals, reviews."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

from handlers.cards import (
    appeals,
    binding,
    briefing,
    causes,
    criteria,
    difference,
    growth,
    honours,
    ledger,
    library,
    own_week,
    poll_results,
    polls,
    reviews,
    star,
)
from handlers.cards.appeals import Mine, Seen
from handlers.cards.briefing import View
from handlers.cards.card import Card
from handlers.cards.poll_results import Ended
from handlers.cards.polls import Asked
from handlers.cards.star import StarView
from rules.agreement import Agreement
from rules.binding import Bound
from rules.changes import EXAMPLE, SEVERITY, Change
from rules.difference import Difference, Example, Pile
from rules.growth import Effect
from rules.honours import AWARDS, formula
from rules.ledger import Tally
from rules.model import Severity
from rules.rerun import Change as Changed
from rules.rerun import Fate
from rules.review import Misses
from storage.ballots import Better
from storage.calibrations import Calibration, Question
from storage.decisions import Criterion, Decision, Told
from storage.growth import Exercise, Goal
from storage.honours import Entry, Honour, Nomination
from storage.reviews import Coverage, Sample
from storage.rule_changes import RuleChange
from tests.gallery.pieces import (
    APPEAL,
    CASE,
    CONVERSATION,
    DAY,
    FINDINGS,
    JUDGED,
    KEPT,
    NOW,
    PAGE,
    ZONE,
    minutes,
    standing,
)

STAR = StarView(CASE, "云雀旗舰店 · 在线聊天 · 售后", "小周", {"like": 12, "nominate": 2})
SEEN = Seen(APPEAL, CONVERSATION, [JUDGED], ZONE, f"{PAGE}/c/k3", True)
ANSWERED = replace(APPEAL, state="accepted", answer="确实已经退了", decided_by="陈质检", decided_at=minutes(200))
MORNING = View(
    "B7",
    "售后",
    DAY,
    (
        ("接待", "412 段，全部筛过（前一周平均一天 398 段，区间 379–446，正常波动）"),
        ("客户等待", "中位数 38 秒（区间 35–41 秒，正常波动，共 403 次）"),
        ("满意", "96%（区间 92–98%，正常波动，共 151 人评价）"),
        ("救回", "7 段（区间 42–83%，样本少，红色和橙色告警共 11 条）"),
    ),
    tuple((f"11-{14 + i}", 40.0 + (-1) ** i * i, 0.94 + i / 200) for i in range(6)),
    (
        "给准信：「差价我先按价保给您申请，今天到账。」 — 小周",
        "先认领问题：「这事我来，18 点前给您回话。」",
        "主动跟进：「怕您着急先跟您说一声，明天上午出库。」 — 阿明",
    ),
    "「问了尺码又问一遍身高」，有 5 段遇到。可以这样做：一次把要问的问完。",
    ("问「物流停滞」的多了（14 段，平时一天 6 段）。先说卡在哪，再说几点前回话。",),
    ("待处理申诉 1", "共评校准 15:07 开始"),
    ("上周服务之星 小周",),
    "09:00 起张主管，14:00 起陈主管",
    "双十一辛苦了，今天早点下班。",
    "张主管",
    "",
    f"{PAGE}/cases",
)
WEEK = replace(
    MORNING,
    figures=(("接待", "2803 段，全部筛过（上一周 2786 段，区间 2716–2891，正常波动）"), *MORNING.figures[1:]),
    tips=(),
    duty="",
    words="",
)
ASKED_ABOUT = Question(
    8,
    3,
    3,
    "shop:c1",
    "m3",
    37,
    "price@2",
    "售后",
    "score",
    (("客户", "买了三天就降价，能退差价吗？"), ("客服", "亲，价保期 7 天，超过活动规则不支持的哦")),
    ("小李",),
    "当时系统查不到价保记录",
    False,
    9,
    None,
)
SESSION = Calibration(3, "k7", "open", minutes(-1440), NOW, minutes(2), minutes(115), minutes(145), "陈质检")
ASKED = Asked(
    SESSION,
    ASKED_ABOUT,
    4,
    9,
    ZONE,
    f"{PAGE}/polls/k7",
    True,
    True,
    (Better(1, "降价我懂您的心疼，我先按价保帮您申请", "小周"), Better(2, "我先帮您查价保，两分钟回您", "阿明")),
    "价保解释",
)
VOTED = {"deduct": 2, "keep": 6, "unsure": 1, "seats": {"主管": 2, "质检": 1, "客服": 6}, "right": 1, "wrong": 7}
DECIDED = Told(
    "shop:c1", "price@2", "keep", VOTED, 0.44, "", 0, "", "wrong", "降价我懂您的心疼，我先按价保帮您申请……", 7, "陈质检"
)
CHANGE = RuleChange(
    5,
    Change("price", 2, EXAMPLE, "买了三天就降价"),
    "共评 Q8 第 1 版决定：不该提醒",
    "poll:1",
    "proposed",
    NOW,
    "",
    None,
    "",
    None,
)
ENDED = Ended(
    ASKED_ABOUT,
    4,
    Decision(1, 8, 1, DECIDED, NOW, 5, "done", "412 段会话里撤回 14 条、新增 0 条"),
    CHANGE,
    "以后遇到「买了三天就降价」，「价保解释」不再提醒",
    "价保解释",
    f"{PAGE}/polls/k7",
)
TALK = replace(
    ENDED,
    case=replace(ASKED_ABOUT, id=9, place=4),
    change=None,
    decision=Decision(
        2, 9, 1, replace(DECIDED, outcome="talk", because="没有过半", wording="", wording_votes=0), NOW, None, "", ""
    ),
)
FEW, MANY = Agreement(9, 0.8), Agreement(24, 0.84, 0.62, 0.45, 0.76)
HONOUR = Honour(
    12,
    "问题解决大师",
    "售后",
    date(2026, 10, 1),
    date(2026, 10, 31),
    "month",
    "proposed",
    (("阿明", 61, 55, 47.6, 0.9, 0.96), ("小周", 58, 49, 45.2, 0.84, 0.8)),
    True,
    ("阿明",),
    formula(AWARDS[1]),
    20,
    "",
    "",
    None,
)
CONFIRMED = replace(HONOUR, state="confirmed", decided_by="张主管", decided_at=minutes(30))
GOAL = Goal(3, "小李", "solved", "退款退货", "open", date(2026, 10, 26), "", "")
PLAN: Any = SimpleNamespace(
    name="小李",
    stage="practised",
    mastered=("物流催单",),
    exercise=Exercise(8, ASKED_ABOUT.excerpt, "我先帮您申请价保", "超过了不支持"),
    answered=(4, 3),
    practices=(
        SimpleNamespace(
            goal=GOAL,
            standing=standing("solved", 0.71, 0.83, 0.04, 31, "退款退货"),
            effect=Effect(0.06, (-0.01, 0.13), "正常波动", (40, 38)),
            examples=(KEPT,),
        ),
    ),
)
SAMPLE = Sample(7, "2026-11-20", "shop:c1", "售后", "risk", 0.9, 1.0, "", "", True, "", None)
TALLY = Tally("slow_reply@3", 60, 40, 2, 1, 3, Severity.RED)
DIFFERENCE = Difference(minutes(-30 * 1440), NOW, 412, 6120, 14)
DIFFERENCE.piles[Fate.REMOVED] = Pile(
    14,
    {"price": 14},
    {"": 11, "false_alarm": 3},
    [Example(Changed(Fate.REMOVED, "price", FINDINGS[0], Severity.RED, NOW), "shop:c1", "k3", "false_alarm")],
)

CARDS: Mapping[str, Card] = {
    "star.star_card": star.star_card(STAR),
    "star.star_card.kept": star.star_card(replace(STAR, case=KEPT, agent="", page=f"{PAGE}/cases/12")),
    "star.withdrawn_card": star.withdrawn_card(CASE),
    "star.ask_card": star.ask_card(CASE, "anonymous", 60),
    "star.asked_card": star.asked_card(CASE, "open", answered=True),
    "library.found_card": library.found_card("钱没退 等太久", [KEPT, CASE], {12: 4}, f"{PAGE}/cases"),
    "library.found_card.none": library.found_card("钱没退", [], {}, ""),
    "library.unclear_card": library.unclear_card("退"),
    "briefing.briefing": briefing.briefing(MORNING),
    "briefing.briefing.late": briefing.briefing(View("B7", "售后", DAY, MORNING.figures[:2], late="08:43")),
    "briefing.preview": briefing.preview(MORNING, "08:43"),
    "briefing.sent": briefing.sent(briefing.preview(MORNING, "08:43"), "08:43"),
    "briefing.read_by": briefing.read_by(briefing.briefing(MORNING), 7),
    "briefing.report": briefing.report(WEEK, "☀️ 售后组周报 · 11 月 16 日到 11 月 22 日", f"{PAGE}/reports/k1"),
    "polls.question": polls.question(ASKED),
    "polls.question.options": polls.question(replace(ASKED, forms=False)),
    "polls.question.quiet": polls.question(replace(ASKED, private=False, forms=False)),
    "polls.choosing": polls.choosing(ASKED),
    "polls.proposal": polls.proposal(
        replace(SESSION, state="proposed"), [ASKED_ABOUT, replace(ASKED_ABOUT, id=9)], 120, ZONE
    ),
    "polls.warning": polls.warning(ASKED_ABOUT, minutes(1440), ZONE, forms=True),
    "polls.opening": polls.opening(SESSION, 3, ZONE),
    "poll_results.closed": poll_results.closed(ENDED),
    "poll_results.closed.talk": poll_results.closed(TALK),
    "poll_results.summary": poll_results.summary(SESSION, [ENDED, TALK], {"choice": FEW}, f"{PAGE}/polls/k7"),
    "poll_results.agreements": poll_results.agreements(
        {"choice": MANY, "severity": FEW}, {"price": MANY}, {"price": "hybrid"}
    ),
    "poll_results.alignment": poll_results.alignment(11, 14),
    "poll_results.minutes": poll_results.minutes(SESSION, [ENDED, TALK], ZONE),
    "criteria.criterion": criteria.criterion(
        Criterion("price", "human_only", "hybrid", "共 24 题，21 题和规则一致（69% 到 96%）", "", NOW),
        "价保解释",
        "K12ab",
    ),
    "criteria.criterion.back": criteria.criterion(
        Criterion("price", "human_only", "", "共 30 题，12 题和规则一致，不够稳了", "八哥", NOW), "价保解释", "K12ab"
    ),
    "honours.proposal": honours.proposal(HONOUR, [Nomination("小周", "小李", "帮我顶了一晚上的爆仓", NOW)], ZONE),
    "honours.announced": honours.announced(CONFIRMED, ["阿明"], ZONE),
    "honours.yours": honours.yours(CONFIRMED, "阿明", None, ZONE),
    "honours.quiet": honours.quiet(CONFIRMED),
    "honours.listed": honours.listed([(CONFIRMED, ["阿明"])], AWARDS),
    "honours.points": honours.points([Entry("阿明", 20, "10 月问题解决大师", "张主管", NOW, "H12")], ZONE),
    "growth.plan_card": growth.plan_card(PLAN, own=True),
    "own_week.own_week": own_week.own_week(
        own_week.OwnWeek(1, 1, KEPT.wording, ["接待 96 段", "一次解决 86%（确有变化 ↑，共 80）"])
    ),
    "own_week.own_week.calm": own_week.own_week(own_week.OwnWeek(0, 0, "", ["这周没有接待，好好休息"])),
    "appeals.mine": appeals.mine(
        [Mine(JUDGED, None, True), Mine(replace(JUDGED, id=38, verdict="", cause=""), None, True)], ZONE
    ),
    "appeals.ask": appeals.ask([JUDGED], "F37", forms=True),
    "appeals.filed": appeals.filed(SEEN, 48),
    "appeals.told": appeals.told(replace(SEEN, appeal=ANSWERED)),
    "appeals.judge": appeals.judge(SEEN),
    "appeals.judge.reason": appeals.judge(SEEN, "appeal_reject"),
    "appeals.passed": appeals.passed(APPEAL),
    "reviews.sample": reviews.sample(
        reviews.Shown(SAMPLE, CONVERSATION, [("我问了三遍了还没人回", "14:05", "客户")], FINDINGS, f"{PAGE}/review"),
        2,
        5,
        None,
    ),
    "reviews.finished": reviews.finished(Coverage(3412, 3412, 170, 3100, 30, 1), Misses(30, 1, 3100, 5, 480), SAMPLE),
    "causes.week": causes.week([("process", "退款要两个人审批")] * 3 + [("system", "价保记录查不到")]),
    "ledger.ledger": ledger.ledger([TALLY], [TALLY], [replace(TALLY, name="risk 0.8")], lambda name: "慢回复", 30),
    "ledger.demotion": ledger.demotion(
        replace(CHANGE, change=Change("price", 2, SEVERITY, "yellow"), reason="20 次里 1 次有效（1–24%）"),
        "价保解释",
        ZONE,
    ),
    "difference.difference_card": difference.difference_card(DIFFERENCE, lambda rule: "价保解释"),
    "binding.unbound": binding.unbound({"shop:desk": 5, "shop:3": 2}, ["小李", "小周"]),
    "binding.doubted": binding.doubted("shop:robot", "张主管"),
    "binding.settled": binding.settled(Bound("shop:robot", "", actor="老管")),
    "binding.listed": binding.listed({"shop:desk": 5}, [Bound("shop:3", "小李", actor="张主管")], []),
}
