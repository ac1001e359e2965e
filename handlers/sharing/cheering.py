"""What can be pressed on a highlight: consent, 👍, nomination, into the library, and not fitting."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from handlers import permissions
from handlers.cards.star import ANSWERS
from handlers.context import Context
from handlers.permissions import Matter
from handlers.protocols import Reply
from handlers.requests import Act, Request
from handlers.sharing import highlights
from rules import subject
from storage import audit, cases
from storage import highlights as records
from storage.cases import Case
from storage.db import Tx
from storage.highlights import Highlight

GONE = "没有找到这一条，也许编号不对。发「案例 退款」可以搜一搜。"
WITHDRAWN = "这一条已经收起来了，谢谢你还记得它。"
NOT_MINE = "这是问当事人的，由 TA 自己来决定。"
OWN = {"like": "自己的好，大家会替你点的。", "nominate": "提名留给同事吧，你的好大家看得到。"}


@dataclass(frozen=True, slots=True)
class Praised:
    case: Case
    highlight: Highlight


Do = Callable[[Context, Tx, Praised, Request], Reply]


def on_highlight(do: Do) -> Act:
    def act(ctx: Context, tx: Tx, request: Request) -> Reply:
        found = find(tx, request.subject or request.text)
        code = found.case.code if found else request.subject
        refusal = permissions.refusal(request.person, request.action, Matter(found.case.team if found else ""))
        audit.write(tx, ctx.now(), request.speaker, request.action, code, allowed=not refusal)
        if refusal or request.person is None:
            return Reply(False, refusal or permissions.STRANGER)
        if found is None:
            return Reply(False, GONE)
        if found.highlight.state == "withdrawn":
            return Reply(False, WITHDRAWN)
        return do(ctx, tx, found, request)

    return act


def find(tx: Tx, spoken: str) -> Praised | None:
    number, _ = subject.read(spoken, "S")
    highlight = records.get(tx, number, lock=True) if number is not None else None
    return Praised(cases.get(tx, highlight.case), highlight) if highlight else None


def _consent(consent: str, ctx: Context, tx: Tx, found: Praised, request: Request) -> Reply:
    if request.speaker != found.highlight.person:
        return Reply(False, NOT_MINE)
    highlights.settle(ctx, tx, found.case, found.highlight, consent, answered=True)
    return Reply(True, ANSWERS[consent])


def _cheer(kind: str, thanks: str, ctx: Context, tx: Tx, found: Praised, request: Request) -> Reply:
    """Once a person; nobody cheers for themselves."""
    if request.speaker == found.highlight.person:
        return Reply(False, OWN[kind])
    if found.highlight.state != "shown":
        return Reply(False, "这一条还没有公开。")
    if not records.cheer(tx, found.case.id, request.speaker, kind, ctx.now()):
        return Reply(True, "你的这一份已经算上了。")
    highlights.show(ctx, tx, found.case.id)
    return Reply(True, thanks)


def _not_fitting(ctx: Context, tx: Tx, found: Praised, request: Request) -> Reply:
    """Taken back kindly: by whose it is, or by those who judge."""
    own = request.speaker == found.highlight.person
    if not own and request.person is not None and request.person.role == "agent":
        return Reply(False, "觉得不合适，可以悄悄告诉主管或质检，由他们来收。")
    highlights.withdraw(ctx, tx, found.case, request.speaker, "withdrawn" if own else "declined")
    return Reply(True, "好，已经收起来了，群里只说收起，不说是谁。")


ACTIONS: Mapping[str, Act] = {
    "praise_open": on_highlight(partial(_consent, "open")),
    "praise_anonymous": on_highlight(partial(_consent, "anonymous")),
    "praise_private": on_highlight(partial(_consent, "private")),
    "like": on_highlight(partial(_cheer, "like", "点上了，TA 会看到的。")),
    "nominate": on_highlight(partial(_cheer, "nominate", "提名收到，评选的时候一起算。")),
    "not_fitting": on_highlight(_not_fitting),
}
