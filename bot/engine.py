"""Screening ready to use: packs read from files, signals in a bounded cache, scores from named features."""

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from bot.files import model_files
from bot.plain_words import of_os
from handlers.errors import UserError
from rules import learn, packs, score, screen, signals
from rules.learn import Encode, Learnt
from rules.model import Conversation, Screening, Signals, Speaker
from rules.pack_lines import PackError
from rules.packs import Packs, Versions
from rules.policy import Policy
from rules.screen import Rate
from rules.sentiment import Sentiment

PACKS = Path(__file__).resolve().parents[1] / "rules" / "packs"
JUDGE = "snownlp-2"  # of the levels kept with each message: raise it when they mean something else
CACHE = 20_000  # texts; nearly half of what customers and agents write, others have written before
COLD = "cold"  # the scores as they are shipped


class Engine:
    """Implements handlers.context.Engine: one set of packs and models, for all threads, never changed."""

    def __init__(self, read: Packs, sentiment: Sentiment, rate: Rate = score.rate, model: str = COLD):
        self.packs = replace(read, versions=replace(read.versions, judge=JUDGE))
        self.sentiment = sentiment
        self.signals = lru_cache(CACHE)(self._signals)
        self.stored = lru_cache(CACHE)(self._stored)
        self.recalled = lru_cache(CACHE)(self._recalled)  # a conversation is read again with each of its messages
        self.reread = lru_cache(CACHE)(self._reread)
        self.rate = rate
        self.model = model
        self._judge = score.judge(sentiment.score)

    def held(self) -> "Engine":
        return self

    def taught(self, models: Sequence[Learnt], encode: Encode | None = None) -> "Engine":
        """The same packs with the scores corrected by what was learnt; texts read before stay known.

        A model that was learnt with an encoder is left out where there is none.
        """
        other = copy(self)
        models = [model for model in models if encode is not None or not model.encodes]
        encodes = any(model.encodes for model in models)
        other.rate = learn.rater(models, encode if encodes else None) if models else score.rate
        other.model = " + ".join(f"{model.kind} {model.version}" for model in models) or COLD
        return other

    def with_packs(self, read: Packs) -> "Engine":
        return Engine(read, self.sentiment, self.rate, self.model)

    def _signals(self, text: str, speaker: Speaker) -> Signals:
        return signals.read(text, self.packs, speaker, self._judge)

    def _stored(self, text: str, speaker: Speaker) -> str:
        return signals.to_json(self.signals(text, speaker), self.packs.versions)

    def _recalled(self, stored: str, text: str, speaker: Speaker) -> Signals:
        """Only the parts whose version is another one are read again."""
        if not stored:
            return self.signals(text, speaker)
        return self._reread(*signals.from_json(stored), text, speaker)

    def _reread(self, old: Signals, was: Versions, text: str, speaker: Speaker) -> Signals:
        return signals.refresh(old, was, text, self.packs, self._judge, speaker)

    def screen(self, conversation: Conversation, policy: Policy, now: datetime) -> Screening:
        return screen.screen(conversation, self.packs, policy, now, self.rate)


class Live:
    """The engine in use behind one reference, so that a swap is one assignment; who needs one set throughout holds it.

    Implements handlers.context.Engine, too.
    """

    def __init__(self, first: Engine):
        self._now = first

    def held(self) -> Engine:
        return self._now

    def swap(self, other: Engine) -> None:
        self._now = other

    @property
    def packs(self) -> Packs:
        return self._now.packs

    @property
    def model(self) -> str:
        return self._now.model

    def signals(self, text: str, speaker: Speaker) -> Signals:
        return self._now.signals(text, speaker)

    def stored(self, text: str, speaker: Speaker) -> str:
        return self._now.stored(text, speaker)

    def recalled(self, stored: str, text: str, speaker: Speaker) -> Signals:
        return self._now.recalled(stored, text, speaker)

    def reread(self, old: Signals, was: Versions, text: str, speaker: Speaker) -> Signals:
        return self._now.reread(old, was, text, speaker)

    def screen(self, conversation: Conversation, policy: Policy, now: datetime) -> Screening:
        return self._now.screen(conversation, policy, now)

    @property
    def rate(self) -> Rate:
        return self._now.rate


def load(folder: str = "") -> Engine:
    """Our packs and then the shop's own; raises UserError with every mistake in them."""
    return Engine(read(folder), model_files.load())


def read(folder: str = "") -> Packs:
    try:
        return packs.parse(texts(PACKS) | (texts(Path(folder)) if folder else {}))
    except PackError as error:
        raise UserError(str(error)) from error


def texts(folder: Path) -> dict[str, str]:
    if not folder.is_dir():
        raise UserError(f"规则目录 {folder} 不存在，请检查 [rules] folder。")
    return {path.name: _text(path) for path in sorted(folder.glob("*.toml"))}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise UserError(f"{path.name} 第 {line} 行：不是 UTF-8 编码，请另存为 UTF-8") from error
    except OSError as error:
        raise UserError(f"{path.name} 第 1 行：读不到，{of_os(error)}") from error
