"""What sort of message it is: words that mean something, a mere 好的, an emoji, a channel's notice, an order card."""

import re

VERSION = "1"
EMOJI = (
    "[\U0001f000-\U0001faff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\u3030\ufe0e\ufe0f\u200d\u20e3]"
    r"|\[[^\[\]\s]{1,6}\]|#e-[a-z]\d{2}|/:[^\s]{1,6}"
)
MARKS = r"[\s,，.。!！~～、…·:：;；'\"“”^_\-]"
DECORATION = re.compile(f"(?:{EMOJI}|{MARKS})+")
PICTURE = re.compile(r"\[(?:图片|视频|语音|文件|image|video|voice|file)\]")
# A message made of such pieces only needs no answer and proves nothing. Each piece is taken once and for all (?>…)++,
# else 谢谢谢谢谢谢谢谢x would be tried in millions of ways.
COURTESY = re.compile(
    "(?>那?好(?:的呀|的呢|的哈|的|滴|哒|嘞|啊|呀|吧|嘛|了|呢)?|嗯|恩|哦|噢|喔|额|ok(?:ay|k)?|okk?|行(?:的|吧|了)?|那行|可以了|"
    "(?:太|非常|真的|真是|多|十分|好的)?(?:感谢|谢谢?|谢啦|谢了|多谢|蟹蟹)(?:你们?|您们?|亲|啦|了|哈|哦|啊|呀|客服|小哥哥|小姐姐|老板|店家)*|"
    "thx|thanks?(?:you)?|3q|收到(?:了|啦)?|知道(?:了|啦)|明白(?:了|啦)?|了解(?:了)?|清楚(?:了)?|懂了|"
    "没(?:事|关系|问题)(?:了|的|儿)?|(?:麻烦|辛苦)(?:你|您)?(?:了|啦)|拜拜|再见|88|不用(?:了|谢)|不客气|不谢|"
    "亲亲?|哈|嘿嘿|嘻嘻|么么哒|您好|你好|hello|hi|(?:早上|下午|晚上)好)++"
)
GREETING = re.compile("(?>亲亲?|您好|你好|hello|hi|(?:早上|下午|晚上)好|哈)++")
NOTICE = re.compile(
    r"【?\[?(?:系统(?:消息|提示|通知)?|自动回复|机器人|温馨提示)\]?】?[:：\s】]|以上(?:是|为)历史(?:消息|记录)"
    "|(?:会话|对话|本次服务|聊天)已?(?:自动)?(?:结束|关闭|超时|转接)|(?:当前)?排队(?:人数|位置)|已?邀请(?:您|你|客户)?.{0,8}评价"
    "|(?:顾客|客户|买家|用户|访客|对方|会员).{0,12}(?:进入|离开|接入|发起|点击|来自|正在浏览|正在输入|撤回了)"
    "|(?:您|你|对方)?(?:已|正在)(?:为您)?(?:接入|转接|排队|进入)|(?:您|你|.{1,12})?撤回了一条消息$"
)
CARD = re.compile(
    r"https?://[!-~]+(?:\s+https?://[!-~]+)*\s*$"
    r"|\[?我?(?:正在|要)?(?:咨询|查看|发送)?的?(?:商品|订单|宝贝|物流|卡片|链接)(?:编号|号|信息|链接|卡片|id)?\]?\s*[:\]]\s*"
    r"(?=[!-~]*[\d/])[!-~]{4,}(?:\s*(?:共\d+件|合计|商品|下单|交易|总价|金额|价格|[￥¥]|https?:).{0,200})?$"
    r"|\[(?:商品|订单|宝贝|物流|链接|卡片|名片|位置|优惠券|红包)(?:卡片|链接|信息)?\]"
)


def of(text: str) -> str:
    """The shape of a normalised text."""
    if not text or text.isspace():
        return "empty"
    if "[" in text and PICTURE.search(text):
        return "text"
    if NOTICE.match(text):
        return "notice"
    if len(text) < 400 and CARD.match(text):
        return "card"
    if len(text) > 40:
        return "text"
    words = DECORATION.sub("", text)
    if not words:
        return "emoji"
    if COURTESY.fullmatch(words) and not GREETING.fullmatch(words):
        return "ack"
    return "text"
