"""Whatever is done to a session or a registration reaches every calendar that has it: newer in each, and each says so to who asks if."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import pytest
import time_machine
import vobject

from events import facts
from events.calendar import addresses
from events.catalog import compounds, sessions, venues
from events.catalog import events as catalog
from events.catalog.details import Details
from events.catalog.tables import Compound, Event, EventState, Kind, Session, SessionState, Store, Venue
from events.db import writing
from events.people import households
from events.people.tables import Household, Role, Staff
from events.signup import approvals, changes, merging, offers, registrations
from events.signup.tables import Registration, State
from tests import make
from tests.browser import Browser

NOON = datetime(2026, 12, 7, 4, tzinfo=UTC)  # of Shanghai: no quiet hour begins or ends meanwhile
PUBLIC = {"store", "kind", "group", "session"}
OURS = {"family", "ticket"}
EVERYWHERE = PUBLIC | OURS | {"shifts"}


@dataclass
class Scene:
    """An event with a session in a compound, a family with its places there, and every calendar that holds it."""

    client: Browser
    owner: Staff
    host: Staff
    event: Event
    session: Session
    second: Session
    venue: Venue
    compound: Compound
    registration: Registration
    paths: dict[str, str]
    tags: dict[str, str] = field(default_factory=dict)

    async def look(self) -> dict[str, tuple[int, Any, str]]:
        """By calendar: the status for whoever had it before, the entry of the session if there is one, the text."""
        found = {}
        for name, path in self.paths.items():
            answer = await self.client.get(path, headers={"if-none-match": self.tags.get(name, "")})
            text = answer.text
            if answer.status_code == 200:
                self.tags[name] = answer.headers["etag"]
            found[name] = (answer.status_code, entry_of(text, self.session) if answer.status_code == 200 else None, text)
        return found

    async def now(self) -> Session:
        row = await Session.objects().get(Session.id == self.session.id)
        assert row is not None
        return row


def entry_of(text: str, session: Session) -> Any:
    entries = vobject.readOne(text).contents.get("vevent", [])
    found = [each for each in entries if each.uid.value == str(session.uid)]
    assert len(found) <= 1
    return found[0] if found else None


@pytest.fixture
async def scene(anyone: Browser, engine: object) -> AsyncIterator[Scene]:
    with time_machine.travel(NOON, tick=False):
        store = await make.store("花园店")
        host, owner = await make.staff(Role.HOST, store), await make.staff(Role.OWNER)
        event = await make.event(store, host=host, kind=Kind.VISIT, title="大厨来了")
        compound = await make.compound(store, name="梧桐苑")
        venue = await make.venue(compound=compound, name="会所")
        session = await make.session(event, venue=venue, places=4)
        second = await make.session(event, venue=venue, starts_at=make.at(9))
        registration = await make.registration(session)
        group = await make.group(store)
        paths = {
            "store": f"/calendar/{store.id}/events.ics",
            "kind": f"/calendar/{store.id}/visit/events.ics",
            "group": f"/calendar/groups/{group.code}/events.ics",
            "session": f"/events/{event.id}/sessions/{session.id}/calendar.ics",
            "family": f"/C/{await addresses.renew_for_household(registration.household)}/linju.ics",
            "ticket": f"/M/{registration.secret}/calendar.ics",
            "shifts": f"/C/{await addresses.renew_for_staff(host)}/linju.ics",
        }
        yield Scene(anyone, owner, host, event, session, second, venue, compound, registration, paths)


Act: TypeAlias = Callable[[Scene], Awaitable[object]]


async def move(scene: Scene) -> object:
    later = scene.session.starts_at + timedelta(hours=1)
    return await sessions.change(await scene.now(), scene.venue, later, later + timedelta(hours=1), by=scene.host)


async def move_elsewhere(scene: Scene) -> object:
    there = await make.venue(compound=scene.compound)
    return await sessions.change(await scene.now(), there, scene.session.starts_at, scene.session.ends_at, by=scene.host)


async def call_off(scene: Scene) -> object:
    return await sessions.cancel(await scene.now(), "停水了", by=scene.host)


async def call_the_event_off(scene: Scene) -> object:
    return await catalog.cancel(scene.event, "停水了", by=scene.host)


async def rename_the_venue(scene: Scene) -> object:
    return await venues.edit(scene.venue, replace(venues.Details.of(scene.venue), name="会所二楼"), by=scene.owner)


async def place_the_venue(scene: Scene) -> object:
    return await venues.edit(scene.venue, replace(venues.Details.of(scene.venue), latitude=31.2, longitude=121.4), by=scene.owner)


async def rename_the_compound(scene: Scene) -> object:
    return await compounds.edit(scene.compound, replace(compounds.Details.of(scene.compound), name="梧桐花苑"), by=scene.owner)


async def tell_another_way_in(scene: Scene) -> object:
    return await compounds.edit(scene.compound, replace(compounds.Details.of(scene.compound), gate_note="走东门"), by=scene.owner)


async def retitle(scene: Scene) -> object:
    return await edit(scene, title="大厨又来了")


async def ask_to_bring(scene: Scene) -> object:
    return await edit(scene, bring="围裙")


async def edit(scene: Scene, **told: Any) -> Event:
    row = await Event.objects().get(Event.id == scene.event.id)
    assert row is not None
    return await catalog.edit(row, replace(Details.of(row), **told), by=scene.owner)


async def give_back(scene: Scene) -> None:
    await registrations.cancel(scene.registration)


async def nothing(scene: Scene) -> object:
    """Somebody else signs up: no entry says how many come."""
    return await make.registration(await scene.now())


ACTS: list[tuple[Act, set[str], bool]] = [  # what is done, whose entries are others, whether SEQUENCE grows
    (move, EVERYWHERE, True),
    (move_elsewhere, EVERYWHERE, True),
    (call_off, EVERYWHERE, True),
    (call_the_event_off, EVERYWHERE, True),
    (rename_the_venue, EVERYWHERE, True),
    (place_the_venue, EVERYWHERE, True),
    (rename_the_compound, EVERYWHERE, True),
    (tell_another_way_in, EVERYWHERE, True),
    (retitle, EVERYWHERE, False),
    (ask_to_bring, EVERYWHERE, False),
    (give_back, OURS, True),
    (nothing, set(), False),
]


@pytest.mark.parametrize(("act", "reaches", "grows"), ACTS, ids=[act.__name__ for act, _reaches, _grows in ACTS])
async def test_an_act_reaches_every_calendar(scene: Scene, act: Act, reaches: set[str], grows: bool) -> None:
    before = await scene.look()
    assert {status for status, _entry, _text in before.values()} == {200}
    assert {name for name, (status, *_rest) in (await scene.look()).items() if status == 304} == EVERYWHERE
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        await act(scene)
        after = await scene.look()
    assert {name for name, (status, *_rest) in after.items() if status == 200} == reaches
    for name in reaches:
        was, now = before[name][1], after[name][1]
        assert now.contents["last-modified"][0].value > was.contents["last-modified"][0].value, name
        assert now.dtstamp.value > was.dtstamp.value, name
        assert (int(now.sequence.value) > int(was.sequence.value)) is grows, name


@pytest.mark.parametrize(("act", "mark"), [(call_off, "【已取消】"), (call_the_event_off, "【已取消】"), (give_back, "【退了】")])
async def test_what_is_off_is_marked_and_rings_nobody(scene: Scene, act: Act, mark: str) -> None:
    await act(scene)
    for name, (_status, entry, _text) in (await scene.look()).items():
        is_off = name in OURS or mark == "【已取消】"
        assert (entry.status.value == "CANCELLED", entry.summary.value.startswith(mark)) == (is_off, is_off), name
        assert not (is_off and "valarm" in entry.contents), name


async def test_another_host_takes_the_shift_over(scene: Scene) -> None:
    """Gone from the one calendar, there in the other: whoever subscribes to a feed follows what is in it."""
    other = await make.staff(Role.HOST, await store_of(scene))
    scene.paths["theirs"] = f"/C/{await addresses.renew_for_staff(other)}/linju.ics"
    before = await scene.look()
    await edit(scene, host=other.id)
    after = await scene.look()
    assert (before["shifts"][1] is None, before["theirs"][1] is None) == (False, True)
    assert (after["shifts"][:2], after["theirs"][1] is None) == ((200, None), False)


async def test_a_host_who_leaves_hands_the_shifts_over(scene: Scene) -> None:
    other = await make.staff(Role.HOST, await store_of(scene))
    scene.paths["theirs"] = f"/C/{await addresses.renew_for_staff(other)}/linju.ics"
    await scene.look()
    async with writing():
        await facts.tell(facts.HandedOver(scene.host.id, other.id, scene.event.store))
    after = await scene.look()
    assert (after["shifts"][:2], after["theirs"][1] is None) == ((200, None), False)


async def test_another_kind_moves_the_entry_from_feed_to_feed(scene: Scene) -> None:
    scene.paths["workshop"] = f"/calendar/{scene.event.store}/workshop/events.ics"
    await scene.look()
    await edit(scene, kind=Kind.WORKSHOP)
    after = await scene.look()
    assert (after["kind"][:2], after["workshop"][1] is None) == ((200, None), False)


async def test_a_draft_comes_in_when_it_is_published(scene: Scene) -> None:
    draft = await make.event(await store_of(scene), host=scene.host, state=EventState.DRAFT, kind=Kind.VISIT)
    session = await make.session(draft)
    await scene.look()
    await catalog.publish(draft, by=scene.host)
    after = await scene.look()
    assert {name for name, (status, _entry, text) in after.items() if status == 200 and str(session.uid) in text} == {
        "store",
        "kind",
        "group",
        "shifts",
    }


async def test_a_family_that_changes_to_another_session_has_one_off_and_one_on(scene: Scene) -> None:
    before = await scene.look()
    await changes.move(scene.registration, scene.second)
    _status, off, text = (await scene.look())["family"]
    assert (off.status.value, entry_of(text, scene.second).status.value) == ("CANCELLED", "CONFIRMED")
    assert int(off.sequence.value) > int(before["family"][1].sequence.value)


async def waiting(scene: Scene) -> tuple[Registration, str]:
    """A family on the list of the full session, and its calendar's address."""
    await make.registration(await scene.now(), adults=3)
    row = await make.registration(await scene.now())
    assert row.state == State.WAITING
    return row, f"/C/{await addresses.renew_for_household(row.household)}/linju.ics"


