"""Groups with robots at the stand-in, and what is posted to them; fixtures for whoever imports them."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import time, timedelta
from uuid import uuid4

import httpx
import pytest

from events import clock
from events.announce import announcements, deliveries, groups, sending, wires
from events.announce.channels import known
from events.announce.deliveries import Line
from events.announce.tables import Announcement, ChannelName, Group, GroupKind
from events.catalog.tables import Event, Store
from events.people.tables import Role, Staff
from tests import make
from tests.standin import KEY, Standin

BASE = "https://linju.example"
Clock = Callable[[float], None]


@pytest.fixture
async def wire(standin: Standin) -> AsyncIterator[wires.Wire]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield wires.Wire(BASE, dict.fromkeys(known.ROBOTS, standin.address), client)


@pytest.fixture
def forward(monkeypatch: pytest.MonkeyPatch, standin: Standin) -> Clock:
    """Our clock and the platform's, moved together; back as well."""
    ahead = [0.0]
    now = clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + timedelta(seconds=ahead[0]))

    def move(seconds: float) -> None:
        ahead[0] += seconds
        standin.forward(seconds)

    return move


@pytest.fixture
async def store() -> Store:
    return await make.store(quiet_from=time(0), quiet_until=time(0))


@pytest.fixture
async def host(store: Store) -> Staff:
    return await make.staff(role=Role.HOST, store=store)


@pytest.fixture
async def event(store: Store, host: Staff) -> Event:
    return await make.event(store=store, host=host)


@pytest.fixture
async def group(store: Store, host: Staff, standin: Standin) -> Group:
    return await with_robot(store, host, KEY)


async def with_robot(store: Store, host: Staff, robot: str = "") -> Group:
    details = groups.Details(name=f"群 {uuid4().hex[:6]}", kind=GroupKind.FAMILY, channel=ChannelName.WECOM, host=host.id)
    return await groups.add(store, details, robot=robot or str(uuid4()), by=host)


async def write(event: Event, chats: list[Group], by: Staff, text: str = "周六来剪纸鱼") -> Announcement:
    return await announcements.write(event, text, chats, key=uuid4().hex, by=by, address=BASE, at_night=True)


async def only(announcement: Announcement) -> Line:
    (line,) = await deliveries.of(announcement)
    return line


async def states(announcement: Announcement) -> Counter[str]:
    return Counter(line.state for line in await deliveries.of(announcement))


async def everything(wire: wires.Wire) -> None:
    while await sending.send_next(wire):
        pass
