"""What the desk's pages about events show: rows turned into words, with how many came and wait."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request, Response

from events import clock
from events.announce.tables import Group
from events.catalog import clashes, events, listing, questions, rules, sessions
from events.catalog.clashes import Clash
from events.catalog.rows import Card, Meeting, Offer
from events.catalog.tables import Event, EventState
from events.errors import _
from events.notices import changes
from events.people import rights
from events.signup import capacity
from events.signup.capacity import NOBODY, Count
from web import counts, forms, replies, viewer
from web.desk import brought_pages, clash_words
from web.language import say
from web.site import faces, rule_words
from web.site.faces import Mark
from web.times import Times

AnyRequest = Request[Any, Any, Any]
STATES = {
    EventState.DRAFT: ("wait", "edit", _("草稿，只有店里看得到")),
    EventState.PUBLISHED: ("in", "check", _("发布了")),
    EventState.CANCELLED: ("no", "cross", _("取消了")),
}


@dataclass(frozen=True)
class Sitting:
    """A session as the desk reads it."""

    id: int
    when: str
    dated: str
    day: str
    hours: str
    exact: str
    where: str
    places: int
    count: Count
    mark: Mark
    is_on: bool
    is_over: bool


@dataclass(frozen=True)
class Face:
    """An event in the desk's list; the numbers are of the sessions to come."""

    offer: Offer
    kind: str
    next: Sitting | None
    coming: int
    total: int
    taken: int
    places: int
    waiting: int


async def described(request: AnyRequest, cards: Collection[Card]) -> list[Face]:
    """Two lines of words for each event; one query however many."""
    language, moment = viewer.seen(request).language, clock.now()
    taken = await capacity.counts(meeting.session for card in cards for meeting in card.coming)
    kinds = faces.kinds(language)
    return [_face(card, taken, kinds, moment, language) for card in cards]


async def sittings(request: AnyRequest, offer: Offer, meetings: Collection[Meeting]) -> list[Sitting]:
    """The sessions of one event; one query however many."""
    language, moment = viewer.seen(request).language, clock.now()
    taken = await capacity.counts(meeting.session for meeting in meetings)
    times = Times(offer.zone, moment, language)
    return [_sitting(meeting, offer, taken.get(meeting.session, NOBODY), times, language) for meeting in meetings]


async def draw(request: AnyRequest, event: Event, form: forms.Form, *, is_warned: bool = False) -> Response[Any]:
    """The event's own page; `form` carries what was refused. `is_warned`: its clashes keep it from being published at the first press."""
    who = viewer.seen(request)
    page = await listing.event_page(event.id, with_drafts=True)
    asked = await questions.of(event.id)
    held = await listing.meetings(event.id)
    times = Times(page.offer.zone, clock.now(), who.language)
    found = await coming_clashes(event)
    return replies.page(
        request,
        "desk/events/show",
        form=form,
        page=page,
        event=page.offer,
        kind=faces.kinds(who.language)[page.offer.kind],
        ages=faces.ages_of(page.offer, who.language),
        rules=rule_words.for_desk(page.rules, await _first_groups(event), who.language),
        questions=[each.question.label for each in asked],
        state=state(page.offer, who.language),
        times=times,
        sittings=await sittings(request, page.offer, held),
        clashing={session: clash_words.short(each, who.language) for session, each in found.items()},
        warning=clash_words.of_event(found, who, times),
        is_warned=is_warned,
        missing=[say(who.language, each) for each in await events.missing(event)] if event.state == EventState.DRAFT else [],
        can_edit=rights.may_edit(who.member, event.store, event.host),
        changed=await changes.of_event(event.id),
        bars=await brought_pages.of_event(event, who.language),
    )


async def coming_clashes(event: Event) -> dict[int, list[Clash]]:
    """What the event's sessions that are to come clash with, by session."""
    return await clashes.of([session.id for session in await sessions.coming(event.id)])


async def _first_groups(event: Event) -> list[str]:
    """The names of those that may sign up first."""
    codes = await rules.first_groups(event.id)
    return [row["name"] for row in await Group.select(Group.name).where(Group.code.is_in(codes)).order_by(Group.name)] if codes else []


def state(offer: Offer, language: str) -> Mark:
    kind, icon, words = STATES[offer.state]
    return Mark(kind, icon, say(language, words))


def _face(card: Card, taken: dict[int, Count], kinds: dict[str, str], moment: datetime, language: str) -> Face:
    of_coming = [taken.get(meeting.session, NOBODY) for meeting in card.coming]
    times = Times(card.offer.zone, moment, language)
    return Face(
        offer=card.offer,
        kind=kinds[card.offer.kind],
        next=_sitting(card.coming[0], card.offer, of_coming[0], times, language) if card.coming else None,
        coming=len(card.coming),
        total=card.total,
        taken=sum(count.taken for count in of_coming),
        places=sum(meeting.places for meeting in card.coming),
        waiting=sum(count.waiting_families for count in of_coming),
    )


def _sitting(meeting: Meeting, offer: Offer, count: Count, times: Times, language: str) -> Sitting:
    return Sitting(
        id=meeting.session,
        when=times.moment(meeting.starts_at),
        dated=times.dated(meeting.starts_at, meeting.ends_at),
        day=times.date(meeting.starts_at),
        hours=times.hours(meeting.starts_at, meeting.ends_at),
        exact=times.exact(meeting.starts_at),
        where=" · ".join(part for part in (meeting.place.compound, meeting.place.name) if part),
        places=meeting.places,
        count=count,
        mark=_mark(meeting, offer, count, times.now, language),
        is_on=meeting.is_on and offer.state != EventState.CANCELLED,
        is_over=meeting.ends_at <= times.now,
    )


def _mark(meeting: Meeting, offer: Offer, count: Count, moment: datetime, language: str) -> Mark:
    if not meeting.is_on:
        return Mark("no", "cross", say(language, _("取消了：%(reason)s"), reason=meeting.cancel_reason or offer.cancel_reason))
    if meeting.ends_at <= moment:
        return Mark("plain", "clock", say(language, _("结束了")))
    left = max(meeting.places - count.taken, 0)
    if count.waiting_families:
        return Mark("wait", "wait", say(language, _("满了，%(families)s在等"), families=counts.families(count.waiting_families, language)))
    if not left:
        return Mark("plain", "people", say(language, _("满了")))
    return Mark("plain", "people", say(language, _("还有 %(places)s"), places=counts.places(left, language)))
