"""What everybody who serves customers is told first: what is screened, why, who may see it, and how long it is kept."""

from datetime import timedelta
from hashlib import blake2b

from handlers.cards.card import Button, Card, Facts

TITLE = "🌱 先跟你说清楚：八哥听什么、谁看得到、留多久"


def disclosure_card(keep: timedelta, keep_masked: timedelta, *, confirmed: str = "") -> Card:
    """`confirmed`: when the person said so."""
    subject = f"told-{version_of(keep, keep_masked)}"
    buttons = (Button("我知道了", "known", subject, command="我知道了", style="primary"),)
    state = f"{confirmed} 已确认" if confirmed else "请看一下"
    facts = Facts(rows(keep, keep_masked))
    return Card("disclosure", "blue", TITLE, (facts,), () if confirmed else buttons, state)


def rows(keep: timedelta, keep_masked: timedelta) -> tuple[tuple[str, str], ...]:
    return (
        ("听什么", "你接待客户的聊天：客户等了多久、急不急、有没有该留意的说法。同事之间的聊天不听。"),
        ("为什么", "客户着急的时候，早点有人来帮你；说得好的那句，让大家都学到。"),
        ("谁看得到", "你自己，本组主管和资深客服，质检，管理员。别的同事、别的组看不到。"),
        (
            "怎么看",
            "手机、证件、银行卡、地址都打了码；主管或质检写明原因才能看原文。谁在什么时候看过，你发「谁看过」就知道。",
        ),
        ("留多久", f"原文留 {keep.days} 天，之后永久打码；{keep_masked.days} 天后删除。"),
        ("不做什么", "不排末位，不在群里点名说谁不好。觉得哪条不对，直接告诉我。"),
    )


def version_of(keep: timedelta, keep_masked: timedelta) -> str:
    """Other words or other numbers are another version, and are told anew."""
    said = "\n".join(f"{label} {text}" for label, text in rows(keep, keep_masked))
    return blake2b(said.encode(), digest_size=4).hexdigest()
