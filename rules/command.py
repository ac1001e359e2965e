"""What people type to us, read without acting on it: a command with its arguments, or the nearest one."""

import difflib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    name: str  # "" when unknown
    number: int | None = None  # the 12 of A12
    text: str = ""  # what follows
    nearest: str = ""  # for an unknown word: the command it looks like
    more: tuple[int, ...] = ()  # the same is meant for these too: 认领 A1 A2


# The Chinese word -> (action, wants an alert's number)
WORDS: Mapping[str, tuple[str, bool]] = {
    "帮助": ("guide", False),
    "告警": ("alerts", False),
    "认领": ("claim", True),
    "误报": ("false_alarm", True),
    "静音": ("mute", True),
    "解决": ("resolve", True),
    "我来处理": ("mine", True),
    "需要帮助": ("help", True),
    "私下提示": ("whisper", True),
    "接管": ("take_over", True),
    "转给": ("hand_to", True),
    "收到": ("got_it", True),
    "我知道了": ("known", False),
    "谁看过": ("who_looked", False),
    "状态": ("status", False),
    "试一句": ("try", False),
    "看全部": ("see_all", False),
    "都认领": ("claim_all", False),
    "值班": ("duty", False),
    "恢复": ("restore", False),
    "为什么没提醒": ("why", False),
    "规则账本": ("ledger", False),
    "同意降级": ("accept_change", False),
    "保留": ("decline_change", False),
    "撤销降级": ("undo_change", False),
    "学习": ("learn", False),
    "回退模型": ("roll_back", False),
    "我的数据": ("my_figures", False),
    "我的画像": ("portrait", False),
    "画像": ("portrait", False),
    "团队": ("team_portrait", False),
    "店铺": ("shop_portrait", False),
    "看区间": ("intervals", False),
    "绑定": ("bind", False),
    "子账号": ("accounts", False),
    "原因": ("cause", True),
    "我的质检": ("my_reviews", False),
    "申诉": ("appeal", False),
    "复核": ("review", False),
    "影子": ("shadow", False),
    "上线": ("go_live", False),
    "回到影子": ("go_dark", False),
    "采用": ("adopt", False),
    "成立": ("appeal_accept", False),
    "部分成立": ("appeal_partly", False),
    "不成立": ("appeal_reject", False),
    "投票": ("vote", False),
    "说法": ("better", False),
    "选说法": ("pick", False),
    "我说": ("own_word", False),
    "确认校准": ("confirm_poll", False),
    "去掉": ("drop_question", False),
    "质检确认": ("accept_rule", False),
    "保留原样": ("keep_rule", False),
    "排除词": ("exclude_words", False),
    "定论": ("talked", False),
    "同意": ("promote", False),
    "先不动": ("stay", False),
    "会议纪要": ("minutes", False),
    "共评一致": ("agreement", False),
    "我的校准": ("my_alignment", False),
    "同意公开": ("praise_open", False),
    "匿名": ("praise_anonymous", False),
    "不公开": ("praise_private", False),
    "点赞": ("like", False),
    "提名": ("nominate", False),
    "荣誉": ("honours", False),
    "成长": ("growth", False),
    "先不练": ("goal_decline", False),
    "定目标": ("goal_set", False),
    "成交": ("outcomes", False),
    "话术": ("talk_tracks", False),
    "晨会": ("briefing_now", False),
    "读过": ("briefing_read", False),
    "寄语": ("briefing_words", False),
    "不讲": ("briefing_plain", False),
    "积分": ("points", False),
    "确认荣誉": ("honour_confirm", False),
    "换人": ("honour_swap", False),
    "不评": ("honour_skip", False),
    "撤回荣誉": ("honour_undo", False),
    "公开荣誉": ("honour_public", False),
    "低调": ("honour_quiet", False),
    "不合适": ("not_fitting", False),
    "收入案例库": ("collect", False),
    "案例": ("cases", False),
    "有用": ("case_used", False),
}
MOST = 20  # alerts in one line
MUTES_ALERT = re.compile(r"[#\s:：]*[aA]?\d{1,9}\b")
NUMBERED = frozenset(name for name, wants_number in WORDS.values() if wants_number)
ALIASES: Mapping[str, str] = {
    "help": "帮助", "菜单": "帮助", "?": "帮助", "？": "帮助", "你好": "帮助", "在吗": "帮助",
    "告警列表": "告警", "警报": "告警", "领取": "认领", "接单": "认领", "已解决": "解决", "关闭": "解决",
    "案例库": "案例", "用过，有用": "有用", "提名服务之星": "提名", "免打扰": "静音", "账本": "规则账本",
    "status": "状态", "撤销改动": "撤销降级",
}  # fmt: skip
OF_A_TIME = frozenset({"my_figures", "team_portrait", "shop_portrait", "outcomes"})
TIMES = "今昨前本这上近最"
KEPT = "，。！？；（）…"


