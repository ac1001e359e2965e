"""What reaches standard error: one line per event, without personal data and secrets."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot import log


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_is_json_and_names_the_conversation(capsys: pytest.CaptureFixture[str]) -> None:
    log.setup(pretty=False)
    with log.about("shop:c1"):
        structlog.get_logger("bot.x").info("screened", findings=2)
    (line,) = lines(capsys)
    assert (line["event"], line["conversation"], line["findings"], line["level"]) == ("screened", "shop:c1", 2, "info")
    assert line["timestamp"].endswith("Z")


def test_the_standard_librarys_logging_takes_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    log.setup(pretty=False)
    logging.getLogger("apscheduler.scheduler").warning("job of %s missed", "13800138000")
    logging.getLogger("uvicorn.error").info("started")
    logging.getLogger("uvicorn.access").info("GET /in/shop?token=canary")
    told = lines(capsys)
    assert [line["event"] for line in told] == ["job of 138****8000 missed", "started"]


@pytest.mark.parametrize(
    "secret",
    [
        "https://oapi.dingtalk.com/robot/send?access_token=CANARY&timestamp=1&sign=CANARY%2B",
        "https://open.feishu.cn/open-apis/bot/v2/hook/CANARY-0000-1111-2222",
        "POST /in/shop?token=CANARY HTTP/1.1",
        '{"app_id": "cli_1", "app_secret": "CANARY"}',
        "{'tenant_access_token': 'CANARY', 'code': 0}",
        "Authorization: Bearer CANARY",
        "x-acs-dingtalk-access-token: CANARY",
        "postgresql+psycopg://starling:CANARY@db/starling",
        "secret=CANARY",
    ],
)
def test_a_secret_never_reaches_the_log(capsys: pytest.CaptureFixture[str], secret: str) -> None:
    log.setup(pretty=False)
    logger = structlog.get_logger("bot.x")
    logger.info(
        secret, deep={"a": [secret]}, thing=ValueError(secret), token="CANARY", headers={"Authorization": "CANARY"}
    )
    logging.getLogger("x").error("failed: %s", secret)
    try:
        raise RuntimeError(secret)
    except RuntimeError:
        logger.exception("broken")
        logging.getLogger("x").exception("broken")
    told = capsys.readouterr().err
    assert "CANARY" not in told
    assert len(told.splitlines()) == 4
    assert told.count("RuntimeError") >= 2


def test_personal_data_are_masked_wherever_they_stand(capsys: pytest.CaptureFixture[str]) -> None:
    log.setup(pretty=False)
    said = "手机号13800138000，邮箱 zhou@example.com"
    try:
        raise ValueError(said)
    except ValueError:
        structlog.get_logger("bot.x").exception(said, said=said, many=(said,), nested={"k": [said]})
    told = capsys.readouterr().err
    assert "13800138000" not in told
    assert "zhou@" not in told


def test_on_a_terminal_lines_are_for_people_and_masked_all_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    log.setup(pretty=True)
    structlog.get_logger("bot.x").warning("手机号13800138000", url="http://x/?token=CANARY")
    told = capsys.readouterr().err
    assert "138****8000" in told
    assert "CANARY" not in told
    assert not told.startswith("{")


def test_our_own_times_and_numbers_stay_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    log.setup(pretty=False)
    structlog.get_logger("bot.x").info(
        "x", count=1795140000123, phone=13800138000, ready=True, none=None, post_key="a:1"
    )
    (line,) = lines(capsys)
    assert (line["count"], line["ready"], line["none"], line["post_key"]) == (1795140000123, True, None, "a:1")
    assert line["phone"] == "138****8000"
