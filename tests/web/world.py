"""One row of everything that has a page, all of the east store, with the people who look at it; and the addresses of these rows."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from io import BytesIO

import httpx
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute
from PIL import Image
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from events import clock, db
from events.announce import announcements, answering, editing
from events.announce.tables import Delivery, Group
from events.calendar import addresses
from events.catalog import compounds, events, pictures, sessions, venues
from events.catalog.details import Details
from events.catalog.tables import Compound, Event, EventState, Question, Session, Venue
from events.checkin import arrivals, recording, uploads
from events.checkin.batches import Batch, Told
from events.checkin.care import pickup_codes, pickups
from events.checkin.helping import helpers
from events.checkin.helping.helper_making import Made
from events.checkin.kitchen import printouts
from events.checkin.tables import Act, Flag, HelperLink, Pickup, Scan, Screen, Ticket
from events.checkin.venue import screens
from events.export import exports
from events.export.scopes import Scope
from events.export.tables import Export, FileKind, What
from events.intake import lines
from events.intake.tables import Intake, IntakeLine
from events.notices.tables import Change, Notice
from events.people import members, opt_outs, passwords, reset_links, staff
from events.people.contacts import Contact, Kind
from events.people.members import Known
from events.people.tables import Household, Member, Merge, Role, Staff
from events.signup import kit, merging, numbers, pairings, parties, payments, placing, registrations, serving
from events.signup.tables import Registration
from tests import browser, make
from tests.browser import Browser
from tests.cast import Cast
from web import assets, language

PASSWORD = "一碗热馄饨2026"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A family at an event whose children are left: one child is inside, of another it was said to whom it went."""

    registration: Registration
    ticket: Ticket
    inside: list[str]
    gone: Pickup
    delegate: int  # their code's id
    untold: Scan  # of the child inside: it went, as a device told, and nobody said with whom


