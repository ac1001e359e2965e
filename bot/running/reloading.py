"""Notices changed packs and models while running, makes a new engine off to the side, and swaps it in as a whole."""

from pathlib import Path

import structlog

from bot import engine
from bot.engine import Live
from handlers import upkeep
from handlers.cards import upkeep as cards
from handlers.cards.card import Card
from handlers.context import Context
from handlers.errors import UserError
from rules import learn, pack_changes, packs
from rules.learn import Encode, Learnt
from rules.pack_lines import PackError
from storage import models

log = structlog.get_logger()
State = tuple[tuple[str, int, int], ...]  # (name, size, changed at) of each file


class Reloading:
    """`look` is called every second or so, always by the same thread; the number of swaps it made."""

    def __init__(self, ctx: Context, live: Live, folder: str = "", encode: Encode | None = None):
        self._ctx, self._live, self._encode = ctx, live, encode
        self._folder = Path(folder) if folder else None
        self._seen = self._settled = _state(self._folder)
        self._texts = engine.texts(self._folder) if self._folder else {}
        self._models: tuple[int, ...] = ()

    def look(self) -> int:
        return self._look_at_models() + self._look_at_packs()

    def _look_at_models(self) -> int:
        with self._ctx.store.read() as tx:
            wanted = tuple(model.id for model in models.in_use(tx).values())
            if wanted == self._models:
                return 0
            blobs = [models.blob(tx, id_) for id_ in wanted]
        self._models = wanted  # a model that cannot be read is not tried every second
        learnt = _learnt(blobs)
        if learnt is None:
            return 0
        self._live.swap(self._live.held().taught(learnt, self._encode))
        log.info("models_in_use", model=self._live.model)
        return 1

    def _look_at_packs(self) -> int:
        """Acts once nothing has changed for a round: somebody may still be saving."""
        before, self._seen = self._seen, _state(self._folder)
        if self._folder is None or self._seen != before or self._seen == self._settled:
            return 0
        self._settled = self._seen
        return self._load(self._folder)

    def _load(self, folder: Path) -> int:
        try:
            texts = engine.texts(folder)
            if texts == self._texts:
                return 0
            read = packs.parse(engine.texts(engine.PACKS) | texts)
        except (UserError, PackError) as error:
            mistakes = str(error).splitlines()
            log.warning("packs_refused", mistakes=mistakes)
            self._tell("refused", cards.packs_refused(mistakes))
            return 0
        changes = pack_changes.told(self._texts, texts)
        self._live.swap(self._live.held().with_packs(read))
        self._texts = texts
        log.info("packs_in_use", changes=changes)
        self._tell("changed", cards.packs_changed(changes))
        return 1

    def _tell(self, what: str, card: Card) -> None:
        happened = f"packs {what} {self._settled}"
        self._ctx.store.transact(lambda tx: upkeep.tell(self._ctx, tx, happened, card))


def _state(folder: Path | None) -> State:
    if folder is None:
        return ()
    found = []
    for path in sorted(folder.glob("*.toml")):
        try:
            stat = path.stat()
        except OSError:  # gone while we looked
            continue
        found.append((path.name, stat.st_size, stat.st_mtime_ns))
    return tuple(found)


def _learnt(blobs: list[bytes]) -> list[Learnt] | None:
    try:
        return [learn.load(blob) for blob in blobs]
    except (ValueError, KeyError):
        log.exception("model_unreadable")
        return None
