"""The configuration: the example shows everything, and every mistake is told at once with line and remedy."""

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot import config
from bot.settings import knobs, sections
from bot.settings.sections import Config
from handlers.errors import UserError
from rules.policy import Policy

EXAMPLE = Path(__file__).resolve().parents[2] / "config.example.toml"
ENVIRONMENT = dict.fromkeys(
    (
        "DINGTALK_SECRET",
        "FEISHU_SECRET",
        "SHOP_SECRET",
        "SHOP_TOKEN",
        "LLM_KEY",
        "DINGTALK_ROBOT_URL",
        "DINGTALK_ROBOT_SECRET",
    ),
    "x",
)
SECTIONS: dict[str, type[BaseModel]] = {
    "rooms": sections.Room,
    "people": sections.Person,
    "teams": sections.Team,
    "shifts": sections.AccountShift,
    "honours": knobs.Honour,
}


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
        "server": sections.Server, "database": sections.Database, "dingtalk": sections.DingTalk,
        "feishu": sections.Feishu,
        "helpdesks": sections.Helpdesk, "policy": knobs.PolicyKnobs, "privacy": knobs.Privacy,
        "rules": knobs.Rules, "learning": knobs.Learning, "metrics": knobs.Metrics,
        "llm": sections.LLM, "schedule": knobs.Schedule,
        "outcomes": knobs.Outcomes, "briefing": knobs.Briefing,
        **SECTIONS,
    }  # fmt: skip
    assert models.keys() == Config.model_fields.keys()
    for name, model in models.items():
        assert shown[name] == model.model_fields.keys(), name


def test_defaults_are_those_of_the_policy() -> None:
    assert knobs.PolicyKnobs().policy() == Policy()


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


def test_a_mistyped_value_hides_no_contradiction() -> None:
    text = """[server]
port = "eighty"
[feishu]
app_id = "a"
[helpdesks.shop]
kind = "generic"
[[teams]]
name = "售后"
[[rooms]]
name = "甲群"
chat = "feishu"
id = "a"
teams = ["售前"]
[[rooms]]
name = "乙群"
chat = "dingtalk"
id = 7
[[people]]
name = "小李"
role = "boss"
accounts = ["stall:1"]
"""
    _, mistakes = config.parse(text, {})
    told = "\n".join(map(str, mistakes))
    for part in ("server.port", "feishu.app_secret", "rooms.id", "people.role", "售前", "没有 [dingtalk]", "stall:1"):
        assert part in told
    assert "没有 [feishu]" not in told
    assert "没有 secret" in told


def test_a_team_whose_name_cannot_be_read_makes_nobody_teamless() -> None:
    text = '[[teams]]\nnmae = "售后"\n[[people]]\nname = "小李"\nrole = "agent"\nteam = "售后"\n'
    _, mistakes = config.parse(text, {})
    assert sorted(mistake.what for mistake in mistakes) == ["不认识的配置项 teams.nmae", "缺少 teams.name"]


def test_an_unset_variable_is_the_only_thing_told_of_it() -> None:
    text = """[helpdesks.shop]
kind = "${KIND}"
secret = "${SECRET}"
[[rooms]]
name = "群"
chat = "feishu-webhook"
url = "${URL}"
"""
    _, mistakes = config.parse(text, {})
    assert [mistake.what for mistake in mistakes] == [f"环境变量 {v} 没有设置" for v in ("KIND", "SECRET", "URL")]


@pytest.mark.parametrize(
    "wrong",
    [
        '[[rooms]]\nname = "群"\nchat = "sandbox"\nid = "a"\naudience = "all"',
        '[[rooms]]\nname = "群"\nchat = "sandbox"\nid = "a"\nteams = "售后"',
        "rooms = 3",
        "server = 3",
        "helpdesks = 3",
        "[helpdesks]\nshop = 3",
        "[server]\nport = 80.5",
        "[server]\nhost = true",
        '[policy]\nyellow_risk = "high"',
        "[policy]\nservice_hours = [3]",
        '[policy]\nservice_hours = ["late"]',
        "[server]\nhost = 1979-05-27",
        "[server]\nport = 1\nport = 2",
        "[server]\n[server]",
        "[server",
    ],
)
def test_mistakes_are_told_without_english(wrong: str) -> None:
    _, mistakes = config.parse(wrong, {})
    assert mistakes
    english = re.compile(r"\b(input|should|valid|or|expected|at|unable|cannot|value)\b", re.IGNORECASE)
    assert [str(mistake) for mistake in mistakes if english.search(str(mistake))] == []


