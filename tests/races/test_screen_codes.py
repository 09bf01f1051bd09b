"""Guessing the venue's code through HTTP at full speed, on the shop's own wifi: slowed, nothing found, and no family locked out.

`LINJU_SECONDS=60 bin/test tests/races/test_screen_codes.py` does it for a minute.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter

import httpx
import pytest

from events import clock, sealing
from events.catalog.tables import Session
from events.checkin.tables import Grant
from events.checkin.venue import grants, screens
from events.people import sign_ins
from events.people.tables import Attempt
from tests import make
from tests.races.processes import SECRET, Server
from web.viewer import FAMILY_COOKIE

SECONDS = float(os.environ.get("LINJU_SECONDS", "3"))
GUESSERS = 16
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def device(server: Server) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=server.address, trust_env=False, timeout=30)


async def guess(client: httpx.AsyncClient, name: str, until: float) -> Counter[int]:
    """Whatever may be a code, again and again."""
    said: Counter[int] = Counter()
    while time.monotonic() < until or said.total() < grants.GUESSES:
        tried = "".join(random.choices(LETTERS, k=8))
        said[(await client.get(f"/V/{name}{tried}")).status_code] += 1
    return said


@pytest.mark.timeout(SECONDS * 3 + 120)
async def test_codes_are_not_guessed_at_full_speed(url: str, server: Server) -> None:
    sealing.use([SECRET])
    host = await make.staff()
    session = await make.session(await make.event(host=host))
    family = await make.registration(session)
    await Session.update({Session.starts_at: clock.now()}).where(Session.id == session.id)
    await screens.open_(session, by=host)
    screen = await screens.of(session.id)
    assert screen is not None
    token = await sign_ins.start_for_household(family.household)
    until = time.monotonic() + SECONDS
    async with device(server) as guesser, device(server) as phone, asyncio.TaskGroup() as all_at_once:
        guessers = [all_at_once.create_task(guess(guesser, screen.name, until)) for _ in range(GUESSERS)]
        await asyncio.sleep(SECONDS / 2)
        right = (await screens.shown(screen)).code
        came = await phone.get(f"/V/{right}", headers={"cookie": f"{FAMILY_COOKIE}={token}"})
    said = sum([each.result() for each in guessers], Counter[int]())
    assert set(said) == {422}
    assert said.total() > grants.GUESSES * 2
    assert (came.status_code, came.headers.get("location")) == (303, "/here")
    assert await Grant.count() == 1
    assert max(row.tries for row in await Attempt.objects()) == grants.GUESSES
