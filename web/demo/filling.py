"""Fills an empty database with the story: who and where first, then what happened, act by act, through the services."""

from __future__ import annotations

from datetime import datetime, timedelta

import events.reactions  # noqa: F401 -- importing installs them: a place brings its ticket
from events.announce import groups
from events.announce.tables import Group
from events.catalog import compounds, stores, venues
from events.catalog.tables import Store
from events.people import reset_links, sign_ins, staff
from events.people.tables import Role, Staff
from web.demo import families, happenings, mornings, story, wishes
from web.demo.made import Made
from web.demo.posts import Wire
from web.demo.timeline import Timeline, clock_at

OWNER = story.Person(name="程远", login="cheng", role=Role.OWNER)
PASSWORD = "linju-demo"  # noqa: S105 -- it is printed at every start, and opens made-up rows on this machine
OPENED = timedelta(days=40)  # ago: the stores were there before the month began


async def fill(shops: tuple[story.Shop, ...], now: datetime, wire: Wire) -> None:
    """The whole month around `now`; nothing of it is dated later."""
    timeline = Timeline(now)
    owner = await _hire(OWNER, None, by=None, at=now - OPENED)
    for shop in shops:
        made = await _open(shop, owner, now - OPENED)
        for happening in shop.happenings:
            happenings.plan(timeline, made, happening, wire)
    families.plan(timeline, wire)
    mornings.plan(timeline, wire)
    wishes.plan(timeline, wire)
    await timeline.play()


async def _open(shop: story.Shop, owner: Staff, at: datetime) -> Made:
    with clock_at(at):
        store = await stores.add(shop.details, by=owner)
    people = {person.login: await _hire(person, store.id, by=owner, at=at) for person in shop.staff}
    with clock_at(at):
        places = {details.name: (await compounds.add(store, details, by=owner)).id for details in shop.compounds}
        rooms = {venue.name: await venues.add(store, _venue(venue, places), by=owner) for venue in shop.venues}
        chats = {each.name: await _add_group(store, each, people, places) for each in shop.groups}
    return Made(store, shop, people, rooms, chats)


async def _hire(person: story.Person, store: int | None, *, by: Staff | None, at: datetime) -> Staff:
    """With a password chosen by a reset link, as everybody does, and signed out again."""
    with clock_at(at):
        member = await staff.add(person.name, person.login, person.role, store, by=by)
        secret = await reset_links.make(member, by=by)
        await sign_ins.end(await reset_links.use(secret, PASSWORD))
    return member


def _venue(venue: story.Venue, places: dict[str, int]) -> venues.Details:
    return venues.Details(venue.name, places[venue.compound] if venue.compound else None, venue.address, venue.directions)


async def _add_group(store: Store, group: story.Group, people: dict[str, Staff], places: dict[str, int]) -> Group:
    host = people[group.host]
    details = groups.Details(
        name=group.name,
        kind=group.kind,
        channel=group.channel,
        host=host.id,
        members=group.members,
        compound=places[group.compound] if group.compound else None,
        has_digest=group.has_digest,
    )
    return await groups.add(store, details, robot=group.robot, secret=group.secret, by=host)
