"""Screening ready to use: packs read from files, signals in a bounded cache, scores from named features."""

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from bot import model_files
from handlers.errors import UserError
from rules import packs, score, screen, signals
from rules.model import Conversation, Screening, Signals, Speaker
from rules.pack_lines import PackError
from rules.packs import Packs
from rules.policy import Policy
from rules.screen import Rate
from rules.sentiment import Sentiment

PACKS = Path(__file__).resolve().parents[1] / "rules" / "packs"
JUDGE = "snownlp-1"  # of the levels kept with each message: raise it when they mean something else
CACHE = 20_000  # texts; nearly half of what customers and agents write, others have written before


class Engine:
    """Implements handlers.context.Engine; one for all threads."""

    def __init__(self, read: Packs, sentiment: Sentiment, rate: Rate = score.rate):
        self.packs = replace(read, versions=replace(read.versions, judge=JUDGE))
        self.signals = lru_cache(CACHE)(self._signals)
        self.rate = rate  # or what was learnt from the shop's own reviewers
        self._judge = score.judge(sentiment.score)

    def _signals(self, text: str, speaker: Speaker) -> Signals:
        return signals.read(text, self.packs, speaker, self._judge)

    def stored(self, text: str, speaker: Speaker) -> str:
        return signals.to_json(self.signals(text, speaker), self.packs.versions)

    def recalled(self, stored: str, text: str, speaker: Speaker) -> Signals:
        if not stored:
            return self.signals(text, speaker)
        old, was = signals.from_json(stored)
        return old if was == self.packs.versions else self.signals(text, speaker)

    def screen(self, conversation: Conversation, policy: Policy, now: datetime) -> Screening:
        return screen.screen(conversation, self.packs, policy, now, self.rate)


def load(folder: str = "") -> Engine:
    """Our packs and then the shop's own; raises UserError with every mistake in them."""
    try:
        read = packs.parse(texts(PACKS) | (texts(Path(folder)) if folder else {}))
    except PackError as error:
        raise UserError(str(error)) from error
    return Engine(read, model_files.load())


def texts(folder: Path) -> dict[str, str]:
    if not folder.is_dir():
        raise UserError(f"规则目录 {folder} 不存在，请检查 [rules] folder。")
    return {path.name: path.read_text(encoding="utf8") for path in sorted(folder.glob("*.toml"))}
