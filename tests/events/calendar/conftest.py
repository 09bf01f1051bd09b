"""Secret addresses need a key to seal under."""

from __future__ import annotations

import pytest

from events import sealing


@pytest.fixture(autouse=True)
def _sealing_key() -> None:
    sealing.use(["a key for tests that is long enough"])
