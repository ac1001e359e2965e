"""What must not be seen or pressed in a card: personal data is masked, links, mentions and markup are made harmless."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from rules import addresses

Span = tuple[int, int, str]  # start, end, what to show instead

# Folding keeps every position, so that what is found in the folded text can be hidden in the original.
_PLAIN = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz@.#+-_()[]"
_FOLD = {ord(c) + 0xFEE0: ord(c) for c in _PLAIN} | {ord(c): ord("-") for c in "‐‑‒–—―−➖"}
_FOLD |= {ord(c): ord("0") + i % 10 for i, c in enumerate("⓪①②③④⑤⑥⑦⑧⑨₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹٠١٢٣٤٥٦٧٨٩")}
_FOLD |= {0x1D7CE + i: ord("0") + i % 10 for i in range(50)}  # the digits of mathematicians: bold, doubled, …
_FOLDABLE = re.compile(f"[{''.join(map(chr, _FOLD))}]")
_SPOKEN = str.maketrans("零〇一幺壹二贰三叁四肆五伍六陆七柒八捌九玖", "001112233445566778899") | {
    ord("，"): "-",
    ord(","): "-",
    ord("、"): "-",
}
_ONE_AS_WORD = re.compile("一(?=[直个下般样些起定点次会共边到])")

_UNSEEN = "\u00ad\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc\U000e0000-\U000e007f"
_SEP = rf"[\s\-._·~\u200d\ufe0f\u20e3{_UNSEEN}]{{1,3}}"
_NEXT = rf"(?:(?:{_SEP})?[0-9])"
_SEPARATORS = re.compile(r"(?:[^\w*]|_){1,3}")
_DIGITS = re.compile(r"\d\D{0,3}\d\D{0,3}\d\D{0,3}\d\D{0,3}\d\D{0,3}\d\D{0,3}\d")
_SPOKEN_DIGIT = "零〇一幺壹二贰三叁四肆五伍六陆七柒八捌九玖"
_SPOKEN_DIGITS = re.compile(rf"(?:[{_SPOKEN_DIGIT}]\W{{0,2}}){{3}}|(?:[0-9{_SPOKEN_DIGIT}]\W{{0,2}}){{11}}")
_UNGROUPED = "(?<!(?<![0-9*])[0-9]{4}[ -])"  # not within a long number that is written in groups of four
_PHONE = re.compile(
    rf"(?:(?:\(?\+86|(?<![0-9A-Za-z])\(?(?:00)?86)\)?(?:{_SEP})?|(?<![0-9A-Za-z])0|(?<![0-9])(?<!JDV[A-Z]){_UNGROUPED})"
    rf"(1(?:{_SEP})?[3-9]{_NEXT}{{9}})(?![0-9])"
)
# Written otherwise than with blanks or dashes it may be a list of sizes or prices, unless somebody says what it is.
_PHONE_OF_GROUPS = re.compile(
    r"(?<![0-9A-Za-z])[(]?1[3-9][0-9](?:(?:[^\w*,，、/;；]|_){1,3}|([,，、/]))[0-9]{4}(?:(?:[^\w*,，、/;；]|_){1,3}|\1)[0-9]{4}(?![0-9])"
    r"|[(]1[3-9][0-9][)]\s?[0-9]{8}(?![0-9])"
)
_ABOUT_PHONE = re.compile(r"(?:电话|手机|号码|联系|打给?我|加我|微信|[呼拨]打)[^。;；\n]{0,8}$")
_ONE_BY_ONE = re.compile(r"(?<![0-9])(?:[0-9][^\w*]{1,3}){10,18}[0-9Xx](?![0-9A-Za-z])")
_LOOKS_LIKE = re.compile(r"(?<![0-9A-Za-z])(?=[0-9]*[oOlI])[1lI][3-9][0-9oOlI]{9}(?![0-9A-Za-z])")  # O for 0, l for 1
_LANDLINE = re.compile(
    rf"(?<![0-9A-Za-z]){_UNGROUPED}\(?(0(?:10|2[0-9]|[3-9][0-9]{{2}}))(?:\)|{_SEP})?([2-8]{_NEXT}{{6,7}})(?![0-9])"
)
_WIDE_SEP = r"(?:[^\w*]|_){1,3}"  # where a checksum or a birthday vouches for the number
_LONG = re.compile(
    rf"(?<![0-9A-Za-z])(?<![0-9]-)(?:id)?([1-9](?:(?:{_WIDE_SEP})?[0-9]){{13,17}}(?:(?:{_WIDE_SEP})?[0-9]|[Xx])?)"
    r"(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_GROUP = re.compile("[0-9]+[Xx]?")
MOST_GROUPS = 8
_ABOUT_ORDER = re.compile(r"(?:订单|单号|运单|物流|快递|编号|流水|序列)[^,，。;；\n]{0,6}$")
_ABOUT_PERSON = re.compile(r"(?:身份证|证件|证号|银行卡|卡号|储蓄卡|信用卡|账号|账户)[^,，。;；\n]{0,8}$")
_PROVINCE = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91")
_BIN = re.compile(r"62\d{14,17}|(?:9558|9559|6013|4367|6858)\d{12,15}|4\d{15}|5[1-5]\d{14}|35\d{14}|3[47]\d{13}")

_DOT = r"\s?(?:\.|。|点|[(\[](?:dot|\.)[)\]]|\sdot\s)\s?"
_EMAIL = re.compile(
    rf"(?<![A-Za-z0-9_])([A-Za-z0-9_][A-Za-z0-9._%+-]{{0,127}})(?:\s?@\s?|\s?[(\[]at[)\]]\s?|\sat\s|\s?(?:艾特|爱特|圈a)\s?|#(?=(?:qq|1\d\d)\.))"
    rf"((?:[A-Za-z0-9-]{{1,63}}{_DOT}){{1,4}}[A-Za-z]{{2,24}})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_AT = re.compile(r"@|#|[(\[\s]at|艾特|爱特|圈a", re.IGNORECASE)
_ACCOUNT = re.compile(
    r"(?:[微薇威徽]信|(?<![a-z])(?:vx|wx|wei?xin|wechat)|[加+➕]\s?v|v信|微x)(?:号码?|id)?\W{0,3}[是为]?\W{0,3}"
    r"([a-z][-_a-z0-9]{5,19}|[0-9]{6,20})(?![-_a-z0-9])"
    r"|(?:(?<![a-z])qq|扣扣|企鹅)(?:号码?)?\W{0,3}[是为]?\W{0,3}([1-9][0-9]{4,11})(?![0-9])",
    re.IGNORECASE,
)
_DOCUMENT = re.compile(  # a passport or a travel permit, named before or after
    r"(?:护照|通行证|台胞证|回乡证|居留证)(?:号码?)?\W{0,3}[是为]?\W{0,3}([a-z]{1,2}[0-9]{7,9})(?![0-9a-z])"
    r"|(?<![0-9a-z])([a-z]{1,2}[0-9]{7,9})\W{0,3}[是为]?我?的?(?:护照|通行证|台胞证|回乡证|居留证)",
    re.IGNORECASE,
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·•.\s]?"
    r"(?=[A-HJ-NP-Z]{0,2}[0-9][A-Z0-9]*[0-9])[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警](?![A-Za-z0-9])",
    re.IGNORECASE,
)
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_NAME = re.compile(
    rf"(?:我叫|姓名|[收寄]件人|收货人|名字[是叫])[:：是为\s]{{0,2}}([{_SURNAMES}])([\u4e00-\u9fff]{{1,2}})"
)
_LATIN = re.compile("[0-9A-Za-z]")


def mask(text: str) -> str:
    """Hide phones, cards, addresses, accounts and plates; order and waybill numbers stay readable."""
    while spans := _spans(text):
        text = _hide(text, spans)
    return text


def mask_together(texts: Sequence[str]) -> tuple[str, ...]:
    """Mask texts that follow each other, so that a number split over two of them is hidden too."""
    joined = mask("\n".join(t.replace("\n", " ") for t in texts))
    return tuple(joined.split("\n")) if texts else ()


def mask_name(name: str) -> str:
    """王女士 becomes 王**; a name without a letter becomes 客户."""
    first = next((c for c in name if c.isalnum()), "")
    return f"{first}**" if first else "客户"


def _spans(text: str) -> list[Span]:
    folded = text.translate(_FOLD) if _FOLDABLE.search(text) else text
    found: list[Span] = []
    if _LATIN.search(folded):
        found += _latin(folded)
    if _SPOKEN_DIGITS.search(folded):
        found += _numbers(_ONE_AS_WORD.sub("#", folded).translate(_SPOKEN))
    if "叫" in text or "名" in text or "件人" in text or "货人" in text:
        found += ((m.start(1), m.end(2), f"{m[1]}**") for m in _NAME.finditer(text))
    found += ((start, end, "****") for start, end in addresses.find(folded))
    return found


def _latin(text: str) -> Iterator[Span]:
    if _DIGITS.search(text):
        yield from _numbers(text)
    for m in _LOOKS_LIKE.finditer(text):
        yield m.start(), m.end(), f"1{m[0][1]}*****{m[0][-2:]}"
    if _AT.search(text):
        for m in _EMAIL.finditer(text):
            yield m.start(), m.end(), f"{m[1][0]}***@{m[2]}"
    for m in _ACCOUNT.finditer(text):
        group = 1 if m[1] else 2
        yield m.start(group), m.end(group), f"{m[group][0]}****"
    for m in _DOCUMENT.finditer(text):
        group = 1 if m[1] else 2
        yield m.start(group), m.end(group), f"{m[group][0]}****{m[group][-2:]}"
    for m in _PLATE.finditer(text):
        yield m.start(), m.end(), f"{m[0][:2]}****"


def _numbers(text: str) -> Iterator[Span]:
    for m in _LONG.finditer(text):
        yield from _personal(text, m.start(1), m.end(1))
    yield from _phones(text)
    for m in _LANDLINE.finditer(text):
        yield m.start(), m.end(), f"{m[1]}-****{_SEPARATORS.sub('', m[2])[-4:]}"
    for m in _ONE_BY_ONE.finditer(text):
        yield m.start(), m.end(), f"{m[0][0]}****"


def _personal(text: str, start: int, end: int) -> Iterator[Span]:
    """The longest part that is somebody's number: another number may stand beside it."""
    groups = [(m.start(), m.end()) for m in _GROUP.finditer(text, start, end)]
    longest = len(groups) if len(groups) <= MOST_GROUPS else 0
    parts = [(start, end)] + [
        (groups[i][0], groups[i + size - 1][1]) for size in range(longest - 1, 0, -1) for i in range(longest - size + 1)
    ]
    for begin, stop in parts:
        told = text[begin:stop]
        if len(told) < end - start and len(_SEPARATORS.sub("", told)) < 16:
            continue  # a part of a number in groups of four may look like an old identity card
        if _evenly_split(told) and _is_personal(told, text[max(0, begin - 16) : begin]):
            digits = _SEPARATORS.sub("", told)
            yield begin, stop, f"{digits[:4]}{'*' * (len(digits) - 8)}{digits[-4:]}"
            return


