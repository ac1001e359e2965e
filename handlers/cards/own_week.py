"""🛡️ One private card a week for everybody who serves customers: what protected, what arms, what they achieved."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.cards.card import Card, Text


@dataclass(frozen=True, slots=True)
class OwnWeek:
    abuse: int  # conversations kept as evidence
    overturned: int  # judgements taken back after an appeal
    wording: str
    achieved: Sequence[str]


def own_week(told: OwnWeek) -> Card:
    lines = (f"保护你：{_protected(told)}", f"武装你：{_armed(told)}", f"成就你：{'；'.join(told.achieved)}")
    return Card("own_week", "green", "🛡️ 这一周，辛苦了", tuple(map(Text, lines)))


def _protected(told: OwnWeek) -> str:
    rows = [f"{told.abuse} 段辱骂或恶意的聊天已留证，不计入你的画像"] if told.abuse else []
    rows += [f"{told.overturned} 条判定申诉成功，已撤回"] if told.overturned else []
    return "；".join(rows) or "这周没有要替你挡的。觉得哪条判得不合适，随时点「申诉」"


def _armed(told: OwnWeek) -> str:
    if told.wording:
        return f"这周可以抄走的一句——「{told.wording}」"
    return "你有管用的说法也告诉主管或质检，收进案例库，大家都用得上"
