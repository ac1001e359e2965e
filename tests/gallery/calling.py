"""Cards around alerts: one, several together, coaching, the saved one, the quiet, the machinery."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from handlers.cards import (
    alert,
    auditing,
    coaching,
    digest,
    disclosure,
    gathering,
    looks,
    notices,
    opinion,
    quiet,
    replies,
    saved,
    shadow,
    trial,
    upkeep,
)
from handlers.cards.alert import AlertView
from handlers.cards.card import Card
from handlers.cards.coaching import CoachView
from handlers.cards.gathering import GatheringView, Line
from handlers.cards.guide import guide
from rules.decide import SENTENCES, Decision, Reason, Verb
from rules.model import Kind, Severity
from rules.moods import Turn
from rules.policy import Policy
from rules.shadow import Proposal
from storage.alerts import Saved
from storage.opinions import Trust
from storage.shadows import Shadow
from storage.watching import Look
from storage.whispers import Whisper
from tests.gallery.pieces import ALERT, CLAIMED, CONVERSATION, FINDINGS, NOW, PAGE, RESOLVED, ZONE, minutes

VIEW = AlertView(
    ALERT,
    CONVERSATION,
    FINDINGS,
    ZONE,
    "小李",
    7,
    (("没人认领", "14:10 请张主管，14:15 请值班的陈主管"),),
    f"{PAGE}/c/k3",
)
CLAIM = (("认领", "张主管 14:06 认领"),)
WHISPER = Whisper(5, 12, "张主管", "小李", "先告诉她退款今天 18 点前到账，再解释原因。", minutes(2), "", None)
COACH = CoachView(
    CLAIMED, CONVERSATION, (WHISPER,), ZONE, (("case3", "让您久等了，我现在就查，18 点前一定回您。"),), True
)
LINES = (
    Line("A12", "王**", "客户提到向监管投诉", Severity.RED, "open", own=True),
    Line("A13", "李**", "快递三天没更新", Severity.ORANGE, "open"),
    Line("A14", "赵**", "退款五天没到", Severity.YELLOW, "claimed"),
)
MATTER = GatheringView(
    "G3",
    "matter",
    LINES,
    True,
    "过去 30 分钟",
    14,
    "云雀旗舰店",
    "物流停滞",
    ("快递停在中转站三天没动了", "同一个快递，怎么还没到", "问了两次都说在路上"),
)
SHADOW = Shadow(4, "shop:c1", Kind.RISK, Severity.RED, "售后", NOW, 0.81, "", "")
LOOK = Look(NOW, "张主管", True, "shop:c1", "客户要投诉，想看看前面说了什么")
TURN = Turn(
    CONVERSATION.messages[2], replace(CONVERSATION.messages[0], text="好的，谢谢你，辛苦了"), ("很着急", "满意")
)
SPEAK = Decision(Kind.RISK, Verb.SPEAK, Reason.NEW, SENTENCES[Reason.NEW], Severity.RED, FINDINGS)

CARDS: Mapping[str, Card] = {
    "alert.alert_card": alert.alert_card(VIEW, "leads"),
    "alert.alert_card.team": alert.alert_card(VIEW, "team"),
    "alert.alert_card.claimed": alert.alert_card(replace(VIEW, alert=CLAIMED, more=CLAIM), "leads"),
    "alert.alert_card.resolved": alert.alert_card(replace(VIEW, alert=RESOLVED, more=CLAIM), "leads"),
    "alert.alert_card.muted": alert.alert_card(
        replace(VIEW, alert=replace(CLAIMED, state="muted", muted_until=minutes(30), closed_by="张主管"), more=CLAIM),
        "team",
    ),
    "alert.escalation_card": alert.escalation_card(VIEW, "leads", "5 分钟了还没人认领，请张主管看一眼。", ("zhang01",)),
    "alert.help_card": alert.help_card(VIEW, "leads", ("zhang01",)),
    "alert.agent_card": alert.agent_card(VIEW),
    "alert.agent_card.claimed": alert.agent_card(replace(VIEW, alert=replace(VIEW.alert, claimed_by="张主管"))),
    "alert.agent_card.closed": alert.agent_card(replace(VIEW, alert=RESOLVED)),
    "alert.agent_card.passed": alert.agent_card(VIEW, passed=True),
    "gathering.gathering_card": gathering.gathering_card(MATTER),
    "gathering.gathering_card.more": gathering.gathering_card(replace(MATTER, kind="more", lines=LINES[1:])),
    "gathering.gathering_card.held": gathering.gathering_card(
        replace(MATTER, kind="held", lines=LINES[1:], since="昨晚 22:00 到今早 8:00")
    ),
    "gathering.call_card": gathering.call_card(MATTER, ("zhang01",)),
    "gathering.all_card": gathering.all_card(MATTER),
    "coaching.whisper_card": coaching.whisper_card(COACH, WHISPER, still=True),
    "coaching.coach_card": coaching.coach_card(COACH),
    "coaching.coach_card.typed": coaching.coach_card(replace(COACH, forms=False)),
    "coaching.taking": coaching.taking("张主管", CLAIMED, by_hand=False),
    "coaching.taking.by_hand": coaching.taking("张主管", CLAIMED, by_hand=True),
    "coaching.leaving": coaching.leaving("张主管", CONVERSATION, moved=False),
    "coaching.leaving.moved": coaching.leaving("张主管", CONVERSATION, moved=True),
    "coaching.spared": coaching.spared("张主管", CONVERSATION),
    "coaching.handed": coaching.handed("张主管", "小周", CLAIMED),
    "coaching.relieved": coaching.relieved("张主管", CONVERSATION),
    "coaching.taken_on": coaching.taken_on("张主管", CONVERSATION, "A12"),
    "coaching.entrusted": coaching.entrusted(
        "张主管", CONVERSATION, "退款五天没到，想要一个准信", "A12", f"{PAGE}/c/k3"
    ),
    "coaching.not_assigned": coaching.not_assigned("小周", "客服系统里没有这个子账号", "A12"),
    "coaching.not_noted": coaching.not_noted("客服系统没有回音", "A12"),
    "saved.saved_card": saved.saved_card(
        saved.SavedView("A12", CONVERSATION, TURN, timedelta(minutes=13), ZONE), ("张主管认领", "小李接待")
    ),
    "saved.week_card": saved.week_card(
        [Saved("A12", ("张主管", "小李"), timedelta(minutes=13)), Saved("A9", ("张主管",), timedelta(minutes=4))],
        9,
        minutes(-7 * 1440),
        ZONE,
    ),
    "quiet.duty": quiet.duty((("张主管", "到 16:00"), ("陈主管", "16:00 起"))),
    "quiet.mutes": quiet.mutes((("规则「物流停滞」", "张主管静音到 15:00"),)),
    "quiet.mutes.none": quiet.mutes(()),
    "quiet.why": quiet.why(
        "A12 为什么没有叫人", (("14:05", "店铺「云雀旗舰店」静音中，到 15:00"),), ("红线不受静音影响。",)
    ),
    "disclosure.disclosure_card": disclosure.disclosure_card(timedelta(days=30), timedelta(days=180)),
    "looks.of_one": looks.of_one(CONVERSATION, [LOOK], ZONE, later=True),
    "looks.lately": looks.lately([(LOOK, "王女士")], ZONE),
    "shadow.day": shadow.day([SHADOW], [shadow.Line(SHADOW, CONVERSATION, FINDINGS[0], "14:05", "shadow2")]),
    "shadow.summary": shadow.summary(
        [SHADOW, replace(SHADOW, verdict="real", judged_by="张主管")],
        [],
        [Proposal("yellow_risk", "0.4", 21, 15, 40, 41)],
        Policy(mode="shadow"),
        live=False,
    ),
    "opinion.graduated": opinion.graduated("提到监管投诉", "shadow", Trust("complaint", "hint", 36, 40)),
    "trial.trial": trial.trial([SPEAK], FINDINGS, 0.83, lambda finding: "提到监管投诉"),
    "digest.digest_card": digest.digest_card(["有一条判定可以看看：发「我的质检」。觉得不对，7 天内可以申诉。"]),
    "notices.undelivered": notices.undelivered("售后主管群", "🔴 客户提到向监管投诉", "机器人不在群里"),
    "notices.unchanged": notices.unchanged("售后主管群", "🔴 客户提到向监管投诉", "这条消息已被撤回"),
    "auditing.found": auditing.found("客服系统 shop 已经 40 分钟没有消息"),
    "auditing.mended": auditing.mended("客服系统 shop 已经 40 分钟没有消息", timedelta(minutes=52)),
    "upkeep.packs_changed": upkeep.packs_changed(["新规则「物流停滞」第 3 版"]),
    "upkeep.packs_refused": upkeep.packs_refused(["shop.toml 第 12 行：没有这个词表「物流词」，先定义它"]),
    "upkeep.learnt": upkeep.learnt([("风险分", "AUC 0.90 → 0.92，用 212 个复核")], better=True),
    "upkeep.rolled_back": upkeep.rolled_back([("风险分", "回到 11-12 学的那一个")]),
    "upkeep.sentence": upkeep.sentence("在学了，学完告诉你。"),
    "guide.guide": guide("lead"),
    "guide.guide.whole": guide("lead", whole=True),
    "replies.unknown": replies.unknown("认领", 12),
    "replies.sentence": replies.sentence("这条已经有人认领了：张主管 14:06。"),
    "replies.alert_list": replies.alert_list([(ALERT, CONVERSATION, "客户提到向监管投诉")], 4),
    "replies.alert_list.none": replies.alert_list([]),
    "replies.status": replies.status((("数据库", "好"), ("钉钉", "本月用了 1,204 / 10,000 次"))),
}