def _phones(text: str) -> Iterator[Span]:
    for m in _PHONE.finditer(text):
        if _evenly_split(m[1]):
            digits = _SEPARATORS.sub("", m[1])
            yield m.start(), m.end(), f"{digits[:3]}****{digits[-4:]}"
    for m in _PHONE_OF_GROUPS.finditer(text):
        if not m[1] or _ABOUT_PHONE.search(text[max(0, m.start() - 16) : m.start()]):
            yield m.start(), m.end(), f"{m[0].lstrip('(')[:3]}****{m[0][-4:]}"


def _evenly_split(number: str) -> bool:
    """A few groups, or every digit by itself: not a list of sizes or prices."""
    gaps = len(_SEPARATORS.findall(number))
    return gaps <= 4 or gaps >= len(_SEPARATORS.sub("", number)) - 1


def _is_personal(number: str, before: str) -> bool:
    digits = _SEPARATORS.sub("", number)
    if len(digits) < 14:
        return False
    if _ABOUT_PERSON.search(before):
        return True
    is_card = digits.isdigit() and bool(_BIN.fullmatch(digits)) and _luhn(digits)
    if _ABOUT_ORDER.search(before):
        return len(digits) == 18 and _is_identity(digits) and _check_digit(digits)
    # People mistype the check digit, and hardly an order number holds a province and a birthday by chance.
    return is_card or _is_identity(digits)


