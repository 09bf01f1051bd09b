"""Events on their way: drafted, edited, published, called off."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from piccolo.columns import Column

from events import clock, codes, facts
from events.catalog.details import Details, check
from events.catalog.tables import Event, EventState, Picture, Session, SessionState, Store
from events.db import lock, writing
from events.errors import NotThere, Refused, _
from events.people import audit, rights
from events.people.tables import Role, Staff

REASON = 120  # characters


class NotReady(Refused):
    """Not to be published yet; `missing` has a sentence for each thing that is."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(missing[0] if len(missing) == 1 else _("还差几样，补上就能发布"))
        self.missing = missing


async def draft(store: Store, details: Details, *, by: Staff) -> Event:
    """A new event that only the desk sees. A host drafts their own, a lead for anyone of the store."""
    _may_edit(by, store.id, details.host)
    check(details)
    async with writing():
        await _check_references(store.id, details)
        event = Event(store=store.id, **asdict(details))
        await event.save()
        await audit.record(by, "event.drafted", event, store=store.id)
    return event


async def edit(event: Event, details: Details, *, by: Staff) -> Event:
    """The event with these details; a change of any moves `changed_at`, and with it what calendars hold."""
    check(details)
    async with writing():
        event = await hold(event.id, by=by)
        before = Details.of(event)
        if event.state == EventState.CANCELLED:
            raise Refused(_("取消了的活动不能再改，可以复制一份"))
        if event.state == EventState.PUBLISHED and not details.summary.strip():
            raise Refused(_("发布了的活动要有一句话介绍"), field="summary")
        if details == before:
            return event
        _may_edit(by, event.store, details.host)
        await _check_references(event.store, details, before)
        values: dict[Column | str, Any] = {getattr(Event, name): value for name, value in asdict(details).items()}
        await event.update_self({**values, Event.changed_at: clock.now()})
        await audit.record(by, "event.edited", event, store=event.store)
    return event


async def missing(event: Event) -> tuple[str, ...]:
    """What keeps the event from being published, a sentence each; empty when it is ready."""
    coming = await Session.exists().where(
        (Session.event == event.id) & (Session.state == SessionState.ON) & (Session.starts_at > clock.now())
    )
    checks = {
        _("起个名字"): bool(event.title.strip()),
        _("写一句话介绍"): bool(event.summary.strip()),
        _("排至少一场还没开始的"): coming,
    }
    return tuple(sentence for sentence, is_there in checks.items() if not is_there)


async def publish(event: Event, *, by: Staff) -> Event:
    """Families see it from now on; twice is the same as once. Refused with NotReady while something is missing."""
    async with writing():
        event = await hold(event.id, by=by)
        if event.state == EventState.PUBLISHED:
            return event
        if event.state == EventState.CANCELLED:
            raise Refused(_("取消了的活动不能再发布，可以复制一份"))
        if lacks := await missing(event):
            raise NotReady(lacks)
        moment = clock.now()
        await event.update_self({Event.state: EventState.PUBLISHED, Event.published_at: moment, Event.changed_at: moment})
        await audit.record(by, "event.published", event, store=event.store)
        await facts.tell(facts.EventPublished(event.id))
    return event


async def cancel(event: Event, reason: str, *, act: str = "", by: Staff) -> Event:
    """Called off with every session that has not begun; families read the reason. What has begun or is over stays as it was.

    Twice is the same as once. A draft is put away without a word to anyone. `act` names what was done, else it gets a name.
    """
    reason, act = checked_reason(reason), act or codes.secret(26)
    async with writing():
        event = await hold(event.id, by=by)
        if event.state == EventState.CANCELLED:
            return event
        was_public = event.state == EventState.PUBLISHED
        moment = clock.now()
        called_off = await _cancel_coming_sessions(event, reason, moment)
        await event.update_self(
            {
                Event.state: EventState.CANCELLED,
                Event.cancel_reason: reason,
                Event.cancelled_at: moment,
                Event.changed_at: moment,
            }
        )
        await audit.record(by, "event.cancelled", event, store=event.store)
        if was_public:
            for was in called_off:
                await facts.tell(facts.SessionChanged(was.id, act, was.starts_at, was.ends_at, was.venue, by.id))
            await facts.tell(facts.EventCancelled(event.id, act))
    return event


async def check_cancel(event: Event, reason: str, *, by: Staff) -> None:
    """Refused with what `cancel` would refuse now; nothing is written."""
    checked_reason(reason)
    async with writing():
        await hold(event.id, by=by)


async def hold(event: int, *, by: Staff) -> Event:
    """The event as it is now, under its lock until the transaction ends. Refused unless `by` may edit it; a foreign one is NotThere."""
    await lock(Event, event)
    row = await Event.objects().where(Event.id == event).first()
    if row is None:
        raise NotThere
    _may_edit(by, row.store, row.host)
    return row


async def hold_coming(event: int) -> list[int]:
    """The sessions of an event that are to take place and have not begun, under their locks; the caller holds the event's."""
    coming = (Session.event == event) & (Session.state == SessionState.ON) & (Session.starts_at > clock.now())
    ids = [row["id"] for row in await Session.select(Session.id).where(coming).order_by(Session.id)]
    if ids:
        await lock(Session, *ids)
    return ids


async def hosts_of(store: int) -> list[Staff]:
    """Who may be the host of an event of the store, by name."""
    return (
        await Staff.objects()
        .where(((Staff.store == store) | (Staff.role == Role.OWNER)) & (Staff.role != Role.HELPER) & Staff.disabled_at.is_null())
        .order_by(Staff.name, Staff.id)
    )


async def is_host(staff: int, store: int) -> bool:
    """Whether somebody may be the host of an event of the store."""
    of_store = ((Staff.store == store) | (Staff.role == Role.OWNER)) & (Staff.role != Role.HELPER)
    return await Staff.exists().where((Staff.id == staff) & of_store & Staff.disabled_at.is_null())


def checked_reason(reason: str) -> str:
    """Why something is called off, in words for families; refused when empty or too long."""
    reason = reason.strip()
    if not reason:
        raise Refused(_("写一句为什么取消，家长看得到"), field="reason")
    if len(reason) > REASON:
        raise Refused(_("最多 %(n)s 个字"), field="reason", n=REASON)
    return reason


def _may_edit(by: Staff, store: int, host: int) -> None:
    if not rights.sees(by, store):
        raise NotThere
    if not rights.may_edit(by, store, host):
        raise Refused(_("只有带这个活动的小盒和本店大盒可以改"))


async def _check_references(store: int, details: Details, before: Details | None = None) -> None:
    if (before is None or details.host != before.host) and not await is_host(details.host, store):
        raise Refused(_("小盒要是这家店在岗的人"), field="host")
    if details.picture is not None and not await Picture.exists().where((Picture.id == details.picture) & (Picture.store == store)):
        raise Refused(_("这张图不在了，重新传一次"), field="picture")


async def _cancel_coming_sessions(event: Event, reason: str, moment: datetime) -> list[Session]:
    """As they were before."""
    ids = await hold_coming(event.id)
    before = await Session.objects().where(Session.id.is_in(ids)).order_by(Session.id) if ids else []
    if ids:
        await Session.update(
            {
                Session.state: SessionState.CANCELLED,
                Session.cancel_reason: reason,
                Session.sequence: Session.sequence + 1,
                Session.changed_at: moment,
            }
        ).where(Session.id.is_in(ids))
    return before
