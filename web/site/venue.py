"""A family's own device at the venue: the code on the screen brings it here, and it lets its own people in.

The code leaves the address at once, so that what somebody passes on from here is worth nothing on another device.
"""

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath

from events import codes
from events.catalog import sessions
from events.catalog.tables import Session
from events.checkin import arrivals
from events.checkin.arrivals import AtDoor
from events.checkin.tables import Grant
from events.checkin.venue import grants
from events.checkin.verdicts import OPEN, SENTENCES, Verdict
from events.errors import _
from events.people import attempts
from events.signup.tables import Attendee, AttendeeKind, Registration
from web import callers, forms, replies, viewer
from web.language import say
from web.site import event_pages, faces
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
COOKIE = "linju_here"
LASTS = 12 * 3600  # seconds: the page still says "in" after the grant is over, which lasts three minutes by its row

# The verdicts as a family hears them, with what to do.
SAYS = {
    Verdict.AGE: _("年龄不在这个活动的范围里，跟小盒说一声"),
    Verdict.OTHER_SESSION: _("您报的是今天另一场，%(when)s"),
    Verdict.OTHER_DAY: _("您报的是另一天，%(when)s"),
    Verdict.PENDING: _("店里还没点头，问一声小盒"),
    Verdict.WAITING: _("还在排队，问问小盒有没有空位"),
    Verdict.OFFERED: _("名额给您留着，先在票上回个话"),
    Verdict.GIVEN_BACK: _("名额已经退了，还想来就跟小盒说"),
}


@dataclass(frozen=True)
class Guest:
    """One of the family who is not inside."""

    person: Attendee
    may_come: bool
    is_ticked: bool


@dataclass(frozen=True)
class Family:
    """One of the device's registrations, as it stands before this door."""

    registration: Registration
    at: AtDoor
    guests: list[Guest]
    why: str  # nobody of them may come in by themselves; empty where somebody may, or all are in
    nonce: str

    @property
    def is_in(self) -> bool:
        return bool(self.at.inside) and not self.guests

    @property
    def may_come(self) -> bool:
        return any(guest.may_come for guest in self.guests)

    @property
    def leaves_children(self) -> bool:
        """A child is inside, and is handed back by a code."""
        inside = [person for person in self.at.people if person.id in self.at.inside]
        return self.at.here.is_drop_off and any(person.kind == AttendeeKind.CHILD for person in inside)


async def again(request: AnyRequest, form: forms.Form) -> Response[Any]:
    """A code that does not open: what is wrong with it, and what to do."""
    return replies.page(request, "site/venue/again", says=next(iter(form.errors.values()), ""))


@get(["/V/{shown:str}", "/v/{shown:str}"], name="site.venue.enter", opt={"form": again})
async def enter(request: AnyRequest, viewer: NamedDependency[Viewer], shown: FromPath[str]) -> Response[Any]:
    """What the screen's code opens. A device that was let in a moment ago and comes back to the old address is led on."""
    network = attempts.network(callers.address(request))
    given = await grants.enter(shown, network=network, household=viewer.household, token=token(request))
    secure = request.app.state.settings.is_secure
    response = replies.to(request, "site.venue.show")
    response.set_cookie(Cookie(key=COOKIE, value=given, path="/", max_age=LASTS, httponly=True, samesite="lax", secure=secure))
    return response


@get("/here", name="site.venue.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """The registrations of this device at the session whose screen it read; never anybody else's, and nothing to search."""
    return await page(request, forms.blank(request))


async def page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    grant, who = await _grant(request), viewer.seen(request)
    if grant is None:
        return replies.page(request, "site/venue/again", says="")
    session, event, store = await sessions.whole(grant.session)
    is_good = await grants.is_good(grant)
    rows = await grants.families_of(who.household, session) if who.household is not None else []
    families = [await _family(request, row, session, form) for row in rows]
    if not is_good and not any(family.at.inside for family in families):
        return replies.page(request, "site/venue/again", says="")
    context = await event_pages.one_session(request, event, session, store)
    return replies.page(request, "site/venue/show", form=form, families=families, is_good=is_good, **context)


async def here(request: AnyRequest, registration: Registration, form: forms.Form) -> Family | None:
    """The family of a registration's page, where this device may let it in by itself now."""
    grant = await _grant(request)
    if grant is None or grant.session != registration.session or not await grants.is_good(grant):
        return None
    family = await _family(request, registration, (await sessions.whole(grant.session))[0], form)
    return family if family.may_come else None


def token(request: AnyRequest) -> str:
    """What this device was given at the screen."""
    return request.cookies.get(COOKIE, "")


async def _grant(request: AnyRequest) -> Grant | None:
    return await grants.grant_of(token(request))


async def _family(request: AnyRequest, registration: Registration, door: Session, form: forms.Form) -> Family:
    at = await arrivals.look_at(registration, door)
    outside = [person for person in at.people if person.id not in at.inside]
    may = [person.id for person in outside if at.says[person.id] in OPEN]
    ticked = set(form.chosen("people")) & set(may) or set(may)
    guests = [Guest(person, person.id in may, person.id in ticked) for person in outside]
    why = "" if may or (at.inside and not outside) else _why(request, at)
    return Family(registration, at, guests, why, codes.secret(26))


def _why(request: AnyRequest, at: AtDoor) -> str:
    language, times = viewer.seen(request).language, faces.times_of(request, at.store)
    verdict = at.verdict if at.verdict is not Verdict.INSIDE else next(says for id, says in at.says.items() if id not in at.inside)
    return say(language, SAYS.get(verdict) or SENTENCES[verdict], when=times.span(at.session.starts_at, at.session.ends_at))


handlers = [enter, show]
