"""The catalog as pages read it: flat, frozen, without a query behind any attribute."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

import msgspec
from piccolo.columns import Column

from events.catalog.rules import Rules
from events.catalog.tables import Event, EventState, Kind, Session, SessionState


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where, as anybody may read it: of a compound only its names, the address is for confirmed families."""

    venue: int
    name: str
    address: str
    directions: str
    compound: str


class Meeting(msgspec.Struct, frozen=True, kw_only=True):
    """One session."""

    session: int
    uid: str
    state: SessionState
    starts_at: datetime
    ends_at: datetime
    places: int
    sequence: int
    cancel_reason: str
    changed_at: datetime
    place: Place

    @property
    def is_on(self) -> bool:
        return self.state == SessionState.ON


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """One event without its long texts; `picture` is its digest."""

    event: int
    store: int
    store_name: str
    zone: str
    kind: Kind
    state: EventState
    title: str
    summary: str
    fee_note: str
    age_from: int | None
    age_to: int | None
    host: int
    host_name: str
    picture: str | None
    opens_at: datetime | None
    closes_minutes: int
    members_hours: int
    cancel_reason: str
    published_at: datetime | None
    cancelled_at: datetime | None
    changed_at: datetime

    def closes_at(self, meeting: Meeting) -> datetime:
        """When sign-up for a session of it ends."""
        return meeting.starts_at - timedelta(minutes=self.closes_minutes)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A session in a list, with the event it belongs to."""

    offer: Offer
    meeting: Meeting

    @property
    def session(self) -> int:
        return self.meeting.session

    @property
    def is_on(self) -> bool:
        return self.meeting.is_on and self.offer.state == EventState.PUBLISHED


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """An event with its long texts; `bring` is one thing each, `meetings` are those not yet over, else the last few."""

    offer: Offer
    description: str
    bring: tuple[str, ...]
    allergy_note: str
    chef: str
    rules: Rules
    picture_width: int | None
    picture_height: int | None
    store_address: str
    store_phone: str
    store_hours: str
    meetings: tuple[Meeting, ...]


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """An event on the desk's list; `coming` are its sessions that are on and not over, `total` counts every one."""

    offer: Offer
    coming: tuple[Meeting, ...]
    total: int


# Joined columns come back flat: m_ is the session's, p_ the place's, t_ the long texts', r_ the rules', the event's own have no prefix.


def _named(prefix: str, **columns: Column) -> tuple[Column, ...]:
    return tuple(column.as_alias(prefix + name) for name, column in columns.items())


def _offer_columns(event: Any) -> tuple[Column, ...]:
    own = {name: getattr(event, name) for name in Offer.__struct_fields__ if name not in _JOINED}
    return _named("", **own, **{name: _follow(event, path) for name, path in _JOINED.items()})


def _follow(event: Any, path: str) -> Any:
    for part in path.split("."):
        event = getattr(event, part)
    return event


_JOINED = {
    "event": "id",
    "store": "store.id",
    "store_name": "store.name",
    "zone": "store.zone",
    "host": "host.id",
    "host_name": "host.name",
    "picture": "picture.digest",
}
_MEETING_OWN = tuple(name for name in Meeting.__struct_fields__ if name not in {"session", "place"})
_LONG = ("description", "bring", "allergy_note", "chef")
_RULES = tuple(field.name for field in fields(Rules))

OFFER = _offer_columns(Event)
OFFER_OF_SESSION = _offer_columns(Session.event)
MEETING = (
    *_named("m_", session=Session.id, **{name: getattr(Session, name) for name in _MEETING_OWN}),
    *_named(
        "p_",
        venue=Session.venue._.id,
        name=Session.venue._.name,
        address=Session.venue._.address,
        directions=Session.venue._.directions,
        compound=Session.venue._.compound._.name,
    ),
)
TEXTS = (
    *_named("r_", **{name: getattr(Event, name) for name in _RULES}),
    *_named(
        "t_",
        **{name: getattr(Event, name) for name in _LONG},
        picture_width=Event.picture._.width,
        picture_height=Event.picture._.height,
        store_address=Event.store._.address,
        store_phone=Event.store._.phone,
        store_hours=Event.store._.hours,
    ),
)


def offer(row: dict[str, Any]) -> Offer:
    values = {name: row[name] for name in Offer.__struct_fields__}
    return Offer(**values | {"kind": Kind(row["kind"]), "state": EventState(row["state"])})


def row(row: dict[str, Any]) -> Row:
    return Row(offer=offer(row), meeting=meeting(row))


def meeting(row: dict[str, Any]) -> Meeting:
    values = {name: row[f"m_{name}"] for name in _MEETING_OWN}
    typed = {"uid": str(row["m_uid"]), "state": SessionState(row["m_state"])}
    return Meeting(**values | typed, session=row["m_session"], place=_place(row))


def page(row: dict[str, Any], meetings: tuple[Meeting, ...]) -> Page:
    texts = {name[2:]: value for name, value in row.items() if name.startswith("t_")}
    bring = tuple(line.strip() for line in texts.pop("bring").splitlines() if line.strip())
    rules = Rules.read({name: row[f"r_{name}"] for name in _RULES})
    return Page(**texts, bring=bring, rules=rules, offer=offer(row), meetings=meetings)


def _place(row: dict[str, Any]) -> Place:
    in_compound = row["p_compound"] is not None
    return Place(
        venue=row["p_venue"],
        name=row["p_name"],
        address="" if in_compound else row["p_address"],
        directions="" if in_compound else row["p_directions"],
        compound=row["p_compound"] or "",
    )