@dataclass(frozen=True, kw_only=True)
class World:
    """The cast and their rows."""

    cast: Cast
    peer: Staff  # another host of that store
    gone: Staff  # worked there once
    draft: Event
    empty: Session  # nobody signed up yet
    door: Ticket  # of a family that stands before it
    outside: list[str]  # that family's people
    inside: Ticket  # of one that is in
    within: list[str]  # that family's people
    check: Scan  # somebody let in there without a ticket
    screen: Screen  # at that door's venue
    helper: Made  # a link to that door
    chef: HelperLink  # one to today's visits
    ticket: Ticket  # the Chens'
    coming: list[str]  # the Chens' people
    offered: Registration  # the Chens' turn on another session's waiting list has come
    pending: Registration  # waits for the store's word
    first: Registration  # on a waiting list, with a place free
    owing: Registration  # has to pay at the store
    paid: Registration  # has paid
    compound: Compound
    old_compound: Compound
    venue: Venue
    old_venue: Venue
    question: Question
    old_question: Question
    group: Group
    to_do: Delivery
    posted: Delivery
    held: Delivery
    digest: str
    pairing: str
    grandmother: Member  # of the Chens, who asked to be remembered
    code_to_prove: str  # the Chens' phone, once more
    code_to_join: str  # sent to it for another device
    reset: str
    number: str  # by which the Chens signed up in a rush
    twin: Registration  # of another household with the Chens' phone
    merge: Merge  # of two others
    relay: Intake  # pasted, a line to sign up and one of talk
    line: IntakeLine  # of it
    sheet: Intake  # a table of families
    plan: Intake  # a table of events
    plan_line: IntakeLine  # of it
    export: Export  # the host's roster of the Chens' session
    kept: Kept  # the Chens' children, left with the store
    calendar: str  # the secret of the Chens' calendar
    kitchen: str  # what the chef's sheet of the door's session says, as its page is known by
    change: Change  # of another session the Chens come to
    moved: Registration  # theirs in it
    news: Notice  # what they are told

    def staff(self, role: str) -> Staff | None:
        """Who of the staff plays a role of the table."""
        cast = self.cast
        known = {"host": cast.east_host, "peer": self.peer, "lead": cast.east_lead, "owner": cast.owner}
        return {**known, "w_host": cast.west_host, "w_lead": cast.west_lead}.get(role)

    def address(self, name: str, template: str) -> str:
        """Of a route, about these rows: one thing told by the route's full name wins over one told by its file."""
        file = name.rpartition(".")[0]
        rows, secrets = self._rows(), self._secrets()
        return template.format(
            id=rows.get(name) or rows.get(file) or self.cast.event.id,
            secret=secrets.get(name) or secrets.get(file),
            event=self.cast.event.id,
            session=self._session(name),
            store=self.cast.east.id,
            ticket=self._ticket(name).id,
            kind={"site.calendars.kind": "family", "desk.ledger.file": "xlsx"}.get(name, "privacy"),
            digest=self.digest,
            file={"site.cards.show": "family.png", "door.app.icon": "192.png"}.get(name, "card.jpg"),
            code=self.group.code,
            shown=screens.code(self.screen, clock.now()),
            group=self.group.id,
            path=assets.asset("icons/logo.svg").removeprefix("/static/"),
        ) + self._queries().get(name, "")

    def _session(self, name: str) -> int:
        if name.startswith(("door.hand_overs.", "door.children.")) or name == "door.checks.prove":
            kept: int = self.kept.ticket.session
            return kept
        if name.startswith(("door.", "help.")):
            now: int = self.door.session
            return now
        return self.empty.id if name.startswith("my.registrations.") else self.cast.session.id

    def _ticket(self, name: str) -> Ticket:
        inside = dict.fromkeys(("desk.arrivals.destroy", "desk.arrivals.leave"), self.inside)
        kept = dict.fromkeys((f"door.hand_overs.{act}" for act in ("new", "create", "destroy", "bar")), self.kept.ticket)
        return {**inside, **kept, "desk.arrivals.move": self.ticket}.get(name, self.door)

    def _rows(self) -> dict[str, int]:
        registration = self.cast.chens_registration.id
        return {
            "my.members": self.grandmother.id,
            **dict.fromkeys(("my.registrations", "my.tickets", "desk.registrations", "desk.pairings"), registration),
            **dict.fromkeys(("my.changes", "my.confirmations", "my.arrivals"), registration),
            "my.offers": self.offered.id,
            "my.replies": self.moved.id,
            "desk.changes": self.change.id,
            "desk.calls": self.news.id,
            "desk.calls.show": self.change.session,
            **dict.fromkeys(("desk.moves", "desk.attendees", "desk.notes"), registration),
            "desk.answers.accept": self.offered.id,
            "desk.answers.confirm": registration,
            "desk.approvals": self.pending.id,
            "desk.promotions": self.first.id,
            "desk.payments": self.owing.id,
            "desk.payments.destroy": self.paid.id,
            **dict.fromkeys(("desk.kit", "desk.log"), self.cast.session.id),
            "desk.publications": self.draft.id,
            "desk.sessions": self.cast.session.id,
            "desk.questions": self.question.id,
            "desk.questions.restore": self.old_question.id,
            **dict.fromkeys(("desk.announcements", "desk.wordings", "desk.pauses"), self.to_do.announcement),
            "desk.pauses.create_one": self.to_do.id,
            "desk.pauses.destroy_one": self.held.id,
            "desk.deliveries": self.to_do.id,
            "desk.reminders": self.to_do.id,
            "desk.deliveries.undo": self.posted.id,
            **dict.fromkeys(("desk.groups", "desk.brought", "desk.digests"), self.group.id),
            "desk.trials": self.group.id,
            **dict.fromkeys(("desk.merges.new", "desk.merges.create"), registration),
            "desk.merges": self.merge.id,
            **dict.fromkeys(("desk.intakes", "desk.intake_lines.create"), self.relay.id),
            "desk.intake_lines": self.line.id,
            "desk.intake_columns": self.sheet.id,
            **dict.fromkeys(("desk.event_intakes", "desk.event_intake_gaps"), self.plan.id),
            "desk.event_intake_lines": self.plan_line.id,
            "desk.exports": self.export.id,
            "door.checks": self.check.id,
            "door.checks.prove": self.kept.untold.id,
            "my.pickups": self.kept.registration.id,
            "door.helpers": self.helper.link.id,
            "door.route_links": self.chef.id,
            "desk.staff": self.cast.east_host.id,
            "desk.staff.enable": self.gone.id,
            "desk.stores": self.cast.east.id,
            "desk.compounds": self.compound.id,
            "desk.compounds.restore": self.old_compound.id,
            "desk.venues": self.venue.id,
            "desk.venues.restore": self.old_venue.id,
        }

    def _secrets(self) -> dict[str, str]:
        private = self.cast.chens_registration.secret
        screen = {"site.screens": screens.secret_of(self.screen), "help.pins": self.helper.secret}
        one_time = {"site.links.pairing": self.pairing, "site.links.pair": self.pairing, "site.reset_links": self.reset}
        offered = dict.fromkeys((f"site.links.{act}" for act in ("accept", "decline", "ask_again")), self.offered.secret)
        kept = dict.fromkeys((f"site.links.{act}" for act in ("code", "delegate", "take_back", "bar")), self.kept.registration.secret)
        return kept | {
            "site.tickets": self.ticket.secret,
            "site.links": private,
            "site.feeds": self.calendar,
            "site.opt_outs": opt_outs.code(Contact(Kind.SMS, self.cast.chens.phone)),
            "my.numbers": self.number,
            "site.links.reply": self.moved.secret,
            **offered,
            **one_time,
            **screen,
        }

    def _queries(self) -> dict[str, str]:
        return {
            "my.registrations.chosen": f"?session={self.empty.id}",
            "desk.announcements.new": f"?event={self.cast.event.id}",
            "desk.arrivals.move": f"?session={self.door.session}",
            "desk.exports.new": f"?session={self.cast.session.id}",
            **dict.fromkeys(("door.routes.show", "door.route_links.index", "door.route_links.create"), f"?store={self.cast.east.id}"),
        }


