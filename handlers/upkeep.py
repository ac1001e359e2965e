"""Tells those who look after Starling, in the rooms that want it, once for each thing that happened."""

from hashlib import blake2b

from handlers import posting
from handlers.cards.card import Card
from handlers.context import Context
from storage import posts
from storage.db import Tx


def tell(ctx: Context, tx: Tx, happened: str, card: Card) -> None:
    """`happened` names it alike on every process, so that several processes tell it once."""
    about = posting.About("N", blake2b(happened.encode(), digest_size=6).hexdigest())
    for room in ctx.people.rooms:
        if "admin" in room.wants and posts.get(tx, posting.key_of(ctx, about, room.target)) is None:
            posting.want(ctx, tx, about, room.target, card)
