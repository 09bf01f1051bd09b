from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest
from piccolo.columns import Column

from events import clock
from events.catalog import sessions as catalog
from events.catalog.tables import Event, EventState, Session, Takers
from events.checkin import arrivals, presence, tickets, walk_ins
from events.checkin.tables import Passage, Scan
from events.checkin.walk_ins import WalkIn
from events.db.engine import PooledEngine
from events.errors import Refused
from events.people.tables import Audit, Household, Role, Staff
from events.signup import capacity, changes, placing, registrations
from events.signup.registrations import Full
from events.signup.tables import Attendee, Consent, Registration, State
from tests import make

LINS = WalkIn("林女士", "", adults=1, children=2)


@dataclass
class Door:
    """Noon at a session that began an hour ago, with places for six."""

    host: Staff
    lead: Staff
    event: Event
    session: Session

    async def take(self, walk_in: WalkIn = LINS, *, by: Staff | None = None, nonce: str = "", **of: object) -> Registration:
        return await walk_ins.take(self.session, walk_in, nonce=nonce or make.key(), by=by or self.host, **of)  # type: ignore[arg-type]  # -- whatever a test says

    async def refused(self, walk_in: WalkIn = LINS, **of: object) -> Refused:
        """Nothing is left of a refused one."""
        before = await self.rows()
        with pytest.raises(Refused) as error:
            await self.take(walk_in, **of)  # type: ignore[arg-type]  # -- whatever a test says
        assert await self.rows() == before
        return error.value

    async def rows(self) -> list[int]:
        tables = (Registration, Attendee, Household, Scan, Passage, Audit)
        return [await table.count() for table in tables] + [await self.places()]

    async def places(self) -> int:
        return (await catalog.whole(self.session.id))[0].places


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The time, to be moved: the last one counts."""
    moments = [make.at(0, "12:00")]
    monkeypatch.setattr(clock, "now", lambda: moments[-1])
    return moments


@pytest.fixture
async def door(engine: PooledEngine, hands: list[datetime]) -> Door:
    store = await make.store()
    host, lead = await make.staff(store=store), await make.staff(Role.LEAD, store)
    event = await make.event(store, host=host, closes_minutes=60)
    session = await make.session(event, places=6, starts_at=make.at(0, "11:00"), ends_at=make.at(0, "13:00"))
    return Door(host, lead, event, session)


async def signed_up(door: Door, adults: int, **of: object) -> Registration:
    """Before the door opened."""
    key = make.key()
    party = make.party(adults, **of)  # type: ignore[arg-type]  # -- whatever a test says
    made = await registrations.register(door.session, party, household=None, key=key, by=door.host)
    return made.registration


async def trail() -> list[str]:
    return [row["act"] for row in await Audit.select(Audit.act).order_by(Audit.id)]


async def test_take_signs_up_and_lets_in_everybody_in_one_act(door: Door, hands: list[datetime]) -> None:
    made = await door.take(WalkIn(" 林女士 ", "138 0013 8000", adults=1, children=2))
    assert (made.state, made.name, made.phone, made.made_by) == (State.PLACED, "林女士", "13800138000", door.host.id)
    people = await registrations.people_of(made.id)
    ticket = await tickets.of(made.id)
    (scan,) = await Scan.objects()
    assert ticket is not None
    assert (scan.ticket, scan.act, scan.how, scan.ruled, scan.at) == (ticket.id, "enter", "hand", "welcome", hands[-1])
    inside = await presence.of_session(door.session.id)
    assert {each.attendee for each in inside.values() if each.is_inside} == {person.id for person in people}
    assert (await trail())[-2:] == ["registration.made", "arrival.made"]


async def test_take_keeps_nothing_of_a_child(door: Door) -> None:
    made = await door.take()
    row = await placing.current(made.id)
    said: tuple[object, ...] = (row.consent, row.consent_text, row.consent_at)
    assert said == (Consent.REFUSED, None, None)
    people = await registrations.people_of(made.id)
    kept: list[tuple[object, ...]] = [(each.kind, each.name, each.birth_month, each.allergies) for each in people]
    assert kept == [("adult", "", None, ""), *[("child", "", None, "")] * 2]


async def test_take_again_is_the_same_registration(door: Door) -> None:
    made = await door.take(nonce="N1")
    rows = await door.rows()
    assert (await door.take(nonce="N1")).id == made.id
    assert (await door.take(replace(LINS, adults=2), nonce="N1")).id == made.id
    assert await door.rows() == rows


async def test_take_at_once_twice_is_one_family(door: Door) -> None:
    made = await asyncio.gather(*(door.take(nonce="N1") for _ in range(4)))
    assert len({each.id for each in made}) == 1
    assert (await Scan.count(), await Passage.count(), await Registration.count()) == (1, 3, 1)


async def test_take_refuses_a_nonce_that_named_another_act(door: Door) -> None:
    await Scan(session=door.session.id, nonce="N1", act="miss", how="hand", at=clock.now()).save()
    assert "已经记过了" in str(await door.refused(nonce="N1"))


async def test_take_refuses_a_nonce_of_another_door(door: Door) -> None:
    await door.take(nonce="N1")
    door.session = await make.session(door.event, starts_at=make.at(0, "11:00"))
    assert "已经记过了" in str(await door.refused(nonce="N1"))


async def test_take_is_bound_by_neither_the_closing_time_nor_the_start(door: Door) -> None:
    """Sign-up closed two hours ago, and nobody could sign up by themselves."""
    with pytest.raises(Refused, match="截止"):
        await make.registration(door.session)
    await door.take()


async def test_take_ends_with_the_session_and_its_day(door: Door, hands: list[datetime]) -> None:
    hands.append(make.at(0, "13:00"))
    assert "已经结束了" in str(await door.refused())
    hands.append(make.at(-1, "12:00"))
    assert "不在今天" in str(await door.refused())


async def test_take_of_a_past_fact_counts_by_its_own_time(door: Door, hands: list[datetime]) -> None:
    """A phone without a connection let them in at noon and tells of it at night."""
    hands.append(make.at(0, "23:00"))
    await door.take(at=make.at(0, "12:00"), device="phone", device_at=make.at(0, "12:03"))
    (scan,) = await Scan.objects()
    assert (scan.at, scan.device, scan.device_at) == (make.at(0, "12:00"), "phone", make.at(0, "12:03"))
    assert scan.received_at == hands[-1]


async def test_take_refuses_where_the_session_is_off(door: Door, hands: list[datetime]) -> None:
    hands.append(make.at(0, "10:00"))
    await catalog.cancel(door.session, "停水了", by=door.host)
    assert "取消了" in str(await door.refused())


async def test_take_refuses_where_the_event_was_never_published(door: Door) -> None:
    await Event.update({Event.state: EventState.DRAFT}).where(Event.id == door.event.id)
    assert "还没发布" in str(await door.refused())


async def test_take_asks_no_question_and_no_approval(door: Door) -> None:
    await make.question(door.event.id, is_required=True)
    await Event.update({Event.needs_approval: True, Event.age_from: 4}).where(Event.id == door.event.id)
    assert (await door.take()).state == State.PLACED


@pytest.mark.parametrize(
    ("walk_in", "field"),
    [
        (WalkIn("", "", 1, 0), "name"),
        (WalkIn("林" * 41, "", 1, 0), "name"),
        (WalkIn("林女士", "12345", 1, 0), "phone"),
        (WalkIn("林女士", "", 0, 0), "people"),
        (WalkIn("林女士", "", -1, 2), "people"),
        (WalkIn("林女士", "", 12, 1), "people"),
    ],
)
async def test_take_refuses_what_is_no_family(door: Door, walk_in: WalkIn, field: str) -> None:
    assert (await door.refused(walk_in)).field == field


async def test_take_counts_only_who_takes_a_place(door: Door) -> None:
    await Event.update({Event.takers: Takers.CHILDREN}).where(Event.id == door.event.id)
    await door.take(WalkIn("林女士", "", adults=5, children=6))
    assert (await capacity.count(door.session.id)).taken == 6
    assert "至少要有一个孩子" in str(await door.refused(WalkIn("林女士", "", adults=1, children=0)))


async def test_take_holds_the_rule_about_adults_unless_overruled(door: Door) -> None:
    await Event.update({Event.children_per_adult: 1}).where(Event.id == door.event.id)
    assert (await door.refused()).field == "people"
    await door.take(overrule=True)
    (scan,) = await Scan.objects()
    assert (scan.ruled, (await trail())[-1]) == ("guardian", "arrival.overruled")


async def test_take_overrules_nothing_where_no_rule_is_broken(door: Door) -> None:
    await door.take(overrule=True)
    assert "arrival.overruled" not in await trail()


async def test_take_refuses_when_there_is_too_little_room(door: Door) -> None:
    await signed_up(door, 4)
    full = await door.refused()
    assert isinstance(full, Full)
    assert str(full) == "只剩 2 个名额，这家要 3 个"
    await door.take(WalkIn("王先生", "", 2, 0))
    assert str(await door.refused()) == "满了，一个名额也没有了"


async def test_take_lets_those_who_wait_go_first(door: Door) -> None:
    await signed_up(door, 5)
    waiting = await signed_up(door, 2)
    assert waiting.state == State.WAITING
    assert str(await door.refused(WalkIn("王先生", "", 1, 0))) == "有 1 家在排队，名额先给他们"


async def test_take_overfilled_by_a_lead_adds_what_is_missing(door: Door) -> None:
    await signed_up(door, 5)
    changed_at = (await catalog.whole(door.session.id))[0].changed_at
    made = await door.take(by=door.lead, overfill=True)
    session = (await catalog.whole(door.session.id))[0]
    assert (made.state, session.places, (await capacity.count(door.session.id)).taken) == (State.PLACED, 8, 8)
    assert session.changed_at == changed_at  # calendars hear nothing of it
    assert "arrival.overfilled" in await trail()


async def test_take_overfills_nothing_where_there_is_room(door: Door) -> None:
    await door.take(by=door.lead, overfill=True)
    assert await door.places() == 6
    assert "arrival.overfilled" not in await trail()


async def test_take_refuses_a_host_who_would_overfill(door: Door) -> None:
    await signed_up(door, 5)
    assert "大盒" in str(await door.refused(overfill=True))
    other = await make.staff(Role.LEAD)
    assert "大盒" in str(await door.refused(overfill=True, by=other))


async def test_take_overfilled_gives_nobody_elses_place_away(door: Door, hands: list[datetime]) -> None:
    """An hour before the start the list still moves: a free place stays the waiting family's, who needs two, and nobody moves up."""
    hands.append(make.at(0, "10:00"))
    five = await signed_up(door, 5)
    waiting = await signed_up(door, 2)
    await door.take(by=door.lead, overfill=True)
    assert ((await placing.current(waiting.id)).state, await door.places()) == (State.WAITING, 9)
    people = [person.id for person in await registrations.people_of(five.id)]
    await changes.give_back(five, people[:1], by=door.host)
    assert (await placing.current(waiting.id)).state == State.PLACED
    assert (await capacity.count(door.session.id)).taken == 9


