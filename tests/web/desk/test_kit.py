from __future__ import annotations

import re

from events.signup.tables import Consent
from tests import make
from tests.browser import Browser
from tests.cast import Cast


async def test_show_counts_what_to_lay_out(cast: Cast, host_client: Browser, foreign_client: Browser) -> None:
    session = await make.session(cast.event)
    path = f"/desk/sessions/{session.id}/kit"
    assert "没什么要备的" in (await host_client.get(path)).text
    told = (make.adult(), make.child("小满", allergies="花生、坚果"))
    await make.registration(session, party=make.party(people=told))
    await make.registration(session, party=make.party(1, 1, name="吴女士", consent=Consent.REFUSED))
    page = (await host_client.get(path)).text
    lines = re.findall(r"<span>(花生|坚果|没让记，当面问)</span>.*?<dd>(\d+)</dd>", page)
    assert lines == [("花生", "1"), ("坚果", "1"), ("没让记，当面问", "1")]
    assert "吴女士" in page
    assert (await foreign_client.get(path)).status_code == 404
