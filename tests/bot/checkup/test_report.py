"""The report: what must be in it, what must never be in it, and what it may cost."""

import json
import re
import tracemalloc
from pathlib import Path

import pytest

from bot import engine
from bot.checkup import gathering, listening, tables, work
from bot.checkup.mapping import Mapping
from bot.checkup.rows import Said
from bot.samples import generator
from rules.model import Speaker
from tests.bot.checkup.exports import NOW, PHONE, PLAIN, START, TALK, Talk, table, write_csv, write_jsonl

MAIL = "fangfang0520@mail.example"
SECRETS = (PHONE, "13800001111", "王晓芳", "陈默", "赵敏", "小李", "小周", "云雀旗舰店:", MAIL, "620102198501011234")
EVIL = "[点我](http://evil.example) <script>x</script>"
TALKATIVE: tuple[Talk, ...] = (
    *TALK,
    ("13800001111", "王晓芳", "小李", "customer", f"我是王晓芳，邮箱{MAIL}，小李你们太过分了，我要去12315投诉", 600),
    ("13800001111", "王晓芳", "小李", "agent", "我是小李，您的身份证620102198501011234我看到了", 660),
    (
        "X<img src=//evil.example>",
        "<b>陈默</b>",
        "小周",
        "customer",
        "再不处理我就投诉[点我](http://evil.example) <script>x</script>",
        700,
    ),
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("checkup")
    columns = {**PLAIN, "客服昵称": lambda t: f"云雀旗舰店:{t[2]}", "店铺名称": lambda t: "云雀旗舰店"}
    rows = [list(columns), *([value(t) for value in columns.values()] for t in TALKATIVE)]
    rows.insert(3, ["S1", "王晓芳", "云雀旗舰店:小李", "买家", "", "2026-11-20 10:00:30", "云雀旗舰店"])
    path = write_csv(folder / f"店铺{PHONE}.csv", rows)
    with work.look(path, NOW) as looked:
        work.write(looked, NOW, folder / "out", lambda words: None)
    found = {p.suffix: p for p in (folder / "out").iterdir()}
    return {kind: found[kind].read_text(encoding="utf8") for kind in (".html", ".md")} | {
        "png": str(found[".png"].read_bytes()[:4])
    }


@pytest.mark.parametrize("kind", [".html", ".md"])
@pytest.mark.parametrize("secret", SECRETS)
def test_nobody_s_name_or_number_is_in_the_report(written: dict[str, str], kind: str, secret: str) -> None:
    assert secret not in written[kind]


@pytest.mark.parametrize("kind", [".html", ".md"])
def test_the_report_says_what_matters(written: dict[str, str], kind: str) -> None:
    told = written[kind]
    for words in (
        "先看这",
        "值得夸",
        "明天晨会",
        "客户最常遇到",
        "首次回复",
        "100% 已筛",
        "12315",
        "我盯到底",
        "第 4 行",
    ):
        assert words in told, words
    assert written["png"] == str(b"\x89PNG")


def test_the_page_needs_nothing_else_and_runs_nothing(written: dict[str, str]) -> None:
    page = written[".html"]
    assert re.findall(r'(?:src|href)="(?!#|data:image/png;base64,)[^"]*"', page) == []
    assert "<script" not in page
    assert "url(" not in page
    assert "@import" not in page
    assert "<img" not in page
    assert "default-src 'none'" in page


def test_markup_of_customers_stays_words_in_the_text_too(written: dict[str, str]) -> None:
    assert "](http" not in written[".md"]
    assert "<script>" not in written[".md"]


def test_a_file_without_times_says_so_and_counts_what_could_not_be_checked(tmp_path: Path) -> None:
    columns = {name: value for name, value in PLAIN.items() if name != "发送时间"}
    with work.look(write_csv(tmp_path / "a.csv", table(columns)), NOW) as looked:
        report, page = work.write(looked, NOW, tmp_path, lambda words: None)
    assert report.waits == ()
    assert any("5 段没有时间" in line and "没检查，不等于没问题" in line for line in report.coverage)
    assert "没法算" in page.read_text(encoding="utf8")


def test_a_table_in_which_no_customer_speaks_was_misread(tmp_path: Path) -> None:
    columns = {**PLAIN, "发送方": lambda t: "客服"}
    with work.look(write_csv(tmp_path / "a.csv", table(columns)), NOW) as looked, pytest.raises(work.Misread):
        work.write(looked, NOW, tmp_path, lambda words: None)


def test_our_own_conversation_file_needs_no_mapping_and_bad_lines_are_told(tmp_path: Path) -> None:
    lines = list(generator.conversations(5, 12, START))
    path = write_jsonl(tmp_path / "a.jsonl", lines)
    with path.open("a", encoding="utf8") as file:
        file.write("not json\n" + json.dumps({"id": "x", "messages": "?"}) + "\n")
    opened = tables.open_table(path)
    heard = listening.hear(opened, None, engine.load(), NOW, lambda words: None)
    assert heard.tally.conversations == 12
    assert (heard.notes.rows, heard.notes.used) == (14, 12)
    assert sorted(row for rows in heard.notes.where.values() for row in rows) == [13, 14]


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    assert peak(tmp_path, 10_000) < 2 * peak(tmp_path, 2_000)


def peak(folder: Path, rows: int) -> int:
    """Bytes held at most while so many messages, ten to a conversation, are gathered."""
    said = (Said(n, f"S{n % (rows // 10)}", f"第 {n} 句话，说的是快递", Speaker.CUSTOMER) for n in range(rows))
    tracemalloc.start()
    count = sum(1 for _ in gathering.conversations(said, Mapping({"conversation": (0,)}), folder))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == rows // 10
    return most
