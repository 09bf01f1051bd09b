"""Rows for tests: say what matters, the rest is made. Sign-ups and groups go through the services, the catalog is written straight."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from itertools import count
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from PIL import Image

import events.reactions  # noqa: F401 -- importing installs the table: a placed family has a ticket
from events import clock, codes, sealing
from events.announce import groups
from events.announce.tables import ChannelName, Group, GroupKind
from events.catalog import stores
from events.catalog.tables import Compound, Event, EventState, Kind, Option, Question, QuestionKind, Session, SessionState, Store, Venue
from events.checkin import tickets
from events.checkin.tables import Ticket
from events.intake import intakes
from events.intake.tables import Intake, Source
from events.people import contacts, members, passwords, proofs
from events.people.contacts import Contact
from events.people.tables import Household, Message, Role, Staff
from events.sheets.reading import Row
from events.signup import registrations, remembering
from events.signup.parties import Party, Person
from events.signup.tables import AttendeeKind, Consent, Registration

ZONE = ZoneInfo("Asia/Shanghai")
ROBOT = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=00000000-0000-4000-8000-000000000000"

_numbers = count(1)


MINUTE = timedelta(minutes=1)


def key() -> str:
    """A form's idempotency key, as fresh as from a form just drawn."""
    return codes.secret(26)


def phone() -> str:
    """A phone nobody else has in this run."""
    return f"1380000{next(_numbers) % 10_000:04}"


def at(day: int, clock_time: str = "10:00", *, zone: ZoneInfo = ZONE) -> datetime:
    """That many days from today at a local time: `at(1)` is tomorrow at ten."""
    today = clock.now().astimezone(zone).date()
    return datetime.combine(today + timedelta(days=day), time.fromisoformat(clock_time), zone).astimezone(UTC)


async def store(name: str = "", **columns: Any) -> Store:
    """With its privacy and consent texts."""
    return await stores.add(
        stores.Details(name or f"第{next(_numbers)}店", address="园丁路 8 号", phone="021-5555 0100", **columns), by=None
    )


async def staff(
    role: Role = Role.HOST, store: Store | None = None, *, password: str | None = None, name: str = "", login: str = "", **columns: Any
) -> Staff:
    """A host of a new store, unless told otherwise; an owner belongs to none. A password costs a tenth of a second."""
    number = next(_numbers)
    if role != Role.OWNER and store is None:
        store = await _store()
    row = Staff(
        name=name or f"小盒{number}",
        login=login or f"staff{number}",
        role=role,
        store=None if store is None or role == Role.OWNER else store.id,
        password=await passwords.hashed(password) if password else None,
        **columns,
    )
    await row.save()
    return row


async def compound(store: Store | None = None, **columns: Any) -> Compound:
    store = store or await _store()
    row = Compound(
        **{"store": store.id, "name": f"梧桐苑{next(_numbers)}", "address": "梧桐路 100 弄", "gate_note": "说去邻聚活动", **columns}
    )
    await row.save()
    return row


async def venue(store: Store | None = None, *, compound: Compound | None = None, **columns: Any) -> Venue:
    """In the store, or in a compound, where the address is a secret."""
    if store is None and compound is None:
        store = await _store()
    where = {"compound": compound.id, "address": "12 号楼 101"} if compound else {"address": "二楼"}
    of = compound.store if compound else store.id if store else None
    row = Venue(**{"store": of, "name": f"活动室{next(_numbers)}", "directions": "进门左转", **where, **columns})
    await row.save()
    return row


async def event(
    store: Store | None = None,
    *,
    host: Staff | None = None,
    state: EventState = EventState.PUBLISHED,
    kind: Kind = Kind.WORKSHOP,
    **columns: Any,
) -> Event:
    """Published and open to everybody of any age; without sessions."""
    if store is None:
        store = await _store_of(host)
    host = host or await staff(store=store)
    moment = clock.now()
    published = {"published_at": None if state == EventState.DRAFT else moment - timedelta(days=1)}
    cancelled = {"cancelled_at": moment, "cancel_reason": "老师病了"} if state == EventState.CANCELLED else {}
    given = {"title": f"手作工坊{next(_numbers)}", "summary": "一起动手做一顿点心", **published, **cancelled, **columns}
    row = Event(store=store.id, host=host.id, state=state, kind=kind, **given)
    await row.save()
    return row


async def session(
    event: Event | None = None,
    *,
    places: int = 20,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    venue: Venue | None = None,
    state: SessionState = SessionState.ON,
    **columns: Any,
) -> Session:
    """An hour and a half, a week from now at ten, of an open event of its own."""
    event = event or await _event()
    venue = venue or await _venue(await Store.objects().get(Store.id == event.store))
    starts_at = starts_at or at(7)
    ends_at = ends_at or starts_at + timedelta(minutes=90)
    row = Session(
        event=event.id, venue=venue.id, state=state, starts_at=starts_at, ends_at=ends_at, places=places, **{"uid": uuid4(), **columns}
    )
    await row.save()
    return row


