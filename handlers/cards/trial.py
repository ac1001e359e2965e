"""What screening makes of one sentence, for people who try a rule."""

from handlers.cards.card import Card, Facts, Text
from rules.model import Screening

LEVELS = {"none": "不会提醒", "yellow": "黄色提醒", "orange": "橙色提醒", "red": "红色提醒"}
TONES = {"none": "green", "yellow": "yellow", "orange": "orange", "red": "red"}


def trial(screening: Screening) -> Card:
    level = screening.severity.level
    rows = tuple((f.says, f.rule) for f in screening.findings)
    what = Facts(rows) if rows else Text("这句话没有触发任何规则。")
    return Card("reply", TONES[level], f"🌱 {LEVELS[level]} · 风险 {screening.risk:.0%}", (what,))
