"""Words for DingTalk's markdown: nothing anybody wrote may become markup, and every value has its bytes counted."""

import re
from collections.abc import Iterable, Iterator

# DingTalk promises no backslash escapes, so what could be markup is shown by its full-width twin instead.
_TWINS = str.maketrans({c: chr(ord(c) + 0xFEE0) for c in "*_[]()<>`|!~\\@$&{}"})
_AT_START = re.compile(r"^[\s#+=-]+|^\s*\d+(?=\.)")
_WIDE_START = str.maketrans({"#": "＃", "+": "＋", "=": "＝", "-": "－"})
# Half letters cannot be sent, and what turns the direction of writing round can hide words.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")
BREAK = "  \n"  # a line break inside a paragraph
_WEB = re.compile(r"https?://[^\s()<>\"'`\\]+")


def flat(text: str) -> str:
    """One line of plain text, for what is never read as markdown."""
    return " ".join(_UNSEEN.sub(" ", text).split())


def inline(text: str) -> str:
    """Words inside a line of markdown that stay the words they are."""
    return flat(text).translate(_TWINS).replace("://", "：//")


def plain_lines(text: str) -> str:
    """Lines of their own, with the breaks that the writer made."""
    lines = (_plain_line(inline(line)) for line in text.replace("\r", "\n").split("\n"))
    return BREAK.join(line for line in lines if line)


def _plain_line(line: str) -> str:
    head = _AT_START.match(line)
    if not head:
        return line
    start, rest = head[0].strip(), line[head.end() :]
    if start.isdigit():
        return f"{start}．{rest[1:]}"
    return start.translate(_WIDE_START) + rest


def link(text: str, url: str) -> str:
    return f"[{inline(text)}]({url})" if is_web(url) else inline(text)


def is_web(url: str) -> bool:
    return _WEB.fullmatch(url) is not None


def cut(text: str, limit: int) -> str:
    """At most `limit` bytes of UTF-8, never half a letter, and an ellipsis where something is missing."""
    raw = text.encode()
    if len(raw) <= limit:
        return text
    return raw[: limit - len("…".encode())].decode(errors="ignore") + "…"


def pack(paragraphs: Iterable[str], parts: int, limit: int, joint: str = "\n\n") -> list[str]:
    """Fill up to `parts` values of `limit` bytes with whole paragraphs; what does not fit ends in an ellipsis."""
    packed = [""]
    for piece in _pieces(paragraphs, limit):
        joined = f"{packed[-1]}{joint}{piece}" if packed[-1] else piece
        if len(joined.encode()) <= limit:
            packed[-1] = joined
        elif len(packed) < parts:
            packed.append(piece)
        else:
            packed[-1] = cut(packed[-1], limit - 5) + f"{joint}…"
            break
    return packed + [""] * (parts - len(packed))


def _pieces(paragraphs: Iterable[str], limit: int) -> Iterator[str]:
    """Paragraphs, or their lines where one is too long; a line that is too long is cut."""
    for paragraph in paragraphs:
        whole = len(paragraph.encode()) <= limit
        for piece in [paragraph] if whole else paragraph.split(BREAK):
            yield cut(piece, limit)
