"""The child process: DingTalk's own SDK, which only carries frames between the platform and the parent.

Started by `listen.listener`; settings come on standard input. The SDK reads its endpoint when imported, so it is set
before that.
"""

import asyncio
import importlib
import logging
import os
from typing import Any

from bot.chats.arrival import reached
from bot.chats.frames import Pipe, open_pipe

TOPICS = ("/v1.0/im/bot/messages/get", "/v1.0/card/instances/callback")
BEAT = 5.0  # seconds between heartbeats
LOOK = 0.25  # seconds between looks at the connection


def main() -> None:
    pipe = open_pipe()
    os.environ["DINGTALK_OPENAPI_ENDPOINT"] = pipe.settings["api_base"].rstrip("/")
    asyncio.run(serve(pipe, importlib.import_module("dingtalk_stream")))


async def serve(pipe: Pipe, sdk: Any) -> None:
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    credential = sdk.Credential(pipe.settings["client_id"], pipe.settings["client_secret"])
    ping = float(pipe.settings["ping"])
    pings = {"ping_interval": ping, "ping_timeout": ping}
    client = sdk.DingTalkStreamClient(credential, logging.getLogger("dingtalk"), pings)
    for topic in TOPICS:
        client.register_callback_handler(topic, _carrier(pipe, sdk, topic))
    _hush()
    closing, loop = asyncio.Event(), asyncio.get_running_loop()
    pipe.listen(lambda: loop.call_soon_threadsafe(closing.set))
    running = [asyncio.create_task(client.start()), asyncio.create_task(_beat(pipe, client))]
    await asyncio.wait([*running, asyncio.create_task(closing.wait())], return_when=asyncio.FIRST_COMPLETED)
    await client.stop()
    running[1].cancel()
    await asyncio.gather(*running, return_exceptions=True)


def _hush() -> None:
    """At INFO the SDK writes connection addresses, and whole messages with them."""
    for name in list(logging.root.manager.loggerDict):
        if name.startswith("dingtalk_stream"):
            logging.getLogger(name).setLevel(logging.WARNING)


def _carrier(pipe: Pipe, sdk: Any, topic: str) -> Any:
    """Hands a frame over and acknowledges it with the parent's answer, only after that came."""
    following: set[asyncio.Task[None]] = set()

    class Carrier(sdk.CallbackHandler):  # type: ignore[misc]
        async def process(self, callback: Any) -> tuple[int, Any]:
            told = {"topic": topic, "id": callback.headers.message_id or "", "data": callback.data}
            line, answer = self.dingtalk_client.websocket, pipe.ask(told)
            body = await asyncio.wrap_future(answer)
            if body:
                task = asyncio.create_task(pipe.follow(answer, reached(line)))
                following.add(task)
                task.add_done_callback(following.discard)
            return sdk.AckMessage.STATUS_OK, body

    return Carrier()


async def _beat(pipe: Pipe, client: Any) -> None:
    """A heartbeat every few seconds, and at once when the connection comes or goes."""
    told, quiet = None, 0.0
    while True:
        connected = client.websocket is not None and client.websocket.state.name == "OPEN"
        if connected is not told or quiet >= BEAT:
            pipe.beat(connected)
            told, quiet = connected, 0.0
        await asyncio.sleep(LOOK)
        quiet += LOOK


if __name__ == "__main__":
    main()
