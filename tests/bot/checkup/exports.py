"""Exports as shops have them: made-up talk written in each platform's way, in each encoding and kind of file."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import openpyxl

BEIJING = timezone(timedelta(hours=8))
START = datetime(2026, 11, 20, 10, 0, 5, tzinfo=BEIJING)
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=BEIJING)

# (conversation, customer, agent, who, text, seconds from START)
Talk = tuple[str, str, str, str, str, int]
PHONE = "13812345678"
TALK: tuple[Talk, ...] = (
    ("S1", "王晓芳", "小李", "customer", "退款什么时候到账？", 0),
    ("S1", "王晓芳", "小李", "agent", "亲，请耐心等待哦", 40),
    ("S1", "王晓芳", "小李", "customer", "我都问了三遍了，到现在还没到账", 70),
    ("S2", "陈默", "小周", "customer", "你们是骗子吧，发来的杯子是碎的", 80),
    ("S1", "王晓芳", "小李", "customer", f"再不退款我就打12315投诉你们，我电话{PHONE}", 130),
    ("S2", "陈默", "小周", "agent", "这事搁我身上我也急，您拍张照给我，我现在就给您补发，我盯到底", 140),
    ("S1", "王晓芳", "小李", "agent", "亲，系统在处理呢", 400),
    ("S2", "陈默", "小周", "customer", "太感谢了，你人真好，下次还来你家买", 200),
    ("S3", "赵敏", "小李", "customer", "快递三天没动了，物流一直不更新", 300),
    ("S3", "赵敏", "小李", "agent", "您好，我这边马上帮您催，今天 18 点前给您准信", 330),
    ("S3", "赵敏", "小李", "customer", "好的谢谢", 350),
    ("S4", "孙悦", "小周", "customer", "这件外套有 M 码吗", 400),
    ("S4", "孙悦", "小周", "agent", "您好，有的，今天拍今天发", 420),
    ("S5", "李雷", "小李", "customer", "发票怎么还没开", 500),
    ("S5", "李雷", "小李", "agent", "您好，已经为您登记，明天中午前发到您邮箱", 530),
)
WHO = {"customer": "买家", "agent": "客服"}


def at(seconds: int) -> datetime:
    return START + timedelta(seconds=seconds)


def table(columns: Mapping[str, Any]) -> list[list[Any]]:
    """Rows of TALK; a column is its name and a function of the talk."""
    return [list(columns), *([value(talk) for value in columns.values()] for talk in TALK)]


def write_csv(path: Path, rows: Sequence[Sequence[Any]], encoding: str = "utf-8", between: str = ",") -> Path:
    held = io.StringIO(newline="")
    csv.writer(held, delimiter=between).writerows(rows)
    path.write_bytes(held.getvalue().encode(encoding))
    return path


def write_xlsx(path: Path, rows: Sequence[Sequence[Any]], title: str = "聊天记录") -> Path:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path


def write_jsonl(path: Path, values: Sequence[Mapping[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values), encoding="utf8")
    return path


PLAIN: Mapping[str, Any] = {
    "会话ID": lambda t: t[0],
    "买家昵称": lambda t: t[1],
    "客服昵称": lambda t: t[2],
    "发送方": lambda t: WHO[t[3]],
    "消息内容": lambda t: t[4],
    "发送时间": lambda t: at(t[5]).strftime("%Y-%m-%d %H:%M:%S"),
}
