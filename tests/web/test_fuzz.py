"""Addresses and forms that nobody would think of: Hypothesis does, for a few seconds, and none may be an error of ours."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from litestar import Litestar

from events.catalog.tables import Session
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from tests.web import world
from tests.web.world import World

briefly = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

NUMBERS = some.integers(-(10**30), 10**30).map(str)
ODD = some.sampled_from(["", "\0", "²", "٣", "0x1", "1e3", "NaN", "%", "%00", "true", "null", "../..", "//", "&#0;", "{{1}}", "9" * 5000])
WORDS = some.text(some.characters(exclude_categories=["Cs"]), max_size=60)
ANYTHING = NUMBERS | ODD | WORDS

FIELDS = ("key", "via", "act", "name", "phone", "note", "adults", "children", "consent", "_csrf_token")
CHILD = ("name", "year", "month", "age", "allergies")


@pytest.fixture
async def session(cast: Cast) -> Session:
    return await make.session(cast.event, places=100_000)


@briefly
@given(data=some.data())
async def test_no_query_breaks_a_page(
    app: Litestar, everything: World, owner_client: Browser, anyone: Browser, data: some.DataObject
) -> None:
    names = world.parameters(app)
    assert {"kind", "week", "via", "before", "next", "back", "session"} <= names
    ways = [everything.address(name, path).partition("?")[0] for method, name, path in world.routes(app) if method == "GET"]
    address = data.draw(some.sampled_from(ways))
    query = data.draw(some.lists(some.tuples(some.sampled_from(sorted(names)), ANYTHING), min_size=1, max_size=5))
    for one in (owner_client, anyone):
        assert (await one.get(address, params=tuple(query))).status_code < 500


@briefly
@given(raw=some.binary(max_size=60))
async def test_no_bytes_in_a_query_break_a_page(app: Litestar, anyone: Browser, raw: bytes) -> None:
    query = "".join(f"%{byte:02x}" if byte % 3 else "&" if byte % 2 else "=" for byte in raw)
    for address in ("/", "/my/registration"):
        assert (await anyone.get(f"{address}?store={query}&session=1")).status_code < 500


@briefly
@given(
    typed=some.dictionaries(some.sampled_from(FIELDS), some.lists(ANYTHING, min_size=1, max_size=2)),
    children=some.integers(0, 3),
    of_child=some.dictionaries(some.tuples(some.integers(0, 4), some.sampled_from(CHILD)), ANYTHING),
    is_sent=some.booleans(),
)
async def test_no_sign_up_breaks_the_form(
    session: Session, anyone: Browser, typed: dict[str, list[str]], children: int, of_child: dict[tuple[int, str], str], is_sent: bool
) -> None:
    """Fields of a good form replaced by anything, some of them twice."""
    good = {"key": [make.key()], "adults": ["1"], "children": [str(children)], "name": ["林爸爸"], "phone": ["13800138000"]}
    ages = {f"child-{n}-age": ["6"] for n in range(children)}
    others = {f"child-{n}-{name}": [value] for (n, name), value in of_child.items()}
    act = {"act": ["register"], "consent": ["given"]} if is_sent else {}
    answer = await anyone.post(f"/my/sessions/{session.id}/registration", data={**good, **ages, **act, **typed, **others})
    assert answer.status_code in {200, 303, 422}
    if "linju_family" in anyone.cookies:
        anyone.cookies.delete("linju_family")
