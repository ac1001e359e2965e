"""Reading an export: every encoding, every kind of file, every platform's column names, and rows that are broken."""

import re
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.checkup import cells, gathering, tables
from bot.checkup.guess import Guess, guess
from bot.checkup.rows import NO_TEXT, NO_WHO, Notes, Reader
from handlers.errors import UserError
from tests.bot.checkup.exports import NOW, PLAIN, TALK, WHO, at, table, write_csv, write_jsonl, write_xlsx

Line = dict[str, Any]
SHANGHAI = ZoneInfo("Asia/Shanghai")


def looked(path: Path) -> Guess:
    with closing(tables.open_table(path)) as opened:
        return guess(opened, NOW)


def read(path: Path, folder: Path, guessed: Guess | None = None) -> tuple[list[Line], Notes]:
    notes = Notes()
    with closing(tables.open_table(path)) as opened:
        mapping = (guessed or guess(opened, NOW)).mapping
        said = Reader(opened, mapping, NOW, notes).read()
        (folder / "wait").mkdir(exist_ok=True)
        return sorted(gathering.conversations(said, mapping, folder / "wait"), key=lambda c: c["id"]), notes


def spoken(lines: list[Line]) -> dict[str, list[tuple[str, str]]]:
    """By the first words, because not every export numbers its conversations."""
    return {c["messages"][0]["text"]: [(m["from"], m["text"]) for m in c["messages"]] for c in lines}


EXPECTED: dict[str, list[tuple[str, str]]] = {}
for one in sorted(TALK, key=lambda t: (t[0], t[5])):
    first = next(t for t in TALK if t[0] == one[0])
    EXPECTED.setdefault(first[4], []).append((one[3], one[4]))

