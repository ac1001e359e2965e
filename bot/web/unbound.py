"""Before anybody listens: whose sub-account it is that serves, asked of whoever may say it, and said on the page."""

import asyncio
from dataclasses import dataclass

from starlette.responses import Response

from bot.web.site import Visit
from handlers import actions
from handlers.cards.words import clean
from handlers.counting import account_owners, bindings
from handlers.errors import Refused
from handlers.permissions import Matter
from handlers.requests import Request

SERVE = ("agent", "senior")


class NotYet(Refused):
    """They may listen, but somebody has to be told first; `accounts`: sub-accounts that are nobody's."""

    def __init__(self, says: str, accounts: tuple[str, ...] = ()):
        super().__init__(says)
        self.accounts = accounts


@dataclass(frozen=True, slots=True)
class Missing:
    """A sub-account, as the helpdesk calls it and as people would say whose it is."""

    account: str
    name: str
    said: str


def why(untold: tuple[str, ...], accounts: tuple[str, ...]) -> str:
    """Nobody listens to people who do not know of it; empty when everybody does."""
    if accounts:
        names = "、".join(clean(account) for account in accounts)
        return f"接待这段聊天的子账号 {names} 还没有对应到哪位同事，没法先告知本人，所以先不打开。"
    if untold:
        names = "、".join(untold)
        return f"告知卡片还没有送到{names}手里，所以先不打开这段聊天。送到以后再点一次就好，通常几秒钟。"
    return ""


def page(visit: Visit, told: NotYet, matter: Matter, wrong: str = "") -> Response:
    """With a choice for those who may bind; the others are told whom to ask and what to say."""
    rows = [Missing(account, clean(account), f"绑定 {account} 小李") for account in told.accounts]
    names = _names(visit, matter.team) if visit.may("bind") else []
    nobody = account_owners.NOBODY if visit.person.role == "admin" else ""
    address = visit.request.url.path.removesuffix("/bind")
    return visit.render(
        "unbound.html", 403, says=str(told), rows=rows, names=names, nobody=nobody, wrong=wrong, address=address
    )


async def bind(visit: Visit, accounts: tuple[str, ...]) -> str:
    """Say whose one of these accounts is; what was wrong, or empty. It holds at once for whoever looks here."""
    account, name = visit.form.get("account", ""), visit.form.get("person", "").strip()
    if account not in accounts:
        return "这个子账号已经绑好了，或不在这段聊天里。"
    request = Request("bind", f"bind/{account}={name}", visit.person, visit.person.name)
    reply = await visit.write(lambda tx: actions.apply(visit.ctx, tx, request))
    await asyncio.to_thread(bindings.refresh, visit.ctx)
    return "" if reply.ok else reply.toast


def _names(visit: Visit, team: str) -> list[str]:
    """Those who serve customers, the colleagues of the conversation's team first."""
    serving = [p for p in visit.ctx.people.people if p.role in SERVE]
    return [p.name for p in sorted(serving, key=lambda p: (p.team != team, bool(p.accounts), p.name))]
