"""Orders and reviews from files, as shops write them."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.programs import importing
from bot.programs.importing import keep, lines, read_orders, read_reviews
from rules.events import Ordered, Reviewed
from rules.model import Order, OrderItem
from storage import orders
from storage import outcomes as records
from storage.db import Store

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 22, 10, tzinfo=ZONE)


def file_of(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "rows.csv"
    file.write_text("\ufeff" + text, encoding="utf8")
    return file


def test_lines_of_one_order_become_one_with_its_items(store: Store, tmp_path: Path) -> None:
    text = """订单编号,买家,店铺,付款时间,商品标题,实付金额
E1,u1,旗舰店,2026/11/20 10:00:00,氨基酸洁面乳,"¥1,059.00"
E1,u1,旗舰店,2026-11-20T10:00:00+08:00,保湿水,79
E2,u2,旗舰店,昨天,保湿水,79
"""
    wrong: list[str] = []
    assert keep(store, "shop", [*read_orders(lines(file_of(tmp_path, text), ZONE), wrong)], NOW, ZONE) == 1
    assert len(wrong) == 1
    assert wrong[0].startswith("第 4 行：「付款时间」")
    with store.read() as tx:
        (order,) = orders.of_customer(tx, "shop", "u1")
    assert order.paid_at == datetime(2026, 11, 20, 2, tzinfo=UTC)
    assert [(item.title, item.amount) for item in order.items] == [("氨基酸洁面乳", 1059.0), ("保湿水", 79.0)]


def test_reviews_twice_are_one(store: Store, tmp_path: Path) -> None:
    text = "订单号,买家,评分,晒图,评价时间\nE1,u1,5,是,2026-11-20T10:00:00+08:00\nE2,u1,9,,\n"
    wrong: list[str] = []
    for _ in range(2):
        keep(store, "shop", [*read_reviews(lines(file_of(tmp_path, text), ZONE), wrong)], NOW, ZONE)
    with store.read() as tx:
        found = records.reviews(tx, "shop", ["u1"])["u1"]
    assert [(r.order, r.score, r.has_picture) for r in found] == [("E1", 5, True)]
    assert len(wrong) == 2  # nine stars, twice


def test_every_kind_is_told() -> None:
    assert set(importing.KINDS) == {"orders", "reviews"}


def test_a_table_saved_by_a_spreadsheet_in_gbk_is_read(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes("订单编号,买家,付款时间,商品标题\nE1,u1,2026/11/20 10:00:00,氨基酸洁面乳\n".encode("gbk"))
    (told,) = read_orders(lines(file, ZONE), [])
    assert told.order.items[0].title == "氨基酸洁面乳"


def test_an_amount_that_a_comma_split_in_two_is_told_and_not_taken_for_one_yuan(tmp_path: Path) -> None:
    wrong: list[str] = []
    assert not [*read_orders(lines(file_of(tmp_path, "订单号,客户,金额\nE1,u1,¥1,234.5\n"), ZONE), wrong)]
    assert "双引号" in wrong[0]


def test_the_same_orders_again_are_nothing_new(store: Store) -> None:
    told: list[Ordered | Reviewed] = [
        Ordered(Order("E1", "u1", "旗舰店", NOW, (OrderItem("s", "洁面乳", 59.0),))),
        Reviewed("E1", "u1", 5),
    ]
    assert [keep(store, "shop", told, NOW, ZONE) for _ in range(2)] == [2, 0]
