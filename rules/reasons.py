"""What a customer came for and how hard it was to begin with, so that like is compared with like."""

import re
from collections.abc import Mapping

from rules.model import Conversation, Speaker

OTHER = "其他"
EASY, HARD = "easy", "hard"
DIFFICULTIES: Mapping[str, str] = {EASY: "平常", HARD: "有难度"}
OPENING = 3  # of the customer's messages: what they brought, before anybody could make it better or worse
READ = 8  # of the customer's messages, for the reason

# In the order in which a tie is broken: the more particular reason first.
WORDS: Mapping[str, str] = {
    "价保与优惠": "降价|差价|价保|保价|优惠|券|满减|凑单|折扣|便宜|活动价|红包",
    "发票": "发票|开票|抬头|税号|专票",
    "退款退货": "退款|退货|退钱|退回|退掉|返款|换货|七天无理由|运费险|取件|售后单|仅退",
    "质量问题": "坏了?|破了?|破损|瑕疵|质量|开裂|掉色|漏|变质|过期|异味|假货|正品|少发|少了|发错|错发|色差|不能用",
    "物流": "快递|物流|发货|到货|派送|签收|包裹|驿站|(?<!订)单号|没动|几天到|什么时候到|催",
    "订单修改": "改地址|地址(?:填|写|选)?错|换个?地址|改电话|取消订单|改单|拍错|拍下|付款|支付|下单|合并|备注",
    "商品咨询": "尺码|尺寸|大小|多大|身高|体重|颜色|材质|面料|成分|怎么用|适合|推荐|有货|现货|库存|区别|哪款|规格",
}
# In a word, for a headline; goods that somebody asks about need none.
TOPICS: Mapping[str, str] = {
    "价保与优惠": "优惠", "发票": "发票", "退款退货": "退货", "质量问题": "质量", "物流": "快递", "订单修改": "订单",
}  # fmt: skip
_PARCEL = re.compile("发错|错发|少发|漏发|少了")  # it is as good as it should be, but not what was ordered
_MONEY = re.compile("退款|退钱|返款|没退|不退|退不退|能退|到账")
_READERS = {reason: re.compile(words) for reason, words in WORDS.items()}
# Said at the door: it went wrong before, it takes long already, or they are angry.
_HARD = re.compile(
    "投诉|举报|12315|消协|曝光|差评|骗|黑店|垃圾|忍|气死|离谱|到底|凭什么|太过分|失望"
    "|又(是|坏|错|漏|来)|还没|还不|一直(没|不)|都.{1,6}(天|周|月)了|第[二三四五六七八九\\d]次|[两三四五六七八九\\d]遍|没人(理|管|回)"
)
REASONS = (*WORDS, OTHER)


def reason(c: Conversation) -> str:
    """The reason most of the customer's first messages speak of."""
    said = [m.text for m in c.messages if m.speaker is Speaker.CUSTOMER][:READ]
    found = {name: sum(len(reader.findall(text)) for text in said) for name, reader in _READERS.items()}
    best = max(found, key=lambda name: found[name])
    return best if found[best] else OTHER


def topic(c: Conversation) -> str:
    """What it is about in a word; "" when nobody said."""
    about = reason(c)
    said = "".join(m.text for m in c.messages if m.speaker is Speaker.CUSTOMER)
    nearer = {"退款退货": (_MONEY, "退款"), "质量问题": (_PARCEL, "发货")}
    if about in nearer and nearer[about][0].search(said):
        return nearer[about][1]
    return TOPICS.get(about, "")


def speaks_of(told: str, c: Conversation) -> bool:
    """Whether the sentence says already what the customer came for."""
    reader = _READERS.get(reason(c))
    return bool(reader and reader.search(told))


def difficulty(c: Conversation) -> str:
    """By what the customer brought before a human answered: an agent's own doing never makes a case "hard"."""
    said: list[str] = []
    for message in c.messages:
        if message.speaker is Speaker.AGENT:
            break
        if message.speaker is Speaker.CUSTOMER:
            said.append(message.text)
    return HARD if any(_HARD.search(text) for text in said[:OPENING]) else EASY
