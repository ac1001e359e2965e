"""Words out of the HTML and Markdown that helpdesks wrap around them; in linear time, whatever is sent."""

import html
import re

from rules.fields import TEXT_LIMIT

_TAGS = (
    "a|abbr|b|blockquote|body|br|center|code|div|em|font|h[1-6]|head|hr|html|i|img|li|meta|o:p|ol|p|pre|s|script|small|span"
    "|strong|style|sub|sup|table|tbody|td|th|thead|title|tr|u|ul"
)
# Only tags that we know: a customer may well write <3 or <订单号>.
_TAG = re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]{{0,2000}})?/?>", re.IGNORECASE)
_UNSEEN = re.compile(r"<(style|script|head)\b[^<>]{0,2000}>[^<]*</\1>|<!--[^<>]{0,2000}-->", re.IGNORECASE)
_IMAGE_TAG = re.compile(r"<img\b[^<>]{0,2000}>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s{0,3}/?>|</(?:p|div|li|tr|h[1-6]|blockquote)>", re.IGNORECASE)
_MARKDOWN_IMAGE = re.compile(r"!\[[^\]\n]{0,200}\]\([^)\s]{1,500}\)")
_MARKDOWN_LINK = re.compile(r"\[([^\]\n]{1,200})\]\(([^)\s]{1,500})\)")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)([^*_\n]{1,2000})(?<=\S)\1")


def plain(text: str) -> str:
    """What a reader of the message sees."""
    text = text[:TEXT_LIMIT]
    if _TAG.search(text):
        text = _without_tags(text)
    if "](" in text:
        text = _MARKDOWN_LINK.sub(r"\1 \2", _MARKDOWN_IMAGE.sub("【图片】", text))
    if "**" in text or "__" in text:
        text = _EMPHASIS.sub(r"\2", text)
    return text.strip()


def _without_tags(text: str) -> str:
    text = _IMAGE_TAG.sub("【图片】", _UNSEEN.sub("", text))
    text = html.unescape(_TAG.sub("", _BREAK.sub("\n", text))).replace("\u00a0", " ")
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)
