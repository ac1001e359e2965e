"""Tables to take away: nothing in them runs, and each says what its columns mean."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest

from bot.files import metric_packs, sheets
from bot.programs.exporting import run
from bot.settings.sections import Config
from handlers.counting import exports
from handlers.counting.exports import Sheet
from handlers.errors import UserError
from rules import spans
from storage import migrations
from storage.db import Store
from tests.handlers.portrait_days import Worker, seed
from tests.handlers.stage import Stage

ATTACKS = ("=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1+1", "＝1", '=HYPERLINK("http://x","y")', "\n=2")
TODAY = date(2026, 11, 20)


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_cell_is_a_formula(attack: str) -> None:
    sheet = Sheet("表", (("名字", attack),), [(attack, -3.5)], ((attack, "意思"),))
    rows = [*csv.reader(io.StringIO(sheets.to_csv(sheet).decode("utf-8-sig")))]
    assert not any(cell.lstrip().startswith(("=", "+", "@", "＝")) for row in rows for cell in row)
    assert rows[1][1] == "-3.5"
    book = openpyxl.load_workbook(io.BytesIO(sheets.to_xlsx(sheet)))
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert book["表"]["B2"].value == -3.5


def test_every_column_of_every_table_is_explained(store: Store) -> None:
    stage = Stage(store)
    ctx = replace(stage.ctx, metrics=metric_packs.choice("wangwang", {}))
    seed(store, {"shop:xiaoli": Worker(), "shop:aming": Worker()}, TODAY, days=7)
    span = spans.between(TODAY - timedelta(days=6), TODAY)
    with store.read() as tx:
        for name, make in exports.TABLES.items():
            sheet = make(ctx, tx, ["小李", "阿明"], span)
            assert all(len(row) == len(sheet.columns) for row in sheet.rows), name
            told = sheets.to_csv(sheet).decode("utf-8-sig")
            assert "定义" in told
            if name in ("portraits", "conversations", "accounts"):
                assert any("小李" in map(str, row) for row in sheet.rows), name


def test_a_file_comes_beside_a_running_starling(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/starling.db"
    with Store.open(url, exclusive=True) as store:
        migrations.upgrade(store)
        config = Config.model_validate(
            {
                "database": {"url": url},
                "helpdesks": {"shop": {"kind": "generic", "secret": "x"}},
                "people": [{"name": "小李", "role": "agent", "accounts": ["shop:xiaoli"]}],
            }
        )
        out = tmp_path / "accounts.xlsx"
        assert run(config, "accounts", out, "本月", "") == 0
        assert openpyxl.load_workbook(out)["子账号"]["B2"].value == "小李"
        for table, name, span in (
            ("nothing", "a.csv", "本月"),
            ("figures", "a.doc", "本月"),
            ("figures", "a.csv", "x"),
        ):
            with pytest.raises(UserError):
                run(config, table, tmp_path / name, span, "")