async def question(event: int, kind: QuestionKind = QuestionKind.TEXT, **columns: Any) -> Question:
    """Put to the family, after the event's earlier ones, unless told otherwise."""
    number = next(_numbers)
    row = Question(**{"event": event, "position": number, "kind": kind, "label": f"问题{number}", **columns})
    await row.save()
    return row


async def option(question: Question, label: str, *, places: int | None = None) -> Option:
    """One answer of a choice, after the earlier ones."""
    row = Option(question=question.id, position=next(_numbers), label=label, places=places)
    await row.save()
    return row


def picture(kind: str = "PNG", *, colour: str = "tomato") -> bytes:
    """A file as phones send them, 1600 x 900; `kind` is Pillow's name of the format."""
    stream = BytesIO()
    Image.new("RGB", (1600, 900), colour).save(stream, kind)
    return stream.getvalue()


async def household(name: str = "陈妈妈", phone: str = "") -> Household:
    row = Household(name=name, phone=phone or _phone())
    await row.save()
    return row


async def one_time_code(phone: str, *, household: Household | None = None) -> str:
    """The digits sent to a phone: to prove it for a family, or to join the family that has proved it."""
    await proofs.ask(Contact(contacts.Kind.SMS, phone), household=household.id if household else None, address="192.0.2.7")
    row = await Message.objects().order_by(Message.id, ascending=False).first()
    assert row is not None
    found = re.search(r"[0-9]{6}", sealing.unseal(row.text))
    assert found is not None
    return found[0]


async def remembered(household: Household, party: Party) -> None:
    """A family that asked to be remembered with these people."""
    await members.remember(household.id, [remembering.known(each) for each in party.people], None)


def adult(name: str = "", **of: Any) -> Person:
    return Person(AttendeeKind.ADULT, name=name, **of)


def child(name: str = "小满", birth_month: date | None = None, **of: Any) -> Person:
    """Six years old today, unless a birth month is given."""
    today = clock.now().astimezone(ZONE).date()
    return Person(AttendeeKind.CHILD, name=name, birth_month=birth_month or date(today.year - 6, today.month, 1), **of)


def party(
    adults: int = 1, children: int = 0, *, people: tuple[Person, ...] | None = None, consent: Consent | None = None, **of: Any
) -> Party:
    """A family as its form told it; with children it agreed to their details."""
    if people is None:
        people = (*(adult() for _ in range(adults)), *(child(f"孩子{n + 1}") for n in range(children)))
    has_children = any(person.kind == AttendeeKind.CHILD for person in people)
    told = Party(name="陈妈妈", phone=phone(), people=people, consent=consent or (Consent.GIVEN if has_children else Consent.NOT_ASKED))
    return replace(told, **of)


async def registration(
    session: Session | None = None,
    *,
    party: Party | None = None,
    household: Household | None = None,
    key: str = "",
    adults: int = 1,
    children: int = 0,
) -> Registration:
    """Signed up through the service, with a ticket when there was room; of a new household unless one is given."""
    session = session or await _session()
    result = await registrations.register(
        session,
        party or _party(adults, children),
        household=household.id if household else None,
        key=key or _key(),
    )
    return result.registration


async def ticket_of(registration: Registration) -> Ticket:
    """The ticket a placed registration has."""
    ticket = await tickets.of(registration.id)
    assert ticket is not None
    return ticket


async def group(
    store: Store | None = None,
    *,
    host: Staff | None = None,
    kind: GroupKind = GroupKind.GENERAL,
    channel: ChannelName = ChannelName.BY_HAND,
    robot: str = "",
    name: str = "",
    **of: Any,
) -> Group:
    """A plain WeChat group of a host of its own; on a robot's channel with a made-up robot, once `sealing.use` was told a key."""
    if store is None:
        store = await _store_of(host)
    host = host or await staff(store=store)
    details = groups.Details(name=name or f"邻里群{next(_numbers)}", kind=kind, channel=channel, host=host.id, **of)
    robot = robot or ("" if channel == ChannelName.BY_HAND else ROBOT)
    return await groups.add(store, details, robot=robot, by=host)


async def _store_of(member: Staff | None) -> Store:
    """The store of a member of staff; a new one for nobody, or for an owner."""
    found = await Store.objects().get(Store.id == member.store) if member is not None and member.store is not None else None
    return found or await store()


async def relay(session: Session, text: str, *, by: Staff) -> Intake:
    """A chat relay, pasted by somebody who may."""
    return await intakes.start_relay(session, text, by=by)


async def families(session: Session, rows: Sequence[Sequence[str]], *, by: Staff) -> Intake:
    """A table of families, the heads first."""
    return await intakes.start_families(session, [Row(number, tuple(cells)) for number, cells in enumerate(rows, 1)], by=by)


async def plan(store: Store, rows: Sequence[Sequence[str]], *, by: Staff) -> Intake:
    """A table of events and their sessions, the heads first."""
    table = [Row(number, tuple(cells)) for number, cells in enumerate(rows, 1)]
    return await intakes.start_sheet(Source.EVENTS, store, None, table, by=by)


# The factories under names that their own parameters do not hide.
_store, _venue, _event, _session, _party, _phone, _key = store, venue, event, session, party, phone, key
