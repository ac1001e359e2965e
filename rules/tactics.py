"""What an agent did well, by name: read from their words, and where in a conversation it turned.

The names follow what service training of shops asks for and what customers thank for: own the matter before explaining
it, say when, come back before being asked, meet the feeling first, spare the customer work.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rules.model import Conversation, Message, Signals, Speaker
from rules.moods import SPOKEN
from rules.text import SENTENCE

SHORTEST, LONGEST = 8, 60  # characters of a sentence worth copying
LEVEL = 0.5


@dataclass(frozen=True, slots=True)
class Tactic:
    name: str
    why: str  # one sentence for those who want to do the same
    words: str  # a regular expression


# In the order in which a tie is broken: the rarer and the more telling first.
TACTICS: Sequence[Tactic] = (
    Tactic("先认领问题", "不急着解释，先把事情揽过来，客户就不用再找别人。",
           "我来负责|负责到底|我(帮您)?盯|盯到底|盯着|交给我|包在我|我来跟|全程跟进|我来处理|我亲自|给您兜底|我担着|这事我管"
           "|我(现在|马上|这就|立刻)(就)?(去|给您|帮您)?(查|催|办|联系|核实|处理|申请)|我去催"),
    Tactic("给准信", "说清楚几点前、做什么、没结果也回话，客户才敢不催。",
           "准信|不管有没有结果|有没有结果都|(今天|明天|后天|今晚|下午|上午|[周星期][一二三四五六日天]"
           "|\\d+ ?(点|分钟|小时|天)半?|[一二两三四五六七八九十]+(点|分钟|个?小时|天))半?(之前|以内|之内|前|内)"
           "[^。！!？?]{0,12}(给您|回您|回复|回话|答复|告诉您|到账|处理|发出|寄出|联系您|办好|搞定)"),
    Tactic("主动跟进", "客户还没来问，先把进度送过去。",
           "主动跟您说|跟您同步|给您同步|跟您汇报|特意(来)?告诉|(昨天|上次|之前|刚才)(答应|问|说|反馈)[^。]{0,8}|怕您(着急|等急|担心)"
           "|担心您没看到|刚(帮您|才帮您|才给您|给您)(查到|问到|催|盯)|提前跟您说|来回复您了"),
    Tactic("共情在先", "先接住心情，再讲道理，同一句话就听得进去。",
           "(换作|换做|要)是我也?|搁我身上|搁谁|是我也会|(很|特别|非常|完全|真的)?理解您(的心情|着急|生气|担心)|很理解您|懂您"
           "|让您(受委屈|操心|担心|白跑|失望)|委屈您|您说得对|您说的对|心疼"),
    Tactic("真诚认错", "是自己的就认，不找借口，火气先消一半。",
           "是我们(没做好|的疏忽|的错|的问题|不对|没说清)|我们做得不好|我们没有?(做好|说清|检查)|这个错在我们|确实是我们|我的疏忽"),
    Tactic("替客户省事", "能替客户做的直接做掉，少让客户跑一步、填一次。",
           "(我|直接|这边)(直接)?(帮|替|给)您(填|改|开|办|约|提交|申请|登记|弄|录|补|退|叫|转)好?(好|了|过去|一下)?|不用您|您不用|您只(要|需要|管)"
           "|您什么都不用|一步到位|不用再说一遍|地址我(记着|留着)|单子我(填|提)"),
    Tactic("给选择", "摆两条路让客户自己选，比一句「规定」好听得多。",
           "两(个|种)(办法|方案|方式|选择)|您看(哪种|哪个|选哪)|您(选|挑)(一个|哪)|要么[^。]{1,20}要么|方案一|一是[^。]{1,24}二是"),
    Tactic("讲清楚", "换个说法、一步一步，客户听懂了就安心了。",
           "一步一步|一步步|第一步|打个比方|简单来说|换个说法|给您解释|跟您解释|给您演示|拍(个)?视频给您|录个视频|慢慢来|我陪您|我等您操作"),
    Tactic("多提醒一句", "多说一句客户没想到的，下次就省一次麻烦。",
           "提醒您|顺便(说|提醒)|第一次(用|使用)|记得(先|不要|别)|小心|温馨提示您|注意(先|别|不要)|建议您先|先别急着"),
    Tactic("合适才推荐", "听懂要什么再推荐，推荐就是帮忙。",
           "搭配(这款|着)?|可以搭|一起拍|凑(单|满减)|套餐更|套装更|同系列|适合您|更适合|按您(的)?(身高|情况|需要|肤质)"),
)  # fmt: skip
NAMES = tuple(tactic.name for tactic in TACTICS)
WHY: Mapping[str, str] = {tactic.name: tactic.why for tactic in TACTICS}
_READERS = {tactic.name: re.compile(tactic.words) for tactic in TACTICS}
_WORDS = re.compile(r"[\u4e00-\u9fff]|[A-Za-z]+")
# Set phrases and questions are nothing to copy.
_PHRASE = re.compile("竭诚|祝您生活|满意度|小红心|亲爱的(客户|顾客)|欢迎光临|请问有什么|很高兴为您|感谢您的(支持|理解)")


@dataclass(frozen=True, slots=True)
class Turning:
    """A conversation retold: how the customer came, what the agent said when it turned, how the customer left."""

    before: Message | None
    said: Message | None  # the agent's message where it turned
    tactic: str  # "" when no tactic of ours was heard
    line: str  # one sentence to copy, as it was said
    after: Message | None
    trouble: bool = False  # the customer came with some: only then something turned


def heard(text: str) -> tuple[str, ...]:
    """The tactics that a text shows, in the order of TACTICS."""
    return tuple(name for name in NAMES if _READERS[name].search(text))


def turning(conversation: Conversation, marked: str = "", amiss: Collection[str] = ()) -> Turning:
    """`marked`: the id of the message that made it a highlight; `amiss`: of those that nobody shall copy."""
    before, after = _came(conversation), _left(conversation, marked)
    spoken = [m for m in _between(conversation, before, after) if m.id not in amiss]
    best = max(spoken, key=lambda m: _weight(m, marked), default=None)
    named = heard(best.text) if best else ()
    trouble = any(m is before and s.dissatisfied >= LEVEL for m, s in _customer(conversation))
    worth = trouble or (best is not None and best.id == marked)
    return Turning(before, best, named[0] if named else "", _line(spoken, best, any_=worth), after, trouble)


def _came(c: Conversation) -> Message | None:
    """The customer's hardest words before a human answered well; without any trouble what they said first."""
    said = _customer(c)
    hard = [(s.dissatisfied, -i, m) for i, (m, s) in enumerate(said) if s.dissatisfied >= LEVEL and _tells(m)]
    if hard:
        return max(hard, key=lambda one: one[:2])[2]
    return next((m for m, s in said if s.shape == "text" and _tells(m)), None)


