"""Logs: one line of JSON per event on standard error, or colours on a terminal; never personal data, never a secret."""

import logging
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from rules import privacy

_NAMES = "access_token|refresh_token|app_secret|client_secret|api_token|token|secret|signature|sign|checksum|password"
# In an address, in JSON, in Python's repr and in headers.
_SECRET = re.compile(
    rf"""((?<![A-Za-z])(?:{_NAMES}|authorization)["']?\s{{0,3}}[=:]\s{{0,3}}["']?(?:bearer |basic )?)"""
    r"""[^\s"'&,;}\])]{3,}""",
    re.IGNORECASE,
)
_USERINFO = re.compile(r"(://[^\s/:@]{0,200}:)[^\s/@]{1,200}@")
_HOOK = re.compile(r"(/(?:hook|bot|robot)/(?:v\d/)?)[\w-]{16,}")
_SECRET_NAME = re.compile(rf"(?:^|_)(?:{_NAMES}|authorization|cookie)$", re.IGNORECASE)
_OURS = frozenset({"timestamp", "level", "logger"})  # made by ourselves, below
QUIET = ("httpx", "httpcore", "apscheduler", "websockets", "Lark", "dingtalk_stream", "asyncio")


def setup(*, pretty: bool | None = None, level: str = "INFO") -> None:
    """Send everything, the standard library's logging included, through one masked line. None: pretty on a terminal."""
    pretty = sys.stderr.isatty() if pretty is None else pretty
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=not pretty),
        structlog.processors.format_exc_info,
        masked,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    _take_over(_formatter(shared, pretty), level)


@contextmanager
def about(conversation: str) -> Iterator[None]:
    """Every line inside names the conversation."""
    with structlog.contextvars.bound_contextvars(conversation=conversation):
        yield


def masked(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Hide personal data and secrets in every text, however deep."""
    for key, value in event.items():
        if key not in _OURS and not key.startswith("_"):
            event[key] = "***" if _SECRET_NAME.search(key) else _hidden(value)
    return event


def scrub(text: str) -> str:
    """Without tokens, passwords, signatures and the secret part of robot addresses."""
    text = _SECRET.sub(r"\1***", _USERINFO.sub(r"\1***@", text))
    return _HOOK.sub(r"\1***", text)


def _hidden(value: Any) -> Any:
    if isinstance(value, str):
        return privacy.mask(scrub(value))
    if isinstance(value, Mapping):
        return {k: "***" if _SECRET_NAME.search(str(k)) else _hidden(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_hidden(v) for v in value]
    told = repr(value)
    shown = privacy.mask(scrub(told))
    plain = value is None or isinstance(value, bool | int | float)
    return value if plain and shown == told else shown


def _formatter(shared: list[Processor], pretty: bool) -> logging.Formatter:
    drawn: Processor = (
        structlog.dev.ConsoleRenderer() if pretty else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, drawn],
    )


def _take_over(formatter: logging.Formatter, level: str) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.root.handlers[:] = [handler]
    logging.root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
        logging.getLogger(name).setLevel(logging.NOTSET)
    # An address may hold a token; and each webhook would cost a line.
    logging.getLogger("uvicorn.access").handlers.clear()
    logging.getLogger("uvicorn.access").propagate = False
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
