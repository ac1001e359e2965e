"""The `import` command: orders and reviews from CSV files, beside a running Starling or without one."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.files import csv_rows
from bot.files.csv_rows import Line
from bot.settings.sections import Config
from handlers import news
from handlers.errors import UserError
from rules import events
from rules.events import Ordered, Reviewed
from storage import migrations
from storage.db import Store

BATCH = 500
# What shops call their columns in their exports.
NAMES: csv_rows.Names = {
    "order": ("order", "订单号", "订单编号"),
    "customer": ("customer", "客户", "买家", "买家id"),
    "shop": ("shop", "店铺", "店铺名称"),
    "paid_at": ("paid_at", "付款时间", "支付时间"),
    "refunded_at": ("refunded_at", "退款时间", "退款完成时间"),
    "sku": ("sku", "商品编码"),
    "title": ("title", "商品", "商品名称", "商品标题", "宝贝标题"),
    "amount": ("amount", "金额", "实付金额"),
    "score": ("score", "评分", "星级"),
    "has_picture": ("has_picture", "有图", "晒图"),
    "at": ("at", "评价时间"),
}
FIELD = re.compile(r"字段 ([\w.]+)")
UNQUOTED = "格子比表头多；金额里有逗号时，要用英文双引号包起来"
TIMES = ("paid_at", "refunded_at", "at")
YES = ("1", "true", "yes", "是", "有")


def run(config: Config, kind: str, file: Path, source: str) -> int:
    """Status 1 when a line could not be read; the others are kept."""
    if kind not in KINDS:
        raise UserError(f"不会导入 {kind}，可以导入 {'、'.join(KINDS)}、conversations、people、teams。")
    desk = desk_of(config, source)
    wrong: list[str] = []
    with Store.open(config.database.url) as store:
        migrations.upgrade(store)
        zone = ZoneInfo(config.policy.timezone)
        told = [*KINDS[kind](lines(file, zone), wrong)]
        done = keep(store, desk, told, datetime.now(zone), zone)
    for line in wrong:
        print(line, file=sys.stderr)  # noqa: T201
    known = len(told) - done
    more = (f"，{known} 条早就有了" if known else "") + (f"，{len(wrong)} 行没读懂" if wrong else "")
    print(f"导入 {done} 条{more}")  # noqa: T201
    return 1 if wrong else 0


def desk_of(config: Config, source: str) -> str:
    """The helpdesk that was named, or the only one."""
    desk = source or (next(iter(config.helpdesks)) if len(config.helpdesks) == 1 else "")
    if desk not in config.helpdesks:
        known = "、".join(config.helpdesks)
        raise UserError(f"请用 --source 说是哪个客服系统的：{known}" if known else "配置里还没有客服系统。")
    return desk


def keep(store: Store, source: str, told: Sequence[Ordered | Reviewed], now: datetime, zone: ZoneInfo) -> int:
    """In batches; how many say something new. What they change about past days is counted again by the running bot."""
    done = 0
    for begins in range(0, len(told), BATCH):
        part = told[begins : begins + BATCH]
        done += store.transact(lambda tx, part=part: sum(news.put_order(tx, source, one, now, zone) for one in part))  # type: ignore[misc]
    return done


def lines(file: Path, zone: ZoneInfo) -> Iterator[Line]:
    """Times are those of the shop."""
    for number, row in csv_rows.read(file, NAMES):
        yield number, {**row, **{name: _moment(row[name], zone) for name in TIMES if row.get(name)}}


def read_orders(rows: Iterable[Line], wrong: list[str]) -> Iterator[Ordered]:
    """Lines of one order together, one item each."""
    found: dict[str, dict[str, Any]] = {}
    for number, row in _whole(rows, wrong):
        item = {"sku": row.get("sku", ""), "title": row.get("title", ""), "amount": _number(row.get("amount", ""))}
        about = {"id": row.get("order", ""), "customer": row.get("customer", ""), "shop": row.get("shop", "")}
        body = about | {
            "paid_at": row.get("paid_at") or None,
            "refunded_at": row.get("refunded_at") or None,
            "items": [item] if any(item.values()) else [],
        }
        if _read({"type": "order", "order": body}, number, wrong) is None:
            continue
        found.setdefault(about["id"], body | {"items": []})["items"] += body["items"]
    for body in found.values():
        told = events.read({"type": "order", "order": body})
        if isinstance(told, Ordered):
            yield told


def _whole(rows: Iterable[Line], wrong: list[str]) -> Iterator[Line]:
    """A row with a cell too many says something else than it seems."""
    for number, row in rows:
        if csv_rows.WIDER in row:
            wrong.append(f"第 {number} 行：{UNQUOTED}")
        else:
            yield number, row


def read_reviews(rows: Iterable[Line], wrong: list[str]) -> Iterator[Reviewed]:
    for number, row in _whole(rows, wrong):
        body: dict[str, Any] = {name: row.get(name, "") for name in ("order", "customer")}
        body |= {"score": _number(row.get("score", "")), "at": row.get("at") or None}
        body["has_picture"] = row.get("has_picture", "").lower() in YES
        told = _read({"type": "review", "review": body}, number, wrong)
        if isinstance(told, Reviewed):
            yield told


def _read(body: Mapping[str, Any], number: int, wrong: list[str]) -> events.Event | None:
    try:
        return events.read(body)
    except ValueError as error:
        wrong.append(f"第 {number} 行：{FIELD.sub(_column, str(error))}")
        return None


def _column(field: re.Match[str]) -> str:
    """As the file calls it."""
    name = field[1].replace("order.id", "order").rpartition(".")[2]
    return f"「{NAMES[name][1]}」" if name in NAMES else field[0]


def _moment(text: str, zone: ZoneInfo) -> str:
    """2026/11/20 10:00:00 is the shop's time; what is no time is left for the reader to complain about."""
    try:
        at = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        return text
    return (at if at.tzinfo else at.replace(tzinfo=zone)).isoformat()


def _number(text: str) -> Any:
    """As a number where it is one; else as it is, for the reader to complain about."""
    plain = text.replace(",", "").removeprefix("¥").removeprefix("￥").removesuffix("星").strip()
    try:
        value = float(plain)
    except ValueError:
        return plain or 0
    return int(value) if value.is_integer() else value


KINDS: Mapping[str, Callable[[Iterable[Line], list[str]], Iterator[Ordered | Reviewed]]] = {
    "orders": read_orders,
    "reviews": read_reviews,
}
