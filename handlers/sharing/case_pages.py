"""What the pages of the case library show: lists by search and filter, one case with its history, slides, Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.cards.library import spoken_by
from handlers.context import Context
from handlers.counting import outcome_figures
from handlers.counting.outcome_figures import Proven
from rules import tactics
from storage import case_wordings, cases, highlights
from storage.case_wordings import Wording
from storage.cases import Case, Filter
from storage.db import Tx

LISTED = 60
KINDS = {"star": "高光", "saved": "救回来的", "finding": "确认的判定", "poll": "共评", "review": "复核"}


@dataclass(frozen=True, slots=True)
class Row:
    case: Case
    used: int
    waiting: int = 0  # a version that nobody has approved yet

    @property
    def kind(self) -> str:
        return KINDS.get(self.case.kind, "案例")


@dataclass(frozen=True, slots=True)
class Shown:
    row: Row
    history: tuple[Wording, ...]
    why: str  # … the tactic works
    overdue: bool
    proven: Proven | None = None  # the talk-track its wording says, where what it goes with is measured
    whose: str = ""  # highlight it is
    private: bool = False  # they did not agree to show it


@dataclass(frozen=True, slots=True)
class Slide:
    head: str
    words: str
    caption: str
    quoted: bool = True


TALKS = ("star", "saved")
FIRST, STEP = "先照顾客户这一刻最着急的那一件。", "记住这一步就够了。"
TODAY = Slide("今天就用一次", "换成自己的口气，遇到了就用。", "用过了，回案例页点一下「用过，有用」。", quoted=False)


def rows(ctx: Context, tx: Tx, words: str, only: Filter) -> list[Row]:
    return _rows(tx, cases.search(tx, words, LISTED, only))


def candidates(ctx: Context, tx: Tx) -> list[Row]:
    """Found, and not yet taken in."""
    return _rows(tx, cases.found(tx, LISTED))


def overdue(ctx: Context, tx: Tx) -> list[Row]:
    return _rows(tx, case_wordings.overdue(tx, ctx.now()))


def to_approve(ctx: Context, tx: Tx) -> list[Row]:
    waiting = case_wordings.waiting(tx)
    return _rows(tx, [cases.get(tx, id_) for id_ in sorted(waiting)])


def one(ctx: Context, tx: Tx, number: int) -> Shown:
    """Raises LookupError for what is not, or no longer, to be seen."""
    case = cases.get(tx, number)
    if case.state not in ("collected", "found", "retired"):
        raise LookupError(number)
    (row,) = _rows(tx, [case])
    late = case.review_at is not None and case.review_at <= ctx.now()
    known = outcome_figures.proven(ctx, tx) if case.best else []
    proven = outcome_figures.proven_in(known, case.best)
    why, history = tactics.WHY.get(case.told.tactic, ""), tuple(case_wordings.history(tx, number))
    praised = highlights.get(tx, number)
    return Shown(row, history, why, late, proven, praised.person if praised else "", cases.private(tx, number))


def slides(shown: Shown) -> list[Slide]:
    """Five of them, twelve seconds each; nothing is told to have been said that nobody said."""
    told = shown.row.case.told
    return _of_talk(shown) if shown.row.case.kind in TALKS and (told.turning or told.line) else _of_wording(shown)


def _of_talk(shown: Shown) -> list[Slide]:
    """A conversation with its turn."""
    case, told = shown.row.case, shown.row.case.told
    turned = ("转折点", "接待的同事先说了这一句。") if told.turning else ("当时这样说", "接待的同事是这样说的。")
    named = f"这一招：{told.tactic}" if told.tactic else "这一步"
    return [
        Slide("客户进门时", told.before or told.quote or told.title, "一分钟，看一段真实的聊天。先看客户是怎么来的。"),
        Slide(turned[0], told.turning or told.line, turned[1]),
        Slide(named, shown.why or FIRST, "这一招有名字，记住它就够了。" if told.tactic else STEP, quoted=False),
        Slide("可以抄走的一句", case.best, "这一句可以直接抄走，换成自己的口气更好。"),
        Slide("客户离开时", told.after, "客户是这样离开的。今天就用一次试试。") if told.after else TODAY,
    ]


def _of_wording(shown: Shown) -> list[Slide]:
    """A question of customers, and the words that were written or chosen for it afterwards."""
    case, told = shown.row.case, shown.row.case.told
    chosen = "这是质检定下的标准话术。" if case.version else "这是大家投票选出来的一句。"
    return [
        Slide("客户这样说", told.before or told.quote or told.title, "一分钟，看一个大家都会遇到的问题。"),
        Slide("先想一想", "换作你，第一句会怎么说？", "心里先答一遍，再看下一页。", quoted=False),
        Slide("可以抄走的一句", case.best, chosen),
        Slide("这一步", shown.why or FIRST, STEP, quoted=False),
        TODAY,
    ]


def markdown(listed: Sequence[Row]) -> str:
    """For training: one section a case, by what the customer came for."""
    by_reason: dict[str, list[Row]] = {}
    for row in listed:
        by_reason.setdefault(row.case.told.reason or "其他", []).append(row)
    lines = ["# 案例库", "", f"共 {len(listed)} 个案例，人名、店名和个人信息已经隐去。", ""]
    for reason, group in by_reason.items():
        lines += [f"## {reason}", ""]
        for row in group:
            lines += _section(row)
    return "\n".join(lines)


def _section(row: Row) -> list[str]:
    case, told = row.case, row.case.told
    named = spoken_by(case)
    told_lines = (("客户进门时", told.before), ("转折点", told.turning), (named, case.best), ("客户离开时", told.after))
    tags = " · ".join(tag for tag in (told.tactic, told.product, f"{row.used} 次有用" if row.used else "") if tag)
    lines = [f"### {case.code} {told.title or told.before}", "", *([f"*{tags}*", ""] if tags else [])]
    return [*lines, *(f"- **{label}**：{words}" for label, words in told_lines if words), ""]


def _rows(tx: Tx, found: Sequence[Case]) -> list[Row]:
    used = case_wordings.used(tx, [case.id for case in found])
    waiting = case_wordings.waiting(tx)
    return [Row(case, used.get(case.id, 0), waiting.get(case.id, 0)) for case in found]
