"""What of an export may be shown: every name, number and link hidden, agents unnamed, nothing to press."""

import re

from rules.model import Conversation, Finding, Message, Speaker
from rules.privacy import clean, harmless, mask, mask_name, quote

SIDES = {Speaker.CUSTOMER: "客户", Speaker.AGENT: "客服", Speaker.BOT: "机器人"}
# 我是客服小李, 由小陆为您服务: whoever is named there serves, and in this report nobody who serves has a name.
_SIGNED = re.compile(
    "(?<=我是)(?:客服|专员)?[小阿老][\u4e00-\u9fff]|(?<=客服)[小阿老][\u4e00-\u9fff]|(?<=由)[小阿老][\u4e00-\u9fff](?=为)"
)
LEAST = 2  # characters of a name that is looked for in what was said


class Mask:
    """For one conversation."""

    def __init__(self, conversation: Conversation):
        c = conversation
        self._hidden = {name: "客服" for m in c.messages if m.agent for name in _names(m.agent)}
        self._hidden |= {name: "客服" for a in c.assignments if a.agent for name in _names(a.agent)}
        self._hidden |= {name: mask_name(name) for name in (c.customer_name, c.customer_id) if len(name) >= LEAST}
        self._order = sorted(self._hidden, key=len, reverse=True)

    def said(self, text: str, limit: int = 120) -> str:
        """Somebody's words, on one line."""
        return quote(self._unnamed(text), limit)

    def told(self, says: str) -> str:
        """Our own sentence, which may hold somebody's words."""
        return harmless(self._unnamed(says)).replace("\n", " ")

    def _unnamed(self, text: str) -> str:
        text = clean(text)
        for name in self._order:
            text = text.replace(name, self._hidden[name])
        return _SIGNED.sub("客服", text)


def safe(text: str, limit: int = 60) -> str:
    """A name somebody gave a file, a column or a kind of question; pages and texts escape it."""
    shown = " ".join(mask(clean(text)).split())
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"


def words_of(finding: Finding, message: Message | None) -> str:
    return finding.quote or (message.text if message else "")


def _names(account: str) -> list[str]:
    """云雀旗舰店:小李 is also called 小李."""
    parts = [account, *re.split("[:：]", account)[1:]]
    return [part.strip() for part in parts if len(part.strip()) >= LEAST]
