"""The child process: Feishu's own SDK, which only carries events between the platform and the parent.

Started by `listen.listener`; settings come on standard input. The SDK calls our handlers on its connection's loop and
waits for them, so nothing else moves meanwhile: not even pings. Hence a handler only hands the event over and waits
for the parent's word, 2.5 s at most; the platform would not wait longer than 3 s.
"""

import asyncio
import importlib
import os
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from bot.chats.arrival import reached
from bot.chats.frames import Pipe, open_pipe

ANSWER_SECONDS = 2.5
CLOSE_SECONDS = 0.5
BEAT = 5.0  # seconds between heartbeats
LOOK = 0.25  # seconds between looks at the connection
MESSAGE, PRESS = "im.message.receive_v1", "card.action.trigger"
REFUSALS = {
    403: "飞书不让这个应用用长连接：要是企业自建应用，并且已发布",
    1000040344: "飞书不认这个 app_id 与 app_secret，请对照开放平台 → 凭证与基础信息",
    1000040350: "同一个应用的长连接超过了 50 条，请停掉多余的进程",
}
# Subscribed by many an app and of no use to us; without a handler the SDK refuses them and the platform tells again.
IGNORED = (
    "im.message.message_read_v1",
    "im.message.recalled_v1",
    "im.message.reaction.created_v1",
    "im.message.reaction.deleted_v1",
    "im.chat.access_event.bot_p2p_chat_entered_v1",
    "im.chat.member.bot.added_v1",
    "im.chat.member.bot.deleted_v1",
    "im.chat.member.user.added_v1",
    "im.chat.member.user.withdrawn_v1",
    "im.chat.member.user.deleted_v1",
    "im.chat.updated_v1",
    "im.chat.disbanded_v1",
    "application.bot.menu_v6",
)


class Connection:
    """The SDK's client on its own thread and loop, as it wants them."""

    def __init__(self, pipe: Pipe):
        self._pipe = pipe
        self._client: Any = None
        self._loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, daemon=True)

    @property
    def connected(self) -> bool:
        # After a refusal while reconnecting the SDK lives on without a connection and tells nobody.
        return getattr(self._client, "_conn", None) is not None

    def _run(self) -> None:
        try:
            self._connect()
        except Exception as error:  # this thread is the child's one job; the parent starts another child
            words = REFUSALS.get(getattr(error, "code", 0), "飞书长连接断了")
            self._pipe.log(f"{words}（{error}）")

    def _connect(self) -> None:
        asyncio.set_event_loop(self._loop)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            sdk: Any = importlib.import_module("lark_oapi.ws.client")
        sdk.loop = self._loop  # the SDK keeps one loop for the whole module
        told = self._pipe.settings
        self._client = sdk.Client(
            told["app_id"],
            told["app_secret"],
            log_level=sdk.LogLevel.WARNING,  # at INFO it writes the address of the connection with its ticket
            event_handler=handlers(self._pipe, lambda: getattr(self._client, "_conn", None)),
            domain=told["domain"],
        )
        self._client.start()

    def close(self) -> None:
        """Say goodbye to the platform and end: the SDK has no stop, and its threads would live on."""
        try:
            if self._client is not None and self._loop.is_running():
                self._client._auto_reconnect = False
                asyncio.run_coroutine_threadsafe(self._client._disconnect(), self._loop).result(CLOSE_SECONDS)
        finally:
            os._exit(0)


def handlers(pipe: Pipe, line: Callable[[], Any]) -> Any:
    """The SDK's table of events; `line()` is its connection, on whose loop the handlers are called."""
    following: set[asyncio.Task[None]] = set()
    sdk = importlib.import_module("lark_oapi.event.dispatcher_handler")

    def said(event: Any) -> None:
        told = {"header": {"event_id": event.header.event_id, "event_type": MESSAGE}, "event": event.event}
        pipe.ask(told).result(ANSWER_SECONDS)  # an exception here lets the platform tell us again

    def pressed(event: Any) -> Any:
        answer = pipe.ask(read_press(event))
        try:
            told = dict(answer.result(ANSWER_SECONDS))
        finally:
            answer.cancel()  # what comes later reaches nobody
        task = asyncio.get_running_loop().create_task(pipe.follow(answer, reached(line())))
        following.add(task)
        task.add_done_callback(following.discard)
        return sdk.P2CardActionTriggerResponse(told)

    builder = sdk.EventDispatcherHandler.builder("", "")
    builder.register_p2_customized_event(MESSAGE, said)
    builder.register_p2_card_action_trigger(pressed)
    for kind in IGNORED:
        builder.register_p2_customized_event(kind, ignore)
    return builder.build()


def ignore(event: Any) -> None:
    """Acknowledged, and that is all."""


def read_press(event: Any) -> Mapping[str, Any]:
    """The SDK's object as plain JSON again."""
    body = event.event
    return {
        "header": {"event_id": event.header.event_id, "event_type": PRESS},
        "event": {
            "operator": {"open_id": body.operator.open_id},
            "action": {"value": body.action.value, "form_value": body.action.form_value},
            "context": {
                "open_message_id": body.context.open_message_id,
                "open_chat_id": body.context.open_chat_id,
            },
        },
    }


def main() -> None:
    pipe = open_pipe()
    connection = Connection(pipe)
    pipe.listen(connection.close)
    connection.thread.start()
    watch(pipe, connection)
    os._exit(1)  # the SDK gave up; its threads would keep the process alive


def watch(pipe: Pipe, connection: Connection) -> None:
    """A heartbeat every few seconds, and at once when the connection comes or goes; ends with the SDK's thread."""
    told, quiet = None, 0.0
    while connection.thread.is_alive():
        connected = connection.connected
        if connected is not told or quiet >= BEAT:
            pipe.beat(connected)
            told, quiet = connected, 0.0
        time.sleep(LOOK)
        quiet += LOOK


if __name__ == "__main__":
    main()
