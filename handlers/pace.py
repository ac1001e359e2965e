"""How fast we speak: within what each platform takes from a room, red first, and never on the whole or half hour.

At that moment every robot speaks, and platforms refuse. What can wait is sent a minute later; what cannot, alerts and
answers, loses three seconds at most.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from handlers.posting import PER_MINUTE
from storage import posts
from storage.db import Tx
from storage.posts import Post

MINUTE = timedelta(seconds=60)
PER_MOMENT = {"feishu": 4, "feishu-webhook": 4}  # it takes five a second, of all robots of a room together
MOMENT = timedelta(seconds=1.5)  # what leaves us a second apart may arrive together
AGAIN = timedelta(seconds=5)
EDITS_FREE = frozenset({"dingtalk"})  # its limit is on messages, and the change of a card is none
URGENT = frozenset({"alert", "assist", "reply", "whisper", "coach", "handover", "urge"})
BELL = 30 * 60  # seconds
BEFORE, AFTER = 8, 60  # seconds around the bell in which nothing is sent that can wait
STRIKE = 2  # seconds around it in which nothing at all is
RED = 30  # priority


def wait(tx: Tx, post: Post, now: datetime, editable: Collection[str] = ()) -> datetime | None:
    """Until when this post must wait; None when it may go, which is then noted. `editable`: chats that change cards."""
    budget = PER_MINUTE.get(post.chat)
    if budget is None:
        return None
    later = _after_the_bell(now, urgent=post.kind in URGENT)
    if later is not None or post.direct or (post.shown and post.chat in EDITS_FREE and post.chat in editable):
        return later
    share = budget if post.priority >= RED else budget * 4 // 5  # the last fifth is kept for red
    if posts.spent(tx, post.chat, post.room, now - MINUTE) >= share:
        return now + AGAIN
    most = PER_MOMENT.get(post.chat)
    if most and posts.spent(tx, post.chat, post.room, now - MOMENT) >= most:
        return now + MOMENT
    posts.spend(tx, post.chat, post.room, now)
    return None


def _after_the_bell(now: datetime, *, urgent: bool) -> datetime | None:
    past = (now.minute % 30) * 60 + now.second
    before, after = (STRIKE, STRIKE) if urgent else (BEFORE, AFTER)
    if past < after:
        return now + timedelta(seconds=after - past)
    if past > BELL - before:
        return now + timedelta(seconds=BELL - past + after)
    return None
