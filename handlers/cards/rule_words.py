"""A change of a rule in words that everybody who serves customers understands."""

from handlers.cards.words import clean
from rules.changes import EXAMPLE, SEVERITY, THRESHOLD, UNLESS, Change
from rules.privacy import quote

LEVELS = {"none": "只记录，不提醒", "yellow": "黄色提醒", "orange": "橙色提醒", "red": "红色提醒"}
LIMITS = {"first_reply_seconds": "首次回复", "reply_seconds": "后续回复"}


def change_words(change: Change, title: str) -> str:
    """以后遇到「买了三天就降价」，「价保解释」不再提醒"""
    rule = f"规则「{clean(title)}」"
    if change.what == SEVERITY:
        return f"{rule}改成{LEVELS.get(change.value, change.value)}"
    if change.what == THRESHOLD:
        name, _, seconds = change.value.partition("=")
        return f"{rule}的{LIMITS.get(name, '时限')}放宽到 {seconds} 秒"
    if change.what == UNLESS:
        return f"以后话里有「{quote(change.value)}」，「{clean(title)}」不再提醒"
    if change.what == EXAMPLE:
        return f"以后遇到「{quote(change.value)}」，「{clean(title)}」不再提醒"
    return f"{rule}有一处改动"
