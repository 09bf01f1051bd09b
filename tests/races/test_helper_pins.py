"""Guessing a helper's PIN through HTTP at full speed, on the shop's own wifi: slowed, nothing found, and nobody else locked out.

`LINJU_SECONDS=60 bin/test tests/races/test_helper_pins.py` does it for a minute.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import time
from collections import Counter

import httpx
import pytest

from events import clock, sealing
from events.catalog.tables import Session
from events.checkin.helping import helpers
from events.checkin.helping.helper_making import Made
from events.checkin.tables import HelperDevice
from events.people.tables import Attempt, Staff
from tests import make
from tests.races.processes import SECRET, Server
from web.help.pins import PLACE
from web.viewer import HELPER_COOKIE

SECONDS = float(os.environ.get("LINJU_SECONDS", "3"))
GUESSERS = 16


async def type_pin(client: httpx.AsyncClient, secret: str, pin: str) -> httpx.Response:
    """As a browser does: with the token of the form."""
    form = await client.get(f"/H/{secret}")
    token = re.search(r'name="_csrf_token" value="([^"]+)"', form.text)
    assert token is not None
    return await client.post(f"/H/{secret}", data={"pin": pin, "_csrf_token": token[1]})


async def guess(address: str, made: Made, until: float) -> Counter[int]:
    """Any six digits but the right ones, again and again, in a browser of its own."""
    said: Counter[int] = Counter()
    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=30) as client:
        while time.monotonic() < until:
            pin = f"{random.randrange(10**6):06}"
            said[(await type_pin(client, made.secret, pin if pin != made.pin else "000000")).status_code] += 1
    return said


async def ask(client: httpx.AsyncClient, session: Session, token: str, until: float) -> Counter[int]:
    """A helper who is in already goes on working."""
    said: Counter[int] = Counter()
    client.cookies.set(HELPER_COOKIE, token, domain="127.0.0.1", path=PLACE)
    while time.monotonic() < until:
        said[(await client.get(f"{PLACE}/{session.id}/changes.json")).status_code] += 1
        await asyncio.sleep(0.05)
    return said


async def linked(session: Session, by: Staff) -> Made:
    opens_at, closes_at = helpers.hours(session)
    return await helpers.make(session, name="小王", opens_at=opens_at, closes_at=closes_at, by=by)


@pytest.mark.timeout(SECONDS * 3 + 120)
async def test_pins_are_not_guessed_at_full_speed(url: str, server: Server) -> None:
    sealing.use([SECRET])
    host = await make.staff()
    session = await make.session(await make.event(host=host), starts_at=clock.now() + make.MINUTE * 10)
    made, other = await linked(session, host), await linked(session, host)
    token = await helpers.open_(made.secret, made.pin, network="192.0.2.7")
    async with httpx.AsyncClient(base_url=server.address, trust_env=False, timeout=30) as client:
        until = time.monotonic() + SECONDS
        guessers = [asyncio.create_task(guess(server.address, made, until)) for _ in range(GUESSERS)]
        working = asyncio.create_task(ask(client, session, token, until))
        await asyncio.sleep(SECONDS / 2)
        came = await type_pin(client, other.secret, other.pin)
        said, worked = sum([await each for each in guessers], Counter[int]()), await working
    assert set(said) == {422}
    assert said.total() > helpers.TRIES * 2
    assert set(worked) == {200}
    assert (came.status_code, came.headers["location"]) == (303, f"{PLACE}/{session.id}")
    assert await HelperDevice.count() == 2
    assert max(row.tries for row in await Attempt.objects()) == helpers.TRIES
    assert await helpers.of_device(await helpers.open_(made.secret, made.pin, network="198.51.100.9")) is not None
