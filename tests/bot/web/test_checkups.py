"""Checkups on the page: a dropped file becomes a report, a doubtful one a question; nobody else may drop anything."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.web import checkups
from storage.db import Store
from tests.bot.checkup.exports import PLAIN, table, write_csv
from tests.bot.web.rig import Sandbox, open_sandbox


@pytest.fixture
async def sandbox(sqlite_store: Store) -> AsyncIterator[Sandbox]:
    """Checkups keep nothing in the database: one engine is enough."""
    async with open_sandbox(sqlite_store) as opened:
        yield opened


RAW = {"content-type": "application/octet-stream"}


async def drop(sandbox: Sandbox, held: bytes, name: str = "a.csv", **headers: str) -> Any:
    path = f"/sandbox/api/checkup?name={name}"
    return await sandbox.client.post(path, content=held, headers=RAW | headers)


async def told(sandbox: Sandbox, id_: str) -> dict[str, Any]:
    """What it says when it has stopped working."""
    for _ in range(600):
        state: dict[str, Any] = (await sandbox.get(f"/api/checkup/{id_}")).json()
        if "progress" not in state:
            return state
        await asyncio.sleep(0.1)
    raise AssertionError(state)


async def test_a_dropped_file_becomes_a_report_that_loads_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", table(PLAIN)[1:], "gbk")
    id_ = (await drop(sandbox, path.read_bytes(), "../../十一月.csv")).json()["id"]
    asked = await told(sandbox, id_)
    assert "没有看到表头" in asked["ask"]["doubts"]
    assert "王晓芳" not in str(asked["ask"])
    assert (await sandbox.get(f"/api/checkup/{id_}/report")).status_code == 404
    assert (await sandbox.post(f"/checkup/{id_}")).json() == {"ok": True}
    assert "5 段会话全部筛过" in (await told(sandbox, id_))["done"]["headlines"][0]
    report = await sandbox.get(f"/api/checkup/{id_}/report")
    assert report.status_code == 200
    assert report.headers["content-security-policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert "客服体检报告" in report.text
    assert (await sandbox.get(f"/api/checkup/{id_}/picture")).content.startswith(b"\x89PNG")
    assert (await sandbox.get("/api/checkup/other/report")).status_code == 404


async def test_a_mapping_can_be_mended_on_the_page(sandbox: Sandbox, tmp_path: Path) -> None:
    id_ = (await drop(sandbox, b"a,b\n1,2\n3,4\n5,6\n")).json()["id"]
    unsure = await told(sandbox, id_)
    assert "认不出来" in unsure["unsure"]
    assert "[columns]" in unsure["map"]
    assert (await sandbox.post(f"/checkup/{id_}", map="[columns]\ntext = '没有'")).json() == {"ok": True}
    assert "没有「没有」这一列" in (await told(sandbox, id_))["error"]


async def test_what_is_too_large_or_empty_is_refused_and_nothing_stays(sandbox: Sandbox, monkeypatch: Any) -> None:
    monkeypatch.setattr(checkups, "LARGEST", 1000)
    assert (await drop(sandbox, b"x" * 1001)).status_code == 413
    assert (await drop(sandbox, b"")).status_code == 400


async def test_no_other_page_can_drop_a_file(sandbox: Sandbox) -> None:
    assert (await drop(sandbox, b"x", origin="http://evil.example")).status_code == 403
    form = {"content-type": "multipart/form-data; boundary=x"}
    assert (await sandbox.client.post("/sandbox/api/checkup?name=a", content=b"x", headers=form)).status_code == 403
