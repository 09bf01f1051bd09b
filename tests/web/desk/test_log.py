from __future__ import annotations

import re

from events.signup import registrations
from tests import make
from tests.browser import Browser
from tests.cast import Cast


async def test_index_says_of_every_family_what_happened_the_newest_first(cast: Cast, host_client: Browser, foreign_client: Browser) -> None:
    session = await make.session(cast.event, places=2)
    first = await make.registration(session, party=make.party(name="赵女士", adults=2))
    await make.registration(session, party=make.party(name="钱女士"))
    await registrations.cancel(first, by=cast.east_host)
    path = f"/desk/sessions/{session.id}/log"
    page = (await host_client.get(path)).text
    said = re.findall(r"<strong>([^<]+)</strong></a> ([^<]+)<", page)
    assert said == [
        ("钱女士", "报上了，1 个名额"),
        ("赵女士", "退了名额"),
        ("钱女士", "排上了队，要 1 个名额"),
        ("赵女士", "报上了，2 个名额"),
    ]
    assert re.findall(r"</time> · ([^<]+)<", page) == ["自动", cast.east_host.name, "家长", "家长"]
    assert (await foreign_client.get(path)).status_code == 404


async def test_index_of_nobody_says_so(cast: Cast, host_client: Browser) -> None:
    session = await make.session(cast.event)
    assert "还没有人报名" in (await host_client.get(f"/desk/sessions/{session.id}/log")).text