async def test_take_overfilled_once_the_list_stands_still_fills_what_is_free(door: Door) -> None:
    await signed_up(door, 5)
    await signed_up(door, 2)
    await door.take(WalkIn("王先生", "", 1, 0), by=door.lead, overfill=True)
    assert (await door.places(), (await capacity.count(door.session.id)).taken) == (6, 6)


async def test_take_by_many_at_once_never_exceeds_the_places(door: Door) -> None:
    await signed_up(door, 4)
    results = await asyncio.gather(*(door.take(WalkIn(f"客{n}", "", 2, 0)) for n in range(6)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in results) == ["Full"] * 5 + ["Registration"]
    assert (await capacity.count(door.session.id)).taken == 6
    assert await Passage.count() == 2


async def test_take_overfilled_by_many_at_once_has_a_place_for_each(door: Door) -> None:
    await signed_up(door, 6)
    await asyncio.gather(*(door.take(WalkIn(f"客{n}", "", 2, 0), by=door.lead, overfill=True) for n in range(4)))
    assert (await door.places(), (await capacity.count(door.session.id)).taken) == (14, 14)


async def test_take_after_an_undo_may_leave_again(door: Door) -> None:
    """It is a registration like any other."""
    made = await door.take()
    ticket = await make.ticket_of(made)
    await arrivals.undo(ticket, by=door.host, why="点错了")
    await registrations.cancel(made, by=door.host)
    assert (await placing.current(made.id)).state == State.CANCELLED


async def test_take_after_midnight_while_the_session_goes_on(door: Door, hands: list[datetime]) -> None:
    night: dict[Column | str, Any] = {Session.starts_at: make.at(0, "23:00"), Session.ends_at: make.at(1, "01:00")}
    await Session.update(night).where(Session.id == door.session.id)
    hands.append(make.at(1, "00:20"))
    assert (await door.take()).state == State.PLACED