def _is_identity(digits: str) -> bool:
    if not _PROVINCE.match(digits) or not digits[:-1].isdigit():
        return False
    born = digits[6:14] if len(digits) == 18 else f"19{digits[6:12]}" if len(digits) == 15 else ""
    if not born.startswith(("19", "20")):
        return False
    try:
        date(int(born[:4]), int(born[4:6]), int(born[6:8]))
    except ValueError:
        return False
    return digits[-1] not in "xX" or len(digits) == 18


def _check_digit(digits: str) -> bool:
    total = sum(int(d) * (2 ** (17 - i) % 11) for i, d in enumerate(digits[:17]))
    return "10X98765432"[total % 11] == digits[17].upper()


def _luhn(digits: str) -> bool:
    doubled = (int(d) * 2 for d in digits[-2::-2])
    return (sum(int(d) for d in digits[-1::-2]) + sum(d - 9 if d > 9 else d for d in doubled)) % 10 == 0


def _hide(text: str, spans: list[Span]) -> str:
    parts: list[str] = []
    at = 0
    for start, end, instead in sorted(spans, key=lambda s: (s[0], -s[1])):
        if start >= at:
            parts += text[at:start], instead
        if end > at:  # an overlap is hidden with the span before it; line breaks stay, for mask_together
            parts.append("\n" * text.count("\n", max(start, at), end))
            at = end
    return "".join(parts) + text[at:]


