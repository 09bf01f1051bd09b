"""The rows made so far, by the names the story calls them."""

from __future__ import annotations

from dataclasses import dataclass, field

from events.announce.tables import Group
from events.catalog.tables import Store, Venue
from events.people.tables import Staff
from web.demo import story


@dataclass(frozen=True)
class Made:
    """One store's; people are known by login, households once they have signed up."""

    store: Store
    shop: story.Shop
    staff: dict[str, Staff]
    venues: dict[str, Venue]
    groups: dict[str, Group]
    households: dict[str, int] = field(default_factory=dict)

    def host(self, id: int) -> Staff:
        return next(person for person in self.staff.values() if person.id == id)
