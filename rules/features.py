"""What can be counted in a message and in a conversation: small, named, readable numbers for rules.score."""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from operator import add

import ahocorasick_rs

from rules.lexicon.agent import AGENT
from rules.lexicon.customer import CUSTOMER
from rules.model import Conversation, Speaker

Counts = Mapping[str, int]  # without the zeros
Match = tuple[int, int, int]  # which word, where it starts, where it ends

MOST = 1000  # characters looked at: a pasted essay costs no more than that
KEPT = 120  # longer texts are rarely said twice, so they are not remembered
NEAR = 5  # own earlier messages a message is compared with
# What softens is taken as a share of the messages: one 谢谢 in two messages is more than one in twenty.
SHARES = ("thanks", "polite", "consent", "praise", "solved")
NOT_BRIEF = ("asks", "negation", "ping")  # 不行 is as short as 嗯, and says something

# Left out of the words: addresses, names called with @, pictures' codes; masked values ([电话x]) stand for a fact.
_NOISE = re.compile(r"https?://[\x21-\x7e]+|@[\w·-]{1,20}(?=[\s:：,，]|$)|#e-\w+")
_MASKED = re.compile(r"\[[^\[\]\s]{1,8}x\]")
_FACT = re.compile(r"\d{4,}|省.{1,8}[市县区]|[路街号楼室]\d|\d[号楼室]")
_MANY = re.compile(r"(?:(?<!\d)\d++|[一二两三四五六七八九十几多半]) ?多?个?(?:次|遍|天|月|小时|钟头|周|年|星期)")
_NOTICE = re.compile(
    r"咨询订单号|订单金额:|商品id:|顾客通过|web咚咚|^京东快递\(|^我想(?:要申请售后服务|查询订单的配送信息|取消订单)$"
    r"|^我需要修改订单$|^请选择咨询|^(?:分享图片|图片评论|转发微博)$"
)
_LOUD = re.compile(r"[?!]{2,}")
_WORDS = re.compile(r"\w")


def clean(text: str) -> str:
    """Half-width, lower case, without what is not said in words."""
    text = unicodedata.normalize("NFKC", text[:MOST]).lower()
    if "#" in text or "@" in text or "http" in text:
        text = _NOISE.sub(" ", text)
    return _MASKED.sub(" 00000 ", text) if "x]" in text else text


def heard(text: str) -> Counts | None:
    """The counts of a customer's message; None for what says nothing: notices, order cards, emoji, links."""
    return _heard(text) if len(text) <= KEPT else _customer(text)


def answered(text: str) -> Counts:
    """The counts of an agent's message."""
    return _answered(text) if len(text) <= KEPT else _count("agent", clean(text))


@lru_cache(maxsize=20_000)
def _heard(text: str) -> Counts | None:
    return _customer(text)


@lru_cache(maxsize=20_000)
def _answered(text: str) -> Counts:
    return _count("agent", clean(text))


def _customer(text: str) -> Counts | None:
    said = clean(text)
    worded = _WORDS.search(said) is not None
    if _NOTICE.search(said) or not (worded or "?" in said or "!" in said):
        return None
    counts = _count("customer", said)
    counts["negation"] = max(0, counts.get("negation", 0) - counts.pop("harmless", 0))
    counts["you"] = max(0, counts.get("you", 0) - counts.pop("kindly_you", 0))
    # 在吗 is a ping, and no question besides.
    knocks = said.count("在吗") + said.count("有人吗") if "ping" in counts else 0
    counts["asks"] = max(0, max(said.count("?"), said.count("吗")) - knocks)
    counts["loud"] = len(_LOUD.findall(said))
    counts["shouts"] = said.count("!")
    counts["long"] = len(_MANY.findall(said))
    counts["fact"] = int(_FACT.search(said) is not None)
    counts["only_marks"] = int(not worded)
    counts["brief"] = int(len(said.strip()) <= 3 and not any(counts.get(name) for name in NOT_BRIEF))
    return {name: n for name, n in counts.items() if n}


