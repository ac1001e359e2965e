"""What `doctor` asks of the chat platforms, each in its own way."""

from collections.abc import Awaitable, Callable

import httpx

from bot.chats.dingtalk import examine as dingtalk
from bot.chats.feishu import examine as feishu
from bot.chats.result import Result
from bot.settings.sections import Config


async def robots(config: Config, client: httpx.AsyncClient) -> list[Result]:
    """Group robots with a bare webhook answer nothing but posts."""
    named = "、".join(room.name for room in config.rooms if room.chat.endswith("-webhook"))
    return [Result("群机器人", None, f"{named}：只能发不能查，发出第一张卡片时才知道通不通")] if named else []


Examination = Callable[[Config, httpx.AsyncClient], Awaitable[list[Result]]]
EXAMINATIONS: tuple[Examination, ...] = (dingtalk.examine, feishu.examine, robots)