def _plain(letter: str) -> str:
    """Its half-width twin; but what people write to each other keeps its punctuation."""
    return letter if letter in KEPT else unicodedata.normalize("NFKC", letter)


def read(text: str) -> Command:
    """Read one line; full-width letters, a leading slash and missing blanks are forgiven (认领A12)."""
    line = "".join(_plain(letter) for letter in text).strip().lstrip("/").strip()
    if not line:
        return Command("guide")
    word, rest = _split(line)
    if word is None:
        nearest = _nearest(line)
        return Command("", _number_within(line) if WORDS.get(nearest, ("", False))[1] else None, line, nearest)
    name, wants_number = WORDS[word]
    if name == "mute" and not MUTES_ALERT.match(rest):  # 静音 规则 …, or 静音 alone: what is muted
        return Command("quiet" if rest else "mutes", None, rest)
    if not wants_number:
        return Command(name, text=rest)
    number, rest = _number(rest)
    more, rest = _more(rest) if number is not None else ((), rest)
    return Command(name, number, rest, more=more)


def _split(line: str) -> tuple[str | None, str]:
    names = {**{w: w for w in WORDS}, **ALIASES}
    for spoken in sorted(names, key=len, reverse=True):
        if not line.lower().startswith(spoken):
            continue
        rest = line[len(spoken) :]
        if _ends_word(rest, WORDS[names[spoken]][0]):
            return names[spoken], rest.strip()
    return None, line


def _ends_word(rest: str, name: str = "") -> bool:
    if name in OF_A_TIME and rest and rest[0] in TIMES:  # 我的数据上周
        return True
    return not rest or rest[0].isspace() or rest[0] in "#:,，：-" or re.match(r"[aAqQ]?\d", rest) is not None


def _number(rest: str) -> tuple[int | None, str]:
    found = re.match(r"[#\s:：]*[aA]?(\d{1,9})\b[\s,，、:：]*", rest)
    return (int(found[1]), rest[found.end() :].strip()) if found else (None, rest)


def _more(rest: str) -> tuple[tuple[int, ...], str]:
    """Further numbers, each with its A: a bare one may be minutes."""
    found = re.match(r"(?:[和及#\s]*[aA]\d{1,9}\b[\s,，、:：]*)+", rest)
    if not found:
        return (), rest
    numbers = map(int, re.findall(r"\d+", found[0]))
    return tuple(dict.fromkeys(numbers))[:MOST], rest[found.end() :].strip()


def _number_within(line: str) -> int | None:
    """The number of an alert somewhere in a line we did not understand (认令 A3)."""
    found = re.search(r"(?<![a-zA-Z\d])[aA]?(\d{1,9})\b", line)
    return int(found[1]) if found else None


def _nearest(line: str) -> str:
    word = re.split(r"[\s#:：,，aA\d]", line, maxsplit=1)[0] or line
    close = difflib.get_close_matches(word, [*WORDS, *ALIASES], n=1, cutoff=0.34)
    return ALIASES.get(close[0], close[0]) if close else ""
