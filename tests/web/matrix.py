"""Who gets what: every route of the app by its name, and what it answers to each of the ROLES.

A number is the status; `in` is 303 to the sign-in, which leads back. Rows are of the east store, forms are filled in rightly, so that 422
means "you may not". Two columns of families and of hosts stand for "not yours" beside "yours".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from events import clock
from events.announce import announcements, deliveries
from events.announce.tables import Delivery, Group
from events.catalog import compounds, pictures, venues
from events.catalog.tables import Compound, Event, EventState, Session, Venue
from events.checkin import arrivals
from events.checkin.tables import Ticket
from events.people import reset_links
from events.people.tables import Role, Staff
from events.signup import pairings, registrations
from tests import make
from tests.cast import Cast
from web import assets

ROLES = ("nobody", "lins", "chens", "host", "peer", "lead", "w_host", "w_lead", "owner")
PASSWORD = "一碗热馄饨2026"

# lins, chens: the other and the own family. host: of the event, group and announcement. peer: another host of that store. w_: the other store's.
TABLE = """
@@TABLE@@
"""


@dataclass(frozen=True)
class World:
    """The cast, and one row of everything that has a page."""

    cast: Cast
    peer: Staff
    draft: Event
    open: Session  # nobody signed up yet
    gone: Staff  # worked in that store once
    door: Ticket  # of a family that stands before it
    inside: Ticket  # of one that is in
    ticket: Ticket  # the Chens'
    compound: Compound
    put_away_compound: Compound
    venue: Venue
    put_away_venue: Venue
    group: Group
    announcement: int
    delivery: Delivery
    posted: Delivery
    digest: str
    pairing: str
    reset: str

    def staff(self, role: str) -> Staff | None:
        """Who signs in as this role at the desk."""
        cast = self.cast
        return {
            "host": cast.east_host,
            "peer": self.peer,
            "lead": cast.east_lead,
            "w_host": cast.west_host,
            "w_lead": cast.west_lead,
            "owner": cast.owner,
        }.get(role)

    def path(self, name: str, template: str) -> str:
        """The address of a route, about rows of the east store."""
        room = name.rpartition(".")[0]
        rows: dict[str, object] = {
            "desk.publications": self.draft.id,
            "desk.registrations": self.cast.chens_registration.id,
            "desk.pairings": self.cast.chens_registration.id,
            "my.registrations": self.cast.chens_registration.id,
            "my.tickets": self.cast.chens_registration.id,
            "desk.sessions": self.cast.session.id,
            "desk.announcements": self.announcement,
            "desk.deliveries": self.delivery.id,
            "desk.deliveries.undo": self.posted.id,
            "desk.groups": self.group.id,
            "desk.staff": self.peer.id,
            "desk.staff.enable": self.peer.id,
            "desk.stores": self.cast.east.id,
            "desk.compounds": self.compound.id,
            "desk.compounds.restore": self.put_away_compound.id,
            "desk.venues": self.venue.id,
            "desk.venues.restore": self.put_away_venue.id,
        }
        secrets = {
            "site.tickets": self.ticket.secret,
            "site.links": self.cast.chens_registration.secret,
            "site.links.pairing": self.pairing,
            "site.links.pair": self.pairing,
            "site.reset_links": self.reset,
        }
        return template.format(
            id=rows.get(name) or rows.get(room) or self.cast.event.id,
            secret=secrets.get(name) or secrets.get(room),
            event=self.cast.event.id,
            session=self.open.id if name in {"my.registrations.new", "my.registrations.create"} else self.cast.session.id,
            store=self.cast.east.id,
            ticket=self.today.id if name.startswith("desk.arrivals.") else self.ticket.id,
            kind="privacy",
            digest=self.digest,
            file="card.jpg",
            code=self.group.code,
            path=assets.asset("icons/logo.svg").removeprefix("/static/"),
        )

    def form(self, name: str, me: Staff | None) -> dict[str, object]:
        """What one fills in, rightly."""
        return FORMS[name](self, me) if name in FORMS else {}


async def build(cast: Cast) -> World:
    """Everything, in the database."""
    peer = await make.staff(Role.HOST, cast.east, name="小盒阿文", password=PASSWORD)
    open_session = await make.session(cast.event, starts_at=make.at(8))
    tonight = await make.session(cast.event)
    family = await make.registration(tonight)
    await Session.update({Session.starts_at: clock.now(), Session.ends_at: clock.now() + 90 * make.MINUTE}).where(Session.id == tonight.id)
    compound, put_away = await make.compound(cast.east), await make.compound(cast.east)
    await compounds.archive(put_away, by=cast.owner)
    venue, put_away_venue = await make.venue(cast.east), await make.venue(cast.east)
    await venues.archive(put_away_venue, by=cast.owner)
    chats = [await make.group(cast.east, host=cast.east_host) for _each in range(2)]
    written = await announcements.write(cast.event, "周六来做月饼", chats, key=make.key(), by=cast.east_host, address="")
    to_do, posted = await Delivery.objects().where(Delivery.announcement == written.id).order_by(Delivery.id)
    await deliveries.posted(posted, by=cast.east_host)
    picture = await pictures.keep(cast.east, make.picture(), by=cast.east_host)
    return World(
        cast=cast,
        peer=peer,
        draft=await make.event(cast.east, host=cast.east_host, state=EventState.DRAFT),
        open=open_session,
        today=await make.ticket_of(family),
        ticket=await make.ticket_of(cast.chens_registration),
        compound=compound,
        put_away_compound=put_away,
        venue=venue,
        put_away_venue=put_away_venue,
        group=chats[0],
        announcement=written.id,
        delivery=to_do,
        posted=posted,
        digest=picture.digest,
        pairing=await pairings.make(cast.chens_registration, by=cast.east_host, store=cast.east.id),
        reset=await reset_links.make(peer, by=None),
    )


def _event(world: World, me: Staff | None) -> dict[str, object]:
    host = me if me is not None and me.role != Role.OWNER else world.cast.east_host
    return {"title": "剪纸鱼", "kind": "family", "closes_minutes": "0", "host": str(host.id), "act": "save"}


def _when(world: World, me: Staff | None) -> dict[str, object]:
    day = make.at(9).date().isoformat()
    return {"venue": str(world.venue.id), "day": day, "starts_at": "10:00", "ends_at": "11:00", "places": "18"}


def _store(world: World, me: Staff | None) -> dict[str, object]:
    return {"name": "新名字", "zone": "Asia/Shanghai", "quiet_from": "22:00", "quiet_until": "09:00"}


FORMS: dict[str, Callable[[World, Staff | None], dict[str, object]]] = {
    "my.registrations.create": lambda world, me: {
        **{"act": "register", "key": make.key(), "adults": "1", "children": "0", "name": "林爸爸", "phone": make.phone()}
    },
    "site.reset_links.use": lambda world, me: {"password": PASSWORD},
    "desk.sign_in.create": lambda world, me: {"login": world.peer.login, "password": PASSWORD},
    "desk.password.update": lambda world, me: {"old": PASSWORD, "new": f"{PASSWORD}!"},
    "desk.events.create": _event,
    "desk.events.update": lambda world, me: {**_event(world, me), "host": str(world.cast.east_host.id)},
    "desk.sessions.create": _when,
    "desk.sessions.update": _when,
    "desk.sessions.resize": lambda world, me: {"places": "30"},
    "desk.sessions.destroy": lambda world, me: {"reason": "老师病了"},
    "desk.series.create": lambda world, me: {
        **{"venue": str(world.venue.id), "first_day": make.at(9).date().isoformat(), "weekdays": ["5", "6"], "time_1": "10:00"},
        **{"weeks": "2", "length": "90", "places": "12", "act": "save"},
    },
    "desk.cancellations.create": lambda world, me: {"reason": "老师病了"},
    "desk.pictures.create": lambda world, me: {"picture": ("鱼.png", make.picture(), "image/png")},
    "desk.arrivals.create": lambda world, me: {"people": [str(each) for each in range(1, 999)], "nonce": make.key()},
    "desk.arrivals.find": lambda world, me: {"number": world.ticket.number},
    "desk.announcements.create": lambda world, me: {
        **{"event": str(world.cast.event.id), "key": make.key(), "text": "周日也来", "groups": [str(world.group.id)], "at_night": "1"}
    },
    "desk.announcements.preview": lambda world, me: {"event": str(world.cast.event.id), "text": "周日也来"},
    "desk.deliveries.answer": lambda world, me: {"answer": "stop", "attempt": "0"},
    "desk.groups.create": lambda world, me: {
        **{"name": "新群", "kind": "general", "channel": "by_hand"},
        "host": str(me.id if me is not None and me.role != Role.OWNER else world.cast.east_host.id),
    },
    "desk.groups.update": lambda world, me: {
        **{"name": "改了名的群", "kind": "general", "channel": "by_hand", "host": str(world.cast.east_host.id)}
    },
    "desk.staff.create": lambda world, me: {"name": "新小盒", "login": "xin.he", "role": "host", "store": str(world.cast.east.id)},
    "desk.staff.update": lambda world, me: {"name": "改了名", "role": "host", "store": str(world.cast.east.id)},
    "desk.staff.hand_over": lambda world, me: {"to": str(world.cast.east_host.id)},
    "desk.stores.create": _store,
    "desk.stores.update": _store,
    "desk.texts.create": lambda world, me: {"text": "新的说明", "text_en": "A new text"},
    "desk.compounds.create": lambda world, me: {"store": str(world.cast.east.id), "name": "新小区"},
    "desk.compounds.update": lambda world, me: {"name": "新小区"},
    "desk.venues.create": lambda world, me: {"store": str(world.cast.east.id), "name": "新地点"},
    "desk.venues.update": lambda world, me: {"name": "新地点"},
}
