"""The command: sure guesses run, doubtful ones ask, failed ones leave a mapping that works once it is edited."""

from pathlib import Path

import pytest

from bot.checkup import command, mapping, tables, work
from bot.checkup.guess import guess
from handlers.errors import UserError
from tests.bot.checkup.exports import NOW, PLAIN, TALK, WHO, at, table, write_csv

STRANGE = {
    "甲": lambda t: t[0],
    "乙": lambda t: {"customer": "X9", "agent": "Y7"}[t[3]],
    "丙": lambda t: t[4],
    "丁": lambda t: at(t[5]).strftime("%Y-%m-%d %H:%M:%S"),
}


def test_a_plain_export_gets_its_report_beside_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_csv(tmp_path / "十一月.csv", table(PLAIN), "gbk")
    assert command.run(path, None, None, yes=False) == 0
    told = capsys.readouterr().out
    assert "5 段会话全部筛过" in told
    assert (tmp_path / "十一月-体检报告" / "体检报告.html").is_file()
    assert {p.name for p in (tmp_path / "十一月-体检报告").iterdir()} == {"体检报告.html", "体检报告.md", "体检图.png"}


def test_a_doubtful_guess_is_shown_masked_and_not_run_without_a_yes(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", table(PLAIN)[1:])
    with pytest.raises(UserError) as told:
        command.run(path, None, tmp_path / "out", yes=False)
    assert "没有看到表头" in str(told.value)
    assert "--yes" in str(told.value)
    assert "王晓芳" not in str(told.value)
    assert not (tmp_path / "out").exists()
    assert command.run(path, None, tmp_path / "out", yes=True) == 0


def test_a_failed_guess_leaves_a_mapping_and_the_edited_mapping_reads_the_file(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", table(STRANGE))
    with pytest.raises(UserError, match="--map"):
        command.run(path, None, tmp_path / "out", yes=False)
    left = tmp_path / "a.csv.map.toml"
    text = left.read_text(encoding="utf8")
    assert "甲、乙、丙、丁" in text
    edited = text.replace('# speaker = ""', 'speaker = "乙"').replace('# "买家" = "customer"', '"X9" = "customer"')
    left.write_text(edited.replace('# "店铺" = "agent"', '"Y7" = "agent"'), encoding="utf8")
    assert command.run(path, left, tmp_path / "out", yes=False) == 0
    with pytest.raises(UserError, match="之前写好的映射文件还在"):
        command.run(path, None, tmp_path / "out", yes=False)
    assert '"X9"' in left.read_text(encoding="utf8")


def test_a_mapping_that_is_written_reads_back_the_same(tmp_path: Path) -> None:
    with_quote = {**PLAIN, '备注"\\列': lambda t: "x"}
    opened = tables.open_table(write_csv(tmp_path / "a.csv", table(with_quote)))
    guessed = guess(opened, NOW).mapping
    text = mapping.write(guessed, "…")
    assert mapping.parse(text, lambda sheet, row: guessed.names) == guessed


def test_all_mistakes_of_a_mapping_are_told_at_once(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", table(PLAIN))
    wrong = """
        table = {header = 1, foo = 1}
        columns = {text = "没有这列"}
        speakers = {"皇帝" = "king"}
        reading = {timezone = "Mars"}
    """
    with pytest.raises(UserError) as told, work.look(path, NOW, wrong):
        pass
    for words in ("foo", "没有这列", "消息内容", "皇帝", "Mars"):
        assert words in str(told.value)


def test_a_question_and_its_answer_in_one_row_are_two_messages(tmp_path: Path) -> None:
    rows = [["会话ID", "客户提问", "客服回复"]]
    rows += [[t[0], t[4] if t[3] == "customer" else "", t[4] if t[3] == "agent" else ""] for t in TALK]
    opened = tables.open_table(write_csv(tmp_path / "a.csv", rows))
    assert set(guess(opened, NOW).mapping.columns) == {"conversation", "asked", "reply"}


def test_a_whole_chat_in_one_cell_is_read(tmp_path: Path) -> None:
    chats = {t[0]: "\n".join(f"{WHO[o[3]]}：{o[4]}" for o in TALK if o[0] == t[0]) for t in TALK}
    path = write_csv(tmp_path / "a.csv", [["会话ID", "聊天记录"], *([id_, chat] for id_, chat in chats.items())])
    with work.look(path, NOW) as looked:
        assert looked.guess is not None
        assert (looked.guess.failed, looked.guess.doubts) == ("", ())
        report, _ = work.write(looked, NOW, tmp_path, lambda words: None)
    assert (report.conversations, report.messages) == (5, len(TALK))
