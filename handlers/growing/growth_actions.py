"""What people do about growth: see the plan, put a goal aside, set one together, answer an exercise."""

import re
from collections.abc import Mapping

from handlers import digest, disclosed, permissions, posting
from handlers.cards import growth as cards
from handlers.context import Context
from handlers.growing import growth
from handlers.people import Person
from handlers.permissions import Matter
from handlers.protocols import Reply
from handlers.requests import Act, Request
from rules.growth import MOST
from rules.metrics.cells import MEASURED
from rules.reasons import REASONS
from storage import audit, posts
from storage import growth as records
from storage.db import Tx
from storage.growth import Goal

CODE = re.compile(r"#?[lL]\s*(\d{1,9})\b")
DRILL = re.compile(r"[lL](\d{1,9}):(\d{1,9}):([01])")
HOW = "这样说：定目标 小李 一次解决 退款退货（指标：" + "、".join(m.title for m in MEASURED.values()) + "）"


def _show(ctx: Context, tx: Tx, request: Request) -> Reply:
    """成长, or with a name for their lead and QA."""
    name = request.text.strip().lstrip("@")
    meant = ctx.people.named(name) if name else request.person
    refusal = _refusal(ctx, tx, request, meant, "growth")
    if refusal or meant is None or request.person is None:
        return Reply(False, refusal)
    if meant is request.person:
        growth.settle(ctx, tx, meant)
    return _tell(ctx, tx, request, meant)


def _decline(ctx: Context, tx: Tx, request: Request) -> Reply:
    """The person themselves or their lead; it does not come back by itself."""
    found = CODE.search(request.choice or request.text)
    goal = records.get(tx, int(found[1]), lock=True) if found else None
    meant = ctx.people.named(goal.person) if goal else None
    refusal = _refusal(ctx, tx, request, meant, "goal_decline")
    if refusal or goal is None or meant is None:
        return Reply(False, refusal)
    if goal.state != "open":
        return Reply(False, f"{goal.code} 已经不在练了。")
    records.end(tx, goal.id, "declined", request.speaker, "", ctx.now())
    _tell(ctx, tx, request, meant)
    if meant is not request.person:
        digest.later(ctx, tx, meant, f"{request.speaker}把「{cards.title(goal)}」从你的成长计划里拿下来了。")
    return Reply(True, f"好，{cards.title(goal)}先放一放，以后不会自己冒出来。")


def _set(ctx: Context, tx: Tx, request: Request) -> Reply:
    """定目标 name measure [reason]: by the lead, or by the person themselves; the oldest goal makes room."""
    words = request.text.split()
    meant = next((p for word in words if (p := ctx.people.named(word.lstrip("@")))), None)
    measure = next((m.name for m in MEASURED.values() if m.title in words), "")
    reason = next((word for word in words if word in REASONS), "")
    if request.person is not None and (meant is None or not measure):
        return Reply(False, HOW)
    refusal = _refusal(ctx, tx, request, meant, "goal_set")
    if refusal or meant is None:
        return Reply(False, refusal)
    standing = growth.open_goals(tx, meant.name)
    if any((g.measure, g.reason) == (measure, reason) for g in standing):
        return Reply(False, "这个目标已经在练了。")
    gone = standing[0] if len(standing) >= MOST else None
    if gone is not None:
        records.end(tx, gone.id, "replaced", request.speaker, "", ctx.now())
    goal = Goal(0, meant.name, measure, reason, "open", growth.begins(ctx), request.speaker, "")
    records.add(tx, goal, ctx.now())
    said = cards.agreed(goal, gone, today=ctx.now().astimezone(ctx.zone).date())
    if meant is not request.person:
        digest.later(ctx, tx, meant, f"{request.speaker}给你定了目标：{said}发「成长」看例子，不合适可以先不练。")
    return Reply(True, f"定好了：{meant.name} {said}")


def _drill(ctx: Context, tx: Tx, request: Request) -> Reply:
    found = DRILL.search(request.choice)
    goal = records.get(tx, int(found[1])) if found else None
    if found is None or goal is None or request.person is None or goal.person != request.person.name:
        return Reply(False, "这道小练习是给当事人的。")
    exercise = next((e for e in records.exercises(tx) if e.case == int(found[2])), None)
    if exercise is None:
        return Reply(False, "这道题收起来了，发「成长」换一道。")
    right = cards.is_better(exercise, int(found[3]))
    first = records.answer(tx, goal.id, exercise.case, ctx.now(), right=right)
    _tell(ctx, tx, request, request.person)
    said = "和大家选的一样。" if right else f"大家更喜欢另一句：「{exercise.better}」"
    return Reply(True, said if first else f"这题做过了，{said}")


def _refusal(ctx: Context, tx: Tx, request: Request, meant: Person | None, action: str) -> str:
    if request.person is None:
        return permissions.STRANGER
    if meant is None:
        return "没有找到。发「成长」看自己的，主管可以发「成长 名字」。"
    refusal = permissions.refusal(request.person, "portrait", Matter(meant.team, meant))
    if not refusal and meant is not request.person:
        refusal = disclosed.not_yet(ctx, tx, meant.name)
    if refusal or meant is not request.person:
        audit.write(tx, ctx.now(), request.speaker, action, meant.name, allowed=not refusal)
    return refusal


def _tell(ctx: Context, tx: Tx, request: Request, meant: Person) -> Reply:
    """Always alone: it stands once for each reader and person, and is drawn anew. A page is drawn by itself."""
    if request.place is None:
        return Reply(True, "成长计划更新好了。")
    reader = request.person
    target = ctx.people.direct(reader, request.place) if reader else None
    if reader is None or target is None:
        return Reply(False, "我还不知道怎么单独找到你，请管理员补上你的平台账号。")
    link = posting.random_part(f"growth/{reader.name}/{meant.name}/{ctx.now().date().isoformat()}")
    card = cards.plan_card(growth.plan(ctx, tx, meant), own=meant.name == reader.name)
    about = posting.About(cards.SUBJECT, link)
    stands = posts.get(tx, posting.key_of(ctx, about, target)) is not None
    posting.want(ctx, tx, about, target, card)
    if stands:
        return Reply(True, "成长计划在今天发给你的那张卡片里，刚刷新过。")
    return Reply(True, "成长计划私下发给你了。", points=True)


ACTIONS: Mapping[str, Act] = {"growth": _show, "goal_decline": _decline, "goal_set": _set, "drill": _drill}
