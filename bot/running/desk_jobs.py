"""Helpdesks as places where something can stand: a private note, or the sub-account a conversation is assigned to.

They are delivered like cards, so that a job outlives a crash and is tried again.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b

import httpx

from bot.helpdesks.contract import Api, Note
from bot.helpdesks.registry import ASSIGNS, NOTES
from bot.settings.sections import Config
from handlers.cards.card import Card, Facts
from handlers.errors import DeliveryFailed
from handlers.protocols import Chat, Target

SIGNED = "—— 八哥"
REFUSED = {
    401: "客服系统不认这个 api_token（401）",
    403: "api_token 没有这个权限（403）",
    404: "客服系统里找不到这段会话（404）",
    422: "客服系统不接受（422），可能那位同事不在这个组里，或者会话已经关闭",
}
Do = Callable[[str, Card, str], Awaitable[None]]  # (conversation, card, key)


@dataclass(slots=True)
class DeskChat:
    """One kind of job in one helpdesk. `do` is harmless when it is done again with the same key."""

    name: str
    do: Do
    editable: bool  # what is wanted last replaces what was there
    keyed: bool = True

    async def send(self, target: Target, card: Card, key: str, session: str = "") -> str:
        try:
            await self.do(target.id, card, key)
        except httpx.HTTPStatusError as error:
            raise _refused(error.response) from error
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise DeliveryFailed("连不上客服系统") from error
        except httpx.HTTPError as error:
            raise DeliveryFailed("客服系统没有回音", uncertain=True) from error
        except (LookupError, ValueError) as error:
            raise DeliveryFailed("客服系统里没有这个子账号，请管理员核对名单", permanent=True) from error
        return key

    async def edit(self, target: Target, message_id: str, card: Card, key: str) -> None:
        if self.editable:
            await self.send(target, card, key)

    async def upload(self, png: bytes) -> str:
        raise DeliveryFailed("客服系统里不放图片", permanent=True)


def open_desks(config: Config, client: httpx.AsyncClient) -> dict[str, Chat]:
    """`note:NAME` and `assign:NAME` for every helpdesk with an API we know and a token for it."""
    found: dict[str, Chat] = {}
    for name, section in config.helpdesks.items():
        api = Api(section.api_base.rstrip("/"), section.api_token.get_secret_value())
        if not (api.base and api.token):
            continue
        if section.kind in NOTES:
            found[f"note:{name}"] = DeskChat(f"note:{name}", partial(_note, client, api, section.kind), editable=False)
        if section.kind in ASSIGNS:
            found[f"assign:{name}"] = DeskChat(
                f"assign:{name}", partial(_assign, client, api, section.kind), editable=True
            )
    return found


def abilities(config: Config) -> dict[str, frozenset[str]]:
    """What each helpdesk's API takes from us."""
    ready = {n: s.kind for n, s in config.helpdesks.items() if s.api_base and s.api_token.get_secret_value()}
    jobs = {"note": NOTES, "assign": ASSIGNS}
    return {name: frozenset(job for job, kinds in jobs.items() if kind in kinds) for name, kind in ready.items()}


async def _note(client: httpx.AsyncClient, api: Api, kind: str, conversation: str, card: Card, key: str) -> None:
    mark = f"{SIGNED} {blake2b(key.encode(), digest_size=5).hexdigest()}"
    await NOTES[kind](client, api, conversation, Note(f"{card.title}\n{mark}", mark))


async def _assign(client: httpx.AsyncClient, api: Api, kind: str, conversation: str, card: Card, key: str) -> None:
    rows = [row for block in card.blocks if isinstance(block, Facts) for row in block.rows]
    await ASSIGNS[kind](client, api, conversation, dict(rows)["子账号"])


def _refused(answer: httpx.Response) -> DeliveryFailed:
    code = answer.status_code
    if code == httpx.codes.TOO_MANY_REQUESTS:
        wait = answer.headers.get("retry-after", "")
        return DeliveryFailed("客服系统请我慢一点", retry_after=float(wait) if wait.isdecimal() else 20.0)
    if code >= httpx.codes.INTERNAL_SERVER_ERROR:
        return DeliveryFailed(f"客服系统出错（{code}）", uncertain=True)
    return DeliveryFailed(REFUSED.get(code, f"客服系统不接受（{code}）"), permanent=True)
