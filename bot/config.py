"""The one reader of config.toml: sections as frozen models, secrets from the environment, every mistake in one go."""

import os
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from datetime import time
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from bot.config_contradictions import Unset, contradictions
from bot.config_mistakes import Mistake, explain, explain_toml, locate
from bot.plain_words import of_os
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
    demote_below: float = Field(0.5, ge=0, le=1)
    demote_after_n: int = Field(20, ge=1)

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
    config, mistakes = parse(read(path), os.environ if environment is None else environment)
    return _sound(config, mistakes, path)


def load_database(path: Path, environment: Mapping[str, str] | None = None) -> Database:
    """Only where the database is; mistakes in other sections do not matter."""
    config, mistakes = parse(read(path), os.environ if environment is None else environment, only={"database"})
    return _sound(config, mistakes, path).database


def read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"读不到配置文件 {path}：{of_os(error)}。可以复制 config.example.toml 再改。") from error


def parse(text: str, environment: Mapping[str, str], only: Collection[str] = ()) -> tuple[Config | None, list[Mistake]]:
    """The config and every mistake found; None when nothing could be made of the text. `only` some sections, or all."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, [explain_toml(error)]
    mistakes: list[Mistake] = []
    filled = _fill({k: v for k, v in raw.items() if not only or k in only}, environment, text, mistakes)
    config = None
    try:
        config = Config.model_validate(filled)
    except ValidationError as error:
        details = [detail for detail in error.errors() if not isinstance(detail["input"], Unset)]
        mistakes += [explain(detail, text) for detail in details]
    return config, mistakes + contradictions(filled, text)


def _sound(config: Config | None, mistakes: Sequence[Mistake], path: Path) -> Config:
    if config is None or mistakes:
        raise UserError("\n".join(f"{path} {m}" for m in mistakes))
    return config


def _fill(value: Any, environment: Mapping[str, str], text: str, mistakes: list[Mistake]) -> Any:
    if isinstance(value, dict):
        return {k: _fill(v, environment, text, mistakes) for k, v in value.items()}
    if isinstance(value, list):
        return [_fill(v, environment, text, mistakes) for v in value]
    found = re.fullmatch(r"\$\{(\w+)\}", value) if isinstance(value, str) else None
    if not found:
        return value
    name = found[1]
    if name in environment:
        return environment[name]
    mistakes.append(Mistake(locate(text, "${" + name + "}"), f"环境变量 {name} 没有设置", f"先运行 export {name}=…"))
    return Unset()


def _span(text: str) -> tuple[time, time]:
    found = re.fullmatch(r"(\d\d?):(\d\d)-(\d\d?):(\d\d)", text)
    if not found:
        raise ValueError(f"时间段 {text!r} 要写成 09:00-22:30")
    a, b, c, d = map(int, found.groups())
    return time(a % 24, b), time(23, 59, 59) if (c, d) == (24, 0) else time(c, d)
