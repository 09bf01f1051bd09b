"""A group's own link to an event: short, in any case, and it tells by which group a family came."""

from __future__ import annotations

import re
from dataclasses import dataclass

from events.announce.tables import Group
from events.signup.tables import Registration

MARK = re.compile("\u27e6([0-9]{1,9})\u27e7")
"""An event's number in white square brackets, which nobody types: there goes a group's own link to it."""


@dataclass(frozen=True)
class Came:
    """How many are signed up, have their places, and are there: families and heads."""

    families: int = 0
    people: int = 0
    placed: int = 0
    arrived: int = 0

    def __add__(self, other: Came) -> Came:
        return Came(self.families + other.families, self.people + other.people, self.placed + other.placed, self.arrived + other.arrived)


@dataclass(frozen=True)
class Ways:
    """How the families of an event came: by a group's link (by its code), by the page itself, or signed up by the store."""

    by_group: dict[str, Came]
    by_page: Came
    by_store: Came


COUNTED = (
    "SELECT UPPER(r.via) AS code, CASE WHEN r.made_by IS NULL THEN 0 ELSE 1 END AS by_store, COUNT(DISTINCT r.household) AS families, "
    "COUNT(DISTINCT a.id) AS people, COUNT(DISTINCT CASE WHEN r.state = 'placed' THEN a.id END) AS placed, "
    "COUNT(DISTINCT i.attendee) AS arrived "
    "FROM session s JOIN registration r ON r.session = s.id JOIN attendee a ON a.registration = r.id AND a.given_back_at IS NULL "
    "LEFT JOIN passage i ON i.attendee = a.id AND i.way = 'in' AND i.undone_at IS NULL "
    "WHERE s.event = {} AND r.state <> 'cancelled' GROUP BY UPPER(r.via), CASE WHEN r.made_by IS NULL THEN 0 ELSE 1 END"
)


def path(group: Group, event: int) -> str:
    """Below the installation's address; good for a QR in upper case."""
    return f"/G/{group.code}/{event}"


def address(group: Group, event: int, base: str) -> str:
    """The whole link; `base` is the installation's address without a path."""
    return base.rstrip("/") + path(group, event)


def mark(event: int) -> str:
    """What stands in a text of several events for a group's link to this one."""
    return f"\u27e6{event}\u27e7"


def filled(text: str, group: Group, base: str) -> str:
    """The text with every mark made this group's link to that event."""
    return MARK.sub(lambda found: address(group, int(found[1]), base), text)


def poster_path(group: Group, event: int) -> str:
    """Where anybody finds the poster with this group's link: no secret, for chat platforms fetch it."""
    return f"{path(group, event)}/poster.png"


def root(group: Group) -> str:
    """The group's own page of all that is on: for its notice, where one link has to do for good."""
    return f"/G/{group.code}"


def root_address(group: Group, base: str) -> str:
    """The whole of it."""
    return base.rstrip("/") + root(group)


async def code(typed: str) -> str:
    """The code of a known group as it is stored, whatever its case; empty when there is none."""
    found = await group(typed)
    return found.code if found else ""


async def group(typed: str) -> Group | None:
    """The group whose code this is, whatever its case; one that was put away too."""
    if not (typed.isascii() and typed.isalnum()):
        return None
    return await Group.objects().where(Group.code == typed.upper()).first()


async def ways(event: int) -> Ways:
    """How those who are signed up for an event came, in one query however many groups. Counts only: no names, and no other event's."""
    by_group, by_page, by_store = dict[str, Came](), Came(), Came()
    for row in await Registration.raw(COUNTED, event):
        came = Came(row["families"], row["people"], row["placed"], row["arrived"])
        if row["code"]:
            by_group[row["code"]] = by_group.get(row["code"], Came()) + came
        elif row["by_store"]:
            by_store = came
        else:
            by_page = came
    return Ways(by_group, by_page, by_store)
