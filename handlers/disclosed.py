"""Who knows what is screened: nobody looks at somebody's conversations or figures before they were told."""

from collections.abc import Collection

from handlers.cards.disclosure import version_of
from handlers.context import Context
from storage import disclosures
from storage.db import Tx


def current(ctx: Context) -> str:
    """The version of what they are told."""
    return version_of(ctx.keep, ctx.keep_masked)


def untold(ctx: Context, tx: Tx, names: Collection[str]) -> tuple[str, ...]:
    """Those of them who have not been told yet."""
    told = disclosures.told(tx, names, current(ctx))
    return tuple(sorted(name for name in names if name not in told))


def not_yet(ctx: Context, tx: Tx, name: str) -> str:
    """Why a colleague's figures stay closed for now; empty when they may be opened."""
    if not untold(ctx, tx, [name]):
        return ""
    return f"告知卡片还没有送到{name}手里，所以先不打开 TA 的数据。送到以后再来就好，通常几秒钟。"
