"""What a digest said that is true no longer: left out of what has not been posted, and no digest is posted late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from piccolo.columns import Column

from events import clock
from events.announce import digests, links, programmes
from events.announce.tables import Announcement, Delivery, DeliveryState, Template, Wording
from events.catalog.tables import Session, SessionState, Store
from events.db import lock, writing
from events.facts import SessionChanged

KEPT = timedelta(hours=20)  # a to-do: until before the next morning's
EXPIRED, NOTHING_LEFT = "expired", "nothing_left"  # a stopped row's code
BY_HOST = (DeliveryState.TO_DO, DeliveryState.FAILED, DeliveryState.PAUSED)
TOLD = (DeliveryState.ACCEPTED, DeliveryState.UNKNOWN, DeliveryState.SENDING, DeliveryState.WAITING)
NOT_POSTED = (*BY_HOST, DeliveryState.DUE, DeliveryState.CLAIMED)  # what was only claimed has not left, and then never does


async def expire() -> int:
    """Stop what nobody posted in time: by hand until the next morning, by robots within the digest's two hours. How many."""
    moment = clock.now()
    late = (Delivery.state == DeliveryState.DUE) & (Delivery.created_at < moment - digests.LATEST)
    undone = Delivery.state.is_in(list(BY_HOST)) & (Delivery.created_at < moment - KEPT)
    rows = await Delivery.select(Delivery.id).where((late | undone) & (Delivery.announcement.template == Template.DIGEST))
    if not rows:
        return 0
    async with writing():
        over = Delivery.id.is_in([row["id"] for row in rows]) & (late | undone)
        return len(await Delivery.update(_stopped(EXPIRED, moment)).where(over).returning(Delivery.id))


async def leave_out(fact: SessionChanged) -> None:
    """A reaction: what was moved or called off goes out of the digests that are not posted yet; one with nothing left is stopped.

    A digest says nothing of flats: of another flat alone it stays as it is.
    """
    moment = clock.now()
    if fact.was_starts_at > moment + timedelta(days=programmes.DAYS + 1):
        return
    now = (Session.state, Session.starts_at, Session.ends_at, Session.venue)
    row = await Session.select(Session.event, Session.event.store.as_alias("store"), *now).where(Session.id == fact.session).first()
    if row is None:
        raise RuntimeError("a session that changed is gone")
    if _is_as_it_was(row, fact):
        return
    await lock(Store, row["store"])  # a digest that is being made is waited for
    for announcement in await _naming(row["event"], moment - KEPT, row["store"]):
        await lock(Announcement, announcement.id)
        await announcement.refresh()
        await _edit(announcement, without(announcement.text, row["event"]), moment)


def _is_as_it_was(row: Mapping[str, Any], fact: SessionChanged) -> bool:
    now = (row["starts_at"], row["ends_at"], row["venue"])
    return row["state"] == SessionState.ON and now == (fact.was_starts_at, fact.was_ends_at, fact.was_venue)


def without(text: str, event: int) -> str:
    """The text without the paragraph that holds the event's mark; empty when no other event is left."""
    kept = [each for each in text.split("\n\n") if links.mark(event) not in each]
    return "\n\n".join(kept) if any(links.MARK.search(each) for each in kept) else ""


async def told_of(event: int, *, since: datetime) -> set[int]:
    """The groups that read of this event in a digest since then, or may have: in the text as it was when it left."""
    recent = (Announcement.template == Template.DIGEST) & (Announcement.created_at > since)
    rows = await Delivery.select(
        *(Delivery.group, Delivery.announcement, Delivery.version), Delivery.announcement.text.as_alias("text")
    ).where(Delivery.state.is_in(list(TOLD)) & Delivery.announcement.is_in(Announcement.select(Announcement.id).where(recent)))
    ids = sorted({row["announcement"] for row in rows})
    before = await Wording.objects().where(Wording.announcement.is_in(ids)) if ids else []
    wordings = {(each.announcement, each.version): each.text for each in before}
    return {row["group"] for row in rows if links.mark(event) in wordings.get((row["announcement"], row["version"]), row["text"])}


async def _naming(event: int, since: datetime, store: int) -> list[Announcement]:
    wanted = (Announcement.template == Template.DIGEST) & (Announcement.created_at > since)
    wanted = wanted & Announcement.text.like(f"%{links.mark(event)}%")
    return await Announcement.objects().where(wanted & (Announcement.store == store)).order_by(Announcement.id)


async def _edit(announcement: Announcement, text: str, moment: datetime) -> None:
    mine = (Delivery.announcement == announcement.id) & Delivery.state.is_in(list(NOT_POSTED))
    if not text:
        await Delivery.update(_stopped(NOTHING_LEFT, moment)).where(mine)
    elif await Delivery.exists().where(mine):
        await Wording(announcement=announcement.id, version=announcement.version, text=announcement.text, edited_at=moment).save()
        soonest = int(links.MARK.findall(text)[0])
        await announcement.update_self({"text": text, "version": announcement.version + 1, "event": soonest})


def _stopped(code: str, moment: datetime) -> dict[Column | str, Any]:
    return {Delivery.state: DeliveryState.STOPPED, Delivery.code: code, Delivery.finished_at: moment, Delivery.lease_until: None}
