"""The listener with small children of its own: frames, heartbeats, restarts, and what it keeps from them."""

import asyncio
import sys
import textwrap
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.chats.listener import Hear, Listener

PREFIX = "import json, os, sys, time\nfrom bot.chats.frames import open_pipe\npipe = open_pipe()\n"


async def echo(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"heard": data}


@asynccontextmanager
async def child(script: str, hear: Hear = echo, **more: Any) -> AsyncIterator[Listener]:
    command = [sys.executable, "-c", PREFIX + textwrap.dedent(script)]
    listener = Listener("test", command, {"secret": "very-secret"}, hear, first_pause=0.02, **more)
    running = asyncio.create_task(listener.run())
    try:
        yield listener
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def until(true: Callable[[], Any], seconds: float = 30.0) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it never became true"
        await asyncio.sleep(0.01)


class Heard(list[Mapping[str, Any]]):
    async def hear(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        self.append(data)
        return {"n": len(self)}


async def test_an_event_is_answered_and_settings_arrive_by_the_pipe() -> None:
    heard = Heard()
    script = """
        pipe.listen(lambda: None)
        pipe.beat(True)
        answer = pipe.ask({"secret": pipe.settings["secret"]}).result(30)
        pipe.ask({"answer": answer}).result(30)
        time.sleep(60)
    """
    async with child(script, heard.hear) as listener:
        await until(lambda: len(heard) == 2)
        assert listener.status.state == "connected"
    assert heard == [{"secret": "very-secret"}, {"answer": {"n": 1}}]


async def test_what_a_library_prints_does_not_disturb_the_frames() -> None:
    heard = Heard()
    script = """
        print("hello from a library")
        os.write(1, b"and from C\\n")
        pipe.listen(lambda: None)
        pipe.ask({"ok": True}).result(30)
        time.sleep(60)
    """
    async with child(script, heard.hear):
        await until(lambda: heard)
    assert heard == [{"ok": True}]


async def test_lines_that_are_no_frames_are_passed_over() -> None:
    heard = Heard()
    script = """
        for line in ("", "nonsense", "[]", "{}", '{"type":"event"}', '{"type":"unknown"}', "{" * 5000):
            pipe._outgoing.write(line + "\\n")
        pipe.listen(lambda: None)
        pipe.ask({"ok": True}).result(30)
        time.sleep(60)
    """
    async with child(script, heard.hear):
        await until(lambda: heard)


async def test_a_child_that_ends_is_started_again_with_longer_pauses() -> None:
    async with child("sys.exit('no such app')") as listener:
        await until(lambda: listener.status.restarts >= 3)
        assert listener.status.last_error == "no such app"


async def test_a_command_that_cannot_start_is_told() -> None:
    listener = Listener("test", ["/no/such/program"], {}, echo, first_pause=0.02)
    running = asyncio.create_task(listener.run())
    await until(lambda: listener.status.restarts >= 2)
    assert "启动不了" in listener.status.last_error
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize(
    ("script", "why"),
    [("time.sleep(60)", "没有心跳"), ("while True:\n    pipe.beat(False)\n    time.sleep(0.05)", "没有连上")],
)
async def test_a_silent_or_unconnected_child_is_replaced(script: str, why: str) -> None:
    async with child(script, quiet_limit=2.0) as listener:  # far longer than a busy machine is late with a beat
        await until(lambda: listener.status.restarts >= 1)
        assert why in listener.status.last_error


async def test_secrets_are_struck_out_of_what_a_child_complains_about() -> None:
    async with child("sys.exit('bad secret ' + pipe.settings['secret'])") as listener:
        await until(lambda: listener.status.last_error)
        assert listener.status.last_error == "bad secret ***"


async def test_a_late_answer_is_replaced_and_the_work_goes_on() -> None:
    answers: list[Mapping[str, Any]] = []

    async def slow(data: Mapping[str, Any]) -> Mapping[str, Any]:
        if "answer" not in data:
            await asyncio.sleep(0.5)
        answers.append(data)
        return {"done": True}

    script = """
        pipe.listen(lambda: None)
        pipe.ask({"answer": dict(pipe.ask({"press": 1}).result(30))})
        time.sleep(60)
    """
    async with child(script, slow, answer_within=0.1, late=lambda data: {"toast": "wait"}):
        await until(lambda: len(answers) == 2)
    assert answers == [{"answer": {"toast": "wait"}}, {"press": 1}]


async def test_that_a_late_answer_arrived_is_no_news() -> None:
    heard: list[Mapping[str, Any]] = []
    used: list[Mapping[str, Any]] = []

    async def slow(data: Mapping[str, Any]) -> Mapping[str, Any]:
        await asyncio.sleep(0.5 if "press" in data else 0)
        heard.append(data)
        return {"done": True}

    script = """
        pipe.listen(lambda: None)
        answer = pipe.ask({"press": 1})
        answer.result(30)
        pipe._fate(answer.number, used=True)
        pipe.ask({"more": 2}).result(30)
        time.sleep(60)
    """
    with capture_logs() as logs:
        async with child(script, slow, answer_within=0.1, late=lambda data: {"toast": "wait"}, used=used.append):
            await until(lambda: len(heard) == 2)
    assert used == []
    assert [one for one in logs if one["event"] == "listener.unreadable_frame"] == []


@pytest.mark.parametrize(("waits", "fate"), [(30, "used"), (0.05, "lost")])
async def test_an_answer_counts_only_when_somebody_took_it(waits: float, fate: str) -> None:
    used: list[Mapping[str, Any]] = []

    async def slow(data: Mapping[str, Any]) -> Mapping[str, Any]:
        await asyncio.sleep(0.3 if "press" in data else 0)
        return {"toast": "done"}

    script = f"""
        import asyncio
        async def reached():
            return True
        pipe.listen(lambda: None)
        answer = pipe.ask({{"press": 1}})
        try:
            answer.result({waits})
            asyncio.run(pipe.follow(answer, reached()))
        except TimeoutError:
            answer.cancel()
            time.sleep(0.6)
        last = pipe.ask({{"last": 1}})
        last.result(30)
        asyncio.run(pipe.follow(last, reached()))
        time.sleep(60)
    """
    async with child(script, slow, used=used.append):
        await until(lambda: {"last": 1} in used)
    assert ({"press": 1} in used) == (fate == "used")


async def test_a_failing_handler_leaves_the_event_unacknowledged() -> None:
    heard = Heard()

    async def broken(data: Mapping[str, Any]) -> Mapping[str, Any]:
        await heard.hear(data)
        if "first" in data:
            raise RuntimeError("broken")
        return {}

    script = """
        pipe.listen(lambda: None)
        try:
            pipe.ask({"first": 1}).result(30)
        except Exception as error:
            pipe.ask({"told": type(error).__name__}).result(30)
        time.sleep(60)
    """
    async with child(script, broken):
        await until(lambda: len(heard) == 2)
    assert heard[1] == {"told": "Unanswered"}


async def test_a_child_ends_when_its_pipe_closes_even_if_it_is_stuck() -> None:
    async with child("pipe.listen(lambda: None)\npipe.beat(True)\ntime.sleep(60)") as listener:
        await until(lambda: listener.status.state == "connected")
        pid, began = listener.pid, time.monotonic()
    assert time.monotonic() - began < 3.0
    assert not Path(f"/proc/{pid}").exists()


async def test_a_killed_parent_leaves_no_child_behind() -> None:
    parent = """
        import asyncio, sys
        from bot.chats.listener import Listener

        async def hear(data):
            print(data["pid"], flush=True)
            return {}

        asyncio.run(Listener("test", [sys.executable, "-c", sys.argv[1]], {}, hear).run())
    """
    script = PREFIX + "pipe.listen(lambda: None)\npipe.ask({'pid': os.getpid()})\ntime.sleep(60)"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", textwrap.dedent(parent), script, stdout=PIPE, stderr=DEVNULL
    )
    assert process.stdout
    pid = b""
    while not pid.isdigit():  # its log comes by the same way
        pid = (await process.stdout.readline()).strip()
    process.kill()
    await process.wait()
    await until(lambda: not Path(f"/proc/{pid.decode()}").exists(), seconds=10)


async def test_a_child_that_ignores_everything_is_killed() -> None:
    async with child("pipe.beat(True)\ntime.sleep(60)") as listener:
        await until(lambda: listener.status.state == "connected")
        pid, began = listener.pid, time.monotonic()
    assert time.monotonic() - began < 3.0
    assert not Path(f"/proc/{pid}").exists()


async def test_stopping_while_a_child_is_being_ended_leaves_nothing_behind() -> None:
    async with child("pipe.beat(True)\ntime.sleep(0.5)\npipe._outgoing.close()\ntime.sleep(60)") as listener:
        await until(lambda: listener.status.state == "connected")
        pid = listener.pid
        await until(lambda: listener.status.state == "disconnected")
    assert not Path(f"/proc/{pid}").exists()