async def build(cast: Cast) -> World:
    """Everything, in the database."""
    host = cast.east_host
    draft = await make.event(cast.east, host=host, state=EventState.DRAFT)
    await make.session(draft, starts_at=make.at(40))  # when nothing else of the host's is on: it is published at the first press
    gone = await make.staff(Role.HOST, cast.east)
    await staff.disable(gone, by=cast.owner)
    compound, old_compound, venue, old_venue = (
        await make.compound(cast.east),
        await make.compound(cast.east),
        await make.venue(cast.east),
        await make.venue(cast.east),
    )
    await compounds.archive(old_compound, by=cast.owner)
    await venues.archive(old_venue, by=cast.owner)
    group, to_do, posted, held = await _announced(cast)
    grandmother = await _remembered(cast)
    door, inside = await _at_the_door(cast)
    owing, paid = await _at_the_till(cast)
    question, _neighbour = [await make.question(cast.event.id) for _each in range(2)]
    plan = await make.plan(cast.east, [("活动", "日期"), ("包馄饨", f"{make.at(9):%Y-%m-%d}")], by=host)
    change, moved, news = await _changed(cast)
    relay = await make.relay(cast.session, "#接龙\n周六做月饼\n1. 赵妈妈 1大\n我们也来", by=host)
    return World(
        cast=cast,
        peer=await make.staff(Role.HOST, cast.east, name="小盒阿文", password=PASSWORD),
        gone=gone,
        draft=draft,
        empty=await make.session(cast.event, starts_at=make.at(8)),
        door=door,
        outside=[str(person.id) for person in await registrations.people_of(door.registration)],
        inside=inside,
        within=[str(person.id) for person in await registrations.people_of(inside.registration)],
        check=await _to_check(door, host),
        screen=await _screen(door, host),
        helper=await _helper(door, host),
        chef=await _chef(cast),
        ticket=await make.ticket_of(cast.chens_registration),
        coming=[str(person.id) for person in await registrations.people_of(cast.chens_registration.id)],
        offered=await _offered(cast),
        pending=await _pending(cast),
        first=await _first_in_line(cast),
        owing=owing,
        paid=paid,
        compound=compound,
        old_compound=old_compound,
        venue=venue,
        old_venue=old_venue,
        question=question,
        old_question=await make.question(cast.event.id, archived_at=clock.now()),
        group=group,
        to_do=to_do,
        posted=posted,
        held=held,
        digest=await _with_a_picture(cast),
        grandmother=grandmother,
        code_to_prove=await make.one_time_code(cast.chens.phone, household=cast.chens),
        code_to_join=await make.one_time_code(cast.chens.phone),
        pairing=await pairings.make(cast.chens_registration, by=host, store=cast.east.id),
        reset=await reset_links.make(host, by=None),
        number=await _numbered(cast),
        twin=await make.registration(await make.session(cast.event), party=make.party(phone=cast.chens.phone)),
        merge=await _merged(cast),
        relay=relay,
        line=(await lines.of(relay.id))[0],
        sheet=await make.families(cast.session, [("姓名", "大人"), ("钱妈妈", "1")], by=host),
        plan=plan,
        plan_line=(await lines.of(plan.id))[0],
        export=await _exported(cast),
        calendar=await addresses.renew_for_household(cast.chens.id),
        kitchen=await _sheet(door.session),
        change=change,
        moved=moved,
        news=news,
        kept=await _kept(cast),
    )


