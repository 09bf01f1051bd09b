"""Helpers' links as whoever makes them sees them: whose, until when, and when last heard of. Never a secret or a PIN."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from events.checkin.helping import helpers
from events.checkin.helping.helpers import Standing
from events.checkin.tables import HelperDevice, HelperLink
from events.people.tables import Staff


@dataclass(frozen=True)
class Listed:
    """A link in the list of its door or its day."""

    link: HelperLink
    name: str
    standing: Standing
    devices: int
    seen_at: datetime | None
    made_by: str

    @property
    def is_good(self) -> bool:
        """Opens something, now or later."""
        return self.standing in {Standing.EARLY, Standing.OPEN}


async def of_session(session: int) -> list[Listed]:
    """Every link to a door, the newest first."""
    return await _listed(await HelperLink.objects().where(HelperLink.session == session).order_by(HelperLink.id, ascending=False))


async def of_route(store: int, day: date) -> list[Listed]:
    """Every link to a chef's day of a store, the newest first."""
    mine = (HelperLink.store == store) & (HelperLink.day == day)
    return await _listed(await HelperLink.objects().where(mine).order_by(HelperLink.id, ascending=False))


async def _listed(links: Sequence[HelperLink]) -> list[Listed]:
    ids = [link.id for link in links]
    devices = await HelperDevice.objects().where(HelperDevice.link.is_in(ids)) if ids else []
    people = {id for link in links for id in (link.staff, link.made_by) if id is not None}
    named = await Staff.objects().where(Staff.id.is_in(sorted(people))) if people else []
    staff = {each.id: each for each in named}
    of = {link.id: [device for device in devices if device.link == link.id] for link in links}
    return [_line(link, staff[link.staff], staff.get(link.made_by), of[link.id]) for link in links]


def _line(link: HelperLink, helper: Staff, made_by: Staff | None, devices: Sequence[HelperDevice]) -> Listed:
    """Whoever was put out of service left no link behind that opens anything."""
    has_left = made_by is not None and made_by.disabled_at is not None
    return Listed(
        link,
        helper.name,
        Standing.REVOKED if has_left else helpers.standing(link),
        len(devices),
        max((device.seen_at for device in devices), default=None),
        made_by.name if made_by is not None else "",
    )
