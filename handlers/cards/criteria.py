"""Asks whether a rule may judge a step further by itself, and says when it may less."""

from handlers.cards.card import Button, Card, Facts, Text
from handlers.cards.poll_results import STAGES
from handlers.cards.words import clean
from storage.decisions import Criterion


def criterion(one: Criterion, title: str, value: str) -> Card:
    rows = [("规则", clean(title)), ("为什么", one.because)]
    if one.proposed:
        rows[1:1] = [("现在", STAGES[one.stage]), ("编号", f"#{value}")]
        calm = Text("没人同意之前，还和现在一样。以后看法变了，会自动退回来。")
        taps = (
            Button("同意", "promote", value, command=f"同意 {value}", style="primary"),
            Button("先不动", "stay", value, command=f"先不动 {value}"),
        )
        title = f"⚖️ 「{clean(title)}」可以{STAGES[one.proposed]}了吗"
        return Card("review", "blue", title, (Facts(tuple(rows)), calm), taps, "待质检确认")
    rows.append(("谁定的", clean(one.by)))
    return Card("review", "grey", f"⚖️ 「{clean(title)}」现在{STAGES[one.stage]}", (Facts(tuple(rows)),), state="已定")
