"""Who may do what, on which surface: the expectations of every cell.

A new action or page needs a line in MAY (or PAGES) with the roles that may, and one in VALUES or TEXTS of everything.py
when it takes more than "A1". What can be typed needs its words in SAID, and in TELLS when it is answered with a card.
test_matrix.py fails for whatever has no line.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date

from bot.files import metric_packs
from handlers import permissions
from handlers.context import Context
from handlers.counting import figures
from handlers.people import Room
from handlers.permissions import Matter
from storage.db import Store
from tests.handlers import everything
from tests.handlers.rehearsal import Rehearsal
from tests.handlers.stage import PEOPLE, ROOMS, Stage

# The conversation is one of 售后, held by 小李; A1 is its alert. All else that is pressed about lies in everything.py.
ROLES: Mapping[str, str] = {
    "stranger": "路人", "removed": "老赵", "agent": "小周", "own": "小李", "senior": "阿明", "other_lead": "王主管",
    "lead": "张主管", "qa": "陈质检", "admin": "老管",
}  # fmt: skip
KNOWN = "agent own senior other_lead lead qa admin"
MINDS = "senior lead admin"
READS = "senior other_lead lead qa admin"
JUDGES = "other_lead lead qa admin"
LEADS = "other_lead lead admin"
OURS = "lead admin"
OTHERS = "agent senior other_lead lead qa admin"
KEEPS = "qa admin"

# Everything that can be pressed or typed -> who may. About A1, unless VALUES says otherwise.
MAY: Mapping[str, str] = {
    "claim": MINDS, "resolve": MINDS, "mute": MINDS, "take_over": MINDS, "hand_to": MINDS,
    "false_alarm": f"{MINDS} qa", "whisper": f"{MINDS} qa", "cause": f"{MINDS} qa",
    "mine": "own", "help": "own", "got_it": "own",
    "see_all": f"{MINDS} qa", "claim_all": MINDS, "quiet": LEADS, "restore": OURS,
    "known": KNOWN, "intervals": KNOWN, "bind": OURS,
    "accept_change": KEEPS, "decline_change": KEEPS, "undo_change": KEEPS,
    "appeal": "own", "appeal_accept": KEEPS, "appeal_partly": KEEPS, "appeal_reject": KEEPS,
    "briefing_read": KNOWN, "briefing_words": OURS, "briefing_plain": OURS, "briefing_now": OURS,
    "praise_open": "own", "praise_anonymous": "own", "praise_private": "own", "like": OTHERS, "nominate": OTHERS,
    "not_fitting": f"own {READS}", "collect": f"{MINDS} qa", "case_used": KNOWN,
    "honour_confirm": OURS, "honour_swap": OURS, "honour_skip": OURS, "honour_undo": OURS,
    "honour_public": "own", "honour_quiet": "own",
    "growth": KNOWN, "goal_decline": "own lead qa", "goal_set": "own lead qa", "drill": "own",
    "vote": OTHERS, "better": KNOWN, "pick": KNOWN, "own_word": "own", "confirm_poll": KEEPS, "drop_question": KEEPS,
    "minutes": JUDGES, "talked": JUDGES, "accept_rule": KEEPS, "keep_rule": KEEPS, "exclude_words": KEEPS,
    "promote": KEEPS, "stay": KEEPS, "review": "lead qa admin", "shadow_verdict": "lead qa admin",
    "go_live": LEADS, "go_dark": LEADS, "adopt": LEADS,
    # Answered with a card.
    "guide": KNOWN, "alerts": READS, "status": "admin", "try": KNOWN, "duty": KNOWN, "mutes": READS, "why": READS,
    "ledger": JUDGES, "learn": KEEPS, "roll_back": KEEPS, "who_looked": KNOWN, "cases": KNOWN, "my_figures": KNOWN,
    "portrait": KNOWN, "team_portrait": KNOWN, "shop_portrait": JUDGES, "accounts": LEADS,
    "honours": KNOWN, "points": KNOWN,
    "my_reviews": KNOWN, "outcomes": KNOWN, "talk_tracks": KNOWN, "agreement": JUDGES,
    "my_alignment": KNOWN, "shadow": JUDGES,
}  # fmt: skip

# What is typed, where the word alone (with A1 for what wants a number) says too little.
SAID: Mapping[str, str] = {
    "quiet": "静音 店铺 云雀旗舰店 30", "restore": "恢复 店铺 云雀旗舰店", "mutes": "静音",
    "whisper": "私下提示 A1 先安抚", "hand_to": "转给 A1 小周", "cause": "原因 A2 流程", "see_all": "看全部 G1",
    "claim_all": "都认领 G1", "briefing_now": "晨会 售后 今天有大促", "bind": "绑定 shop:nobody 小李",
    "review": "复核 V1 有效", "adopt": "采用 alert_from", "shadow": "影子", "accept_change": "同意降级 R1",
    "decline_change": "保留 R1", "undo_change": "撤销降级 R2", "appeal": "申诉 A3 当时已经解释过了",
    "appeal_accept": "成立 AP1 看过原话了", "appeal_partly": "部分成立 AP1 看过原话了",
    "appeal_reject": "不成立 AP1 看过原话了", "praise_open": "同意公开 S1", "praise_anonymous": "匿名 S1",
    "praise_private": "不公开 S1", "like": "点赞 S2", "nominate": "提名 S2", "not_fitting": "不合适 S2",
    "collect": "收入案例库 S2", "case_used": "有用 S3", "honour_confirm": "确认荣誉 H1",
    "honour_swap": "换人 H1 阿明 这周他更难", "honour_skip": "不评 H1",
    "honour_undo": "撤回荣誉 H2 数据导重了", "honour_public": "公开荣誉 H2",
    "honour_quiet": "低调 H2", "goal_decline": "先不练 L1", "goal_set": "定目标 小李 一次解决",
    "vote": "投票 Q2 不扣", "better": "说法 Q2 我先帮您查清楚再回您", "pick": "选说法 Q3 1",
    "own_word": "我说 Q2 那天系统查不到", "confirm_poll": "确认校准 poll1", "drop_question": "去掉 Q5",
    "accept_rule": "质检确认 Q4", "keep_rule": "保留原样 Q4", "exclude_words": "排除词 Q4 第几天了",
    "talked": "定论 Q4 不扣 会上说清了", "minutes": "会议纪要 poll4", "try": "试一句 再不退款我就投诉",
    "why": "为什么没提醒 A1", "who_looked": "谁看过", "cases": "案例 退款", "team_portrait": "团队 售后",
    "shop_portrait": "店铺 云雀旗舰店", "briefing_words": "寄语 BR1 今天有大促", "briefing_plain": "不讲 BR1",
    "briefing_read": "读过 BR1",
}  # fmt: skip
# Votes are secret, and typed to us alone.
ALONE = frozenset({"vote", "better", "pick", "own_word"})
# Typed, these are about one's own team.
MAY_TYPE: Mapping[str, str] = {"briefing_now": LEADS}
# What stands in the answer to whoever may ask.
TELLS: Mapping[str, str] = {
    "guide": "我能帮你", "alerts": "#A1", "status": "过去 24 小时", "try": "投诉", "duty": "值班",
    "mutes": "云雀旗舰店", "why": "A1", "ledger": "规则账本", "learn": "再学一遍", "roll_back": "模型",
    "who_looked": "看过", "cases": "案例", "my_figures": "本周", "portrait": "近 8 周", "team_portrait": "售后",
    "shop_portrait": "云雀旗舰店", "accounts": "shop:", "honours": "荣誉", "points": "积分",
    "my_reviews": "近 30 天", "outcomes": "服务以后", "talk_tracks": "话术", "agreement": "一致",
    "my_alignment": "共评", "shadow": "本来会提醒",
}  # fmt: skip
# Allowed to ask, and told of nothing: what there is is another team's.
TOLD_NOTHING: Mapping[tuple[str, str], str] = {
    ("alerts", "other_lead"): "现在没有等着的告警", ("mutes", "other_lead"): "现在没有静音",
    ("why", "other_lead"): "没有找到",
}  # fmt: skip

TODAY = date(2026, 11, 20)
VIEWS = "own senior lead qa admin"
FIGURES = "own lead qa"  # of 小李
# Every page -> who is let in: anything but the way to the login, or 403. About the conversation of A1, 小李 and 售后.
PAGES: Mapping[str, str] = {
    "GET /": KNOWN, "POST /known": KNOWN, "GET /mine": KNOWN, "GET /me": KNOWN, "GET /me/conversations": KNOWN,
    "GET /me/{table}.{kind}": KNOWN, "GET /team": KNOWN, "GET /team/{name}": KNOWN, "GET /team/{name}/platforms": KNOWN,
    "POST /mine/appeal/{code}": KNOWN, "POST /mine/judge/{code}": KNOWN,
    "GET /cases": KNOWN, "GET /cases.md": KNOWN, "GET /cases/{case:int}": KNOWN, "GET /cases/{case:int}/play": KNOWN,
    "POST /cases/{case:int}/{what}": KNOWN, "GET /talk-tracks": KNOWN, "GET /polls": KNOWN,
    "GET /polls/{id:int}": KNOWN, "POST /polls/{id:int}": KNOWN,
    "GET /c/{link}": VIEWS, "GET /c/{link}/stream": VIEWS, "GET /c/{link}/desk": VIEWS,
    "POST /c/{link}/reveal": "lead qa", "POST /c/{link}/conceal": VIEWS, "POST /c/{link}/bind": "lead admin",
    "POST /c/{link}/do/{act}": VIEWS,
    "GET /review": JUDGES, "GET /review/{id:int}": JUDGES, "POST /review/{id:int}": JUDGES,
    "POST /review/{id:int}/cause": JUDGES,
    "GET /report/{span}/{first}/{team}": "lead qa admin",
    "GET /portrait/{name}": FIGURES, "GET /portrait/{name}/conversations": FIGURES,
    "GET /portrait/{name}/{table}.{kind}": FIGURES,
    "GET /growth": KNOWN, "GET /growth/{name}": FIGURES, "POST /growth/{name}/{what}": FIGURES,
    "GET /team/{name}/growth": "lead qa",
    "GET /shop": JUDGES, "GET /shop/{name}": JUDGES, "GET /shop/{name}/conversations": JUDGES,
    "GET /team/{name}/{table}.{kind}": "lead qa", "GET /team/{name}/conversations": "lead qa",
}  # fmt: skip
# The way in is open to anybody and has tests of its own.
DOORS = frozenset({"GET /login", "POST /logout", "GET /login/{platform}", "GET /login/{platform}/back",
                   "GET /login/link/{secret}", "POST /login/link/{secret}"})  # fmt: skip


def wrong(action: str, role: str, *, done: bool, told: str, changed: Collection[str], may: str = "") -> str:
    """What is wrong with this cell; empty when it is as expected. `changed`: tables that were written to."""
    refused = any(sentence in told for sentence in REFUSALS)
    allowed = role in (may or MAY[action]).split()
    if allowed and (refused or not done):
        return f"{role} may {action} and is told: {told}"
    if not allowed and (done or changed):
        return f"{role} may not {action}, and it is done: {told} {sorted(changed)}"
    return ""


def refusals() -> frozenset[str]:
    """Every sentence with which permissions say no."""
    agent = next(p for p in PEOPLE if p.name == "小李")
    matters = (Matter(), Matter("售后"), Matter("售后", agent), Matter("售前"), Matter("售后", agent, "张主管"))
    told = {rule(p, m) for rule in permissions.RULES.values() for p in PEOPLE for m in matters}
    return frozenset({permissions.STRANGER, *told} - {""})


REFUSALS = refusals()


def prepared(store: Store) -> tuple[Context, Stage]:
    """A1 is open and red, its agent has a whisper, and there is one of everything else; what the context does from here
    on is not kept."""
    stage = Stage(store, rooms=(*ROOMS, Room("晨会群", "sandbox", "mornings", wants=("briefing",))))
    stage.assigned("xiaoli")
    stage.angry()
    stage.press_value("张主管", stage.card(), "whisper", "A1", "leads", {"text": "先安抚"})
    everything.lay(stage)
    ctx = replace(stage.ctx, metrics=metric_packs.choice("generic", {}))
    figures.roll_up(ctx, TODAY)
    return replace(ctx, store=Rehearsal(store)), stage


def cells(names: Iterable[str]) -> list[tuple[str, str]]:
    return [(name, role) for name in names for role in ROLES]
