"""The configuration: the example shows everything, and every mistake is told at once with line and remedy."""

import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot import config
from bot.config import Config
from handlers.errors import UserError
from rules.policy import Policy

EXAMPLE = Path(__file__).resolve().parents[2] / "config.example.toml"
ENVIRONMENT = dict.fromkeys(
    ("DINGTALK_SECRET", "FEISHU_SECRET", "SHOP_SECRET", "SHOP_TOKEN", "DINGTALK_ROBOT_URL", "DINGTALK_ROBOT_SECRET"),
    "x",
)
SECTIONS: dict[str, type[BaseModel]] = {"rooms": config.Room, "people": config.Person, "teams": config.Team}


def test_the_example_is_a_valid_configuration() -> None:
    read, mistakes = config.parse(EXAMPLE.read_text(encoding="utf8"), ENVIRONMENT)
    assert mistakes == []
    assert read is not None


def test_the_example_shows_every_key() -> None:
    raw = tomllib.loads(EXAMPLE.read_text(encoding="utf8"))
    shown = {name: set(raw[name]) for name in raw if isinstance(raw[name], dict) and name != "helpdesks"}
    shown |= {name: {key for row in raw[name] for key in row} for name in SECTIONS}
    shown["helpdesks"] = set(raw["helpdesks"]["shop"])
    models: dict[str, type[BaseModel]] = {
        "server": config.Server, "database": config.Database, "dingtalk": config.DingTalk, "feishu": config.Feishu,
        "helpdesks": config.Helpdesk, "policy": config.PolicyKnobs, "privacy": config.Privacy, "rules": config.Rules,
        **SECTIONS,
    }  # fmt: skip
    assert models.keys() == Config.model_fields.keys()
    for name, model in models.items():
        assert shown[name] == model.model_fields.keys(), name


def test_defaults_are_those_of_the_policy() -> None:
    assert config.PolicyKnobs().policy() == Policy()


def test_every_mistake_is_told_in_one_go_with_its_line() -> None:
    text = """[server]
port = "eighty"
[helpdesks.shop]
kind = "chatwood"
secret = "${NOT_SET}"
[[rooms]]
name = "群"
chat = "sandbox"
id = "a"
wants = ["alert"]
colour = "red"
"""
    _, mistakes = config.parse(text, {})
    told = {mistake.line: str(mistake) for mistake in mistakes}
    assert sorted(told) == [2, 4, 5, 10, 11]
    assert "NOT_SET" in told[5]
    assert "不认识的配置项 rooms.colour" in told[11]
    assert "generic" in told[4]


def test_contradictions_between_sections_are_found() -> None:
    text = """[helpdesks.shop]
kind = "generic"
[[rooms]]
name = "群"
chat = "feishu"
teams = ["售后"]
[[people]]
name = "小李"
role = "agent"
team = "售前"
accounts = ["stall:1"]
[[people]]
name = "小李"
role = "agent"
"""
    _, mistakes = config.parse(text, {})
    told = "\n".join(map(str, mistakes))
    for part in ("没有 [feishu]", "缺少 id", "售后", "售前", "stall:1", "都叫 小李", "没有 secret"):
        assert part in told


def test_a_file_that_is_no_toml_names_the_line() -> None:
    read, mistakes = config.parse("[server\nport = 1\n", {})
    assert read is None
    assert mistakes[0].line == 1


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"config\.example\.toml"):
        config.load(tmp_path / "none.toml")


def test_secrets_do_not_show_in_print() -> None:
    read, _ = config.parse('[feishu]\napp_id = "a"\napp_secret = "very-secret"\n', {})
    assert "very-secret" not in repr(read)
