"""Groups with robots need a key to seal under."""

from __future__ import annotations

import pytest

from events import sealing
from tests.events.announce.posts import event, forward, group, host, store, wire  # noqa: F401 -- fixtures for everybody here


@pytest.fixture(autouse=True)
def _sealing_key() -> None:
    sealing.use(["a key for tests that is long enough"])
