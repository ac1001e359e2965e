"""How people type: short messages in a row, spaces for commas, slips of the input method, an agent's 哈 and ～."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

# Slips of a pinyin keyboard; the second of a pair is what comes out.
_SLIPS = (
    ("的", "得"), ("在", "再"), ("吗", "嘛"), ("没有", "木有"), ("发货", "发或"), ("签收", "签售"), ("怎么", "咋"),
    ("什么", "啥"), ("不是", "不四"), ("客服", "可服"), ("那就", "拿就"), ("还没", "还木"), ("知道", "之道"),
)  # fmt: skip
_MENDED = frozenset({"发或", "签售", "可服", "拿就", "之道"})  # slips people correct in the next message
_ASKING = re.compile("[吗嘛么呢啊呀不没]$|[哪几怎啥]|什么|多少|有没有|能不能|为啥|要多久")
_ENDED = re.compile("[哦呢哈亲]|[呀吗吧啦哒的么您我]$")
_ENDS = {
    "happy": ("～", "～", "。", "😂"),
    "fine": ("。", "…"),
    "unhappy": ("。。", "…"),
    "angry": ("！", "！！", "。。。"),
}


@dataclass(frozen=True, slots=True)
class Typist:
    """One customer's way of typing."""

    comma: str  # what stands for ，
    splits: float = 0  # how often a sentence becomes two messages
    slips: float = 0
    flourish: float = 0
    ends: Sequence[str] = ()


def typist(rng: Random, mood: str) -> Typist:
    return Typist(
        comma=rng.choice(("，", "，", " ", " ", " ", ",")),
        splits=rng.choice((0.0, 0.2, 0.5)),
        slips=rng.choice((0.0, 0.03, 0.1)),
        flourish=rng.choice((0.0, 0.0, 0.05, 0.15)),
        ends=_ENDS[mood],
    )


def typed(rng: Random, who: Typist, text: str) -> list[str]:
    """The text as this customer would send it."""
    sent: list[str] = []
    for part in text.split("|"):
        for piece in _split(rng, who, part):
            sent += _slipped(rng, who, piece.replace("，", who.comma))
    if rng.random() < who.flourish and not sent[-1].startswith("[") and sent[-1][-1].isalnum():
        sent[-1] += rng.choice(("？", "？？") if _ASKING.search(sent[-1]) else who.ends)
    return sent


def _split(rng: Random, who: Typist, text: str) -> list[str]:
    for mark in ("，", " "):
        head, found, tail = text.partition(mark)
        if found and len(head) > 4 and len(tail) > 3 and rng.random() < who.splits:
            return [head, tail]
    return [text]


def _slipped(rng: Random, who: Typist, text: str) -> list[str]:
    if rng.random() >= who.slips:
        return [text]
    fitting = [pair for pair in _SLIPS if pair[0] in text]
    if not fitting:
        return [text]
    right, wrong = rng.choice(fitting)
    mended = [f"{right}*"] if wrong in _MENDED and rng.random() < 0.5 else []
    return [text.replace(right, wrong, 1), *mended]


def worded(rng: Random, tails: Sequence[str], text: str) -> list[str]:
    """An agent's text, with a small ending of their own now and then."""
    sent = text.split("|")
    last = sent[-1]
    if tails and "\u4e00" <= last[-1] <= "\u9fff" and not _ENDED.search(last) and rng.random() < 0.3:
        sent[-1] = last + rng.choice(tails)
    return sent
