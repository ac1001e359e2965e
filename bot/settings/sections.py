"""The sections of config.toml as frozen models: every key, its type, its bounds and its default."""

from typing import Literal

from pydantic import Field, SecretStr, field_validator

from bot.settings.knobs import (
    Briefing,
    Honour,
    Learning,
    Metrics,
    Outcomes,
    PolicyKnobs,
    Privacy,
    Rules,
    Schedule,
    span_of,
)
from bot.settings.section import Section

ChatKind = Literal["dingtalk", "feishu", "sandbox", "dingtalk-webhook", "feishu-webhook"]
Level = Literal["yellow", "orange", "red"]
Want = Literal["alerts", "stars", "briefing", "polls", "honours", "review", "admin"]


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
    kind: Literal["generic", "chatwoot", "zendesk", "zammad", "django_helpdesk"]
    secret: SecretStr = SecretStr("")
    api_base: str = ""
    api_token: SecretStr = SecretStr("")
    team: str = ""  # when the helpdesk does not say
    shop: str = ""
    expect_every_minutes: int = Field(1440, ge=0)  # of service hours without news: something is broken; 0: never


class Team(Section):
    name: str


class Room(Section):
    name: str
    chat: ChatKind
    id: str = ""
    teams: tuple[str, ...] = ()
    shops: tuple[str, ...] = ()
    channels: tuple[Literal["chat", "phone", "email"], ...] = ()
    severities: tuple[Level, ...] = ()
    rules: tuple[str, ...] = ()
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


class AccountShift(Section):
    """Of a sub-account that several people share: whose it is in these hours."""

    account: str  # "helpdesk:sub-account"
    hours: str  # "09:00-18:00"
    person: str

    @field_validator("hours")
    @classmethod
    def _hours(cls, hours: str) -> str:
        begins, ends = span_of(hours)
        return f"{begins:%H:%M}-{ends:%H:%M}"


class LLM(Section):
    """A second opinion on alerts, by any endpoint that speaks as OpenAI's; without this section nothing is asked."""

    base_url: str
    model: str
    api_key: SecretStr = SecretStr("")
    calls_per_day: int = Field(200, ge=0)
    characters_per_day: int = Field(400_000, ge=0)
    timeout_seconds: float = Field(20.0, gt=0, le=120)
    start: Literal["shadow", "hint"] = "shadow"


class Config(Section):
    server: Server = Server()
    database: Database = Database()
    dingtalk: DingTalk | None = None
    feishu: Feishu | None = None
    helpdesks: dict[str, Helpdesk] = Field(default_factory=dict)
    teams: tuple[Team, ...] = ()
    rooms: tuple[Room, ...] = ()
    people: tuple[Person, ...] = ()
    shifts: tuple[AccountShift, ...] = ()
    policy: PolicyKnobs = PolicyKnobs()
    schedule: Schedule = Schedule()
    privacy: Privacy = Privacy()
    rules: Rules = Rules()
    learning: Learning = Learning()
    briefing: Briefing = Briefing()
    metrics: Metrics = Metrics()
    llm: LLM | None = None
    honours: tuple[Honour, ...] = ()
    outcomes: Outcomes = Outcomes()