def _tells(m: Message) -> bool:
    """More than a question mark, a hello or a number."""
    return len(_WORDS.findall(m.text)) >= 4


def _left(c: Conversation, marked: str) -> Message | None:
    """The gladdest of the customer's last words."""
    said = _customer(c)
    glad = [(m.id == marked, s.satisfied, i, m) for i, (m, s) in enumerate(said) if s.satisfied >= LEVEL]
    if glad:
        return max(glad, key=lambda one: one[:3])[3]
    return said[-1][0] if len(said) > 1 else None


def _customer(c: Conversation) -> list[tuple[Message, Signals]]:
    pairs = zip(c.messages, c.signals, strict=True)
    return [(m, s) for m, s in pairs if m.speaker is Speaker.CUSTOMER and s.shape in SPOKEN]


def _between(c: Conversation, before: Message | None, after: Message | None) -> list[Message]:
    """What the agent said from the trouble to the good end; all they said when that is nothing."""
    ids = [m.id for m in c.messages]
    start = ids.index(before.id) if before else 0
    end = ids.index(after.id) if after else len(ids)
    own = [m for m in c.messages if m.speaker is Speaker.AGENT]
    within = [m for m in c.messages[start:end] if m.speaker is Speaker.AGENT]
    return within or own


def _weight(m: Message, marked: str) -> tuple[int, int, int]:
    shown = heard(m.text)
    return (len(shown) + (1 if m.id == marked else 0), -NAMES.index(shown[0]) if shown else -len(NAMES), len(m.text))


def _line(spoken: Sequence[Message], best: Message | None, *, any_: bool) -> str:
    """The sentence with most tactics in it, of the turning point first; `any_`: else the longest."""
    ordered = sorted(spoken, key=lambda m: m is not best)
    sentences: list[str] = [s.strip() for m in ordered for s in SENTENCE.findall(m.text)]
    fit = [s for s in sentences if SHORTEST <= len(s) <= LONGEST and not _PHRASE.search(s)]
    showing = [s for s in fit if heard(s)]
    if showing:
        return max(showing, key=lambda s: (len(heard(s)), -NAMES.index(heard(s)[0])))
    told = [s for s in fit if any_ and not s.endswith(("?", "？"))]
    return max(told, key=len, default="")
