"""CSV files as shops write them: headings in Chinese or English, rows with the number of their line."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.files import encodings
from bot.plain_words import of_os
from handlers.errors import UserError

WIDER = "wider"  # told of a row that has more cells than the headings
Row = Mapping[str, str]
Line = tuple[int, Row]
Names = Mapping[str, tuple[str, ...]]  # what we call a column, and what files call it


def read(file: Path, names: Names) -> Iterator[Line]:
    """Columns nobody knows are left out; rows without a word are no rows."""
    try:
        with file.open("rb") as raw:
            encoding = encodings.of(raw.read(encodings.HEAD))
        with file.open(encoding=encoding, newline="") as opened:
            reader = csv.DictReader(opened)
            meant = {h: name for h in reader.fieldnames or () for name, said in names.items() if h.strip() in said}
            for row in reader:
                told = {meant[h]: (v or "").strip() for h, v in row.items() if h in meant}
                if row.get(None):
                    told[WIDER] = "1"
                if any(told.values()):
                    yield reader.line_num, told
    except UnicodeDecodeError:
        raise UserError(f"{file} 里有认不出的字，请在表格软件里另存为「CSV UTF-8」。") from None
    except OSError as error:
        raise UserError(f"读不到 {file}：{of_os(error)}") from error
