"""Handing children back: by the code on the guardian's phone, or after a look at who it is."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events import codes
from events.catalog import sessions
from events.catalog.tables import Session
from events.checkin import arrivals, kin
from events.checkin.arrivals import AtDoor
from events.checkin.care import handed, pickup_codes, pickups
from events.checkin.tables import Checked, Pickup, Ticket
from events.errors import NotThere, Refused, _
from events.signup.tables import Attendee, AttendeeKind, Registration
from web import find, forms, replies, viewer
from web.door import children, doors, words
from web.language import say
from web.viewer import STAFF_COOKIE, Viewer

AnyRequest = Request[Any, Any, Any]
WHO = 40  # characters of a name
LISTED = 400  # characters of all names that are barred
TYPED = 20  # of a code: four, however far apart
OTHER = "other"


@get("/{session:int}/hand-over/{ticket:int}", name="door.hand_overs.new")
async def new(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int], ticket: FromPath[int]) -> Response[Any]:
    """The family's children who are here, the code, and what to do without it; once they are gone, to whom."""
    door, row = await _found(viewer, session, ticket)
    return await _draw(request, forms.blank(request), door, row)


async def form_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    parts = request.path_params
    return await _draw(request, form, *await _found(viewer.seen(request), int(parts["session"]), int(parts["ticket"])))


@post("/{session:int}/hand-over/{ticket:int}", name="door.hand_overs.create", status_code=303, opt={"form": form_page})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int], ticket: FromPath[int]) -> Response[Any]:
    """The ticked people go; `proof` says by which of the two."""
    door, row = await _found(viewer, session, ticket)
    form = await forms.read(request)
    people, nonce = form.chosen("people"), form.text("nonce", at_most=64)
    if not people:
        raise Refused(_("先勾上接谁"), field="people")
    by_code = form.value("proof") != "identity"
    code = form.text("code", at_most=TYPED) if by_code else ""
    collector = "" if by_code else await _collector(form, row, door)
    checked = "" if by_code else form.choice("checked", Checked).value
    form.check()
    await pickups.hand_over(
        row,
        people,
        nonce=nonce,
        by=viewer.member,
        door=door,
        code=code,
        collector=collector,
        checked=checked,
        tried_from=codes.digest(request.cookies.get(STAFF_COOKIE, "")),
    )
    return doors.keep(request, replies.to(request, "door.hand_overs.new", session=door.id, ticket=row.id, note="handed_back"), door.id)


async def _collector(form: forms.Form, ticket: Ticket, door: Session) -> str:
    """The name that was ticked, or typed."""
    chosen = form.value("who")
    known = await _known(ticket, door)
    if chosen in known:
        return known[chosen]
    return form.text("collector", at_most=WHO)


async def _known(ticket: Ticket, door: Session) -> dict[str, str]:
    """Whom the family itself named: the one who signed up, and delegates, each by its own number whoever is taken back meanwhile."""
    registration = await find.by(Registration, Registration.id, ticket.registration)
    named = [code for code in await pickup_codes.of([registration.id], door.id) if code.delegate]
    return {"family": registration.name} | {f"delegate-{code.id}": code.delegate for code in named}


async def _found(viewer: Viewer, session: int, ticket: int) -> tuple[Session, Ticket]:
    """A ticket of the door's own store."""
    door = await find.session(viewer, session)
    row = await find.by(Ticket, Ticket.id, ticket if 0 < ticket <= find.LARGEST else 0)
    theirs = await find.session(viewer, row.session)
    if (await sessions.whole(door.id))[2].id != (await sessions.whole(theirs.id))[2].id:
        raise NotThere
    return door, row


async def _draw(request: AnyRequest, form: forms.Form, door: Session, ticket: Ticket) -> Response[Any]:
    language = viewer.seen(request).language
    at = await arrivals.look(ticket, door)
    here = _inside(at, AttendeeKind.CHILD)
    known = await _known(ticket, door)
    adults, barred = _inside(at, AttendeeKind.ADULT), await pickups.barred(at.registration)
    form.fill(nonce=codes.secret(26), people=[person.id for person in (*here, *adults)], who="family", barred="\n".join(barred))
    family = [row.id for row in await kin.of([at.registration.id])]
    gone = [each for each in await handed.of_session(door.id) if each.registration in family]
    context = await doors.page(request, door.id)
    lines = [children.line(each, context["times"], language) for each in gone]
    form.fill(pickup=lines[0].id if lines else None)
    return replies.page(
        request,
        "door/hand_overs/new",
        form=form,
        ticket=ticket,
        at=at,
        registration=at.registration,
        children_here=here,
        adults_here=adults,
        barred=barred,
        wrong=await pickups.wrong_tries(at.registration),
        known=[*((key, name, "") for key, name in known.items()), (OTHER, say(language, _("别人")), "")],
        ways=words.ways(language),
        gone=lines,
        which=[(str(each.id), _which(each, language), "") for each in lines],
        **context,
    )


def _which(line: children.Line, language: str) -> str:
    return say(language, _("%(who)s，%(time)s 交给 %(name)s"), who=line.children, time=line.when, name=line.to)


def _inside(at: AtDoor, kind: AttendeeKind) -> list[Attendee]:
    return [person for person in at.people if person.id in at.inside and person.kind == kind]


@post("/{session:int}/hand-over/{ticket:int}/removal", name="door.hand_overs.destroy", status_code=303, opt={"form": form_page})
async def destroy(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int], ticket: FromPath[int]) -> Response[Any]:
    """They were not handed over after all; with why."""
    door, row = await _found(viewer, session, ticket)
    form = await forms.read(request)
    pickup = await _pickup(form, door, row)
    why = form.text("why", at_most=100)
    form.check()
    await pickups.undo(pickup, by=viewer.member, why=why)
    return replies.to(request, "door.hand_overs.new", session=door.id, ticket=row.id, note="not_handed_back")


@post("/{session:int}/hand-over/{ticket:int}/barred", name="door.hand_overs.bar", status_code=303, opt={"form": form_page})
async def bar(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int], ticket: FromPath[int]) -> Response[Any]:
    """A parent has told the store whom the children must not go with; a name in each line."""
    door, row = await _found(viewer, session, ticket)
    form = await forms.read(request)
    names = form.text("barred", at_most=LISTED, required=False, lines=True)
    form.check()
    await pickups.bar(await find.by(Registration, Registration.id, row.registration), names.splitlines(), by=viewer.member)
    return replies.to(request, "door.hand_overs.new", session=door.id, ticket=row.id, note="saved")


async def _pickup(form: forms.Form, door: Session, ticket: Ticket) -> Pickup:
    """One of this family, at this door."""
    typed = form.value("pickup")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= len(str(find.LARGEST)) else 0
    pickup = await find.by(Pickup, Pickup.id, number if number <= find.LARGEST else 0)
    if pickup.session != door.id or pickup.registration not in [each.id for each in await kin.of([ticket.registration])]:
        raise NotThere
    return pickup


handlers = [new, create, destroy, bar]
