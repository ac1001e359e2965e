"""What can be counted in one message and in a conversation: small, named, readable numbers for rules.score."""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache

import ahocorasick_rs

from rules.lexicon.agent import AGENT
from rules.lexicon.customer import CUSTOMER
from rules.model import Conversation, Message, Speaker

Counts = Mapping[str, int]

MOST = 1000  # characters looked at: a pasted essay costs no more than that
KEPT = 120  # longer texts are rarely said twice, so they are not remembered
NEAR = 5  # own earlier messages a message is compared with

# Left out of the words: addresses, names called with @, pictures' codes; masked values ([电话x]) stand for a fact.
_NOISE = re.compile(r"https?://[\x21-\x7e]+|@[\w·-]{1,20}(?=[\s:：,，]|$)|#e-\w+")
_MASKED = re.compile(r"\[[^\[\]\s]{1,8}x\]")
_FACT = re.compile(r"\d{4,}|省.{1,8}[市县区]|[路街号楼室]\d|\d[号楼室]")
_MANY = re.compile(r"(?:\d+|[一二两三四五六七八九十几多半]) ?多?个?(?:次|遍|天|月|小时|钟头|周|年|星期)")
_NOTICE = re.compile(
    r"咨询订单号|订单金额:|商品id:|顾客通过|web咚咚|^京东快递\(|^我想(?:要申请售后服务|查询订单的配送信息|取消订单)$"
    r"|^我需要修改订单$|^请选择咨询|^(?:分享图片|图片评论|转发微博)$"
)
_LOUD = re.compile(r"[?!]{2,}")


def clean(text: str) -> str:
    """Half-width, lower case, without what is not said in words."""
    text = unicodedata.normalize("NFKC", text[:MOST]).lower()
    if "#" in text or "@" in text or "http" in text:
        text = _NOISE.sub(" ", text)
    return _MASKED.sub(" 00000 ", text) if "x]" in text else text


def shape(text: str) -> str:
    """text, notice (a channel's template or an order card), or empty (nothing said: a picture, an emoji, a link)."""
    said = clean(text)
    if _NOTICE.search(said):
        return "notice"
    return "text" if any(c.isalnum() or c in "?!" for c in said) else "empty"


def heard(text: str) -> Counts:
    """The counts of a customer's message, without the zeros."""
    return _heard(text) if len(text) <= KEPT else _count_customer(text)


def answered(text: str) -> Counts:
    """The counts of an agent's message, without the zeros."""
    return _answered(text) if len(text) <= KEPT else _count(AGENT, clean(text))


@lru_cache(maxsize=20_000)
def _heard(text: str) -> Counts:
    return _count_customer(text)


@lru_cache(maxsize=20_000)
def _answered(text: str) -> Counts:
    return _count(AGENT, clean(text))


def _count_customer(text: str) -> Counts:
    said = clean(text)
    counts = _count(CUSTOMER, said)
    counts["negation"] = max(0, counts.get("negation", 0) - counts.pop("harmless", 0))
    counts["you"] = max(0, counts.get("you", 0) - counts.pop("kindly_you", 0))
    marks = said.count("?")
    counts["asks"] = max(marks, said.count("吗"))
    counts["loud"] = len(_LOUD.findall(said))
    counts["shouts"] = said.count("!")
    counts["long"] = len(_MANY.findall(said))
    counts["fact"] = 1 if _FACT.search(said) else 0
    stripped = said.strip()
    counts["only_marks"] = 1 if marks and not any(c.isalnum() for c in stripped) else 0
    counts["brief"] = 1 if 0 < len(stripped) <= 3 and not counts["asks"] else 0
    return {name: n for name, n in counts.items() if n}


def _count(sets: Mapping[str, str], said: str) -> dict[str, int]:
    automaton, names = _automaton("customer" if sets is CUSTOMER else "agent")
    counts: dict[str, int] = {}
    for word, _, _ in automaton.find_matches_as_indexes(said, overlapping=True):
        for name in names[word]:
            counts[name] = counts.get(name, 0) + 1
    return counts


@cache
def _automaton(who: str) -> tuple[ahocorasick_rs.AhoCorasick, tuple[tuple[str, ...], ...]]:
    sets = CUSTOMER if who == "customer" else AGENT
    meaning: dict[str, tuple[str, ...]] = {}
    for name, words in sets.items():
        for word in dict.fromkeys(words.split()):
            meaning[word] = (*meaning.get(word, ()), name)
    return ahocorasick_rs.AhoCorasick(list(meaning)), tuple(meaning.values())


def spoken(conversation: Conversation) -> list[bool]:
    """Which messages count: what customer and agent said in words."""
    return [m.speaker in (Speaker.CUSTOMER, Speaker.AGENT) and shape(m.text) == "text" for m in conversation.messages]


def of_conversation(conversation: Conversation, sentiments: Mapping[str, float] | None = None) -> dict[str, float]:
    """The features of a conversation, each on a scale where 1 is a lot; see rules.weights for their meaning."""
    said = [m for m, counts in zip(conversation.messages, spoken(conversation), strict=True) if counts]
    first_answer = next((i for i, m in enumerate(said) if m.speaker is Speaker.AGENT), len(said))
    mine = [m for m in said if m.speaker is Speaker.CUSTOMER]
    features = _customer(said, first_answer) | _agent(m for m in said if m.speaker is Speaker.AGENT)
    features["repeats"] = _repeats([m.text for m in mine])
    features["last_word"] = float(bool(said) and first_answer < len(said) and said[-1].speaker is Speaker.CUSTOMER)
    known = [sentiments[m.id] for m in mine if m.id in sentiments] if sentiments else []
    features["gloom"] = 1 - 2 * sum(known) / len(known) if known else 0.0
    return features


# What softens is taken as a share of the messages: one 谢谢 in two messages is more than one in twenty.
SHARES = ("thanks", "polite", "consent", "praise", "solved")


def _customer(said: Sequence[Message], first_answer: int) -> dict[str, float]:
    totals: dict[str, float] = {}
    shares: dict[str, float] = {}
    messages = 0
    for i, message in enumerate(said):
        if message.speaker is not Speaker.CUSTOMER:
            continue
        messages += 1
        # Words after the first answer count double: they are about the service, the opening is about the goods.
        times = 2 if i > first_answer else 1
        for name, n in heard(message.text).items():
            totals[name] = totals.get(name, 0.0) + n * times
            if name in SHARES:
                shares[name] = shares.get(name, 0.0) + 1
    features = {name: math.log1p(n) for name, n in totals.items()}
    return features | {name + "_share": n / messages for name, n in shares.items()}


def _agent(messages: Iterable[Message]) -> dict[str, float]:
    totals: dict[str, int] = {}
    for message in messages:
        for name, n in answered(message.text).items():
            totals[name] = totals.get(name, 0) + n
    return {"agent_" + name: math.log1p(n) for name, n in totals.items()}


def _repeats(texts: Sequence[str]) -> float:
    """The closest likeness of a message to one of the few before it, 0..1; short ones (好的) are no repetition."""
    pairs = [_pairs(t[:KEPT]) for t in texts if len(t) >= 5]
    near = (len(a & b) / len(a | b) for i, a in enumerate(pairs) for b in pairs[max(0, i - NEAR) : i] if a and b)
    return max(near, default=0.0)


@lru_cache(maxsize=5_000)
def _pairs(text: str) -> frozenset[str]:
    said = clean(text)
    return frozenset(said[i : i + 2] for i in range(len(said) - 1))
