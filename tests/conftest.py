"""What every test may ask for."""

from collections.abc import Iterator

import pytest

import storage.tables
from storage.db import Store


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open("sqlite://") as opened:
        opened.transact(storage.tables.SQLModel.metadata.create_all)
        yield opened
