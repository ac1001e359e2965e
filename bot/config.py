"""The one reader of config.toml: sections as frozen models, secrets from the environment, every mistake in one go."""

import os
import re
import tomllib
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from bot.config_mistakes import Mistake, explain, locate
from handlers.errors import UserError
from rules.policy import Policy

ChatKind = Literal["dingtalk", "feishu", "sandbox", "dingtalk-webhook", "feishu-webhook"]
Want = Literal["alerts", "stars", "briefing", "polls", "honours", "review", "admin"]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Server(Section):
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    public_url: str = ""


class Database(Section):
    url: str = "sqlite:///starling.db"


class DingTalk(Section):
    client_id: str
    client_secret: SecretStr
    robot_code: str = ""
    card_template: str = ""
    api_base: str = "https://api.dingtalk.com"
    oapi_base: str = "https://oapi.dingtalk.com"
    login_base: str = "https://login.dingtalk.com"


class Feishu(Section):
    app_id: str
    app_secret: SecretStr
    domain: str = "https://open.feishu.cn"
    login_base: str = "https://accounts.feishu.cn"


class Helpdesk(Section):
    kind: Literal["generic", "chatwoot", "django_helpdesk"]
    secret: SecretStr = SecretStr("")
    api_base: str = ""
    api_token: SecretStr = SecretStr("")
    team: str = ""  # when the helpdesk does not say
    shop: str = ""


class Team(Section):
    name: str


class Room(Section):
    name: str
    chat: ChatKind
    id: str = ""
    teams: tuple[str, ...] = ()
    audience: Literal["leads", "team"] = "team"
    wants: tuple[Want, ...] = ("alerts", "stars")
    url: SecretStr = SecretStr("")  # one-way robots
    secret: SecretStr = SecretStr("")


class Person(Section):
    name: str
    role: Literal["agent", "senior", "lead", "qa", "admin"]
    team: str = ""
    accounts: tuple[str, ...] = ()  # "helpdesk:sub-account"
    feishu: str = ""
    dingtalk: str = ""
    praise: Literal["open", "anonymous", "private"] = "anonymous"  # may a highlight name them


class PolicyKnobs(Section):
    """The supervisor's knobs; names and defaults are those of rules.policy.Policy."""

    timezone: str = "Asia/Shanghai"
    first_reply_seconds: int = Field(180, ge=1)
    reply_seconds: int = Field(180, ge=1)
    warn_before_seconds: int = Field(60, ge=0)
    service_hours: tuple[str, ...] = ()  # "09:00-22:30"
    repeat_times: int = Field(3, ge=2)
    repeat_minutes: int = Field(10, ge=1)
    low_rating: int = Field(2, ge=1, le=5)
    high_rating: int = Field(5, ge=1, le=5)
    alert_from: Literal["yellow", "orange", "red"] = "yellow"
    yellow_risk: float = Field(0.3, ge=0, le=1)
    escalate_minutes: int = Field(5, ge=1)
    mute_minutes: int = Field(30, ge=1)

    @field_validator("service_hours")
    @classmethod
    def _hours(cls, hours: tuple[str, ...]) -> tuple[str, ...]:
        for span in hours:
            _span(span)
        return hours

    def policy(self) -> Policy:
        knobs = self.model_dump() | {"service_hours": tuple(_span(s) for s in self.service_hours)}
        return Policy(**knobs)


class Privacy(Section):
    keep_days: int = Field(30, ge=1)  # original texts
    keep_masked_days: int = Field(180, ge=1)


class Rules(Section):
    folder: str = ""  # the shop's own packs, read after ours


class Config(Section):
    server: Server = Server()
    database: Database = Database()
    dingtalk: DingTalk | None = None
    feishu: Feishu | None = None
    helpdesks: dict[str, Helpdesk] = {}
    teams: tuple[Team, ...] = ()
    rooms: tuple[Room, ...] = ()
    people: tuple[Person, ...] = ()
    policy: PolicyKnobs = PolicyKnobs()
    privacy: Privacy = Privacy()
    rules: Rules = Rules()


def load(path: Path, environment: Mapping[str, str] | None = None) -> Config:
    """Read the file, or raise UserError with every mistake, its line and its remedy."""
    try:
        text = path.read_text(encoding="utf8")
    except OSError as error:
        raise UserError(f"读不到配置文件 {path}：{error.strerror}。可以复制 config.example.toml 再改。") from error
    config, mistakes = parse(text, os.environ if environment is None else environment)
    if config is None or mistakes:
        raise UserError("\n".join(f"{path} {m}" for m in mistakes))
    return config


