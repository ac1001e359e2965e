"""Runs a Starling behind uvicorn: says when it is ready, and ends cleanly when asked."""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from types import FrameType

import uvicorn

from bot import log
from bot.app import Starling, build
from bot.plain_words import of_os
from bot.running import heap
from bot.settings.sections import Config
from handlers.errors import UserError

WhenReady = Callable[[str], Awaitable[None] | None]


class Server(uvicorn.Server):
    """Ends its open live pages as soon as it is told to stop, so that nothing keeps it waiting."""

    def __init__(self, config: uvicorn.Config, starling: Starling):
        super().__init__(config)
        self._starling = starling

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._starling.end_streams()
        super().handle_exit(sig, frame)


def serve(config: Config) -> None:
    log.setup()
    sockets = listen(config.server.host, config.server.port)
    address = f"http://{config.server.host}:{sockets.getsockname()[1]}"

    def announce(_: str) -> None:
        say(welcome(config, address))
        if config.server.host in ("127.0.0.1", "localhost") and any(r.chat == "sandbox" for r in config.rooms):
            say(f"沙盒：{address}/sandbox")

    run(build(config), sockets, announce)


def welcome(config: Config, address: str) -> str:
    base = (config.server.public_url or address).rstrip("/")
    doors = "、".join(f"{base}/in/{name}" for name in config.helpdesks)
    return f"八哥已就绪，客服系统的消息请发到 {doors}" if doors else "八哥已就绪，还没有写 [helpdesks.名字]，听不到客户"


def run(starling: Starling, listening: socket.socket, ready: WhenReady) -> None:
    """Serve until Ctrl-C, SIGTERM or the closing of the terminal's window, which mean the same."""
    heed_endings()
    settings = uvicorn.Config(
        starling.web, log_config=None, access_log=False, timeout_graceful_shutdown=2, server_header=False
    )
    server = Server(settings, starling)
    heap.freeze()
    sys.setswitchinterval(0.001)  # while a batch is screened, webhooks want to be answered
    loop = settings.get_loop_factory()
    with contextlib.suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=loop) as runner:
        runner.run(_run(server, listening, ready))  # uvicorn passes Ctrl-C on after a clean end


def heed_endings() -> None:
    """Under nohup a closed window means nothing; Windows knows no SIGHUP."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    hangup = getattr(signal, "SIGHUP", None)
    if hangup is not None and signal.getsignal(hangup) != signal.SIG_IGN:
        signal.signal(hangup, lambda *_: signal.raise_signal(signal.SIGTERM))


async def _run(server: Server, listening: socket.socket, ready: WhenReady) -> None:
    host, port = listening.getsockname()[:2]
    watch = asyncio.create_task(_tell(server, ready, f"http://{host}:{port}"))
    try:
        await server.serve([listening])
    finally:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)


async def _tell(server: Server, ready: WhenReady, address: str) -> None:
    while not server.started:
        await asyncio.sleep(0.02)
    told = ready(address)
    if told is not None:
        await told


def listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise UserError(f"端口 {port} 用不了：{of_os(error)}。换一个 port，或先停掉占用它的程序。") from error
    return listening


def say(line: str) -> None:
    with contextlib.suppress(OSError):  # the window may be closed
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
