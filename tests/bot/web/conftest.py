"""The sandbox for these tests."""

from collections.abc import AsyncIterator

import pytest

from storage.db import Store
from tests.bot.web.rig import Sandbox, open_sandbox


@pytest.fixture
async def sandbox(store: Store) -> AsyncIterator[Sandbox]:
    async with open_sandbox(store) as opened:
        yield opened
