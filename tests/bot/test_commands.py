"""The program's commands as people run them: in a process of their own, from the project's folder.

Where only the words matter, `here` runs them in ours: a start costs two seconds of the processor.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import __main__ as program
from bot import serving
from bot.progress import telling
from bot.settings.sections import Config

ROOT = Path(__file__).resolve().parents[2]
SHOWPIECES = ROOT / "bot" / "samples" / "showpieces.jsonl"
COMMANDS = ("demo", "serve", "check-config", "doctor", "checkup", "screen", "replay", "migrate")

GOOD = {
    "id": "c-1",
    "messages": [
        {"id": "m1", "at": "2026-11-20T10:00:00+08:00", "from": "customer", "text": "再不退款我就投诉到12315"},
        {"id": "m2", "at": "2026-11-20T10:01:00+08:00", "from": "agent", "text": "您好，马上帮您查"},
    ],
}
MISTAKEN = """[server]
port = "eighty"
[feishu]
app_id = "cli_1"
app_secret = "${STARLING_NOT_SET}"
[helpdesks.shop]
kind = "chatwood"
secret = "x"
[[rooms]]
name = "主管群"
chat = "sandbox"
id = "leads"
wants = ["alert"]
colour = "red"
"""


def bot(*words: str, told: str = "", cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error::ResourceWarning"}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words], input=told, cwd=cwd, env=environment, text=True, encoding="utf8",
        capture_output=True, check=False, timeout=100,
    )  # fmt: skip


Here = Callable[..., tuple[int, str, str]]


@pytest.fixture
def here(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Here:
    """The exit status, and what was written to standard output and to standard error."""

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["bot", *words])
        with pytest.raises(SystemExit) as ended:
            program.main()
        told = capsys.readouterr()
        if isinstance(ended.value.code, str):
            return 1, told.out, f"{told.err}{ended.value.code}\n"
        return ended.value.code or 0, told.out, told.err

    return run


def test_help_names_every_command_in_chinese() -> None:
    done = bot("--help")
    assert done.returncode == 0
    for command in COMMANDS:
        assert f"\n  {command} " in done.stdout
    for english in ("Usage", "Options", "Commands", "Show this"):
        assert english not in done.stdout


def test_help_of_one_command_explains_its_arguments() -> None:
    done = bot("screen", "--help")
    assert "用法：python -m bot screen 文件 [选项]" in done.stdout
    assert "标准输入" in done.stdout
    assert "Show this" not in done.stdout


def test_a_mistyped_command_gets_the_nearest_one() -> None:
    done = bot("sreen")
    assert done.returncode == 2
    assert done.stderr == "没有 sreen 这个命令，是不是想运行 screen。运行 python -m bot --help 看用法。\n"


def test_a_missing_config_says_what_to_do(tmp_path: Path, here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    status, _, said = here("serve")
    assert status == 1
    assert "config.example.toml" in said


def test_check_config_tells_every_mistake_with_its_line(tmp_path: Path, here: Here) -> None:
    file = tmp_path / "config.toml"
    file.write_text(MISTAKEN, encoding="utf8")
    status, _, said = here("check-config", "--config", str(file))
    assert status == 1
    for line, part in ((2, "port"), (5, "STARLING_NOT_SET"), (7, "chatwoot"), (13, "alerts"), (14, "rooms.colour")):
        assert any(f"第 {line} 行" in told and part in told for told in said.splitlines()), (line, part)


def test_check_config_finds_what_would_stop_serve_later(tmp_path: Path, here: Here) -> None:
    file = tmp_path / "config.toml"
    wrong = '[helpdesks.shop]\nkind = "generic"\nsecret = "whsec_not base64"\n[rules]\nfolder = "/nowhere"\n'
    file.write_text(wrong, encoding="utf8")
    status, _, said = here("check-config", "--config", str(file))
    assert status == 1
    assert "/nowhere" in said
    assert "whsec_" in said
    assert "not base64" not in said


def test_check_config_tells_of_rules_also_where_the_file_itself_is_wrong(tmp_path: Path, here: Here) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[helpdesks.shop]\nkind = "generic"\n[rules]\nfolder = "/nowhere"\n', encoding="utf8")
    _, _, said = here("check-config", "--config", str(file))
    assert "没有 secret" in said
    assert "/nowhere" in said


def test_screen_goes_on_past_a_bad_line_and_names_it() -> None:
    lines = [
        json.dumps(GOOD, ensure_ascii=False),
        "{broken",
        "[1]",
        "",
        json.dumps(GOOD | {"id": "c-2"}, ensure_ascii=False),
    ]
    done = bot("screen", "-", told="\n".join(lines))
    assert done.returncode == 1
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [result["id"] for result in results] == ["c-1", "c-2"]
    assert results[0]["level"] == "red"
    assert done.stderr == "第 2 行不是 JSON：第 2 个字附近写法有误\n第 3 行读不懂：每行要是一段会话，写成 {…}\n"


def test_screen_of_a_file_that_is_not_there_says_so(here: Here) -> None:
    assert here("screen", "no-such-file.jsonl") == (1, "", "读不到 no-such-file.jsonl：没有这个文件\n")


def test_replay_shows_what_would_have_been_said_and_leaves_nothing_behind(tmp_path: Path) -> None:
    some = SHOWPIECES.read_text(encoding="utf8").splitlines()[:6]
    file = tmp_path / "past.jsonl"
    file.write_text("\n".join([*some, "[1]"]), encoding="utf8")
    done = bot("replay", str(file), cwd=tmp_path)
    assert done.returncode == 1
    assert "第 7 行读不懂" in done.stderr
    assert "没有发到任何群" in done.stdout.splitlines()[-1]
    assert any("🔴" in line and "「" in line for line in done.stdout.splitlines())
    assert any(" 喊 " in line and "@张主管" in line for line in done.stdout.splitlines())
    assert "\x1b" not in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["past.jsonl"]


def test_migrate_builds_the_database_and_then_has_nothing_to_do(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[database]\nurl = "sqlite:///shop.db"\n[feishu]\napp_id = "${STARLING_NOT_SET}"\n', encoding="utf8"
    )
    first, second = bot("migrate", cwd=tmp_path), bot("migrate", cwd=tmp_path)
    assert (first.returncode, second.returncode) == (0, 0)
    assert "已升级" in first.stdout
    assert second.stdout == "数据库已经是最新的。\n"
    assert (tmp_path / "shop.db").exists()


def test_a_long_work_speaks_ever_more_rarely_where_no_terminal_is(capsys: pytest.CaptureFixture[str]) -> None:
    now = [0.0]
    with telling(clock=lambda: now[0]) as tell:
        for second in range(40):
            now[0] = float(second)
            tell(lambda: f"{now[0]:.0f}")
    told = capsys.readouterr()
    assert told.err.split() == ["5", "15", "35"]
    assert told.out == ""


def test_serving_says_where_each_helpdesk_sends_to() -> None:
    config = Config.model_validate(
        {"helpdesks": {name: {"kind": "generic", "secret": "s"} for name in ("shop", "woot")}}
    )
    told = serving.welcome(config, "http://127.0.0.1:8080")
    assert told.endswith("http://127.0.0.1:8080/in/shop、http://127.0.0.1:8080/in/woot")
    assert "[helpdesks.名字]" in serving.welcome(Config(), "http://127.0.0.1:8080")
