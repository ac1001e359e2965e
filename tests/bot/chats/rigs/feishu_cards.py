"""Cards as the handlers make them, for the tests of drawing and sending."""

from dataclasses import replace

from handlers.cards.card import Button, Card, Choices, Facts, Form, Quote, Table, Text

ALERT = Card(
    kind="alert",
    tone="red",
    title="🔴 客户等了 6 分钟，第 3 次追问退款",
    blocks=(
        Text("王** · 旗舰店 · 在线聊天 · 售后"),
        Quote("我问了三遍了还没人回，再不解决我就投诉", "14:05", "客户"),
        Facts(
            (
                ("为什么提醒", "多次表达不满（3 次/10 分钟）"),
                ("建议先说", "让您久等了，退款我现在就查"),
                ("编号", "#A12"),
            )
        ),
    ),
    buttons=(
        Button("认领", "claim", "A12", command="认领 A12", style="primary"),
        Button("旁听", url="https://starling.example/c/c1"),
        Button("误报", "false_alarm", "A12", command="误报 A12"),
        Button("静音", "mute", "A12", command="静音 A12"),
    ),
    state="待认领",
)
CLAIMED = replace(
    ALERT,
    blocks=(*ALERT.blocks[:2], Facts((("认领", "张主管 14:06 认领"), ("编号", "#A12")))),
    buttons=(Button("解决", "resolve", "A12", style="primary"), Button("误报", "false_alarm", "A12")),
    state="已认领",
)
RESOLVED = replace(
    CLAIMED,
    tone="green",
    title="✅ 14:19 已解决 · 客户说「好的谢谢」 · 用了 13 分钟",
    buttons=(),
    state="已解决",
)
ESCALATED = replace(ALERT, mentions=("ou_zhang",))
STAR = Card(
    kind="star",
    tone="yellow",
    title="⭐ 服务之星时刻 · 小周",
    blocks=(
        Quote("你们是骗子吧", "10:02", "客户"),
        Quote("姐姐你人真好，下次还找你", "10:20", "客户"),
        Text("可以抄走的一句：「我盯到底，18 点前不管有没有结果都给您回个话。」"),
    ),
    buttons=(Button("👍", "cheer", "S3"), Button("收入案例库", "keep", "S3"), Button("提名服务之星", "nominate", "S3")),
)
REPLY = Card(
    kind="reply",
    tone="grey",
    title="现在有 2 条告警",
    blocks=(Table(("编号", "客户", "等了"), (("A12", "王**", "6 分钟"), ("A13", "李**", "4 分钟"))),),
)
POLL = Card(
    kind="poll",
    tone="blue",
    title="⚖️ 共评校准 · 第 3 题 / 共 4 题",
    blocks=(
        Text("这条该不该扣分？"),
        Choices("vote", (("扣分", "P3:yes"), ("不扣", "P3:no"), ("不确定", "P3:unsure"))),
        Form("better", "P3", "写下更好的说法", "提交"),
    ),
)
GOLDEN = {
    "feishu_alert_open": ALERT,
    "feishu_alert_claimed": CLAIMED,
    "feishu_alert_resolved": RESOLVED,
    "feishu_alert_escalated": ESCALATED,
    "feishu_star": STAR,
    "feishu_reply": REPLY,
    "feishu_poll": POLL,
}
# What a customer could write to call everyone, to plant a link, or to break the card.
HOSTILE = (
    '<at user_id="all"></at>',
    "<at id=all></at>",
    "@所有人 @all",
    "[点我领红包](http://evil.example/x)",
    "![](http://evil.example/pixel.png)",
    "<font color='red'>已退款</font> <a href='http://evil.example'>a</a>",
    '"}],"schema":"1.0"',
    "```\n# 标题\n**粗**\n---",
    "${secret} {{secret}}",
    "\u202e反转\u200b\x00\ud83d",
)
