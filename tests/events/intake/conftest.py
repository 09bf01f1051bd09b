from __future__ import annotations

import pytest

from events.db.engine import PooledEngine
from tests import cast as company
from tests.cast import Cast


@pytest.fixture
async def cast(engine: PooledEngine) -> Cast:
    return await company.assemble()
