from __future__ import annotations

import pytest
from litestar import Litestar

from events.signup.tables import Registration
from tests import browser, make
from tests.browser import Browser
from tests.cast import Cast
from tests.web import world
from tests.web.my.conftest import Reach
from web.my import area
from web.my.ways import Both
from web.site import links


def test_the_private_link_does_whatever_the_own_device_does(serving: Litestar) -> None:
    acts = [act for module in area.MODULES for act in getattr(module, "both", ())]
    assert len(acts) > 10
    assert set(acts) == set(links.PRIVATE)
    assert all(isinstance(act, Both) for act in acts)
    paths = {(method, path) for method, _name, path in world.routes(serving)}
    private = {(method, path.removeprefix("/M/{secret}")) for method, path in paths if path.startswith("/M/{secret}")}
    own = {(method, path.removeprefix("/my/registrations/{id}")) for method, path in paths if path.startswith("/my/registrations/{id}")}
    assert private == own


async def test_a_page_leads_only_to_pages_of_the_same_way(reach: Reach) -> None:
    """Whoever came by the link has no device of the family's, and the link is not for a device's history."""
    visit = await reach(await make.registration(adults=2))
    for page in ("", "/edit", "/give-back", "/move"):
        text = await visit.page(page)
        assert visit.start in text
        assert ("/my/registrations/" in text) is visit.start.startswith("/my/")


@pytest.mark.parametrize("page", ["", "/edit", "/give-back", "/move"])
async def test_a_registration_is_nobodys_but_the_familys(cast: Cast, app: Litestar, anyone: Browser, page: str) -> None:
    row: Registration = cast.chens_registration
    async with await browser.of_family(app, cast.lins) as lins:
        for other in (lins, anyone):
            assert (await other.get(f"/my/registrations/{row.id}{page}")).status_code == 404
            assert (await other.get(f"/M/{row.id}{page}")).status_code == 404
    async with await browser.of_family(app, cast.chens) as chens:
        assert (await chens.get(f"/my/registrations/{row.id}{page}")).status_code == 200