async def _changed(cast: Cast) -> tuple[Change, Registration, Notice]:
    """A session of the Chens at another hour."""
    session = await make.session(await make.event(cast.east, host=cast.east_host))
    row = await make.registration(session, household=cast.chens)
    venue = await Venue.objects().get(Venue.id == session.venue)
    assert venue is not None
    later = [moment + 60 * make.MINUTE for moment in (session.starts_at, session.ends_at)]
    await sessions.change(session, venue, *later, by=cast.east_host)
    notice = await Notice.objects(Notice.change).where((Notice.registration == row.id) & Notice.change.is_not_null()).first()
    assert notice is not None
    return notice.change, row, notice


async def _helper(door: Ticket, host: Staff) -> Made:
    session, _event, _store = await sessions.whole(door.session)
    opens_at, closes_at = helpers.hours(session)
    return await helpers.make(session, name="小王", opens_at=opens_at, closes_at=closes_at, by=host)


async def _chef(cast: Cast) -> HelperLink:
    day, (opens_at, closes_at) = make.at(0).astimezone(make.ZONE).date(), (clock.now() + hours * 60 * make.MINUTE for hours in (-1, 1))
    made = await helpers.make_route(cast.east, day=day, chef="", name="罗师傅", opens_at=opens_at, closes_at=closes_at, by=cast.east_host)
    return made.link


async def _numbered(cast: Cast) -> str:
    session = await make.session(cast.event)
    key = make.key()
    secret = await numbers.take(session, make.party(), household=cast.chens.id, key=key, accepted_at=clock.now(), typed=[])
    await serving.serve()
    return secret


@contextlib.asynccontextmanager
async def browsers(app: Litestar, world: World, roles: tuple[str, ...]) -> AsyncIterator[dict[str, Browser]]:
    """A browser for each role; those of staff and of families are signed in."""
    async with contextlib.AsyncExitStack() as stack:
        found = {}
        for role in roles:
            member = world.staff(role)
            if member is not None:
                one = await browser.of_staff(app, member)
            elif role == "nobody":
                one = Browser(app)
            else:
                one = await browser.of_family(app, getattr(world.cast, role))
            found[role] = await stack.enter_async_context(one)
            await one.token()
        yield found


