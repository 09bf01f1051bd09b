from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from events import clock, codes
from events.catalog import events, sessions
from events.catalog.tables import Session, SessionState
from events.checkin.helping import helper_lists, helper_making, helpers
from events.checkin.helping.helper_making import Made
from events.checkin.helping.helpers import Standing
from events.checkin.tables import HelperDevice, HelperLink, Use
from events.db.engine import PooledEngine
from events.errors import NotThere, Refused
from events.people import attempts, passwords, reset_links, rights, sign_ins, staff
from events.people.tables import Attempt, Audit, Role, SignIn, Staff
from tests import make
from tests.cast import Cast, assemble
from tests.web import world

HOUR = timedelta(hours=1)
HOME, ELSEWHERE = "192.0.2.7", "198.51.100.9"


@pytest.fixture
async def cast(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> Cast:
    world.cheapen_passwords(monkeypatch)
    return await assemble()


@pytest.fixture
async def running(cast: Cast) -> Session:
    """A session that began an hour ago and goes on."""
    now = clock.now()
    return await make.session(cast.event, starts_at=now - HOUR, ends_at=now + HOUR)


async def linked(session: Session, by: Staff, name: str = "小王") -> Made:
    opens_at, closes_at = helpers.hours(session)
    return await helpers.make(session, name=name, opens_at=opens_at, closes_at=closes_at, by=by)


async def test_make_keeps_neither_the_secret_nor_the_pin(cast: Cast, running: Session) -> None:
    made = await linked(running, cast.east_host)
    row = await HelperLink.objects().get(HelperLink.id == made.link.id)
    assert row is not None
    assert row.digest == codes.digest(made.secret)
    assert made.pin not in row.pin
    assert await passwords.matches(made.pin, row.pin)
    assert (row.use, row.store, row.session) == (Use.DOOR, cast.east.id, running.id)
    assert await Audit.exists().where((Audit.act == "helper.made") & (Audit.store == cast.east.id) & (Audit.staff == cast.east_host.id))


async def test_the_helpers_own_row_never_works_here(cast: Cast, running: Session) -> None:
    made = await linked(running, cast.east_host)
    row = await Staff.objects().get(Staff.id == made.link.staff)
    assert row is not None
    assert row.role == Role.HELPER
    assert row.store == cast.east.id
    assert row.password is None
    assert row.disabled_at is not None
    with pytest.raises(Refused):
        await sign_ins.start_for_staff(row.login, made.pin, address=HOME)
    with pytest.raises(Refused):
        await reset_links.make(row, by=cast.owner)
    with pytest.raises(Refused):
        await reset_links.make(row, by=None)
    with pytest.raises(NotThere):
        await staff.enable(row, by=cast.owner)
    with pytest.raises(NotThere):
        await staff.change(row, "小王", Role.HOST, cast.east.id, by=cast.owner)
    with pytest.raises(Refused):
        await staff.hand_over(cast.east_host, row, by=cast.east_lead)
    shown = [*await staff.colleagues(cast.owner), *await staff.takers(cast.east_host), *await events.hosts_of(cast.east.id)]
    assert row.id not in {each.id for each in shown}
    assert not await events.is_host(row.id, cast.east.id)


async def test_a_sign_in_row_of_a_helper_signs_nobody_in(cast: Cast, running: Session) -> None:
    made = await linked(running, cast.east_host)
    row = await Staff.objects().get(Staff.id == made.link.staff)
    assert row is not None
    await SignIn(staff=row.id, digest=codes.digest("forged"), expires_at=clock.now() + HOUR).save()
    assert await sign_ins.staff_of("forged") is None
    await row.update_self({Staff.disabled_at: None})  # even were it in service
    assert await sign_ins.staff_of("forged") is None


async def test_nobody_is_added_as_a_helper(cast: Cast) -> None:
    with pytest.raises(Refused):
        await staff.add("小王", "wang", Role.HELPER, cast.east.id, by=cast.owner)
    with pytest.raises(Refused):
        await staff.change(cast.east_host, "小盒阿宁", Role.HELPER, cast.east.id, by=cast.owner)


async def test_another_stores_staff_and_helpers_make_none(cast: Cast, running: Session) -> None:
    for by in (cast.west_host, cast.west_lead, Staff(id=10**6, name="x", login="x", role=Role.HELPER, store=cast.east.id)):
        with pytest.raises(NotThere):
            await linked(running, by)
    assert not await HelperLink.exists()


@pytest.mark.parametrize(
    ("opens", "closes", "field"),
    [
        (timedelta(), timedelta(), "closes_at"),
        (HOUR, timedelta(), "closes_at"),
        (-4 * HOUR, -3 * HOUR, "closes_at"),
        (-23 * HOUR, 2 * HOUR, "closes_at"),
        (-26 * HOUR, -HOUR / 2, "closes_at"),
        (-26 * HOUR, HOUR, "closes_at"),
        (timedelta(), 14 * HOUR, "closes_at"),
    ],
)
async def test_make_refuses_hours_that_are_not_the_sessions(
    cast: Cast, running: Session, opens: timedelta, closes: timedelta, field: str
) -> None:
    now = clock.now()
    with pytest.raises(Refused) as refused:
        await helpers.make(running, name="小王", opens_at=now + opens, closes_at=now + closes, by=cast.east_host)
    assert refused.value.field == field


async def test_make_refuses_hours_long_before(cast: Cast) -> None:
    session = await make.session(cast.event, starts_at=make.at(5))
    with pytest.raises(Refused) as refused:
        await helpers.make(session, name="小王", opens_at=make.at(3), closes_at=make.at(3, "12:00"), by=cast.east_host)
    assert refused.value.field == "opens_at"


async def test_make_refuses_no_name_a_long_one_and_a_session_called_off(cast: Cast, running: Session) -> None:
    for name in ("", "   ", "王" * 41):
        with pytest.raises(Refused) as refused:
            await linked(running, cast.east_host, name)
        assert refused.value.field == "name"
    await running.update_self({Session.state: SessionState.CANCELLED})
    with pytest.raises(Refused):
        await linked(running, cast.east_host)


async def test_make_refuses_more_than_so_many(cast: Cast, running: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helper_making, "MOST", 2)
    first = await linked(running, cast.east_host)
    await linked(running, cast.east_host)
    with pytest.raises(Refused):
        await linked(running, cast.east_host)
    await helpers.revoke(first.link, cast.east_host)
    await linked(running, cast.east_host)


async def test_a_session_of_a_whole_day_has_a_link_of_a_day(cast: Cast) -> None:
    session = await make.session(cast.event, starts_at=make.at(1), ends_at=make.at(2))
    opens_at, closes_at = helpers.hours(session)
    assert closes_at - opens_at == helper_making.LONGEST
    await linked(session, cast.east_host)


async def test_the_right_pin_lets_a_device_in(cast: Cast, running: Session) -> None:
    made = await linked(running, cast.east_host)
    token = await helpers.open_(made.secret.lower(), made.pin, network=HOME)
    helper = await helpers.of_device(token)
    assert helper is not None
    assert (helper.link.id, helper.staff.name, helper.staff.id) == (made.link.id, "小王", made.link.staff)
    assert await helpers.of_device("another") is None
    assert token not in {row["digest"] for row in await HelperDevice.select(HelperDevice.digest)}


async def test_a_device_is_in_only_within_the_hours(cast: Cast, running: Session) -> None:
    made = await linked(running, cast.east_host)
    token = await helpers.open_(made.secret, made.pin, network=HOME)
    with time_machine.travel(made.link.closes_at, tick=False):
        assert await helpers.of_device(token) is None
        assert await helpers.of_late(token) is not None
        with pytest.raises(Refused) as refused:
            await helpers.open_(made.secret, made.pin, network=HOME)
        assert refused.value.sentence == helpers.CLOSED[Standing.OVER]
    with time_machine.travel(made.link.closes_at + helpers.LATE, tick=False):
        assert await helpers.of_late(token) is None
    with time_machine.travel(made.link.opens_at - timedelta(seconds=1), tick=False):
        assert await helpers.of_device(token) is None
        with pytest.raises(Refused) as refused:
            await helpers.open_(made.secret, made.pin, network=HOME)
        assert refused.value.sentence == helpers.CLOSED[Standing.EARLY]


async def test_revoke_bites_at_once_and_once_for_all(cast: Cast, running: Session) -> None:
    made = await linked(running, cast.east_host)
    token = await helpers.open_(made.secret, made.pin, network=HOME)
    with pytest.raises(NotThere):
        await helpers.revoke(made.link, cast.west_lead)
    assert await helpers.of_device(token) is not None
    await helpers.revoke(made.link, cast.east_lead)
    await helpers.revoke(made.link, cast.east_lead)
    assert await helpers.of_device(token) is None
    assert await helpers.of_late(token) is None
    with pytest.raises(Refused) as refused:
        await helpers.open_(made.secret, made.pin, network=HOME)
    assert refused.value.sentence == helpers.CLOSED[Standing.REVOKED]
    assert await Audit.count().where(Audit.act == "helper.revoked") == 1


async def test_a_link_ends_with_its_maker(cast: Cast, running: Session) -> None:
    made = await linked(running, cast.east_host)
    token = await helpers.open_(made.secret, made.pin, network=HOME)
    await staff.disable(cast.east_host, by=cast.east_lead)
    assert await helpers.of_device(token) is None
    assert await helpers.of_late(token) is None
    with pytest.raises(NotThere):
        await helpers.by_secret(made.secret)
    (line,) = await helper_lists.of_session(running.id)
    assert line.standing is Standing.REVOKED


async def test_by_secret_knows_only_ours(cast: Cast, running: Session) -> None:
    made = await linked(running, cast.east_host)
    assert (await helpers.by_secret(made.secret)).id == made.link.id
    for wrong in ("", "A", made.secret[:-1], made.secret + "0", codes.secret(20), "\0" * 20):
        with pytest.raises(NotThere):
            await helpers.by_secret(wrong)


async def test_wrong_pins_are_slowed_by_network_and_nobody_else_is(cast: Cast, running: Session) -> None:
    made = await linked(running, cast.east_host)
    token = await helpers.open_(made.secret, made.pin, network=HOME)
    for _try in range(helpers.TRIES):
        with pytest.raises(Refused) as refused:
            await helpers.open_(made.secret, "000000", network=HOME)
        assert refused.value.field == "pin"
    with pytest.raises(Refused):
        await helpers.open_(made.secret, made.pin, network=HOME)  # the right one too: it would tell
    assert await helpers.of_device(token) is not None
    assert await helpers.of_device(await helpers.open_(made.secret, made.pin, network=ELSEWHERE)) is not None
    other = await linked(running, cast.east_host, "小李")
    await helpers.open_(other.secret, other.pin, network=HOME)


async def test_wrong_pins_from_everywhere_end_the_link_for_new_devices(
    cast: Cast, running: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(helpers, "TRIES_IN_ALL", 4)
    made = await linked(running, cast.east_host)
    token = await helpers.open_(made.secret, made.pin, network=HOME)
    for n in range(4):
        with pytest.raises(Refused):
            await helpers.open_(made.secret, "000000", network=f"198.51.100.{n}")
    with pytest.raises(Refused) as refused:
        await helpers.open_(made.secret, made.pin, network=HOME)
    assert refused.value.field == "pin"
    assert await helpers.of_device(token) is not None


async def test_the_right_pin_is_no_failure(cast: Cast, running: Session) -> None:
    made = await linked(running, cast.east_host)
    for _try in range(helpers.TRIES + 2):
        await helpers.open_(made.secret, made.pin, network=HOME)
    assert not await Attempt.exists().where((Attempt.key == attempts.key("helper", str(made.link.id))) & (Attempt.tries > 0))


async def test_seen_says_when_a_device_was_last_heard_of(cast: Cast, running: Session) -> None:
    made = await linked(running, cast.east_host)
    (line,) = await helper_lists.of_session(running.id)
    assert (line.name, line.devices, line.seen_at, line.standing, line.made_by) == ("小王", 0, None, Standing.OPEN, "小盒阿宁")
    token = await helpers.open_(made.secret, made.pin, network=HOME)
    later = clock.now() + timedelta(minutes=5)
    with time_machine.travel(later, tick=False):
        helper = await helpers.of_device(token)
        assert helper is not None
        await helpers.seen(helper)
        (line,) = await helper_lists.of_session(running.id)
    assert (line.devices, line.seen_at) == (1, later)


async def test_make_route_is_good_for_a_day_and_no_door(cast: Cast) -> None:
    day, now = make.at(0).date(), clock.now()
    made = await helpers.make_route(
        cast.east, day=day, chef="周师傅", name="周师傅", opens_at=now - HOUR, closes_at=now + HOUR, by=cast.east_host
    )
    token = await helpers.open_(made.secret, made.pin, network=HOME)
    helper = await helpers.of_device(token)
    assert helper is not None
    assert (helper.link.use, helper.link.session, helper.link.day, helper.link.chef) == (Use.ROUTE, None, day, "周师傅")
    assert [line.name for line in await helper_lists.of_route(cast.east.id, day)] == ["周师傅"]
    assert await helper_lists.of_route(cast.west.id, day) == []


async def test_a_link_stays_with_its_session_when_that_is_moved(cast: Cast) -> None:
    session = await make.session(cast.event, starts_at=make.at(1))
    made = await linked(session, cast.east_host)
    venue = await make.venue(cast.east)
    moved = await sessions.change(session, venue, make.at(2), make.at(2, "11:30"), by=cast.east_host)
    assert helpers.standing(made.link, moved.starts_at) is Standing.OVER


async def test_a_helper_has_no_right_anywhere(cast: Cast, running: Session) -> None:
    made = await linked(running, cast.east_host)
    row = await Staff.objects().get(Staff.id == made.link.staff)
    assert row is not None
    for store in (cast.east.id, cast.west.id):
        assert not (rights.sees(row, store) or rights.may_lead(row, store) or rights.may_edit(row, store, row.id))
    assert not rights.may_manage(row, cast.east_host)
    assert not rights.may_manage(cast.east_lead, row)


async def test_sweep_forgets_the_phones_of_links_long_over(cast: Cast, running: Session) -> None:
    made, fresh = await linked(running, cast.east_host), await linked(running, cast.east_host)
    for each in (made, fresh):
        await helpers.open_(each.secret, each.pin, network=HOME)
    long_ago = clock.now() - timedelta(days=31)
    await HelperLink.update({HelperLink.closes_at: long_ago}).where(HelperLink.id == made.link.id)
    await helpers.sweep(clock.now() - timedelta(days=30))
    assert [row.link for row in await HelperDevice.objects()] == [fresh.link.id]
