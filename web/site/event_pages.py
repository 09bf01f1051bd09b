"""What pages about events show: rows turned into words, once, for lists, event pages, forms and tickets alike."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from litestar import Request

from events import clock, db
from events.catalog.rows import Offer, Page, Row
from events.catalog.tables import Event, Session, Store, Venue
from events.errors import NotThere
from events.people import phones
from events.signup import capacity, openings
from events.signup.capacity import NOBODY
from web import markdown, viewer
from web.site import faces, rule_words
from web.site.faces import SessionFace
from web.times import Times

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True)
class Card:
    """One coming session in the list."""

    event: Offer
    face: SessionFace
    kind: str
    ages: str
    is_today: bool


async def one_session(request: AnyRequest, event: Event, session: Session, store: Store, *, confirmed: bool = False) -> dict[str, Any]:
    """The context of a page about one session. `confirmed`: the reader has a place, and may know a compound's address."""
    row = await venue_of(session)
    language = viewer.seen(request).language
    times = faces.times_of(request, store)
    where = await faces.place(row, confirmed=confirmed)
    return {
        "event": event,
        "session": session,
        "store": store,
        "times": times,
        "face": faces.face(session, event, where, await capacity.count(session.id), times, language),
        "directions": row.directions if confirmed or row.compound is None else "",
        "kind": faces.kinds(language)[event.kind],
        "age_of": faces.age_words(language, faces.day_in(session.starts_at, store.zone)),
        "spaced": phones.spaced,
    }


async def venue_of(session: Session) -> Venue:
    """Where a session happens."""
    row = await db.row(Venue, session.venue)
    if row is None:
        raise NotThere
    return row


async def whole_event(request: AnyRequest, page: Page) -> dict[str, Any]:
    """The context of an event's page, or of its preview."""
    store = await Store.objects().get(Store.id == page.offer.store)
    if store is None:
        raise NotThere
    times = faces.times_of(request, store)
    language = viewer.seen(request).language
    taken = await capacity.counts(meeting.session for meeting in page.meetings)
    early = openings.early_for(page.offer, clock.now())
    shown = [
        faces.row_face(Row(offer=page.offer, meeting=meeting), taken.get(meeting.session, NOBODY), times, language)
        for meeting in page.meetings
    ]
    return {
        "page": page,
        "event": page.offer,
        "store": store,
        "times": times,
        "faces": shown,
        "kind": faces.kinds(language)[page.offer.kind],
        "ages": faces.ages_of(page.offer, language),
        "rules": rule_words.for_families(page.rules, early, times),
        "early_until": early,
        "fee": page.offer.fee_note or rule_words.fee(page.rules, language),
        "card_text": page.offer.summary or markdown.plain(page.description)[:100],
    }


async def cards(request: AnyRequest, rows: Collection[Row]) -> list[Card]:
    """Sessions with how full they are, in one more query however many."""
    language, moment = viewer.seen(request).language, clock.now()
    times = {zone: Times(zone, moment, language) for zone in {row.offer.zone for row in rows}}
    taken = await capacity.counts(row.session for row in rows)
    return [
        Card(
            event=row.offer,
            face=faces.row_face(row, taken.get(row.session, NOBODY), times[row.offer.zone], language),
            kind=faces.kinds(language)[row.offer.kind],
            ages=faces.ages_of(row.offer, language),
            is_today=faces.day_in(row.meeting.starts_at, row.offer.zone) == faces.day_in(moment, row.offer.zone),
        )
        for row in rows
    ]
