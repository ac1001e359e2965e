"""The `import` command: orders and reviews from CSV files, beside a running Starling or without one."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.files import csv_rows
from bot.files.csv_rows import Line
from bot.settings.sections import Config
from handlers.errors import UserError
from rules import events
from rules.events import Ordered, Reviewed
from storage import migrations, orders
from storage.db import Store, Tx

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
        done = keep(store, desk, KINDS[kind](lines(file, ZoneInfo(config.policy.timezone)), wrong))
    for told in wrong:
        print(told, file=sys.stderr)  # noqa: T201
    print(f"导入 {done} 条" + (f"，{len(wrong)} 行没读懂" if wrong else ""))  # noqa: T201
    return 1 if wrong else 0


def desk_of(config: Config, source: str) -> str:
    """The helpdesk that was named, or the only one."""
    desk = source or (next(iter(config.helpdesks)) if len(config.helpdesks) == 1 else "")
    if desk not in config.helpdesks:
        known = "、".join(config.helpdesks)
        raise UserError(f"请用 --source 说是哪个客服系统的：{known}" if known else "配置里还没有客服系统。")
    return desk


def keep(store: Store, source: str, found: Iterable[Ordered | Reviewed]) -> int:
    """In batches; the same order or review twice is one."""
    told = [*found]
    for begins in range(0, len(told), BATCH):
        part = told[begins : begins + BATCH]
        store.transact(partial(_put, source=source, part=part))
    return len(told)


def _put(tx: Tx, source: str, part: Iterable[Ordered | Reviewed]) -> None:
    for one in part:
        if isinstance(one, Ordered):
            orders.put(tx, source, one.order)
        else:
            orders.put_review(tx, source, one)


def lines(file: Path, zone: ZoneInfo) -> Iterator[Line]:
    """Times are those of the shop."""
    for number, row in csv_rows.read(file, NAMES):
        yield number, {**row, **{name: _moment(row[name], zone) for name in TIMES if row.get(name)}}


def read_orders(rows: Iterable[Line], wrong: list[str]) -> Iterator[Ordered]:
    """Lines of one order together, one item each."""
    found: dict[str, dict[str, Any]] = {}
    for number, row in rows:
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


def read_reviews(rows: Iterable[Line], wrong: list[str]) -> Iterator[Reviewed]:
    for number, row in rows:
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
        wrong.append(f"第 {number} 行：{error}")
        return None


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