def cheapen_passwords(patch: pytest.MonkeyPatch) -> None:
    """Worked out in no time, and within a transaction that is `undone`."""
    patch.setattr(passwords, "_argon2", PasswordHash((Argon2Hasher(memory_cost=8, time_cost=1, parallelism=1),)))
    patch.setattr(passwords, "in_writing", lambda: False)


class UndoneError(Exception):
    """Ends a transaction nobody wants to keep."""


@contextlib.asynccontextmanager
async def undone(browser: Browser) -> AsyncIterator[None]:
    """What a form does within stays neither in the database nor in the browser, so that the next finds the same world."""
    await browser.token()
    cookies = dict(browser.cookies)
    with contextlib.suppress(UndoneError):
        async with db.writing():
            yield
            raise UndoneError
    browser.cookies = httpx.Cookies()
    for name, value in cookies.items():
        browser.cookies.set(name, value, domain="127.0.0.1")


def routes(app: Litestar) -> list[tuple[str, str, str]]:
    """Every way in, as method, route name and path: the app's own list."""
    return sorted(
        (str(method), handler.name or f"{handler.handler_name} has no name", route.path_format)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for method in handler.http_methods - {"OPTIONS"}
    )


def parameters(app: Litestar) -> set[str]:
    """Every name a page reads from its address, before or after the question mark."""
    handlers = [handler for route in app.routes if isinstance(route, HTTPRoute) for handler in route.route_handlers]
    found = {name for handler in handlers if "GET" in handler.http_methods for name in handler.parsed_fn_signature.parameters}
    return found - {"request", "viewer", "way"} | {"next"}  # the sign-in reads that one by itself


async def _announced(cast: Cast) -> tuple[Group, Delivery, Delivery, Delivery]:
    """The host's group, its post to do, another one's that is done, and one's that is held back."""
    chats = [await make.group(cast.east, host=cast.east_host) for _each in range(3)]
    written = await announcements.write(cast.event, "周六来做月饼", chats, key=make.key(), by=cast.east_host, address="")
    to_do, posted, held = await Delivery.objects().where(Delivery.announcement == written.id).order_by(Delivery.id)
    await answering.posted(posted, by=cast.east_host)
    await editing.pause_one(held, by=cast.east_host)
    return chats[0], to_do, posted, held


async def _remembered(cast: Cast) -> Member:
    """One of the Chens, whose phone is proven to be theirs."""
    await Household.update({Household.phone_proven_at: clock.now()}).where(Household.id == cast.chens.id)
    await members.remember(cast.chens.id, [Known(is_child=False, name="外婆")], None)
    return (await members.of(cast.chens.id))[0]


async def _merged(cast: Cast) -> Merge:
    """Two households that were one."""
    session = await make.session(cast.event)
    kept, gone = [(await make.registration(session)).household for _each in range(2)]
    return await merging.merge(kept, gone, by=cast.east_host, store=cast.east.id)


async def _sheet(session: int) -> str:
    row, event, store = await sessions.whole(session)
    return printouts.told(*await kit.of_session(row, event, parties.day_of(row, store.zone)), event.child_portion).tag


async def _exported(cast: Cast) -> Export:
    scope = Scope(cast.east, cast.event, cast.session)
    return await exports.ask(scope, What.ROSTER, FileKind.CSV, language="zh", speech=language.say, by=cast.east_host)


async def _at_the_door(cast: Cast) -> tuple[Ticket, Ticket]:
    """Two families' tickets of a session that has just begun; the second family is in."""
    session = await make.session(cast.event)
    families = [await make.registration(session) for _each in range(2)]
    now = clock.now()
    await Session.update({Session.starts_at: now, Session.ends_at: now + 90 * make.MINUTE}).where(Session.id == session.id)
    door, inside = [await make.ticket_of(family) for family in families]
    people = [person.id for person in await registrations.people_of(families[1].id)]
    await arrivals.admit(inside, people, nonce=make.key(), by=cast.east_host)
    return door, inside