async def test_a_family_that_moves_up_is_confirmed(scene: Scene) -> None:
    row, scene.paths["theirs"] = await waiting(scene)
    before = (await scene.look())["theirs"][1]
    await registrations.cancel(scene.registration)
    offered = await Registration.objects().get(Registration.id == row.id)
    assert offered is not None
    if offered.state == State.OFFERED:
        await offers.accept(offered)
    after = (await scene.look())["theirs"][1]
    assert (before.status.value, after.status.value) == ("TENTATIVE", "CONFIRMED")
    assert int(after.sequence.value) > int(before.sequence.value)
    assert "梧桐路 100 弄" in after.location.value


async def test_a_nod_confirms(scene: Scene) -> None:
    await Event.update({Event.needs_approval: True}).where(Event.id == scene.event.id)
    row = await make.registration(await scene.now())
    scene.paths["theirs"] = f"/C/{await addresses.renew_for_household(row.household)}/linju.ics"
    before = (await scene.look())["theirs"][1]
    await approvals.approve(row, by=scene.host)
    after = (await scene.look())["theirs"][1]
    assert (before.status.value, after.status.value) == ("TENTATIVE", "CONFIRMED")
    assert int(after.sequence.value) > int(before.sequence.value)


async def test_two_families_that_become_one_have_one_calendar(scene: Scene) -> None:
    other = await make.registration(scene.second)
    scene.paths["theirs"] = f"/C/{await addresses.renew_for_household(other.household)}/linju.ics"
    await scene.look()
    await merging.merge(scene.registration.household, other.household, by=None, store=None)
    after = await scene.look()
    assert (after["family"][2], after["family"][0]) == (after["theirs"][2], 200)
    assert entry_of(after["family"][2], scene.second) is not None


