"""The weights of the scores: round numbers, each with the reason a supervisor would give; none is fitted to data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weight:
    feature: str
    weight: float  # log-odds per unit of the feature
    label: str  # what people read
    because: str


# A conversation: features are ln(1 + count) of the customer's words, unless said otherwise.
# Features overlap (who is angry also negates and asks), so a sum of them overstates: each counts for 0.6. Without any
# sign a conversation stands at 1 in 20; a sum of five (你们 three times, two negations, an apology) at even odds.
RISK_SCALE = 0.6
RISK_BASE = -3.0
RISK: tuple[Weight, ...] = (
    Weight("you", 0.5, "矛头指向商家", "a reproach is addressed to somebody"),
    Weight("you_all", 0.5, "矛头指向商家", "你们 means the company, not the person who answers"),
    Weight("anger", 0.5, "言辞激烈", "insult and disappointment speak for themselves"),
    Weight("negation", 0.5, "多次否定", "不 and 没 say what is missing"),
    Weight("asks", 0.3, "连续追问", "questions stay open"),
    Weight("shouts", 0.2, "语气激动", "exclamation marks are loud, also in joy"),
    Weight("loud", 0.3, "标点连用", "?? and ?! are said twice for a reason"),
    Weight("unsolved", 0.5, "问题没有解决", "nothing has come of it"),
    Weight("waiting", 0.3, "追问进度", "waits"),
    Weight("long", 0.3, "提到等待天数或次数", "counts days or calls"),
    Weight("still", 0.3, "还没等到", "not yet"),
    Weight("again", 0.3, "反复发生", "it happened before"),
    Weight("rhetoric", 0.3, "反问质疑", "难道 and 凭什么 want no answer"),
    Weight("duty", 0.3, "追究责任与承诺", "speaks of rights and duties"),
    Weight("threat", 0.3, "投诉或离开的念头", "will go elsewhere with it"),
    Weight("repeats", 0.5, "重复同一句话", "was not heard the first time; 0..1"),
    Weight("last_word", 1.0, "最后一句没有回应", "the customer was left standing; 0 or 1"),
    Weight("ending", 1.5, "最后的情绪", "how it ends is what is remembered; dissatisfied less satisfied, -1..1"),
    Weight("gloom", 0.5, "整体语气消极", "SnowNLP's mean, -1..1"),
    Weight("agent_apology", 0.7, "客服多次致歉", "one apologises for something"),
    Weight("agent_refusal", 0.5, "客服表示做不到", "a no is heard"),
    Weight("agent_stalling", 0.3, "客服让客户等", "a promise instead of an answer"),
    Weight("agent_guide", -0.3, "客服给出办法", "steps to follow help"),
    Weight("length", -0.5, "", "a long text has more of everything; this takes it off again; ln of characters"),
    Weight("thanks_share", -1.0, "客户道谢", "share of messages, 0..1"),
    Weight("polite_share", -1.0, "客户语气客气", "share of messages, 0..1"),
    Weight("consent_share", -0.5, "客户表示认可", "share of messages, 0..1"),
    Weight("solved_share", -0.5, "问题已解决", "share of messages, 0..1"),
    Weight("praise_share", -0.5, "客户称赞", "share of messages, 0..1"),
)

STAR_SCALE = 1.0
STAR_BASE = -3.0
STAR: tuple[Weight, ...] = (
    Weight("thanks_share", 2.0, "客户道谢", "thanks are rarely given for nothing"),
    Weight("praise_share", 2.0, "客户称赞", "praise of goods or service"),
    Weight("solved_share", 2.0, "问题已解决", "the aim was reached"),
    Weight("polite_share", 0.5, "客户语气客气", "a good mood"),
    Weight("consent_share", 1.0, "客户表示认可", "agrees with what was said"),
    Weight("agent_done", 0.5, "客服办妥", "did something, not only said"),
    Weight("agent_guide", 0.5, "客服给出办法", "explains"),
    Weight("you_all", -0.3, "矛头指向商家", "a reproach"),
    Weight("anger", -1.0, "言辞激烈", "anger outweighs thanks"),
    Weight("negation", -0.5, "多次否定", "something is missing"),
    Weight("unsolved", -1.0, "问题没有解决", "nothing has come of it"),
    Weight("rhetoric", -0.3, "反问质疑", "doubt"),
    Weight("last_word", -0.5, "最后一句没有回应", "left standing"),
)

# A customer's message: features are counts, at most MESSAGE_MOST of each.
MESSAGE_MOST = 3
TOPICS = frozenset(("cancel", "money"))  # said once or three times in a sentence, it is the same matter
DISSATISFIED_BASE = -1.5
DISSATISFIED: tuple[Weight, ...] = (
    Weight("anger", 2.0, "言辞激烈", "insult and disappointment speak for themselves"),
    Weight("threat", 1.5, "投诉或离开的念头", "will go elsewhere with it"),
    Weight("only_marks", 2.0, "只发问号", "a bare ? is impatience"),
    Weight("loud", 1.0, "标点连用", "?? is louder than ?"),
    Weight("unsolved", 0.5, "问题没有解决", "nothing has come of it"),
    Weight("still", 1.0, "还没等到", "not yet"),
    Weight("waiting", 1.0, "追问进度", "waits"),
    Weight("when", -0.5, "问时间", "when? is a question first, waiting only then"),
    Weight("duty", 1.0, "追究责任与承诺", "rights and duties"),
    Weight("ping", 1.0, "喊人", "nobody seems to be there"),
    Weight("defect", 1.0, "商品有毛病", "it does not work"),
    Weight("cancel", 0.75, "要退要改", "wants out"),
    Weight("negation", 0.75, "否定", "something is missing"),
    Weight("asks", 0.75, "追问", "an open question"),
    Weight("you_all", 0.5, "矛头指向商家", "a reproach is addressed to somebody"),
    Weight("again", 0.3, "反复发生", "it happened before"),
    Weight("rhetoric", 0.3, "反问质疑", "wants no answer"),
    Weight("money", 0.2, "钱的问题", "money is at stake"),
    Weight("waited", 0.1, "连发几句没有回应", "messages already waiting"),
    Weight("gloom", 0.5, "语气消极", "SnowNLP, -1..1"),
    Weight("thanks", -3.0, "道谢", "thanks end a complaint"),
    Weight("praise", -1.0, "称赞", "praise"),
    Weight("consent", -0.5, "认可", "agrees"),
    Weight("polite", -0.5, "语气客气", "asks politely"),
    Weight("brief", -1.0, "一两个字的回答", "对 and 嗯 answer a question"),
    Weight("fact", -0.5, "提供信息", "gives a number or an address"),
)

SATISFIED_BASE = -2.0
SATISFIED: tuple[Weight, ...] = (
    Weight("thanks", 4.0, "道谢", "thanks are satisfaction said aloud"),
    Weight("praise", 2.0, "称赞", "praise"),
    Weight("solved", 1.0, "问题已解决", "the aim was reached"),
    Weight("consent", 1.0, "认可", "agrees"),
    Weight("polite", 0.75, "语气客气", "a good mood"),
    Weight("brief", 0.5, "一两个字的回答", "行 and 好 consent"),
    Weight("fact", 0.75, "提供信息", "works with the agent"),
    Weight("progress", 0.5, "聊了一阵", "0..1 over twenty messages: later ones more often agree"),
    Weight("gloom", -0.5, "语气消极", "SnowNLP, -1..1"),
    Weight("anger", -2.0, "言辞激烈", "anger"),
    Weight("threat", -2.0, "投诉或离开的念头", "will go elsewhere"),
    Weight("only_marks", -2.0, "只发问号", "impatience"),
    Weight("loud", -1.0, "标点连用", "impatience"),
    Weight("still", -1.0, "还没等到", "not yet"),
    Weight("waiting", -1.0, "追问进度", "waits"),
    Weight("ping", -1.0, "喊人", "nobody seems to be there"),
    Weight("negation", -1.0, "否定", "something is missing"),
    Weight("asks", -1.0, "追问", "an open question"),
    Weight("unsolved", -0.5, "问题没有解决", "nothing has come of it"),
    Weight("cancel", -0.75, "要退要改", "wants out"),
    Weight("defect", -0.75, "商品有毛病", "it does not work"),
    Weight("you_all", -0.5, "矛头指向商家", "a reproach"),
    Weight("rhetoric", -0.5, "反问质疑", "doubt"),
)
