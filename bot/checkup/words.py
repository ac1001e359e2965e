"""The names exports give their columns and their speakers, in Chinese and English, the surest first."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from rules.model import Speaker

COLUMNS = Path(__file__).with_name("columns.toml")
TITLES: Mapping[str, str] = {
    "text": "说了什么",
    "reply": "客服的回复",
    "asked": "客户说了什么",
    "at": "时间",
    "conversation": "哪一段会话",
    "speaker": "谁说的（身份）",
    "sender": "谁说的（昵称）",
    "receiver": "说给谁",
    "customer": "客户",
    "agent": "客服",
    "shop": "店铺",
    "rating": "评分",
    "reason": "咨询分类",
    "order": "订单号",
    "transcript": "整段聊天（一格一段）",
}
SPEAKERS: Mapping[Speaker, str] = {
    Speaker.CUSTOMER: "客户",
    Speaker.AGENT: "客服",
    Speaker.BOT: "机器人",
    Speaker.SYSTEM: "系统",
    Speaker.NOTE: "内部备注",
}
_WHO = (  # the first that fits wins: 客服机器人 is a machine, 买家发送 a customer
    (Speaker.SYSTEM, "系统|通知|system|activity|notice|^event$|^server$"),
    (Speaker.BOT, "机器|智能|自动|小蜜|^ai$|bot|auto|template|faq"),
    (Speaker.NOTE, "备注|内部|note|private|internal"),
    (Speaker.CUSTOMER, "客户|顾客|买家|访客|用户|消费者|会员|粉丝|咨询者|提问者|^客$"),
    (Speaker.CUSTOMER, "customer|buyer|visitor|client|contact|guest|consumer|end.?user|^user$|^c$"),
    (Speaker.AGENT, "客服|坐席|座席|商家|卖家|店家|店铺|掌柜|小二|人工|员工|接待|旗舰店|专营店|专卖店|^服$"),
    (Speaker.AGENT, "agent|staff|operator|seller|merchant|service|waiter|kefu|support|assistant|admin|employee|^s$"),
    (Speaker.CUSTOMER, "^(?:接收|收到|收|来信|incoming|in|inbound|received|receive|进)$"),
    (Speaker.AGENT, "^(?:发送|发出|发|去信|outgoing|out|outbound|sent|send|出)$"),
)
CHATWOOT = {"0": Speaker.CUSTOMER, "1": Speaker.AGENT, "2": Speaker.SYSTEM, "3": Speaker.BOT}  # its message_type
_NOISE = re.compile(r"[\s_\-./:：()（）\[\]【】*#]+")


def plain(name: str) -> str:
    """消息 内容（必填） and Message-Content as they are compared."""
    return _NOISE.sub("", name.replace("（必填）", "").strip().lower())


@lru_cache(4096)
def fit(name: str, role: str) -> float:
    """3 for one of the role's own names, a little less for those further down its list; 1 for a part of one."""
    said = plain(name)
    if not said:
        return 0.0
    known = roles().get(role, ())
    if said in known:
        return 3.0 - known.index(said) / 100
    longer = [n for n, one in enumerate(known) if len(one) > 1 and one in said and len(said) <= len(one) + 6]
    return 1.0 - min(longer) / 100 if longer and not said.isdecimal() else 0.0


@lru_cache(4096)
def who(said: str) -> Speaker | None:
    """Whose word this is; None for a nick or a code."""
    word = said.strip().lower()
    if not word or len(word) > 16:
        return None
    return next((speaker for speaker, pattern in _WHO if re.search(pattern, word)), None)


@cache
def roles() -> Mapping[str, tuple[str, ...]]:
    """The names each role's column may have, the surest first."""
    told = tomllib.loads(COLUMNS.read_text(encoding="utf8"))
    return {role: tuple(dict.fromkeys(map(plain, names))) for role, names in told.items()}
