"""The made-up shop of a simulation: teams, leads and agents, and the DingTalk rooms they have."""

from typing import Any

from bot.settings.sections import Config

SALES_SHARE = 3  # every third agent sells, the others help afterwards
AFTER, SALES = "售后", "售前"
TEAMS = (AFTER, SALES)
DESK = "shop"
SENIOR_EVERY = 10  # one agent in ten is a senior
LIKES = ("open", "open", "anonymous", "private")  # how agents like to be praised, by turns


def config(agents: int) -> Config:
    """Everything at its default, but for who works there."""
    return Config.model_validate(
        {
            "server": {"public_url": "https://starling.example.com"},
            "helpdesks": {DESK: {"kind": "generic", "secret": "made-up"}},
            "teams": [{"name": team} for team in TEAMS],
            "rooms": [*_rooms()],
            "people": [*_heads(), *(_agent(n) for n in range(agents))],
            "schedule": {"duty": {"每天": {"08:00-16:00": ["张主管", "王主管"], "16:00-23:30": ["陈主管", "林主管"]}}},
        }
    )


def team_of(number: int) -> str:
    return SALES if number % SALES_SHARE == SALES_SHARE - 1 else AFTER


def account_of(number: int) -> str:
    return f"a{number + 1:03}"


def _rooms() -> list[dict[str, Any]]:
    told = [{"name": "质检群", "id": "qa", "audience": "leads", "wants": ["review", "admin"]}]
    for team in TEAMS:
        told.append({"name": f"{team}主管群", "id": f"{team}-leads", "teams": [team], "audience": "leads",
                     "wants": ["alerts"]})  # fmt: skip
        told.append({"name": f"{team}群", "id": f"{team}-team", "teams": [team],
                     "wants": ["stars", "briefing", "polls", "honours"]})  # fmt: skip
    return [{"chat": "dingtalk", **room} for room in told]


def _heads() -> list[dict[str, Any]]:
    leads = (("张主管", AFTER), ("陈主管", AFTER), ("王主管", SALES), ("林主管", SALES))
    told: list[dict[str, Any]] = [{"name": name, "role": "lead", "team": team} for name, team in leads]
    told += [{"name": name, "role": "qa"} for name in ("刘质检", "何质检")]
    told += [{"name": "老管", "role": "admin"}]
    return [{**one, "dingtalk": one["name"]} for one in told]


def _agent(number: int) -> dict[str, Any]:
    name = f"客服{number + 1:02}"
    role = "senior" if number % SENIOR_EVERY == 0 else "agent"
    return {"name": name, "role": role, "team": team_of(number), "accounts": [f"{DESK}:{account_of(number)}"],
            "dingtalk": name, "praise": LIKES[number % len(LIKES)]}  # fmt: skip
