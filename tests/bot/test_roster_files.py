"""People and teams from a shop's spreadsheet become the config's own blocks."""

import tomllib
from pathlib import Path

import pytest

from bot import config
from bot.programs import roster_files
from handlers.errors import UserError

CONFIG = """# 我们店的配置
[helpdesks.shop]
kind = "generic"
secret = "s3cret"

[[teams]]
name = "售后"

[[people]]
name = "张主管"
role = "lead"
team = "售后"
"""
PEOPLE = """姓名,角色,团队,子账号,飞书,备注
小李,客服,售后,"xiaoli、shop:xl2",ou_1,新来的
"小""周",agent,售后,,,
,,,,,
阿明,资深客服,,,,
"""


@pytest.fixture
def into(tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(CONFIG, encoding="utf8")
    return file


def csv(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "rows.csv"
    file.write_text("\ufeff" + text, encoding="utf8")
    return file


def test_people_are_printed_as_the_config_wants_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert roster_files.run("people", csv(tmp_path, PEOPLE), "shop", None) == 0
    assert tomllib.loads(capsys.readouterr().out)["people"] == [
        {"name": "小李", "role": "agent", "team": "售后", "accounts": ["shop:xiaoli", "shop:xl2"], "feishu": "ou_1"},
        {"name": '小"周', "role": "agent", "team": "售后"},
        {"name": "阿明", "role": "senior"},
    ]


def test_people_go_into_a_config_that_is_sound_afterwards(into: Path, tmp_path: Path) -> None:
    assert roster_files.run("teams", csv(tmp_path, "团队\n售前\n"), "", into) == 0
    more = "name,role,team,accounts\n小李,agent,售前,xiaoli\n"
    assert roster_files.run("people", csv(tmp_path, more), "", into) == 0
    assert into.read_text(encoding="utf8").startswith(CONFIG)
    read = config.load(into, {})
    assert [team.name for team in read.teams] == ["售后", "售前"]
    assert [(p.name, p.accounts) for p in read.people] == [("张主管", ()), ("小李", ("shop:xiaoli",))]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("张主管,lead,售后,", "第 2 行：「张主管」已经在配置里了"),
        ("小李,老板,售后,", "第 2 行：小李 的角色「老板」不认识"),
        ("小李,客服,售中,", "第 2 行：小李 的团队「售中」不在"),
        ("小李,客服,售后,other:x", "第 2 行：子账号 other:x 指向不存在的客服系统 other"),
        (",客服,售后,", "第 2 行：没有名字"),
        ("小李,客服,售后,\n小李,客服,,", "第 3 行：「小李」在这个文件里出现了两次"),
    ],
)
def test_a_wrong_row_is_told_and_nothing_is_written(
    into: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], row: str, says: str
) -> None:
    file = csv(tmp_path, f"姓名,角色,团队,子账号\n{row}\n")
    assert roster_files.run("people", file, "", into) == 1
    assert says in capsys.readouterr().err
    assert into.read_text(encoding="utf8") == CONFIG


def test_a_config_that_would_not_be_sound_is_left_alone(into: Path, tmp_path: Path) -> None:
    broken = CONFIG.replace('secret = "s3cret"', 'secret = ""')
    into.write_text(broken, encoding="utf8")
    with pytest.raises(UserError, match="没有 secret"):
        roster_files.run("people", csv(tmp_path, PEOPLE), "", into)
    assert into.read_text(encoding="utf8") == broken


def test_without_a_helpdesk_an_account_has_to_say_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert roster_files.run("people", csv(tmp_path, PEOPLE), "", None) == 1
    assert "用 --source 说是哪个客服系统" in capsys.readouterr().err


def test_a_file_without_rows_is_explained(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="没有一行能用"):
        roster_files.run("people", csv(tmp_path, "甲,乙\n1,2\n"), "", None)


def test_line_ends_stay_as_they_are(into: Path, tmp_path: Path) -> None:
    into.write_bytes(CONFIG.replace("\n", "\r\n").encode())
    assert roster_files.run("teams", csv(tmp_path, "团队\n售前\n"), "", into) == 0
    raw = into.read_bytes()
    assert raw.count(b"\n") == raw.count(b"\r\n")
