"""The stage, on both engines."""

import pytest

from storage.db import Store
from tests.handlers.stage import Stage


@pytest.fixture
def stage(store: Store) -> Stage:
    return Stage(store)