# --- links, mentions, markup ---------------------------------------------------------------------------------------

_UNWANTED = re.compile(
    f"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff{_UNSEEN}]|(?<=[\u0300-\u036f]{{2}})[\u0300-\u036f]+"
)
_LINES = re.compile("[ \t\u3000]*[\r\n\x0b\x0c\x85\u2028\u2029]\\s*")
_SPACES = re.compile(r"\s+")
# Markup becomes its full-width twin: it reads the same and means nothing to a renderer.
_TWINS = str.maketrans("<>@[]{}|`~_#\\$&", "＜＞＠［］｛｝｜＇～＿＃＼＄＆")
_RISKY = re.compile(r"[<>@\[\]{}|`~_#\\$&*:\r\n\x0b\x0c\x85\u2028\u2029]|[A-Za-z0-9]\.[A-Za-z]|^\s*[-+=]")
_HTTP = re.compile(r"h(?:tt|xx)p(s?)\s*:(?=/)", re.IGNORECASE)
_SCHEME = re.compile(r":(?=//)|(?<=[a-z]):(?=[^\s])", re.IGNORECASE)
_DOMAIN = re.compile(r"(?<=[A-Za-z0-9-])\.(?=[A-Za-z]{2,24}(?![A-Za-z]))")
_LIST_MARK = re.compile(r"^(\s*)([-+=])", re.MULTILINE)
_STARS = re.compile(r"\*+")
_MASKED = re.compile(r"(?<=[\w-])\*{2,}")


def clean(text: str) -> str:
    """Without control, bidirectional and invisible characters, and without piles of accents."""
    return text if text.isascii() and text.isprintable() else _UNWANTED.sub("", text)


def defang(text: str) -> str:
    """The same words with nothing to press, nobody called, and no markup, on any chat platform."""
    text = clean(text)
    if not _RISKY.search(text):
        return text
    text = _LINES.sub("\n", text)
    text = _SCHEME.sub("：", _HTTP.sub(r"hxxp\1：", text))
    text = _DOMAIN.sub("［.］", text).translate(_TWINS)
    text = _LIST_MARK.sub(lambda m: m[1] + {"-": "－", "+": "＋", "=": "＝"}[m[2]], text)
    return _without_emphasis(text)


def _without_emphasis(text: str) -> str:
    """One mask like 138****8000 stays as it is; two could pair up as bold, so they become full-width."""
    runs = _STARS.findall(text)
    if not runs or (len(runs) == 1 and _MASKED.search(text)):
        return text
    return text.replace("*", "＊")


def harmless(text: str) -> str:
    """Masked, then defanged, because a defanged e-mail is hard to recognise; then masked for what was unseen before."""
    return mask(defang(mask(text)))


def quote(text: str, limit: int = 80) -> str:
    """What a card may show of a customer's words: cleaned, masked, harmless, one line, at most `limit` characters."""
    text = _SPACES.sub(" ", clean(text)).strip()
    head = text[: limit * 4 + 200]
    shown = _shown(head)
    if len(shown) <= limit and len(head) < len(text):
        shown = _shown(text)  # so much was hidden that the end of the head would show
    while len(shown) > limit:
        shown = _shown(shown[: limit - 1]) + "…"  # a cut number may look like a phone: mask again
    return shown


def _shown(text: str) -> str:
    return defang(mask(text)).replace("\n", " ").strip()
