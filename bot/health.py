"""Is it alive, is it ready, what has it counted: for the machines that look after us."""

from collections.abc import Callable, Mapping, Sequence

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.metrics import Counters, render

Ready = Callable[[], Mapping[str, bool]]
Gauges = Callable[[], Mapping[str, float]]
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


def routes(ready: Ready, counters: Counters, gauges: Gauges, why: Callable[[], Sequence[str]] = tuple) -> list[Route]:
    """`why`: sentences about what is wrong, for whoever looks after us; none holds personal data."""

    async def healthz(request: Request) -> Response:
        return JSONResponse({"ok": True})

    async def readyz(request: Request) -> Response:
        parts = dict(ready())
        well = all(parts.values())
        reasons = [] if well else list(why())
        told = {"ok": well, "parts": parts} | ({"why": reasons} if reasons else {})
        return JSONResponse(told, status_code=200 if well else 503)

    async def metrics(request: Request) -> Response:
        measured = await run_in_threadpool(gauges)  # they may ask the database
        return PlainTextResponse(render(counters, measured), headers={"content-type": PROMETHEUS})

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