async def test_a_forgotten_family_has_no_calendar(scene: Scene) -> None:
    await scene.look()
    household = await Household.objects().get(Household.id == scene.registration.household)
    assert household is not None
    await households.erase([household.id], with_devices=True)
    assert (await scene.look())["family"][0] == 404


async def test_what_is_over_or_off_keeps_its_version_when_the_place_gets_another_name(scene: Scene) -> None:
    """Nobody goes there any more."""
    await Session.update({Session.state: SessionState.CANCELLED}).where(Session.id == scene.second.id)
    over = await make.session(scene.event, venue=scene.venue, starts_at=make.at(-3))
    await rename_the_venue(scene)
    rows = await Session.select(Session.id, Session.sequence).order_by(Session.id)
    assert {row["id"]: row["sequence"] for row in rows} == {scene.session.id: 1, scene.second.id: 0, over.id: 0}


async def test_the_way_into_a_venue_is_in_no_calendar(scene: Scene) -> None:
    await scene.look()
    await venues.edit(scene.venue, replace(venues.Details.of(scene.venue), directions="从后门进"), by=scene.owner)
    assert {status for status, _entry, _text in (await scene.look()).values()} == {304}


async def store_of(scene: Scene) -> Store:
    row = await Store.objects().get(Store.id == scene.event.store)
    assert row is not None
    return row
