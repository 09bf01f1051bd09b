from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from events import clock, facts
from events.catalog import events, sessions
from events.catalog.details import LENGTHS, Details
from events.catalog.tables import Event, EventState, Kind, Session, SessionState, Store, Venue
from events.errors import NotThere, Refused
from events.people.tables import Audit, Role, Staff
from tests import make

pytestmark = pytest.mark.usefixtures("engine")
FISH = Details(kind=Kind.FAMILY, host=0, title="剪一条会游的纸鱼", summary="剪一条尾巴会动的鱼带回家", age_from=4, age_to=8, bring="水杯")


@pytest.fixture
async def store() -> Store:
    return await make.store()


@pytest.fixture
async def host(store: Store) -> Staff:
    return await make.staff(role=Role.HOST, store=store)


@pytest.fixture
async def venue(store: Store) -> Venue:
    return await make.venue(store=store)


@pytest.fixture
async def draft(store: Store, host: Staff) -> Event:
    return await events.draft(store, replace(FISH, host=host.id), by=host)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every fact told during the test, in order."""
    heard: list[object] = []

    async def hear(fact: object) -> None:
        heard.append(fact)

    kinds = (facts.EventPublished, facts.EventCancelled, facts.SessionChanged)
    monkeypatch.setattr(facts, "_when", {kind: [hear] for kind in kinds})
    return heard


async def meet(event: Event, venue: Venue, host: Staff, *, days: float, places: int = 12) -> Session:
    starts_at = clock.now() + timedelta(days=days)
    return await sessions.add(event, venue, starts_at, starts_at + timedelta(hours=2), places, by=host)


async def move(session: Session, **by: float) -> None:
    """Let a session have begun a while ago, as time passing would."""
    await session.update_self(
        {Session.starts_at: session.starts_at - timedelta(**by), Session.ends_at: session.ends_at - timedelta(**by)},
    )


async def fresh(event: Event) -> Event:
    row = await Event.objects().get(Event.id == event.id)
    assert row is not None
    return row


async def test_draft_keeps_every_detail(store: Store, host: Staff) -> None:
    details = replace(FISH, host=host.id, opens_at=datetime(2027, 1, 2, 3, 4, tzinfo=UTC), closes_minutes=60, chef="沈师傅")
    event = await fresh(await events.draft(store, details, by=host))
    assert Details.of(event) == details
    assert (event.state, event.store) == (EventState.DRAFT, store.id)
    assert not event.published_at


async def test_draft_leaves_a_trail(draft: Event, host: Staff) -> None:
    row = await Audit.objects().where(Audit.act == "event.drafted").first()
    assert row is not None
    assert (row.staff, row.store, row.subject_id) == (host.id, draft.store, draft.id)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *((field, "字" * (most + 1)) for field, most in LENGTHS.items()),
        ("title", "  "),
        ("age_from", -1),
        ("age_to", 100),
        ("age_to", 3),
        ("closes_minutes", -1),
        ("closes_minutes", 20161),
        ("host", 999_999),
        ("picture", 999_999),
    ],
)
async def test_draft_refuses_what_is_out_of_bounds(store: Store, field: str, value: object) -> None:
    lead = await make.staff(role=Role.LEAD, store=store)
    details = replace(FISH, **{"host": lead.id, field: value})  # type: ignore[arg-type]  # -- one field of its own type
    with pytest.raises(Refused) as refused:
        await events.draft(store, details, by=lead)
    assert refused.value.field == field


async def test_draft_takes_an_emoji_title_of_80_characters(store: Store, host: Staff) -> None:
    event = await events.draft(store, replace(FISH, host=host.id, title="🐟" * 80), by=host)
    assert (await fresh(event)).title == "🐟" * 80


async def test_draft_needs_an_aware_opening(store: Store, host: Staff) -> None:
    with pytest.raises(ValueError, match="time zone"):
        await events.draft(store, replace(FISH, host=host.id, opens_at=datetime(2027, 1, 1)), by=host)  # noqa: DTZ001 -- the point


async def test_draft_by_a_host_is_their_own(store: Store, host: Staff) -> None:
    colleague = await make.staff(role=Role.HOST, store=store)
    with pytest.raises(Refused):
        await events.draft(store, replace(FISH, host=colleague.id), by=host)
    lead = await make.staff(role=Role.LEAD, store=store)
    assert (await events.draft(store, replace(FISH, host=colleague.id), by=lead)).host == colleague.id


async def test_draft_in_a_foreign_store_is_not_there(host: Staff) -> None:
    other = await make.store(name="竹园店")
    with pytest.raises(NotThere):
        await events.draft(other, replace(FISH, host=host.id), by=host)


async def test_draft_wants_a_host_of_the_store_who_still_works_there(store: Store) -> None:
    owner = await make.staff(role=Role.OWNER)
    stranger = await make.staff(role=Role.HOST, store=await make.store(name="竹园店"))
    gone = await make.staff(role=Role.HOST, store=store)
    await gone.update_self({Staff.disabled_at: clock.now()})
    for nobody in (stranger, gone):
        with pytest.raises(Refused) as refused:
            await events.draft(store, replace(FISH, host=nobody.id), by=owner)
        assert refused.value.field == "host"
    assert (await events.draft(store, replace(FISH, host=owner.id), by=owner)).host == owner.id


@pytest.mark.parametrize("role", [Role.LEAD, Role.OWNER])
async def test_edit_is_for_the_host_and_who_leads_the_store(draft: Event, store: Store, host: Staff, role: Role) -> None:
    other = await make.store(name="竹园店")
    colleague = await make.staff(role=Role.HOST, store=store)
    foreign = await make.staff(role=Role.LEAD, store=other)
    with pytest.raises(Refused):
        await events.edit(draft, replace(Details.of(draft), title="改"), by=colleague)
    with pytest.raises(NotThere):
        await events.edit(draft, replace(Details.of(draft), title="改"), by=foreign)
    above = await make.staff(role=role, store=None if role == Role.OWNER else store)
    for by, title in ((host, "小盒改的"), (above, "上面改的")):
        await events.edit(draft, replace(Details.of(draft), title=title), by=by)
        assert (await fresh(draft)).title == title


async def test_edit_moves_changed_at_only_when_something_changed(draft: Event, host: Staff) -> None:
    before = (await fresh(draft)).changed_at
    await events.edit(draft, Details.of(draft), by=host)
    assert (await fresh(draft)).changed_at == before
    assert await Audit.count().where(Audit.act == "event.edited") == 0
    await events.edit(draft, replace(Details.of(draft), bring="水杯\n围裙"), by=host)
    assert (await fresh(draft)).changed_at > before
    assert await Audit.count().where(Audit.act == "event.edited") == 1


async def test_edit_keeps_a_host_who_left_but_takes_no_new_one_who_did(draft: Event, store: Store, host: Staff) -> None:
    lead = await make.staff(role=Role.LEAD, store=store)
    await host.update_self({Staff.disabled_at: clock.now()})
    await events.edit(draft, replace(Details.of(draft), title="改"), by=lead)
    assert (await fresh(draft)).host == host.id


async def test_edit_by_a_host_gives_the_event_to_nobody_else(draft: Event, store: Store, host: Staff) -> None:
    colleague = await make.staff(role=Role.HOST, store=store)
    with pytest.raises(Refused):
        await events.edit(draft, replace(Details.of(draft), host=colleague.id), by=host)
    assert (await fresh(draft)).host == host.id


async def test_edit_keeps_the_summary_of_what_is_published(draft: Event, host: Staff, venue: Venue) -> None:
    await meet(draft, venue, host, days=1)
    await events.publish(draft, by=host)
    with pytest.raises(Refused) as refused:
        await events.edit(draft, replace(Details.of(draft), summary=" "), by=host)
    assert refused.value.field == "summary"


async def test_missing_names_all_that_is_missing(store: Store, host: Staff, venue: Venue) -> None:
    bare = await events.draft(store, Details(kind=Kind.WORKSHOP, host=host.id, title="包汤圆"), by=host)
    assert len(await events.missing(bare)) == 2
    await events.edit(bare, replace(Details.of(bare), summary="一人一碗"), by=host)
    assert len(await events.missing(await fresh(bare))) == 1
    session = await meet(bare, venue, host, days=1)
    assert await events.missing(await fresh(bare)) == ()
    await sessions.cancel(session, "师傅病了", by=host)
    assert len(await events.missing(await fresh(bare))) == 1


async def test_publish_refuses_with_the_list_of_what_is_missing(store: Store, host: Staff, told: list[object]) -> None:
    bare = await events.draft(store, Details(kind=Kind.WORKSHOP, host=host.id, title="包汤圆"), by=host)
    with pytest.raises(events.NotReady) as refused:
        await events.publish(bare, by=host)
    assert refused.value.missing == await events.missing(bare)
    assert ((await fresh(bare)).state, told) == (EventState.DRAFT, [])


async def test_publish_needs_a_session_that_has_not_begun(draft: Event, host: Staff, venue: Venue) -> None:
    session = await meet(draft, venue, host, days=1)
    await move(session, days=1, minutes=1)
    with pytest.raises(events.NotReady):
        await events.publish(draft, by=host)


async def test_publish_tells_once(draft: Event, host: Staff, venue: Venue, told: list[object]) -> None:
    await meet(draft, venue, host, days=1)
    first = await events.publish(draft, by=host)
    again = await events.publish(draft, by=host)
    assert (again.state, again.published_at) == (EventState.PUBLISHED, first.published_at)
    assert told == [facts.EventPublished(draft.id)]
    assert await Audit.count().where(Audit.act == "event.published") == 1


async def test_cancel_calls_off_what_has_not_begun_and_nothing_else(draft: Event, host: Staff, venue: Venue, told: list[object]) -> None:
    over, running, tomorrow, later, already = [await meet(draft, venue, host, days=days) for days in (1, 2, 3, 4, 5)]
    await events.publish(draft, by=host)
    await move(over, days=10)
    await move(running, days=2, minutes=5)
    await sessions.cancel(already, "那天店里盘货", by=host)
    told.clear()

    event = await events.cancel(draft, " 师傅病了 ", by=host)
    assert (event.state, event.cancel_reason) == (EventState.CANCELLED, "师傅病了")
    rows = {row.id: row for row in await Session.objects().where(Session.event == draft.id)}
    states = {id: (row.state, row.sequence, row.cancel_reason) for id, row in rows.items()}
    assert states == {
        over.id: (SessionState.ON, 0, ""),
        running.id: (SessionState.ON, 0, ""),
        tomorrow.id: (SessionState.CANCELLED, 1, "师傅病了"),
        later.id: (SessionState.CANCELLED, 1, "师傅病了"),
        already.id: (SessionState.CANCELLED, 1, "那天店里盘货"),
    }
    assert rows[tomorrow.id].changed_at > tomorrow.changed_at
    *changed, last = told
    assert isinstance(last, facts.EventCancelled)
    assert last == facts.EventCancelled(draft.id, last.act)
    assert changed == [facts.SessionChanged(row.id, last.act, row.starts_at, row.ends_at, row.venue, host.id) for row in (tomorrow, later)]


async def test_cancel_twice_is_once(draft: Event, host: Staff, venue: Venue, told: list[object]) -> None:
    await meet(draft, venue, host, days=1)
    await events.publish(draft, by=host)
    await events.cancel(draft, "师傅病了", by=host)
    told.clear()
    event = await events.cancel(draft, "另一个原因", by=host)
    assert (event.cancel_reason, told) == ("师傅病了", [])


async def test_cancel_undoes_everything_when_a_reaction_fails(
    draft: Event, host: Staff, venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await meet(draft, venue, host, days=1)
    await events.publish(draft, by=host)

    async def fail(fact: object) -> None:
        raise OSError

    monkeypatch.setattr(facts, "_when", {facts.EventCancelled: [fail]})
    with pytest.raises(OSError):  # noqa: PT011 -- our own, without a text
        await events.cancel(draft, "师傅病了", by=host)
    row = await Session.objects().get(Session.id == session.id)
    assert row is not None
    assert ((await fresh(draft)).state, row.state, row.sequence) == (EventState.PUBLISHED, SessionState.ON, 0)


async def test_cancel_puts_a_draft_away_without_a_word(draft: Event, host: Staff, venue: Venue, told: list[object]) -> None:
    await meet(draft, venue, host, days=1)
    assert ((await events.cancel(draft, "不办了", by=host)).state, told) == (EventState.CANCELLED, [])


@pytest.mark.parametrize("reason", ["", "  ", "字" * 121])
async def test_cancel_wants_a_reason_of_a_sentence(draft: Event, host: Staff, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        await events.cancel(draft, reason, by=host)
    assert refused.value.field == "reason"


async def test_a_cancelled_event_stays_as_it_is(draft: Event, host: Staff, venue: Venue) -> None:
    await events.cancel(draft, "不办了", by=host)
    with pytest.raises(Refused):
        await events.edit(draft, replace(Details.of(draft), title="改"), by=host)
    with pytest.raises(Refused):
        await events.publish(draft, by=host)
    with pytest.raises(Refused):
        await meet(draft, venue, host, days=1)
