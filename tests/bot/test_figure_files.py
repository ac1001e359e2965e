"""The `figures` command as people run it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.files.metric_packs import packs
from bot.programs import figure_files
from handlers.errors import UserError

ROOT = Path(__file__).resolve().parents[2]
DAY = ROOT / "tests" / "fixtures" / "figures" / "day1.jsonl"
FIELDS = {"name", "agent", "value", "n", "interval", "version", "conversations", "pending"}


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def line(*messages: dict[str, Any], **rest: Any) -> str:
    return json.dumps({"id": "c1", "messages": messages, **rest}, ensure_ascii=False)


def said(who: str, at: str, **rest: Any) -> dict[str, Any]:
    return {"at": f"2026-11-20T{at}+08:00", "from": who, "text": "话", **rest}


def test_figures_come_as_json_lines_from_a_file_or_standard_input() -> None:
    asked = [sys.executable, "-m", "bot", "figures", "-", "--pack", "wangwang"]
    rows = DAY.read_text(encoding="utf8") + "{\n"
    done = subprocess.run(asked, input=rows, cwd=ROOT, text=True, capture_output=True, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stderr.startswith("第 8 行不是 JSON")
    found = [json.loads(row) for row in done.stdout.splitlines()]
    total = found[0]
    assert total.pop("interval") == pytest.approx([0.351639, 0.805773])
    assert total == {
        "name": "wangwang.reply_rate_3min", "value": 0.6, "n": 10, "version": "wangwang@1",
        "conversations": ["a1", "a2", "a3", "a4", "a5", "a7"], "pending": 0,
    }  # fmt: skip
    assert all(row.keys() == FIELDS for row in found if "agent" in row)


@pytest.mark.parametrize("pack", ["generic", "wangwang", "jd", "doudian", "kuaishou", "pdd", "qiyu"])
def test_every_pack_names_its_figures_and_says_where_they_come_from(pack: str) -> None:
    chosen = packs()[pack]
    assert chosen.approximate
    assert len({d.name for d in chosen.definitions}) == len(chosen.definitions)
    for d in chosen.definitions:
        assert d.name.startswith(f"{pack}.")
        assert d.source
        assert d.date
        assert d.certainty
        assert d.title
        assert d.says


def test_a_message_and_a_conversation_told_twice_count_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "c.jsonl"
    ask, reply = said("customer", "10:00:00", id="m1"), said("agent", "10:00:20", id="m2", agent="an")
    file.write_text(f"{line(ask, reply, ask)}\n{line(ask, reply)}\n", encoding="utf8")
    assert figure_files.run(str(file), "generic", "", "") == 0
    found = {row["name"]: row for row in told(capsys) if "agent" not in row}
    assert found["generic.answer_ratio"]["value"] == 1
    assert found["generic.mean_reply"]["n"] == 1


def test_two_lines_about_one_conversation_are_put_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "c.jsonl"
    resolved = {"type": "status", "status": "resolved", "at": "2026-11-20T10:05:00+08:00"}
    first = line(said("customer", "10:00:00"))
    second = line(said("agent", "10:00:20", agent="an"), events=[resolved])
    file.write_text(f"{second}\n{first}\n", encoding="utf8")
    assert figure_files.run(str(file), "generic", "", "") == 0
    found = {row["name"]: row["value"] for row in told(capsys) if "agent" not in row}
    assert (found["generic.first_reply"], found["generic.resolution_time"]) == (20, 300)


def test_what_cannot_be_used_is_answered_with_the_choices(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="可以用的有 doudian、generic"):
        figure_files.run(str(DAY), "taobao", "", "")
    with pytest.raises(UserError, match="时区"):
        figure_files.run(str(DAY), "jd", "Mars/Base", "")
    with pytest.raises(UserError, match="as-of"):
        figure_files.run(str(DAY), "jd", "", "yesterday")


def test_explained_a_figure_says_how_it_is_counted_and_that_it_is_approximate(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert figure_files.run(str(DAY), "jd", "", "", explain=True) == 0
    first = told(capsys)[0]
    assert first["title"] == "首次 30 秒应答率"
    assert first["reconciled"] == "近似"
    assert first["source"]
    assert first["date"] == "2021-12"
