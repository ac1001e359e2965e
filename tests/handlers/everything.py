"""One of everything that can be pressed about: rows put beside A1, so that each action has something to do."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from handlers.calibrating.criteria import subject_of
from handlers.watching import disclosures
from storage.db import Tx
from storage.tables import SQLModel
from tests.handlers.stage import Stage

EXCUSED = "fees"  # a rule that is asked about


def put(tx: Tx, table: str, **values: Any) -> None:
    tx.execute(SQLModel.metadata.tables[table].insert().values(**values))


def judged(stage: Stage) -> None:
    """A2 and A3 are resolved, and why they came is said; 小李 appealed against A2, and that is AP1."""
    for number in (2, 3):
        conversation = f"c{number}"
        stage.assigned("xiaoli", conversation)
        stage.angry(conversation)
        stage.say("张主管", f"认领 A{number}")
        stage.say("张主管", f"解决 A{number} 已处理")
        stage.say("张主管", f"原因 A{number} 知识", "@张主管")
    stage.say("小李", "申诉 A2 当时已经解释过了", "@小李")


def lay(stage: Stage) -> None:
    disclosures.work(stage.ctx)  # everybody was told, so that they may be reviewed
    judged(stage)
    stage.store.transact(lambda tx: _lay(tx, stage.at))


def _lay(tx: Tx, now: datetime) -> None:
    later, day = now + timedelta(hours=2), "2026-11-20"
    put(tx, "briefing", id=1, team="售后", day=day)
    put(tx, "gathering", id=1, kind="more", chat="sandbox", room="leads", slot=1, link="g1", opened_at=now,
        speak_at=now, until=later)  # fmt: skip
    put(tx, "gathered", gathering=1, alert=1, at=now)
    _cases(tx, now)
    put(tx, "rule_change", id=1, rule="fees", version=1, what="severity", value="yellow", reason="试试", link="ledger",
        state="proposed", proposed_at=now)  # fmt: skip
    put(tx, "rule_change", id=2, rule="parcel", version=1, what="severity", value="yellow", reason="试试",
        link="ledger", state="accepted", proposed_at=now, decided_by="陈质检", decided_at=now)  # fmt: skip
    for number, state in ((1, "proposed"), (2, "confirmed")):
        put(tx, "honour", id=number, award="救火队员", team="售后", since=f"2026-11-{number:02}", until=day,
            span="week", state=state, proposed=[["小李", 9, 8, 5.0, 3.0, 0.01]], winners=["小李"], points=10,
            clear=True, proposed_at=now, decided_by="", formula="")  # fmt: skip
    put(tx, "goal", id=1, person="小李", measure="csat", state="open", since=day, set_at=now)
    put(tx, "review_sample", id=1, day=day, conversation="shop:c1", team="售后", why="risk", score=0.9, sampled_at=now)
    put(tx, "criterion", rule="fees", stage="human_only", proposed="hybrid", because="看法一致", at=now)
    put(tx, "mute", id=1, what="shop", value="云雀旗舰店", shown="店铺「云雀旗舰店」", team="售后", actor="老管",
        at=now, until=later)  # fmt: skip
    put(tx, "alert", id=9, conversation="shop:c2", kind="risk", severity=3, state="shadow", team="售后", opened_at=now,
        changed_at=now, closed_at=now)  # fmt: skip
    for number in range(20, 34):  # mild ones that nobody needed: enough to propose a limit
        put(tx, "alert", id=number, conversation="shop:c2", kind="risk", severity=1, state="shadow", opened_at=now,
            changed_at=now, closed_at=now, verdict="false_alarm")  # fmt: skip
    _polls(tx, now)


def _cases(tx: Tx, now: datetime) -> None:
    """S1 asks 小李, S2 is shown, S3 is in the library."""
    for number, state in ((1, "asked"), (2, "shown"), (3, "shown")):
        put(tx, "case_", id=number, key=f"star:shop:x{number}", conversation="shop:c1", account="shop:xiaoli",
            team="售后", quote="谢谢你", found_at=now, state="collected" if number == 3 else "found",
            line="我先帮您查")  # fmt: skip
        put(tx, "highlight", case=number, person="小李", state=state, asked_at=now)


def _polls(tx: Tx, now: datetime) -> None:
    """poll1 is proposed, poll2 takes ballots, poll3 wordings, poll4 is over; each asks Q<n>, and poll1 Q5 as well."""
    soon = now + timedelta(hours=1)
    for number, state in enumerate(("proposed", "open", "wording", "closed"), 1):
        put(tx, "poll_session", id=number, link=f"p{number}", state=state, proposed_at=now,
            due_at=now + timedelta(days=number), opened_at=now, closes_at=soon, ends_at=soon)  # fmt: skip
        _question(tx, number, number)
    _question(tx, 5, 1)
    for number, text in ((1, "我先帮您查"), (2, "这个我也没办法")):
        put(tx, "wording", id=number, case=3, person=f"林质检{number}", text=text, at=now)
        put(tx, "wording", id=number + 2, case=4, person=f"林质检{number}", text=text, at=now)
    for name in ("张主管", "阿明"):
        put(tx, "wording_vote", case=4, person=name, wording=3, at=now)
    put(tx, "rule_change", id=3, rule="fees", version=1, what="severity", value="none", reason="共评", link="poll:1",
        state="proposed", proposed_at=now)  # fmt: skip
    put(tx, "decision_", id=1, case=4, version=1, conversation="shop:c1", rule="fees@1", outcome="talk",
        alarm="wrong", counts={"deduct": 2, "keep": 3}, by="陈质检", at=now, change=3, rerun="done")  # fmt: skip


def _question(tx: Tx, number: int, session: int) -> None:
    put(tx, "poll_case", id=number, session=session, place=number, conversation="shop:c1", message=f"m{number}",
        finding=1, rule="fees@1", team="售后", why="review", excerpt=[["客户", "再不解决我就投诉"]],
        own=["小李"])  # fmt: skip


VALUES: Mapping[str, str] = {
    "known": "told", "see_all": "G1", "claim_all": "G1", "got_it": "A1/1", "cause": "A2/process",
    "accept_change": "R1", "decline_change": "R1", "undo_change": "R2",
    "appeal": "A3", "appeal_accept": "AP1", "appeal_partly": "AP1", "appeal_reject": "AP1",
    "briefing_read": "BR1", "briefing_words": "BR1", "briefing_plain": "BR1", "briefing_now": "BR1",
    "praise_open": "S1", "praise_anonymous": "S1", "praise_private": "S1", "like": "S2", "nominate": "S2",
    "not_fitting": "S2", "collect": "S2", "case_used": "S3",
    "honour_confirm": "H1", "honour_swap": "H1", "honour_skip": "H1", "honour_undo": "H2",
    "honour_public": "H2", "honour_quiet": "H2",
    "growth": "growth", "goal_decline": "growth/L1", "drill": "growth/L1:4:0", "goal_set": "",
    "bind": "bind/shop:nobody=小李",
    "vote": "Q2/keep", "better": "Q2", "pick": "Q3/1", "own_word": "Q2", "confirm_poll": "poll1",
    "drop_question": "poll1/Q5", "minutes": "poll4", "accept_rule": "Q4", "keep_rule": "Q4", "exclude_words": "",
    "talked": "",
    "promote": subject_of(EXCUSED), "stay": subject_of(EXCUSED),
    "review": "review/V1.real", "shadow_verdict": "shadow/9.real",
    "restore": "", "go_live": "", "go_dark": "", "adopt": "",
}  # fmt: skip
TEXTS: Mapping[str, str] = {
    "whisper": "先安抚，再解释", "hand_to": "小周", "quiet": "店铺 云雀旗舰店", "restore": "店铺 云雀旗舰店",
    "appeal": "当时已经解释过了", "appeal_accept": "看过原话了", "appeal_partly": "看过原话了",
    "appeal_reject": "看过原话了",
    "briefing_words": "今天有大促", "honour_swap": "阿明 这周他更难", "honour_undo": "数据导重了",
    "better": "我先帮您查清楚再回您",
    "own_word": "那天系统查不到", "goal_set": "小李 一次解决", "talked": "Q4 不扣 会上说清了",
    "exclude_words": "Q4 第几天了",
    "adopt": "alert_from",
}  # fmt: skip