def _count(who: str, said: str) -> dict[str, int]:
    automaton, names = _automaton(who)
    found = automaton.find_matches_as_indexes(said, overlapping=True)
    counts = _tally(found, names)
    return _tally(_uncovered(found, names), names) if "innocent" in counts else counts


def _tally(found: Iterable[Match], names: Sequence[Sequence[str]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word, _, _ in found:
        for name in names[word]:
            counts[name] = counts.get(name, 0) + 1
    return counts


def _uncovered(found: Sequence[Match], names: Sequence[Sequence[str]]) -> Sequence[Match]:
    """Without what an innocent phrase covers: 垃圾桶 is no 垃圾."""
    covers = [(start, end) for word, start, end in found if "innocent" in names[word]]
    return [one for one in found if not any(start <= one[1] and one[2] <= end for start, end in covers)]


@cache
def _automaton(who: str) -> tuple[ahocorasick_rs.AhoCorasick, tuple[tuple[str, ...], ...]]:
    """A matcher of all words, and for each word the sets it belongs to."""
    meaning: dict[str, tuple[str, ...]] = {}
    for name, words in (CUSTOMER if who == "customer" else AGENT).items():
        for word in words.split():
            meaning[word] = (*meaning.get(word, ()), name)
    return ahocorasick_rs.AhoCorasick(list(meaning)), tuple(meaning.values())


def of_conversation(conversation: Conversation) -> dict[str, float]:
    """The features that come from words alone; rules.weights says what each of them means."""
    mine: list[tuple[str, Counts, int]] = []
    theirs: list[Counts] = []
    unanswered = False
    for message in conversation.messages:
        if message.speaker is Speaker.AGENT:
            theirs.append(answered(message.text))
            unanswered = False
        elif message.speaker is Speaker.CUSTOMER and (counts := heard(message.text)) is not None:
            # Words after the first answer count double: they are about the service, the opening is about the goods.
            mine.append((message.text, counts, 2 if theirs else 1))
            unanswered = bool(theirs) and not _content(counts)
    found = _of_customer(mine) | {"agent_" + name: math.log1p(n) for name, n in _sum(theirs).items()}
    found["repeats"] = _repeats([text for text, _, _ in mine])
    found["last_word"] = float(unanswered)
    return found


def _content(counts: Counts) -> bool:
    """好的，谢谢 needs no answer; 好的，那什么时候发 does."""
    return ("thanks" in counts or "consent" in counts) and "asks" not in counts and "negation" not in counts


def _of_customer(messages: Sequence[tuple[str, Counts, int]]) -> dict[str, float]:
    totals: dict[str, int] = {}
    softened = dict.fromkeys(SHARES, 0)
    for _, counts, times in messages:
        for name, n in counts.items():
            totals[name] = totals.get(name, 0) + n * times
            if name in softened:
                softened[name] += 1
    found = {name: math.log1p(n) for name, n in totals.items()}
    found["length"] = math.log1p(sum(min(len(text), MOST) for text, _, _ in messages))
    return found | {name + "_share": n / len(messages) for name, n in softened.items() if n}


def _sum(messages: Iterable[Counts]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for counts in messages:
        for name, n in counts.items():
            totals[name] = totals.get(name, 0) + n
    return totals


def _repeats(texts: Sequence[str]) -> float:
    """The closest likeness of a message to one of the few before it, 0..1; short ones (好的) are no repetition."""
    pairs = [_pairs(text[:KEPT]) for text in texts if len(text) >= 5]
    best = 0.0
    for i, this in enumerate(pairs):
        for other in pairs[max(0, i - NEAR) : i]:
            common = len(this & other)
            best = max(best, common / (len(this) + len(other) - common or 1))
    return best


@lru_cache(maxsize=5_000)
def _pairs(text: str) -> frozenset[str]:
    said = clean(text)
    return frozenset(map(add, said, said[1:]))
