"""What was promised against what is there: the database, the sandbox's rooms and Feishu's groups are asked."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from storage.db import Store
from tests.emulators.feishu import Feishu
from tests.faults.shop import Story

Rows = list[tuple[Any, ...]]


class Database:
    """Read only, beside the program that serves it."""

    def __init__(self, url: str):
        self._store = Store.open(url, readonly=True)

    def rows(self, sql: str) -> Rows:
        with self._store.read() as tx:
            return [tuple(row) for row in tx.exec_driver_sql(sql)]

    def column(self, sql: str) -> list[Any]:
        return [row[0] for row in self.rows(sql)]

    def number(self, sql: str) -> int:
        return int(self.column(sql)[0])

    def quiet(self) -> bool:
        """Nothing waits any more."""
        waiting = "SELECT count(*) FROM inbox WHERE done_at IS NULL"
        wanted = "SELECT count(*) FROM post WHERE shown < wanted AND NOT dead"
        return self.number(waiting) == 0 and self.number(wanted) == 0

    def close(self) -> None:
        self._store.close()


def problems(database: Database, story: Story, acknowledged: Sequence[str], feishu: Feishu | None) -> list[str]:
    """Every broken promise in a sentence; none is what we want."""
    found = [*_stored(database, story, acknowledged), *_alerts(database, story), *_posts(database)]
    return [*found, *(_in_feishu(database, feishu) if feishu else ())]


def _stored(database: Database, story: Story, acknowledged: Sequence[str]) -> Iterator[str]:
    kept = Counter((row[0], row[1]) for row in database.rows("SELECT conversation, id FROM message"))
    yield from _differ("message", Counter(story.messages), kept)
    happenings = database.number("SELECT count(*) FROM happening")
    if happenings != story.happenings:
        yield f"{happenings} happenings are stored, {story.happenings} were told"
    missing = {s.name for s in story.sendings} - set(acknowledged)
    if missing:
        yield f"{len(missing)} events were never acknowledged"
    if bad := database.column("SELECT error FROM inbox WHERE error <> '' OR done_at IS NULL"):
        yield f"{len(bad)} rows of the inbox failed or wait: {bad[0]}"


def _alerts(database: Database, story: Story) -> Iterator[str]:
    opened = Counter(database.column("SELECT conversation FROM alert"))
    yield from _differ("alert", Counter(story.angry), opened)


def _posts(database: Database) -> Iterator[str]:
    """Every alert stands once in each room that wants it, as it was wanted last."""
    alerts = database.column("SELECT id FROM alert")
    wanted = Counter([("sandbox", f"A{alert}") for alert in alerts])
    if "feishu" in database.column("SELECT DISTINCT chat FROM post"):
        wanted += Counter([("feishu", f"A{alert}") for alert in alerts])
    rows = database.rows("SELECT chat, subject FROM post WHERE shown = wanted AND NOT dead")
    yield from _differ("post", wanted, Counter((chat, subject) for chat, subject in rows))
    cards = "SELECT key, body FROM sandbox_post WHERE kind = 'card'"
    stands: dict[str, str] = dict(database.rows(cards))
    for key, card in database.rows("SELECT key, card FROM post WHERE chat = 'sandbox'"):
        body = stands.pop(key, None)
        if body is None:
            yield f"{key} never reached the sandbox"
        elif json.loads(body) != json.loads(card):
            yield f"{key} stands in the sandbox as it was before"
    yield from (f"{key} stands in the sandbox and nobody wanted it" for key in stands)


def _in_feishu(database: Database, feishu: Feishu) -> Iterator[str]:
    rows = database.rows("SELECT key, room, message_id FROM post WHERE chat = 'feishu'")
    wanted = Counter((room, subject_of(key)) for key, room, _ in rows)
    posts = list(feishu.state.posts.values())
    yield from _differ("card in Feishu", wanted, Counter((post.chat, subject_of(post.uuid)) for post in posts))
    known = {post.id for post in posts}
    yield from (f"{key} has no message in Feishu" for key, _, message in rows if message not in known)


def subject_of(key: str) -> str:
    """The matter and its room; the rest of a key is random."""
    return key.split("-")[0]


def _differ(what: str, wanted: Counter[Any], there: Counter[Any]) -> Iterator[str]:
    for name, n in sorted((wanted - there).items()):
        yield f"{what} {name} is missing" + (f" {n} times" if n > 1 else "")
    for name, n in sorted((there - wanted).items()):
        yield f"{what} {name} is there {n + wanted[name]} times, {wanted[name]} wanted"
