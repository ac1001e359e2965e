"""One key sample as a card, the day's coverage in words, and the end of the queue."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.cards.card import Block, Button, Card, Choices, Facts, Quote, Text
from handlers.cards.words import clean, who
from rules import causes
from rules.model import Conversation, Finding, Kind
from rules.review import FEW, Misses
from storage.reviews import Coverage, Sample

SAID = {"real": "有效", "false_alarm": "误报", "case": "收入案例", "skip": "跳过"}
SAID_OF_STAR = {"real": "确实好", "false_alarm": "一般", "case": "收入案例", "skip": "跳过"}
ASKS = {
    "doubt": "叫过人了，可机器觉得不用。您看呢？",
    "risk": "这位客户当时需要有人来帮吗？",
    "star": "这一段值得大家学吗？",
    "random": "这位客户当时需要有人来帮吗？",
}
WHY = {"doubt": "机器有不同看法", "risk": "风险分高", "star": "高光分高", "random": "随机抽到"}


@dataclass(frozen=True, slots=True)
class Shown:
    sample: Sample
    conversation: Conversation
    talk: Sequence[tuple[str, str, str]]  # (words, when, who), masked
    found: Sequence[Finding]
    page: str


def words_of(why: str) -> dict[str, str]:
    """What the verdicts are called for such a sample."""
    return SAID_OF_STAR if why == "star" else SAID


def sample(shown: Shown, done: int, left: int, last: Sample | None) -> Card:
    one = shown.sample
    blocks: list[Block] = [Text(who(shown.conversation)), *(Quote(*told) for told in shown.talk)]
    said = [clean(f.says) for f in shown.found if f.kind is not Kind.STAR or one.why == "star"]
    rows = [("八哥听到", " · ".join(dict.fromkeys(said)))] if said else []
    blocks.append(Facts((*rows, ("编号", f"#{one.code}"))))
    blocks += _because(last)
    taps = [
        Button(word, "review", f"review/{one.id}.{name}", command=f"复核 {one.code} {SAID[name]}")
        for name, word in words_of(one.why).items()
    ]
    page = (Button("看全文", "listen", "review", url=shown.page),) if shown.page else ()
    state = f"第 {done + 1} 段，还有 {left} 段"
    return Card("review", "blue", f"🔎 {ASKS[one.why]}", tuple(blocks), (*taps, *page), state)


def finished(coverage: Coverage, misses: Misses, last: Sample | None) -> Card:
    blocks: tuple[Block, ...] = (Text(covered(coverage)), Text(missed(misses)), *_because(last))
    return Card("review", "green", "🔎 现在没有等着复核的了", blocks, state="看完了")


def covered(coverage: Coverage) -> str:
    """今天 3,412 段会话，100% 已筛，5% 已复核"""
    if not coverage.total:
        return "今天还没有会话。"
    screened = _percent(coverage.screened, coverage.total)
    reviewed = _percent(coverage.reviewed, coverage.total)
    return f"今天 {coverage.total:,} 段会话，{screened} 已筛，{reviewed} 已复核（{coverage.reviewed} 段）"


def missed(misses: Misses) -> str:
    """How many we did not notice, as far as the lot can tell."""
    if misses.low is None or misses.high is None or misses.value is None:
        return f"漏了多少：样本少（随机复核满 {FEW} 段才估，现在 {misses.reviewed} 段）"
    low, high = round(misses.low), round(misses.high)
    told = f"没叫人的 {misses.silent:,} 段里随机复核 {misses.reviewed} 段，{misses.found} 段该叫"
    return f"{told}；估计一共漏了 {round(misses.value):,} 段（九成把握在 {low:,} 到 {high:,} 之间）"


def _percent(part: int, whole: int) -> str:
    """Never 100 % while something is missing, never 0 % when there is something."""
    share = part / whole
    if 0 < share < 0.01:
        return "不到 1%"
    return f"{min(99, round(share * 100)) if part < whole else 100}%"


def _because(last: Sample | None) -> list[Block]:
    if last is None:
        return []
    options = tuple((cause.word, f"review/{last.id}.{name}") for name, cause in causes.CAUSES.items())
    say = f"发「复核 {last.code} 流程」就行，也可以是{'、'.join(word for word, _ in options)}。"
    return [Text(f"刚才那段（{last.code}）主要因为什么？"), Choices("review", options, say)]
