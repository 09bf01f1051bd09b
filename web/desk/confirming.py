"""Before a change is done: who will hear of it, in which words, and when. The same form then does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request, Response

from events import clock, codes
from events.announce import announcements, follow_ups
from events.announce.follow_ups import Plan, Telling
from events.announce.tables import ChannelName, Group
from events.catalog import sessions
from events.catalog.clashes import Clash
from events.catalog.tables import Event, Session, Store, Venue
from events.catalog.visits import Visit
from events.errors import _
from events.notices import changes, forecast
from web import find, forms, reach, replies, viewer
from web.desk import announcement_words, change_words, clash_words, delivery_pages
from web.desk.change_words import Move
from web.desk.clash_words import Caution
from web.language import say
from web.site import faces
from web.times import Times

AnyRequest = Request[Any, Any, Any]
OURS = ("text", "groups", "shown", "is_urgent", "confirmed", "key")  # fields of this page; all others are carried over
WAYS = {"sms": _("%(n)s 家发短信"), "email": _("%(n)s 家发邮件"), forecast.CALL: _("%(n)s 家发不到，要打电话，名单会替你列好")}
SHOWN = 8  # sessions named, of an event called off


@dataclass(frozen=True)
class Choice:
    """A group that had been told, to tick."""

    id: int
    name: str
    way: str
    way_icon: str
    is_chosen: bool


def is_confirmed(form: forms.Form) -> bool:
    """Whether the page before was seen, and said yes to."""
    return form.flag("confirmed")


def is_about_words(form: forms.Form) -> bool:
    """Whether only what is told was refused, so that this page asks once more."""
    return is_confirmed(form) and set(form.errors) <= {"text", "groups"}


def telling(form: forms.Form) -> Telling:
    """What was decided on the page before."""
    return Telling(
        act=form.text("key", at_most=32, required=False) or codes.secret(26),
        text=form.text("text", at_most=announcements.LONGEST, required=False, lines=True),
        groups=form.chosen("groups"),
        shown=_shown(form),
        is_urgent=form.flag("is_urgent"),
    )


def _shown(form: forms.Form) -> set[int] | None:
    """The groups that were on the page before; None where it had nothing for groups."""
    typed = form.value("shown").split()
    return {int(each) for each in typed if each.isdecimal() and len(each) < 19} if typed else None


async def moving(
    request: AnyRequest,
    form: forms.Form,
    session: Session,
    event: Event,
    venue: Venue,
    starts_at: datetime,
    ends_at: datetime,
    visit: Visit | None,
    found: Sequence[Clash] = (),
) -> Response[Any] | None:
    """Of another time or place; None when nobody will hear of it. `found` is what the session would clash with there."""
    store = await find.by(Store, Store.id, event.store)
    move = await change_words.move(session, await find.by(Venue, Venue.id, session.venue), venue, starts_at, ends_at)
    is_flat_only = session.venue == venue.id and not move.is_at_another_time
    plan = await follow_ups.plan(event, store, [session], is_flat_only=is_flat_only)
    if not plan.tells:
        return None
    text = await change_words.draft_moved(event, session, move, _as_groups_read(store))
    action = request.app.route_reverse("desk.sessions.update", id=session.id)
    form.put(despite=clash_words.digest(found))
    warning = clash_words.warning(found, viewer.seen(request), faces.times_of(request, store), starts_at)
    return await _page(request, form, plan, action, event, store, [session], text, move, warning)


async def calling_off(request: AnyRequest, form: forms.Form, session: Session, event: Event) -> Response[Any] | None:
    """Of one session; None when nobody will hear of it."""
    store = await find.by(Store, Store.id, event.store)
    plan = await follow_ups.plan(event, store, [session])
    if not plan.tells:
        return None
    text = await change_words.draft_off(event, [session], form.value("reason"), _as_groups_read(store))
    action = request.app.route_reverse("desk.sessions.destroy", id=session.id)
    return await _page(request, form, plan, action, event, store, [session], text)


async def calling_off_event(request: AnyRequest, form: forms.Form, event: Event) -> Response[Any] | None:
    """Of all that is to come; None when nobody will hear of it."""
    store = await find.by(Store, Store.id, event.store)
    concerned = await sessions.coming(event.id)
    plan = await follow_ups.plan(event, store, concerned, is_whole=True)
    if not plan.tells:
        return None
    text = await change_words.draft_off(event, concerned, form.value("reason"), _as_groups_read(store))
    action = request.app.route_reverse("desk.cancellations.create", id=event.id)
    return await _page(request, form, plan, action, event, store, concerned, text)


async def _page(
    request: AnyRequest,
    form: forms.Form,
    plan: Plan,
    action: str,
    event: Event,
    store: Store,
    concerned: Sequence[Session],
    text: str,
    move: Move | None = None,
    warning: Caution | None = None,
) -> Response[Any]:
    """Who hears of it, in which words, and when. `action` is where the form goes back to, with all that was typed."""
    if not is_confirmed(form):
        is_urgent = any(changes.is_urgent(session, store) for session in concerned)
        form.put(key=codes.secret(26), text=text, is_urgent="1" if is_urgent else "")
    known = {group.id for group in plan.groups}
    chosen = set(form.chosen("groups")) | (known - (_shown(form) or known)) if is_confirmed(form) else known
    shown = [("shown", " ".join(map(str, [0, *sorted(known)])))] if plan.is_public else []
    language = viewer.seen(request).language
    return replies.page(
        request,
        "desk/changes/confirm",
        form=form,
        plan=plan,
        action=action,
        event=event,
        carried=[*((name, value) for name, value in form.typed() if name not in OURS), *shown],
        choices=[_choice(group, chosen, language) for group in plan.groups],
        concerned=concerned[:SHOWN],
        more=max(len(concerned) - SHOWN, 0),
        move=move,
        warning=warning,
        ways=await _ways(request, plan, language),
        reason=form.value("reason"),
        times=faces.times_of(request, store),
    )


async def _ways(request: AnyRequest, plan: Plan, language: str) -> list[str]:
    """How many families hear of it by which way."""
    counted = await forecast.by_way(plan.families, reach.senders(request.app.state.settings))
    return [say(language, words, n=counted[kind]) for kind, words in WAYS.items() if counted[kind]]


def _as_groups_read(store: Store) -> Times:
    return Times(store.zone, clock.now(), announcement_words.LANGUAGE)


def _choice(group: Group, chosen: set[int], language: str) -> Choice:
    channel = ChannelName(group.channel)
    way = say(language, delivery_pages.WAYS[channel])
    return Choice(group.id, group.name, way, delivery_pages.WAY_ICONS[channel], group.id in chosen)
