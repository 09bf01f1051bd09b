"""The family itself: its people, how it is reached, its devices, what we keep of it and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from events import clock
from events.catalog import listing, sessions, texts
from events.catalog.tables import Store, StoreText, TextKind
from events.people import households, members, phones, proofs, sign_ins
from events.people.tables import Household, Member
from events.signup import erasure, merging
from events.signup.tables import Registration
from web import find, reach, replies, viewer
from web.my import quieter
from web.site import faces
from web.viewer import FAMILY_COOKIE, Viewer

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True)
class Relative:
    """One of the family as its page lists them."""

    member: Member
    details: str


@get("/family", name="my.family.index")
async def index(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """Everything we keep of the family beyond its sign-ups; for a device of nobody, the way to its family."""
    if viewer.household is None:
        return replies.page(request, "my/family/nobody", offered=reach.offered(request.app.state.settings))
    household = await find.household(viewer)
    latest = await latest_of(household.id)
    store = await _store_of(latest)
    people = await members.of(household.id)
    return replies.page(
        request,
        "my/family/index",
        household=household,
        relatives=_relatives(request, people, store),
        is_full=len(people) >= members.MOST,
        store=store,
        times=faces.times_of(request, store) if store else faces.desk_times(request),
        text=await _text(household, store),
        offered=reach.offered(request.app.state.settings),
        quieter=await quieter.of(household),
        has_others=bool(await proofs.others(household.id)),
        devices=await sign_ins.devices_of_household(household.id),
        may_pair=latest is not None,
        spaced=phones.spaced,
        event_days=erasure.AFTER.days,
        months=erasure.REMEMBERED.days // 30,
    )


@post("/family/remembrance", name="my.family.remember", status_code=303)
async def remember(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """ "Remember us", under the privacy text in force."""
    household = await find.household(viewer)
    store = await _store_of(await latest_of(household.id))
    text = await texts.current(store.id, TextKind.PRIVACY) if store else None
    await households.remember(household.id, text.id if text else None)
    return replies.to(request, "my.family.index", note="remembered")


@post("/family/oblivion", name="my.family.forget", status_code=303)
async def forget(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """ "Forget us": at once."""
    household = await find.household(viewer)
    await households.forget(household.id)
    return replies.to(request, "my.family.index", note="forgotten_all")


@post("/family/merger", name="my.family.merge", status_code=303)
async def merge(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """Families that proved the same phone or address become one with this one."""
    household = await find.household(viewer)
    others = await proofs.others(household.id)
    for other in others:
        await merging.merge(household.id, other, by=None, store=None)
    return replies.to(request, "my.family.index", note="merged" if others else "")


@post("/family/devices/sign-out", name="my.family.sign_out", status_code=303)
async def sign_out(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """A phone was lost: every device but this one is signed out."""
    household = await find.household(viewer)
    await sign_ins.end_elsewhere(household.id, request.cookies.get(FAMILY_COOKIE, ""))
    return replies.to(request, "my.family.index", note="alone")


async def latest_of(household: int) -> Registration | None:
    """The family's latest sign-up."""
    return await Registration.objects().where(Registration.household == household).order_by(Registration.id, ascending=False).first()


async def _store_of(registration: Registration | None) -> Store | None:
    """Whose privacy text the family reads: the store of its latest sign-up."""
    if registration is None:
        return None
    _session, _event, store = await sessions.whole(registration.session)
    return store


def _relatives(request: AnyRequest, people: list[Member], store: Store | None) -> list[Relative]:
    today = faces.day_in(clock.now(), store.zone if store else listing.ZONE)
    age_of = faces.age_words(viewer.seen(request).language, today)
    return [Relative(each, " · ".join(part for part in (age_of(each), each.allergies, each.diet, each.note) if part)) for each in people]


async def _text(household: Household, store: Store | None) -> StoreText | None:
    """The privacy text the family agreed to; the one in force for a family that has not."""
    if household.remember_text is not None:
        return await StoreText.objects().where(StoreText.id == household.remember_text).first()
    return await texts.current(store.id, TextKind.PRIVACY) if store and household.remembered_at is None else None


handlers = [index, remember, forget, merge, sign_out]
