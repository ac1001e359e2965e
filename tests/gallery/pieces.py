"""What the example cards are made of: one shop, one customer, one afternoon."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from rules.metrics.cells import MEASURED
from rules.model import Conversation, Finding, Kind, Message, Severity, Speaker
from rules.portrait import Change, Portrait, Standing, Trend, Week
from rules.spans import Span
from storage.alerts import Alert
from storage.appeals import Appeal
from storage.cases import Case, Told
from storage.judgements import Judged

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 6, 5, tzinfo=UTC)  # 14:05
DAY = date(2026, 11, 20)
PAGE = "https://starling.example"


def minutes(n: float) -> datetime:
    return NOW + timedelta(minutes=n)


CONVERSATION = Conversation(
    "shop:c1",
    (
        Message("m1", Speaker.CUSTOMER, "退款什么时候到账？", minutes(-9)),
        Message("m2", Speaker.AGENT, "亲，请耐心等待哦", minutes(-8), "xiaoli"),
        Message("m3", Speaker.CUSTOMER, "我问了三遍了还没人回，再不解决我就投诉到 12315", NOW),
    ),
    shop="云雀旗舰店",
    team="售后",
    customer_name="王女士",
)
FINDINGS = (
    Finding(
        "complaint",
        Kind.RISK,
        Severity.RED,
        "m3",
        CONVERSATION.messages[2].text,
        "客户提到向监管投诉",
        "complaint@2",
        "先认领：让您久等了，退款我现在就查，5 分钟内给您准信。",
    ),
    Finding(
        "repeated",
        Kind.RISK,
        Severity.ORANGE,
        "m3",
        CONVERSATION.messages[2].text,
        "客户多次表达不满（3 次/10 分钟）",
        "repeated@1",
    ),
)
ALERT = Alert(
    12, "shop:c1", Kind.RISK, Severity.RED, "open", "售后", NOW, NOW, "", None, "", None, "", None, None, 0, ""
)
CLAIMED = replace(ALERT, state="claimed", claimed_by="张主管", claimed_at=minutes(1))
RESOLVED = replace(CLAIMED, state="resolved", closed_by="张主管", closed_at=minutes(14), closing="客户说「好的谢谢」")
JUDGED = Judged(37, "shop:c1", FINDINGS[1], NOW, "real", "张主管", minutes(14), "knowledge", "shop:xiaoli")
APPEAL = Appeal(
    3,
    "小李",
    "shop:c1",
    "售后",
    "客户当时已经收到退款，问的是另一单",
    minutes(60),
    "张主管",
    "陈质检",
    minutes(60 + 48 * 60),
    False,
    "open",
    "",
    "",
    None,
)
TOLD = Told(
    "开口就说骗子 · 先认领问题",
    "你们是骗子吧，衣服怎么是破的",
    "姐姐你人真好，下次还找你",
    "这事搁我身上我也急，您把单号给我，我盯到底",
    "我盯到底，18 点前不管有没有结果都给您回个话。",
    "质量问题",
    "先认领问题",
    "服饰",
    "你们是骗子吧",
    "客户从生气到道谢",
)
CASE = Case(
    12,
    "star:shop:c1",
    "star",
    "found",
    "shop:c1",
    "shop:xiaozhou",
    "",
    "售后",
    "praise@1",
    "m3",
    NOW,
    TOLD,
    "",
    0,
    "",
    None,
    "",
    None,
)
KEPT = replace(CASE, state="collected", wording="我盯到底，18 点前一定给您回话。", version=2, owner="陈质检")
SPAN = Span(date(2026, 11, 16), DAY, "本周")


def standing(name: str, value: float, middle: float, chance: float, n: int = 74, reason: str = "") -> Standing:
    return Standing(
        MEASURED[name],
        value,
        (value * 0.9, min(value * 1.1, 1.0) if value < 1 else value * 1.1),
        value,
        middle,
        chance,
        n,
        reason,
    )


def _trend(name: str, values: tuple[float, ...], word: str, *, better: bool) -> Trend:
    weeks = tuple(Week(f"11-{2 + 7 * i:02}", v, (v * 0.92, v * 1.08), 40) for i, v in enumerate(values))
    return Trend(MEASURED[name], weeks, word, better, 40 * len(values))


PORTRAIT = Portrait(
    "小李",
    SPAN,
    186,
    12,
    (
        Change(standing("first_reply", 21, 25, 0.97, 186), "确有变化", True),
        Change(standing("resolution", 540, 560, 0.6, 160), "正常波动", False),
        Change(standing("solved", 0.88, 0.82, 0.95), "正常波动", False),
        Change(standing("csat", 0.93, 0.95, 0.3, 12), "样本少", False),
    ),
    (standing("solved", 0.71, 0.83, 0.04, 31, "退款退货"),),
    (
        _trend("first_reply", (31, 29, 26, 21), "确有变化", better=True),
        _trend("solved", (0.84, 0.86, 0.85, 0.88), "正常波动", better=False),
    ),
    (("物流", 80), ("退款退货", 61), ("尺码", 45)),
    40,
    2,
)