def test_the_database_is_found_whatever_else_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[database]\nurl = "sqlite:///a.db"\n[helpdesks.shop]\nkind = "generic"\nsecret = "${NOT_SET}"\n')
    assert config.load_database(path, {}).url == "sqlite:///a.db"
    with pytest.raises(UserError, match="NOT_SET"):
        config.load(path, {})


def test_a_config_that_cannot_be_read_says_why_in_chinese(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="这是一个文件夹"):
        config.load(tmp_path)
    (tmp_path / "config.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UserError, match="UTF-8"):
        config.load(tmp_path / "config.toml")


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


@pytest.mark.parametrize(("kind", "told"), [("zendesk", "邮箱/token:密钥"), ("django_helpdesk", "用户名:密码")])
def test_half_a_key_to_a_helpdesks_api_is_told(kind: str, told: str) -> None:
    text = f'[helpdesks.shop]\nkind = "{kind}"\nsecret = "s"\napi_base = "https://x"\napi_token = "${{KEY}}"\n'
    (mistake,) = config.parse(text, {"KEY": "onlyhalf"})[1]
    assert told in mistake.remedy
    assert "onlyhalf" not in str(mistake)
    assert config.parse(text, {"KEY": "someone:else"})[1] == []


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


def lines_of(text: str) -> dict[int, str]:
    return {mistake.line: mistake.what for mistake in config.parse(text, {})[1]}


def test_a_mistake_is_told_at_the_table_and_key_it_was_made_in_and_in_their_order() -> None:
    text = """[helpdesks.shop]
kind = "generic"
secret = "abc"
accounts = ["b"]

[[rooms]]
name = "b"
chat = "feishu"
id = "b"
[[rooms]]
name = "主管群"
chat = "sandbox"
id = "leads"
wants = [
  "alerts",  # name = "主管群"
  "stars",
]
[[rooms]]
name = "主管群"
chat = "sandbox"
id = "leads"
teams = ["售前"]
[[teams]]
name = "售后"
"""
    told = lines_of(text)
    assert [*told] == [4, 8, 21, 22]
    assert "没有 [feishu]" in told[8]
    assert "是同一个 sandbox 群" in told[21]
    assert "售前" in told[22]


@pytest.mark.parametrize(
    ("wrong", "line", "told"),
    [
        ('[database]\nurl = "mysql://x"', 2, "sqlite:///"),
        ('[server]\npublic_url = "abc"', 2, "完整的网址"),
        ('[helpdesks.shop]\nkind = "generic"\nsecret = "whsec_not base64"', 3, "Base64"),
    ],
)
def test_what_serving_would_refuse_is_told_with_its_line(wrong: str, line: int, told: str) -> None:
    assert told in lines_of(wrong)[line]


def test_an_account_or_an_id_belongs_to_one_person() -> None:
    person = '[[people]]\nname = "{0}"\nrole = "agent"\naccounts = ["shop:1"]\nfeishu = "ou_1"\ndingtalk = "d{0}"\n'
    desk = '[helpdesks.shop]\nkind = "generic"\nsecret = "s"\n'
    told = lines_of(desk + person.format("小李") + person.format("小周"))
    assert told == {13: "子账号 shop:1 同时写给了小李和小周", 14: "小李和小周的 feishu 是同一个"}
    shift = '[[shifts]]\naccount = "shop:1"\nhours = "09:00-18:00"\nperson = "小李"\n'
    assert [*lines_of(desk + person.format("小李") + person.format("小周") + shift)] == [14]


def test_a_mistyped_key_is_asked_after() -> None:
    (mistake,) = config.parse("[server]\nprot = 1\n", {})[1]
    assert str(mistake) == "第 2 行：不认识的配置项 server.prot。是不是想写 port？"
    (mistake,) = config.parse('[[rooms]]\nname = "群"\nchat = "sandbox"\nid = "a"\nwant = []\n', {})[1]
    assert "wants？" in str(mistake)
    (mistake,) = config.parse("[servre]\nport = 1\n", {})[1]
    assert "server？" in str(mistake)


def test_a_config_that_can_do_nothing_yet_says_what_it_lacks() -> None:
    read, mistakes = config.parse("", {})
    assert (mistakes, len(config.lacking(read or Config()))) == ([], 3)
    whole, _ = config.parse(EXAMPLE.read_text(encoding="utf8"), ENVIRONMENT)
    assert config.lacking(whole or Config()) == []
