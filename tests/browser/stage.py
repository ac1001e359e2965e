"""A sandbox with a small play on it: `python -m tests.browser.stage PORT` shows the page by itself."""

import asyncio
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import uvicorn
from starlette.applications import Starlette

from bot.chats.sandbox import SandboxChat
from bot.web.live import Hub
from bot.web.sandbox import SandboxRig, routes
from handlers.cards.card import Button, Card, Facts, Form, Quote, Table, Text
from handlers.protocols import Pressed, Reply, Said, Target
from storage.db import Store
from tests import stores

PEOPLE = [
    {"name": "张主管", "role": "lead", "title": "主管"},
    {"name": "陈质检", "role": "qa", "title": "质检"},
    {"name": "阿明", "role": "senior", "title": "资深客服"},
    {"name": "小李", "role": "agent", "title": "客服"},
    {"name": "小周", "role": "agent", "title": "客服"},
    {"name": "路人", "role": "stranger", "title": "陌生人"},
    {"name": "老管", "role": "admin", "title": "管理员"},
]
ROOMS = [("leads", "售后主管群"), ("team", "售后团队")]
ALERT = Card(
    "alert",
    "red",
    "🔴 客户等了 6 分钟，第 3 次追问退款",
    (
        Text("王** · 旗舰店 · 在线聊天 · 售后"),
        Quote("我问了三遍了还没人回，再不解决我就投诉到 12315", "14:05", "客户"),
        Facts((("为什么提醒", "多次表达不满（3 次/10 分钟）· 提到监管投诉"), ("接待", "小李（同时接待 7 人）"))),
        Text("建议先说：让您久等了，退款我现在就查，5 分钟内给您准信。"),
    ),
    (
        Button("认领", "claim", "A1", command="认领 A1", style="primary"),
        Button("旁听", "listen", "A1", url="/c/1"),
        Button("误报", "false_alarm", "A1", command="误报 A1"),
        Button("静音", "mute", "A1", command="静音 A1"),
    ),
    "待认领",
)
STAR = Card(
    "star",
    "green",
    "⭐ 服务之星时刻 · 小周",
    (
        Quote("你们是骗子吧", "14:10", "客户进门时"),
        Quote("姐姐你人真好，下次还找你", "14:21", "客户离开时"),
        Text("转折点：没有先解释，先认领了问题——「这事搁我身上我也急，您把单号给我，我盯到底」"),
    ),
    (Button("👍 12", "like", "S1"), Button("收入案例库", "collect", "S1")),
)
BRIEFING = Card(
    "briefing",
    "blue",
    "☀️ 售后组晨会 · 11 月 20 日 周五",
    (
        Text("昨天接待 412 段，全部筛过；救回 7 段。"),
        Table(("谁", "接待", "首响"), (("小李", "186", "21 秒"), ("小周", "164", "25 秒"))),
        Form("word", "1", "写下更好的说法", "提交"),
    ),
    (Button("读过", "read", "B1"),),
)
CHAT: dict[str, Any] = {
    "id": "c1",
    "customer": "王**",
    "shop": "暖厨小家电旗舰店",
    "channel": "chat",
    "level": "red",
    "waiting": 185,
    "lines": [
        {"from": "customer", "text": "退款什么时候到账？"},
        {"from": "agent", "text": "亲，请耐心等待哦"},
        {"from": "customer", "text": "我问了三遍了还没人回，再不解决我就投诉到 12315"},
    ],
}
CALM: dict[str, Any] = {
    "id": "c2",
    "customer": "李**",
    "shop": "小鹿旗舰店",
    "channel": "phone",
    "level": "none",
    "waiting": None,
    "lines": [{"from": "customer", "text": "M 码还有吗？"}, {"from": "agent", "text": "有的，今天就能发"}],
}


@dataclass(slots=True)
class Stage:
    """Plays Starling: a lead may claim, anyone may ask for help."""

    chat: SandboxChat
    hub: Hub

    async def said(self, said: Said) -> None:
        here = Target("sandbox", said.room.removeprefix("@"), said.direct)
        reply = Card("reply", "grey", f"🐦 听到了：{said.text}", (Text("可以说：帮助、告警、认领 A1"),))
        await self.chat.send(here, reply, f"reply-{said.event}")

    async def pressed(self, pressed: Pressed) -> Reply:
        if pressed.person != "张主管":
            return Reply(False, "这个由主管来按，谢谢你留意。")
        facts = Facts((("经过", "张主管 14:06 认领 · 客户已等 7 分钟"),))
        claimed = replace(
            ALERT, tone="orange", state="已认领", blocks=(*ALERT.blocks, facts), buttons=ALERT.buttons[1:]
        )
        return Reply(True, "已认领，交给你了。", claimed)

    async def alert(self, key: str = "alert-1") -> None:
        await self.chat.send(Target("sandbox", "leads"), ALERT, key)

    async def calm(self, key: str) -> None:
        closed = replace(ALERT, tone="green", title="✅ 14:19 已解决", state="已解决", buttons=())
        await self.chat.edit(Target("sandbox", "leads"), key, closed, key)

    async def star(self, key: str = "star-1") -> None:
        await self.chat.send(Target("sandbox", "leads"), STAR, key)


def screen(line: dict[str, Any]) -> dict[str, Any]:
    """A listener that knows three words."""
    words = {"投诉": ("red", "客户要投诉"), "慢": ("orange", "嫌慢"), "人真好": ("none", "客户夸了客服")}
    findings = [
        {"check": "word", "kind": "star" if level == "none" else "risk", "severity": level, "message": m["id"]}
        | {"quote": word, "says": says, "rule": "word@1", "advice": "让您久等了，我现在就查。"}
        for m in line["messages"]
        for word, (level, says) in words.items()
        if word in m["text"]
    ]
    level = next((f["severity"] for f in findings if f["severity"] != "none"), "none")
    return {"id": line["id"], "level": level, "risk": 0.83 if level == "red" else 0.2, "star": 0.1} | {
        "findings": findings,
        "unchecked": ["response_time: no timestamps"],
    }


def set_stage(store: Store, story: dict[str, Any] | None = None) -> tuple[Starlette, Stage]:
    store.transact(stores.create)
    hub = Hub()
    stage = Stage(SandboxChat(store, hub, lambda: datetime.now(UTC)), hub)
    rig = SandboxRig(store, hub, stage, ROOMS, PEOPLE, screen, lambda: [CHAT, CALM], lambda: story)
    return Starlette(routes=routes(rig)), stage


async def play(stage: Stage) -> None:
    await asyncio.sleep(6)
    await stage.alert()
    await stage.chat.send(Target("sandbox", "小李", direct=True), BRIEFING, "dm-1")
    await asyncio.sleep(9)
    said = {"from": "agent", "text": "让您久等了，退款我现在就查，5 分钟内给您准信。"}
    stage.hub.publish("chats", CHAT | {"level": "orange", "waiting": None, "lines": [*CHAT["lines"], said]})
    await asyncio.sleep(5)
    await stage.star()
    await stage.chat.send(Target("sandbox", "team"), BRIEFING, "briefing-1")


async def main(port: int) -> None:
    with Store.open("sqlite://") as store:
        app, stage = set_stage(store, {"person": "张主管", "room": "leads"})
        server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", timeout_graceful_shutdown=1))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(server.serve())
            tasks.create_task(play(stage))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
