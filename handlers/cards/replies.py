"""Answers to what people type: short, and always with the next step."""

from handlers.cards.alert import TONES
from handlers.cards.card import Button, Card, Facts, Table, Text
from handlers.cards.words import HEADS, STATES, who
from rules.model import Conversation, Severity
from storage.alerts import Alert

GUIDE = (
    ("告警", "看还没收尾的告警"),
    ("认领 A12", "这位客户我来跟"),
    ("解决 A12", "办好了，收尾"),
    ("误报 A12 原因", "提醒错了，告诉我为什么，我会改"),
    ("静音 A12 30", "这一条先安静 30 分钟"),
    ("静音 规则 物流停滞 60", "一条规则、一家店（静音 店铺 …）或一位同事先安静；只发「静音」看有哪些（主管）"),
    ("恢复 物流停滞", "提前结束静音"),
    ("为什么没提醒 A12", "一段会话为什么没有叫人；会话编号写一部分也行"),
    ("值班", "现在谁在值班；主管可以说「值班 张主管 到 18:00」"),
    ("看全部 G3、都认领 G3", "并成一张的那些告警"),
    ("私下提示 A12 想说的话", "悄悄告诉接待的同事，最好私聊发给我"),
    ("接管 A12", "这位客户我来接"),
    ("转给 A12 小周", "请同事接着照顾"),
    ("我来处理 A12", "客服：这段我自己来"),
    ("需要帮助 A12", "客服：请人搭把手"),
    ("收到 A12", "客服：私下提示看到了"),
    ("谁看过 A12", "谁在什么时候看过这段聊天；只发「谁看过」，看最近七天谁看过你的"),
    ("影子、上线", "影子模式下本来会怎么提醒；觉得准了就上线（主管、管理员）"),
    ("复核", "今天最该看的几段，一段一按；也可以打开网页「复核」（质检、主管）"),
    ("我的质检", "客服：关于我的判定，怎么说更好；觉得不对就申诉"),
    ("申诉 F37 理由", "客服：请另一位同事复核一条判定"),
    ("原因 A12 流程", "解决以后说主要因为什么：知识、流程、系统、政策、态度、客户、无"),
    ("我的数据 本周", "我的接待数据；今天、昨天、本周、上周、本月、上月，或 11-20；只发给我自己"),
    ("我的画像", "和同类会话比，我拿手什么、可以练什么；主管和质检可以说「画像 小李」"),
    ("团队 售后", "一个组的数据和近 8 周的变化"),
    ("绑定 shop:xiaoli 小李", "子账号是谁的；只发「子账号」看还有哪些没绑（主管、管理员）"),
    ("案例 退款 等太久", "找同事管用的说法；用过有效就说「有用 S12」"),
    ("点赞 S12、提名 S12", "为一段好服务高兴；「收入案例库 S12」留给大家学，「不合适 S12」收起来"),
    ("提名 小李 为什么", "说出同事好在哪里；「荣誉」看最近是谁，「积分」看自己的"),
    ("成长", "这阵子练哪两件事，例子和小练习；不合适就说「先不练 G3」"),
    ("成交 本月", "我服务以后的转化、回购和评价；只发给我自己"),
    ("话术", "哪种说法真的有用，带可以抄的原句"),
    ("同意公开 S12", "客服：我的高光可以写名字分享；也可以「匿名」「不公开」"),
    ("投票 Q12 扣分", "共评校准：悄悄投，截止前可以改；也可以加轻重和原因"),
    ("说法 Q12 …", "共评校准：写一句更好的说法，不写是谁写的"),
    ("我的校准", "我投的题有多少和大家一致，只有自己看得到"),
    ("共评一致", "大家看法有多一致（主管、质检）"),
    ("规则账本", "每条规则提醒得准不准（主管、质检）"),
    ("试一句 …", "看看一句话会不会被提醒"),
    ("学习", "从大家的复核里再学一遍（质检、管理员）"),
    ("回退模型", "退回上一个评分模型（质检、管理员）"),
    ("状态", "八哥自己还好吗（管理员）"),
)


def guide() -> Card:
    return Card("reply", "blue", "🌱 我能帮你做这些", (Facts(GUIDE), Text("在群里 @我，或者直接发给我，都可以。")))


def unknown(nearest: str, number: int | None = None) -> Card:
    if not nearest:
        return Card(
            "reply", "grey", "🌱 这句我没听懂", (Text("发「帮助」看看我会什么。"),), (_typed("帮助", "帮助", "guide"),)
        )
    meant = f"{nearest} A{number}" if number is not None else nearest
    return Card("reply", "grey", f"🌱 你是想说「{meant}」吗？", (Text(f"再发一次「{meant}」就行，发「帮助」看全部。"),))


def sentence(text: str, tone: str = "grey") -> Card:
    return Card("reply", tone, f"🌱 {text}")


def alert_list(alerts: list[tuple[Alert, Conversation, str]], total: int = 0) -> Card:
    """`total`: how many there are when only the first are listed."""
    if not alerts:
        return Card("reply", "green", "🌱 现在没有等着的告警，大家都被照顾到了")
    rows = tuple((f"{HEADS[a.severity]} #{a.code}", who(c), need, STATES[a.state]) for a, c, need in alerts)
    first = next((a for a, _, _ in alerts if a.state == "open"), None)
    buttons = (_typed(f"认领 {first.code}", f"认领 {first.code}", "claim", first.code),) if first else ()
    worst = max((a.severity for a, _, _ in alerts), default=Severity.YELLOW)
    return Card(
        "reply",
        TONES[worst],
        f"🌱 还没收尾的告警 {max(total, len(alerts))} 条" + (f"，先看 {len(alerts)} 条" if total > len(alerts) else ""),
        (Table(("编号", "客户", "需要", "状态"), rows),),
        buttons,
    )


def status(facts: tuple[tuple[str, str], ...]) -> Card:
    return Card("reply", "blue", "🌱 我现在的状态", (Facts(facts),))


def _typed(text: str, command: str, action: str, value: str = "") -> Button:
    return Button(text, action, value, command=command)
