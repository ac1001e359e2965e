"""`screen` over files as they come: any encoding, any nonsense; bad lines are told, and the others go on."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot import engine, screening
from bot.files import encodings
from bot.programs import screening_files
from rules.policy import Policy

Run = tuple[int, list[dict[str, Any]], list[str]]


def line(id_: str, *said: str, **more: Any) -> str:
    messages = [{"from": "customer" if n % 2 == 0 else "agent", "text": text} for n, text in enumerate(said)]
    return json.dumps({"id": id_, "messages": messages, **more}, ensure_ascii=False)


@pytest.fixture
def screened(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(told: bytes) -> Run:
        (tmp_path / "talks.jsonl").write_bytes(told)
        status = screening_files.run(str(tmp_path / "talks.jsonl"), None, explain=False)
        out, err = capsys.readouterr()
        return status, [json.loads(row) for row in out.strip("\n").split("\n")], err.splitlines()

    return run


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le"])
def test_every_usual_encoding_says_the_same(screened: Any, encoding: str) -> None:
    told = line("c1", "你们是骗子吧，再不退款我就投诉到12315", "马上帮您查") + "\r\n" + line("c2", "谢谢")
    status, rows, wrong = screened(told.encode(encoding))
    assert (status, wrong, [row["id"] for row in rows]) == (0, [], ["c1", "c2"])
    assert rows[0]["level"] == "red"
    assert "骗子" in rows[0]["findings"][0]["quote"]


def test_a_few_broken_bytes_cost_no_more_than_themselves() -> None:
    assert encodings.of("快递三天没动了，".encode() * 40 + b"\xff" + "怎么办".encode()) == "utf-8"
    assert encodings.of("快递三天没动了".encode("gbk")) == "gb18030"
    assert encodings.of(b"plain") == "utf-8"


def test_bad_lines_are_told_by_number_and_the_others_go_on(screened: Any) -> None:
    odd = [
        line("good", "怎么还没到", "马上查"),
        "not json",
        '{"id":"deep","messages":' + "[" * 50_000 + "]" * 50_000 + "}",
        "[]",
        line("c4", "在吗").replace("customer", "visitor"),
        '{"id":"c5"}',
        line("same", "a", "b").replace('"from"', '"id": "m1", "from"'),
        line("rated", "a", rating={"score": 9}),
        line("good", "同一个会话 id 又来一次"),
    ]
    status, rows, wrong = screened("\n".join(odd).encode())
    assert status == 1
    assert [row["id"] for row in rows] == ["good", "good"]
    assert [told.split(" 行")[0] for told in wrong] == [f"第 {n}" for n in range(2, 9)]


def test_what_says_nothing_or_far_too_much_is_screened_all_the_same(screened: Any) -> None:
    odd = [
        line("empty", "", "   "),
        '{"id":"nobody","messages":[]}',
        line("emoji", "😡😡😡", "🙏"),
        line("html", "<p>你们是<b>骗子</b>吧</p>&nbsp;", "<div>您好</div>"),
        line("huge", "退款" * 100_000, "好"),
        line("mail", "您好，\n\n我的订单……\n\n祝好", channel="email"),
        line("call", "喂", channel="phone"),
        line("half", "\ud83d 骗子\u2028 a\u0000b").encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
        '{"id":"lone","messages":[{"from":"customer","text":"\\ud83d 你们是骗子吧\\u0000"}]}',
    ]
    status, rows, wrong = screened("\n".join(odd).encode())
    assert (status, wrong, len(rows)) == (0, [], len(odd))
    assert all(0 <= row["risk"] <= 1 and 0 <= row["star"] <= 1 for row in rows)
    assert {row["id"] for row in rows if row["findings"]} >= {"html", "lone"}


def test_a_pasted_chat_that_ends_well_says_how() -> None:
    screen = screening.screener(engine.load(), Policy(), ending=True)
    bad = json.loads(line("c1", "再不退款我就投诉到12315", "对不起，已经给您退了，您看一下"))
    thanks = {"from": "customer", "text": "收到了，谢谢你，服务真好"}
    assert screen(bad)["ended"] == ""
    assert screen(bad | {"messages": [*bad["messages"], thanks]})["ended"] == "客户说「收到了，谢谢你，服务真好」"