async def _kept(cast: Cast) -> Kept:
    host, event = cast.east_host, await make.event(cast.east, host=cast.east_host, is_drop_off=True)
    session = await make.session(event)
    people = (make.adult(), make.child("乐乐"), make.child("朵朵"))
    registration = await make.registration(session, household=cast.chens, party=make.party(people=people))
    now = clock.now()
    await Session.update({Session.starts_at: now, Session.ends_at: now + 90 * make.MINUTE}).where(Session.id == session.id)
    ticket = await make.ticket_of(registration)
    first, second = [person.id for person in await registrations.people_of(registration.id) if person.kind == "child"]
    await arrivals.admit(ticket, [first, second], nonce=make.key(), by=host)
    await pickups.hand_over(ticket, [first], nonce=make.key(), by=host, collector="外婆", checked="known")
    told = Told(make.key(), Act.LEAVE, clock.now().timestamp() * 1000, ticket=ticket.id, people=[second])
    await uploads.take(session, Batch(clock.now().timestamp() * 1000, [told]), by=host)
    gone, untold = await Pickup.objects().first(), await Scan.objects().get(Scan.nonce == told.nonce)
    assert gone is not None
    assert untold is not None
    delegate = await pickup_codes.name_delegate(registration, "爷爷")
    return Kept(registration=registration, ticket=ticket, inside=[str(second)], gone=gone, delegate=delegate.id, untold=untold)


async def _to_check(door: Ticket, host: Staff) -> Scan:
    """Let in at that door without a ticket."""
    scan = Scan(session=door.session, nonce=make.key(), act=Act.MISS, heads=2, told="何阿姨", shown="unknown", flag=Flag.CHECK)
    return await recording.record(scan, (), by=host)


async def _screen(door: Ticket, host: Staff) -> Screen:
    """Families may check themselves in at that door."""
    session, _event, _store = await sessions.whole(door.session)
    await screens.open_(session, by=host)
    row = await screens.of(session.id)
    assert row is not None
    return row


async def _offered(cast: Cast) -> Registration:
    """A place came free, and the Chens are asked."""
    session = await make.session(await make.event(cast.east, host=cast.east_host), places=1)
    first = await make.registration(session)
    waiting = await make.registration(session, party=make.party(is_at_once=False), household=cast.chens)
    await registrations.cancel(first)
    return await placing.current(waiting.id)


async def _pending(cast: Cast) -> Registration:
    event = await make.event(cast.east, host=cast.east_host, needs_approval=True)
    return await make.registration(await make.session(event))


async def _first_in_line(cast: Cast) -> Registration:
    """There is a place for it, and nobody has looked yet."""
    session = await make.session(await make.event(cast.east, host=cast.east_host), places=1)
    await make.registration(session)
    waiting = await make.registration(session)
    await Session.update({Session.places: 2}).where(Session.id == session.id)
    return waiting


async def _at_the_till(cast: Cast) -> tuple[Registration, Registration]:
    """Two families of an event with a fee; the second has paid."""
    session = await make.session(await make.event(cast.east, host=cast.east_host, fee=1800))
    owing, paid = [await make.registration(session) for _each in range(2)]
    await payments.take(paid, by=cast.east_host)
    return owing, paid


async def _with_a_picture(cast: Cast) -> str:
    """The event has one; its digest."""
    stream = BytesIO()
    Image.new("RGB", (60, 40), "tomato").save(stream, "PNG")
    picture = await pictures.keep(cast.east, stream.getvalue(), by=cast.east_host)
    await events.edit(cast.event, replace(Details.of(cast.event), picture=picture.id), by=cast.east_host)
    return picture.digest
