"""One-time login links, for people without a platform's app: made by a command, kept as a hash, good for a while."""

import sys
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any

from bot.settings.sections import Config
from bot.web import cookies
from handlers.errors import UserError
from storage import audit, sessions
from storage.db import Tx

LASTS = timedelta(minutes=15)
Do = Callable[[str, Mapping[str, Any]], None]  # (name of the errand, what it needs)


def make(config: Config, name: str, do: Do) -> None:
    """Print a fresh link. Raises UserError for somebody we do not know."""
    names = [person.name for person in config.people]
    if name not in names:
        near = get_close_matches(name, names, 1, 0.3)
        raise UserError(
            f"成员名单里没有「{name}」" + (f"，是不是想写「{near[0]}」？" if near else "。请先在配置里加上。")
        )
    secret = cookies.new_secret()
    do("login-link", {"person": name, "hash": sessions.hash_of(secret)})
    base = config.server.public_url or f"http://{config.server.host}:{config.server.port}"
    sys.stdout.write(f"{base.rstrip('/')}/login/link/{secret}\n")
    sys.stdout.write(f"给{name}的登录链接，{LASTS.seconds // 60} 分钟内有效，只能用一次。请只发给本人。\n")


def offer(tx: Tx, now: datetime, body: Mapping[str, Any]) -> None:
    person = str(body["person"])
    sessions.offer_link(tx, str(body["hash"]), person, now, LASTS)
    audit.write(tx, now, "", "login_link", person)
