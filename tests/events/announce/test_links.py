from __future__ import annotations

import pytest

from events.announce import links
from events.checkin import qr
from tests import make

pytestmark = pytest.mark.usefixtures("engine")


async def test_address_is_the_group_s_own_and_fits_a_small_symbol() -> None:
    group = await make.group()
    group.code = "7QX3K"
    assert links.address(group, 41, "https://linju.example") == "https://linju.example/G/7QX3K/41"
    payload = qr.address_payload("https://linju.example", links.path(group, 41))
    assert payload == "HTTPS://LINJU.EXAMPLE/G/7QX3K/41"
    assert qr.version(payload) <= 3


async def test_code_is_found_in_any_case_and_empty_when_unknown() -> None:
    group = await make.group()
    assert await links.code(group.code.lower()) == group.code
    assert await links.code("!!!!!") == ""
