"""Finds street addresses in Chinese text: an anchor (路 12 号, 5 栋 302, 木渎镇金山村), grown to both sides."""

import re
from collections.abc import Iterator

_NUM = (
    r"(?:[甲乙丙丁附]?[0-9]{1,5}|[A-Za-z甲乙丙丁]|[一二三四五六七八九十百零〇]{1,5})[A-Za-z]?"
    r"(?:[-—之][0-9A-Za-z]{1,5}){0,3}"
)
_TOWER = r"(?:[A-Za-z]|塔)[0-9]{1,3}(?:[-—][0-9A-Za-z]{1,3})?"  # R3-B, of a park with many
_STREET = r"(?:大道|道|路|街|巷|弄|胡同|里|坊|条|村)"
_HOME = (
    r"(?:小区|花园|花苑|家园|新村|公寓|大厦|广场|中心|大楼|商务楼|写字楼|工业园|产业园|科技园|软件园|校区|大学|学院|"
    r"中学|小学|学校|医院|宿舍|社区|新城|名都|国际|[Ss][Oo][Hh][Oo]|公馆|华府|山庄|别墅|雅苑|[\u4e00-\u9fff](?:苑|园|府|庭|湾|邸|居|庄|城|墅|郡))"
)
_BUILDING = r"(?:号楼|栋|幢|座|期|#楼?)"
_ROOM = r"(?:单元|室|户|层|楼|房|门|梯|号|组|队|排)"
_SP = r"[ ,，、]?"

# What only an address says; each alternative alone is enough.
_ROOM_END = r"(?:(?<=-[0-9])|(?<=-[0-9]{3})|(?<=-[0-9]{4}))(?![0-9])"
_DOOR = re.compile(
    rf"{_STREET}(?:[东西南北中一二三四五六七八九]?段)?[东西南北]?{_SP}{_NUM}{_SP}(?:号院|号|弄|巷|#|组|队|附)"
    rf"|{_HOME}[东西南北]?[区院门]?{_SP}{_NUM}{_SP}(?:{_BUILDING}|单元|室|层|楼|房|组|{_ROOM_END})"
    rf"|{_HOME}[东西南北]?[区院门]?{_SP}{_TOWER}{_SP}(?:号楼|栋|幢|座(?!椅)|{_NUM}(?:单元|室|户|层|楼|房)"
    r"|[0-9]{3,4}(?![0-9天个件元块年月日点号]))"
    rf"|{_NUM}{_BUILDING}{_SP}(?:{_NUM}{_ROOM}{_SP})*(?:{_NUM}{_ROOM}|[0-9]{{3,4}}(?![0-9天个件元块年月]))"
    rf"|{_NUM}单元{_SP}[0-9]{{3,4}}(?![0-9])"
)
_PLACE = re.compile(
    r"(?:市|州(?!市)|(?<![小市校城社景地片专战赛])[区县旗])[ ]?[\u4e00-\u9fff]{1,6}"
    r"(?:街道|镇|乡|路|大道|街|胡同|村|小区)(?![上线费])"
    r"|[镇乡][ ]?[\u4e00-\u9fff]{1,5}(?:村|社区)"
)
_TAIL = re.compile(
    rf"(?:{_SP}[\u4e00-\u9fff（）()]{{0,10}}?(?:[A-Za-z]区{_SP})?{_NUM}{_SP}(?:号院|{_BUILDING}|{_ROOM}|弄)"
    rf"|{_SP}[0-9]{{1,3}}(?:-[0-9]{{1,4}}){{1,2}}(?![0-9])"
    r"|[\u4e00-\u9fff]{0,6}[A-Za-z]区?[0-9]{2,4}(?![0-9])"
    rf"|{_SP}[\u4e00-\u9fff]{{1,8}}?(?:{_HOME}|街道|村|驿站|门卫|快递柜)"
    r"|[ ]?[0-9]{3,4}(?![0-9天个件元块年月日点号])(?:室|户|房)?)"
)
_HAS_DOOR = re.compile(
    "[0-9A-Za-z甲乙丙丁一二三四五六七八九十百零〇][ ,，、]?[号弄巷#组队排附栋幢座期单室层楼房—之-]"
    "|[厦心场际Oo][ ]?[A-Za-z塔][0-9]"
)
_HAS_PLACE = re.compile("[市州区县旗镇乡]")
_CITY = re.compile(r".*(?:自治区|省|市|州)")
_STOP = frozenset("在到是为寄发送址住我你他她您成往给的了把改请下：:，,。.！!？?；;\n—*")
_AREA = frozenset("省市区县州旗镇乡道路村街")
_REACH, _REACH_WITHOUT_CITY, _TAILS = 26, 7, 6


def find(text: str) -> list[tuple[int, int]]:
    """Spans to hide. Province and city stay readable: they say where a parcel goes, not to which door."""
    spans = list(_grown(_PLACE, text)) if _HAS_PLACE.search(text) else []
    if _HAS_DOOR.search(text):
        spans += _grown(_DOOR, text)
    return _joined(sorted(spans))


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _grown(anchors: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    at = 0
    while anchor := anchors.search(text, at):
        start = max(_left(text, anchor.start()), at)
        at = _right(text, anchor.end())
        yield start, at


def _left(text: str, start: int) -> int:
    begin = start
    while begin > 0 and start - begin < _REACH and _continues(text, begin - 1):
        begin -= 1
    city = _CITY.match(text, begin, start + 1)
    if city:
        return city.end()
    return max(begin, start - _REACH_WITHOUT_CITY)


def _continues(text: str, at: int) -> bool:
    char = text[at]
    if char == " ":
        return at > 0 and text[at - 1] in _AREA
    return char not in _STOP and ("\u4e00" <= char <= "\u9fff" or char.isalnum())


def _right(text: str, end: int) -> int:
    for _ in range(_TAILS):
        more = _TAIL.match(text, end)
        if not more:
            break
        end = more.end()
    return end