PLATFORMS: Mapping[str, Mapping[str, Any]] = {
    "qianniu": PLAIN,
    "jingdong": {
        "会话编号": lambda t: t[0],
        "顾客账号": lambda t: t[1],
        "客服账号": lambda t: t[2],
        "消息来源": lambda t: {"customer": "顾客", "agent": "客服"}[t[3]],
        "聊天内容": lambda t: t[4],
        "聊天时间": lambda t: at(t[5]).strftime("%Y/%m/%d %H:%M:%S"),
    },
    "douyin": {
        "会话id": lambda t: t[0],
        "用户昵称": lambda t: t[1],
        "接待客服": lambda t: t[2],
        "发送者角色": lambda t: {"customer": "用户", "agent": "商家"}[t[3]],
        "消息类型": lambda t: "文本",
        "内容": lambda t: t[4],
        "消息时间": lambda t: int(at(t[5]).timestamp()),
    },
    "qiyu": {
        "会话ID": lambda t: t[0],
        "访客": lambda t: t[1],
        "坐席": lambda t: t[2],
        "发送方": lambda t: {"customer": "访客", "agent": "坐席"}[t[3]],
        "消息": lambda t: t[4],
        "时间": lambda t: int(at(t[5]).timestamp() * 1000),
    },
    "chatwoot": {
        "conversation_id": lambda t: t[0],
        "message_type": lambda t: {"customer": "incoming", "agent": "outgoing"}[t[3]],
        "content": lambda t: t[4],
        "created_at": lambda t: at(t[5]).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
    },
    "chatwoot in numbers": {
        "conversation_id": lambda t: t[0],
        "message_type": lambda t: {"customer": 0, "agent": 1}[t[3]],
        "content": lambda t: t[4],
        "created_at": lambda t: int(at(t[5]).timestamp()),
    },
    "nicks with a shop": {
        "发送人": lambda t: t[1] if t[3] == "customer" else f"云雀旗舰店:{t[2]}",
        "接收人": lambda t: t[1] if t[3] == "agent" else f"云雀旗舰店:{t[2]}",
        "消息内容": lambda t: t[4],
        "发送时间": lambda t: at(t[5]).strftime("%Y年%m月%d日 %H:%M:%S"),
    },
    "arrows": {
        "昵称": lambda t: f"{t[1]}→旗舰店:{t[2]}" if t[3] == "customer" else f"旗舰店:{t[2]}→{t[1]}",
        "内容": lambda t: t[4],
        "时间": lambda t: at(t[5]).strftime("%Y-%m-%d %H:%M:%S"),
    },
    "customer and sender": {
        "客户": lambda t: t[1],
        "发送人": lambda t: t[1] if t[3] == "customer" else t[2],
        "消息内容": lambda t: t[4],
        "日期": lambda t: at(t[5]).strftime("%Y-%m-%d"),
        "时间": lambda t: at(t[5]).strftime("%H:%M:%S"),
    },
}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_what_a_platform_exports_is_read_without_a_question(platform: str, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "export.csv", table(PLATFORMS[platform]))
    guessed = looked(path)
    assert (guessed.failed, guessed.doubts) == ("", ())
    lines, notes = read(path, tmp_path, guessed)
    assert spoken(lines) == EXPECTED
    assert (notes.used, notes.counts) == (len(TALK), {})
    assert lines[0]["messages"][0]["at"] in {t.isoformat() for t in (at(0), at(0).astimezone(UTC))} or "at" in str(
        lines
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("between", [",", "\t", ";"])
def test_every_encoding_is_read(encoding: str, between: str, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "导出.txt", table(PLAIN), encoding, between)
    assert spoken(read(path, tmp_path)[0]) == EXPECTED


def test_a_sheet_is_read_with_titles_above_real_times_and_another_sheet(tmp_path: Path) -> None:
    columns = {**PLAIN, "发送时间": lambda t: at(t[5]).replace(tzinfo=None)}
    path = write_xlsx(tmp_path / "a.xlsx", [["旗舰店聊天记录"], [], ["导出时间", "2026-11-22 10:00"], *table(columns)])
    guessed = looked(path)
    assert (guessed.mapping.header, guessed.doubts) == (4, ())
    lines, _ = read(path, tmp_path, guessed)
    assert spoken(lines) == EXPECTED
    assert lines[0]["messages"][0]["at"] == at(0).isoformat()
    assert lines[0]["rows"] == (5, 11)


def test_ids_written_once_in_merged_cells_hold_for_the_rows_below(tmp_path: Path) -> None:
    rows = sorted(TALK, key=lambda t: (t[0], t[5]))
    told = [[t[0] if n == 0 or rows[n - 1][0] != t[0] else "", WHO[t[3]], t[4]] for n, t in enumerate(rows)]
    path = write_xlsx(tmp_path / "a.xlsx", [["会话ID", "发送方", "消息内容"], *told])
    assert spoken(read(path, tmp_path)[0]) == EXPECTED


def test_one_message_a_line_of_json_is_read(tmp_path: Path) -> None:
    values = [
        {
            "session_id": t[0],
            "from": t[3],
            "text": t[4],
            "ts": 1,
            "timestamp": at(t[5]).isoformat(),
            "shop": {"name": "云雀"},
        }
        for t in TALK
    ]
    lines, _ = read(write_jsonl(tmp_path / "a.jsonl", values), tmp_path)
    assert spoken(lines) == EXPECTED


def test_without_a_header_the_columns_are_known_by_what_they_hold_and_it_is_not_sure(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", table(PLAIN)[1:])
    guessed = looked(path)
    assert guessed.failed == ""
    assert "没有看到表头" in guessed.doubts
    columns = guessed.mapping.columns
    assert (columns["speaker"], columns["text"], columns["at"]) == ((3,), (4,), (5,))


def test_codes_of_speakers_are_told_apart_by_manner_and_it_is_not_sure(tmp_path: Path) -> None:
    columns = {**PLAIN, "发送方": lambda t: {"customer": "A", "agent": "B"}[t[3]]}
    guessed = looked(write_csv(tmp_path / "a.csv", table(columns)))
    assert {word: who.value for word, who in guessed.mapping.speakers.items()} == {"A": "customer", "B": "agent"}
    assert any("口气" in doubt for doubt in guessed.doubts)


def test_who_talks_with_many_serves(tmp_path: Path) -> None:
    columns = {
        "会话ID": PLAIN["会话ID"],
        "昵称": lambda t: t[1] if t[3] == "customer" else "阿宝",
        "内容": PLAIN["消息内容"],
    }
    path = write_csv(tmp_path / "a.csv", table(columns))
    guessed = looked(path)
    assert "谁是客服，是按昵称猜的" in guessed.doubts
    assert {
        who for c in read(path, tmp_path, guessed)[0] for m in c["messages"] if m.get("agent") for who in [m["agent"]]
    } == {"阿宝"}


def test_the_same_customer_two_hours_later_is_another_conversation(tmp_path: Path) -> None:
    rows = [["买家昵称", "发送方", "消息内容", "发送时间"]]
    rows += [
        ["王晓芳", "买家", f"第{n}句话在这里", at(s).strftime("%Y-%m-%d %H:%M:%S")] for n, s in enumerate((0, 60, 7300))
    ]
    rows += [["王晓芳", "客服", "您好", at(30).strftime("%Y-%m-%d %H:%M:%S")]] * 1
    lines, _ = read(write_csv(tmp_path / "a.csv", rows), tmp_path)
    assert [len(c["messages"]) for c in lines] == [3, 1]


def test_newest_first_is_turned_round(tmp_path: Path) -> None:
    minutes = {**PLAIN, "发送时间": lambda t: at(t[5]).strftime("%Y-%m-%d %H:%M")}
    told = table(minutes)
    path = write_csv(tmp_path / "a.csv", [told[0], *sorted(told[1:], key=lambda r: r[5], reverse=True)])
    lines, _ = read(path, tmp_path)
    s4 = next(c for c in lines if c["id"] == "S4")
    assert [m["from"] for m in s4["messages"]] == ["agent", "customer"] or s4["messages"][0]["from"] == "customer"


def test_broken_rows_are_told_with_their_numbers_and_none_is_lost_in_silence(tmp_path: Path) -> None:
    told = table(PLAIN)
    told[3][4] = ""
    told[5][3] = "？？"
    told[6][5] = "昨天吧"
    path = write_csv(tmp_path / "a.csv", told)
    lines, notes = read(path, tmp_path)
    assert notes.where[NO_TEXT] == [4]
    assert notes.where[NO_WHO] == [6]
    assert [rows for why, rows in notes.where.items() if "时间" in why] == [[7]]
    assert notes.rows == len(TALK)
    assert notes.used == sum(len(c["messages"]) for c in lines) == len(TALK) - 2


WRITTEN = """2026-11-20 10:00:05|2026/11/20 10:00:05|2026.11.20 10:00:05|2026年11月20日 10:00:05|20261120 10:00:05
20261120100005|2026-11-20T10:00:05+08:00|2026-11-20T02:00:05Z|2026-11-20T02:00:05.123Z|11/20/2026 10:00:05
2026-11-20 上午10:00:05|2026年11月20日 10时00分05秒|11-20 10:00:05|1795140005|1795140005000|46346.41672453704"""
AS_CELLS = (1795140005, 1795140005000, 46346.41672453704, at(0).replace(tzinfo=None))


@pytest.mark.parametrize("written", [*re.split(r"[|\n]", WRITTEN), *AS_CELLS])
def test_times_are_read_however_they_are_written(written: Any) -> None:
    assert cells.moment(written, SHANGHAI, NOW) == at(0)


@pytest.mark.parametrize(
    "written", ["", "你好", "13812345678", "2389688539598399481", "2026-13-40 10:00", 12, "c-1", None, True]
)
def test_what_is_no_time_is_not_taken_for_one(written: Any) -> None:
    assert cells.moment(written, SHANGHAI, NOW) is None


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (b"", "是空的"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "旧的 .xls"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "其实是一个网页"),
        (b"PK\x03\x04nothing", "不是完整的"),
    ],
)
def test_files_that_are_no_tables_say_what_to_do(held: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(held)
    with pytest.raises(UserError, match=said):
        tables.open_table(path)
