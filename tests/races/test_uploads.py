"""Devices in two processes send at the same moment that they let the same families in: all is kept once, and every conflict is told."""

from __future__ import annotations

from collections import Counter

from events import clock
from events.catalog.tables import Session
from events.checkin.tables import Flag, Passage, Scan
from tests import make
from tests.races import processes

FAMILIES = 4


async def race(url: str, lock: str, *devices: str) -> dict[str, int]:
    """What two processes were told that sent these devices' uploads, and what that came to."""
    host = await make.staff()
    session = await make.session(await make.event(host=host))
    for _each in range(FAMILIES):
        await make.registration(session, adults=1, children=1)
    await Session.update({Session.starts_at: clock.now()}).where(Session.id == session.id)
    arguments: list[list[object]] = [[session.id, host.id, each, lock] for each in devices]
    told = Counter(word for each in processes.together(url, "uploads", *arguments) for word in each)
    scans = await Scan.objects()
    return {**told, "scans": len(scans), "passages": await Passage.count(), "twice": sum(scan.flag == Flag.TWICE for scan in scans)}


async def test_uploads_of_two_devices_are_kept_and_every_conflict_is_told(url: str) -> None:
    found = await race(url, "on", "counter", "gate")
    assert found == {"kept": 2, "scans": 2 * FAMILIES, "passages": 4 * FAMILIES, "twice": FAMILIES}


async def test_without_the_lock_conflicts_are_missed(url: str) -> None:
    """The control: the race is there."""
    assert (await race(url, "off", "counter", "gate"))["twice"] < FAMILIES


async def test_one_upload_sent_four_times_at_once_is_kept_once(url: str) -> None:
    found = await race(url, "on", "counter,counter", "counter,counter")
    assert found == {"kept": 4, "scans": FAMILIES, "passages": 2 * FAMILIES, "twice": 0}
