"""Checkups on the page: a file is dropped, read by a child process, asked about when in doubt, and its report shown.

What was dropped lies in a folder of its own and is deleted when the next file comes, after an hour, or at the end.
"""

import asyncio
import contextlib
import json
import shutil
import sys
import weakref
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

LARGEST = 50 * 1024 * 1024
SLOWEST = 600.0  # seconds for an upload, and for a checkup
KEPT = 3600.0  # seconds a report can be opened
MAP = 64 * 1024  # bytes of a mapping somebody typed
ROOT = Path(__file__).resolve().parents[2]
FILES = {"report": "体检报告.html", "picture": "体检图.png", "text": "体检报告.md"}
TYPES = {"report": "text/html", "picture": "image/png", "text": "text/markdown"}
# The report is one page with its style inside, and loads nothing.
REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
BROKEN = "体检中途停了。多半是文件太大或坏了：按月份分开导出，再来一次。"

Json = dict[str, Any]


@dataclass(eq=False, slots=True, weakref_slot=True)
class Job:
    """Its folder goes with it, and at the latest with the process."""

    id: str
    folder: Path
    export: Path
    told: Json = field(default_factory=lambda: {"progress": "正在看这份表……"})
    task: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)


def routes(guard: Sequence[Middleware]) -> list[BaseRoute]:
    checkups = Checkups()
    at = "/sandbox/api/checkup"
    return [
        Route(at, _answer(checkups.drop), methods=["POST"], middleware=guard),
        Route(f"{at}/{{id}}", _answer(checkups.state), methods=["GET"], middleware=guard),
        Route(f"{at}/{{id}}", _answer(checkups.go), methods=["POST"], middleware=guard),
        Route(f"{at}/{{id}}/{{which}}", _answer(checkups.file), methods=["GET"], middleware=guard),
    ]


@dataclass(slots=True)
class Checkups:
    """One at a time: whoever drops another file ends the one before."""

    job: Job | None = None

    async def drop(self, request: Request) -> Response:
        """The file's bytes are the body, its name is in the address."""
        name = Path(request.query_params.get("name", "")).name[:120] or "export"
        folder = Path(mkdtemp(prefix="starling-checkup-"))
        job = Job(uuid4().hex, folder, folder / name.replace("\0", ""))
        async with asyncio.timeout(SLOWEST):
            await _save(request, job.export)
        await self.close()
        self.job = job
        self._begin(self.job, [])
        return JSONResponse({"id": self.job.id})

    async def state(self, request: Request) -> Response:
        return JSONResponse(self._job(request).told)

    async def go(self, request: Request) -> Response:
        """Read it as guessed, or by the mapping in the body."""
        job = self._job(request)
        if job.task and not job.task.done():
            raise HTTPException(409, "还在读，稍等一下。")
        mapped = await _mapping(request)
        arguments = ["--sure"]
        if mapped:
            path = job.folder / "map.toml"
            await asyncio.to_thread(path.write_text, mapped, encoding="utf8")
            arguments = ["--map", str(path)]
        job.told = {"progress": "正在读……"}
        self._begin(job, arguments)
        return JSONResponse({"ok": True})

    async def file(self, request: Request) -> Response:
        job, which = self._job(request), request.path_params["which"]
        path = job.folder / "out" / FILES.get(which, "-")
        if "done" not in job.told or not path.is_file():
            raise HTTPException(404, "报告还没有写好。")
        headers = {"Content-Security-Policy": REPORT_POLICY} if which == "report" else {}
        kind = "inline" if which == "report" else "attachment"
        return FileResponse(
            path, media_type=TYPES[which], headers=headers, filename=path.name, content_disposition_type=kind
        )

    async def close(self) -> None:
        job, self.job = self.job, None
        if job is None:
            return
        if job.task:
            job.task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await job.task
        await asyncio.to_thread(shutil.rmtree, job.folder, ignore_errors=True)

    def _job(self, request: Request) -> Job:
        if self.job is None or self.job.id != request.path_params["id"]:
            raise HTTPException(404, "这份体检已经不在了，请把文件再拖进来一次。")
        return self.job

    def _begin(self, job: Job, arguments: list[str]) -> None:
        job.task = asyncio.create_task(_run(job, arguments))
        asyncio.get_running_loop().call_later(KEPT, self._forget, job)

    def _forget(self, job: Job) -> None:
        if self.job is job and (job.task is None or job.task.done()):
            self.job = None
            shutil.rmtree(job.folder, ignore_errors=True)


def _answer(asked: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return await asked(request)
        except HTTPException as error:
            return JSONResponse({"error": error.detail}, error.status_code)
        except TimeoutError:
            return JSONResponse({"error": "传得太慢，请再试一次。"}, 408)

    return endpoint


async def _save(request: Request, export: Path) -> None:
    size = 0
    with export.open("wb") as file:
        async for chunk in request.stream():
            size += len(chunk)
            if size > LARGEST:
                raise HTTPException(413, "文件超过 50 MB。按月份分开导出，或在终端里用 python -m bot checkup。")
            await asyncio.to_thread(file.write, chunk)
    if not size:
        raise HTTPException(400, "这个文件是空的。")


async def _mapping(request: Request) -> str:
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > MAP:
            raise HTTPException(413, "映射太长了")
    try:
        told = json.loads(raw or b"{}")
        mapped = told.get("map", "")
    except (ValueError, AttributeError) as error:
        raise HTTPException(400, "读不懂这段 JSON") from error
    return mapped if isinstance(mapped, str) else ""


async def _run(job: Job, arguments: list[str]) -> None:
    """The last word is told when the child is gone, so that an answer to it finds nothing running."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.checkup", str(job.export), str(job.folder / "out"), *arguments,
        cwd=ROOT, stdout=PIPE, limit=4 * 1024 * 1024,
    )  # fmt: skip
    last: Json = {}
    try:
        async with asyncio.timeout(SLOWEST):
            last = await _listen(job, child)
    except (TimeoutError, ValueError):
        last = {}
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()
    job.told = last or {"error": BROKEN}


async def _listen(job: Job, child: Process) -> Json:
    assert child.stdout is not None  # noqa: S101  asked for above
    last: Json = {}
    async for line in child.stdout:
        last = json.loads(line)
        if "progress" in last:
            job.told, last = last, {}
    return {} if await child.wait() else last
