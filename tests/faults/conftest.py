"""A Feishu that is slow, so that a kill often comes in the middle of a message."""

from collections.abc import Iterator

import pytest

from tests.emulators.feishu import Feishu


@pytest.fixture
def feishu() -> Iterator[Feishu]:
    with Feishu() as emulator:
        emulator.fail("/im/v1/messages", times=10**9, late=0.1)
        yield emulator
