"""The same programme three ways: as a list, by weeks, by months. What they are narrowed to, and the addresses between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from events import clock
from events.catalog import listing
from events.catalog.tables import Kind, Store
from web.site import faces

PATHS = {"list": "/", "week": "/week", "month": "/month"}


@dataclass(frozen=True)
class View:
    """One page of it: which of PATHS, of what store and kind, on which day; `day` None is today."""

    name: str
    store: Store | None
    kind: Kind | None
    day: date | None

    def address(self, name: str = "", **changed: object) -> str:
        """Another one of them, with one thing otherwise. The list knows no day."""
        name = name or self.name
        store = self.store.id if self.store else None
        values = {"day": None if name == "list" else self.day, "store": store, "kind": self.kind} | changed
        told = {key: str(value) for key, value in values.items() if value is not None}
        return PATHS[name] + ("?" + urlencode(told) if told else "")


def read(name: str, stores: Sequence[Store], *, store: str, kind: str, day: date | None) -> View:
    """As an address tells it; what is unknown in it is as if it were not there."""
    return View(
        name,
        next((each for each in stores if str(each.id) == store), None),
        Kind(kind) if kind in {each.value for each in Kind} else None,
        day,
    )


def zone_of(store: Store | None, stores: Sequence[Store]) -> str:
    """By whose clock it is today: the store's, or that of all stores where they have one."""
    zones = {each.zone for each in ([store] if store else stores)}
    return zones.pop() if len(zones) == 1 else listing.ZONE


def today(zone: str) -> date:
    return faces.day_in(clock.now(), zone)