def parse(text: str, environment: Mapping[str, str]) -> tuple[Config | None, list[Mistake]]:
    """The config and every mistake found; None when nothing could be made of the text."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, [
            Mistake(line=_line_in(str(error)), what=f"TOML 写法有误：{error}", remedy="检查引号、等号和方括号是否成对")
        ]
    mistakes: list[Mistake] = []
    filled = _fill(raw, environment, text, mistakes)
    try:
        config = Config.model_validate(filled)
    except ValidationError as error:
        return None, mistakes + [explain(detail, text) for detail in error.errors()]
    return config, mistakes + _contradictions(config, text)


def _fill(value: Any, environment: Mapping[str, str], text: str, mistakes: list[Mistake]) -> Any:
    if isinstance(value, dict):
        return {k: _fill(v, environment, text, mistakes) for k, v in value.items()}
    if isinstance(value, list):
        return [_fill(v, environment, text, mistakes) for v in value]
    found = re.fullmatch(r"\$\{(\w+)\}", value) if isinstance(value, str) else None
    if not found:
        return value
    name = found[1]
    if name not in environment:
        mistakes.append(
            Mistake(locate(text, "${" + name + "}"), f"环境变量 {name} 没有设置", f"先运行 export {name}=…")
        )
    return environment.get(name, "")


def _contradictions(config: Config, text: str) -> list[Mistake]:
    """What each section cannot see by itself."""
    found: list[Mistake] = []
    teams = {team.name for team in config.teams}
    for room in config.rooms:
        found += _room_mistakes(room, config, teams, text)
    for person in config.people:
        found += _person_mistakes(person, config, teams, text)
    for twice in _twice([p.name for p in config.people]):
        found.append(Mistake(locate(text, twice), f"有两个人都叫 {twice}", "给其中一位加上区分"))
    return found + _unsigned(config, text)


def _person_mistakes(person: Person, config: Config, teams: set[str], text: str) -> list[Mistake]:
    line = locate(text, person.name)
    found: list[Mistake] = []
    if person.team and person.team not in teams:
        found.append(
            Mistake(line, f"{person.name} 的团队「{person.team}」不在 [[teams]] 里", "加一个 [[teams]] 或改名")
        )
    for account in person.accounts:
        if account.partition(":")[0] not in config.helpdesks:
            what = f"{person.name} 的子账号 {account} 指向不存在的客服系统"
            found.append(Mistake(line, what, "写成 客服系统名:子账号"))
    return found


def _unsigned(config: Config, text: str) -> list[Mistake]:
    return [
        Mistake(
            locate(text, f"helpdesks.{name}"),
            f"客服系统 {name} 没有 secret，任何人都能冒充它发消息",
            "填上 webhook 的签名密钥",
        )
        for name, desk in config.helpdesks.items()
        if not desk.secret.get_secret_value()
    ]


def _room_mistakes(room: Room, config: Config, teams: set[str], text: str) -> list[Mistake]:
    line = locate(text, room.name)
    found: list[Mistake] = []
    if room.chat == "dingtalk" and config.dingtalk is None:
        found.append(Mistake(line, f"群「{room.name}」用钉钉，但没有 [dingtalk]", "补上 [dingtalk] 一节"))
    if room.chat == "feishu" and config.feishu is None:
        found.append(Mistake(line, f"群「{room.name}」用飞书，但没有 [feishu]", "补上 [feishu] 一节"))
    if room.chat.endswith("-webhook") and not room.url.get_secret_value():
        found.append(Mistake(line, f"群「{room.name}」缺少机器人的 url", "从群机器人设置里复制 Webhook 地址"))
    if not room.chat.endswith("-webhook") and not room.id:
        found.append(Mistake(line, f"群「{room.name}」缺少 id", "填上群的会话 id；python -m bot doctor 会帮你找"))
    found += [
        Mistake(line, f"群「{room.name}」的团队「{t}」不在 [[teams]] 里", "加一个 [[teams]] 或改名")
        for t in room.teams
        if t not in teams
    ]
    return found


def _twice(names: list[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}


def _span(text: str) -> tuple[time, time]:
    found = re.fullmatch(r"(\d\d?):(\d\d)-(\d\d?):(\d\d)", text)
    if not found:
        raise ValueError(f"时间段 {text!r} 要写成 09:00-22:30")
    a, b, c, d = map(int, found.groups())
    return time(a % 24, b), time(23, 59, 59) if (c, d) == (24, 0) else time(c, d)


def _line_in(message: str) -> int:
    found = re.search(r"line (\d+)", message)
    return int(found[1]) if found else 0
