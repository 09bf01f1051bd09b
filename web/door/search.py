"""Finding a family at the door without a camera: six digits, letters of a name, a phone's last four."""

import re
from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.catalog import sessions
from events.catalog.tables import Session
from events.checkin import finding, photos, tickets
from events.checkin.finding import Found
from events.checkin.tables import How, Ticket
from events.checkin.verdicts import Verdict
from events.errors import Refused, _
from events.people import attempts
from web import counts, find, forms, replies, viewer
from web.door import doors, words
from web.language import say
from web.site.faces import Mark
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
NUMBER = re.compile(r"[0-9]{6}")
TYPED = 120  # characters: a hand scanner types a whole address
MISSES = 30  # six-digit numbers a member of staff may get wrong in a quarter of an hour, at whichever door


async def form_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    """What was typed, with the sentence that refused it."""
    return await draw(request, await find.session(viewer.seen(request), int(request.path_params["session"])), form, [])


@get("/{session:int}/search", name="door.search.new")
async def new(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[Any]:
    """The empty field: where a reload of what was found leads."""
    return await draw(request, await find.session(viewer, session), forms.blank(request), [])


@post("/{session:int}/search", name="door.search.create", status_code=200, opt={"form": form_page})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[Any]:
    """Six digits or a ticket's code lead to the arrival page, anything else to a few families that fit. What is typed is in no address."""
    row = await find.session(viewer, session)
    form = await forms.read(request)
    typed = form.text("find", at_most=TYPED, required=False)
    form.check()
    if (number := digits(typed)) and (ticket := await by_number(viewer, row, number)):
        return to_arrival(request, ticket, row, How.NUMBER)
    if photos.secret_in(typed) and (ticket := await photos.ticket([typed], (await sessions.whole(row.id))[2].id)):
        return to_arrival(request, ticket, row, How.SCANNER)
    found = await finding.find(row, typed)
    if not found:
        raise Refused(_("没找到，换个字或者手机尾号试试；没报名的点「现场来的」"), field="find")
    return await draw(request, row, form, found)


def digits(typed: str) -> str:
    """A ticket's number as people type it, 402 917; empty for anything else."""
    number = typed.replace(" ", "").replace("-", "")
    return number if NUMBER.fullmatch(number) else ""


async def by_number(viewer: Viewer, session: Session, number: str) -> Ticket | None:
    """The session's ticket of that number. Wrong ones are counted and slowed: nobody reads a roster by guessing."""
    brake = attempts.key("number", str(viewer.member.id))
    await attempts.take({brake: MISSES})
    ticket = await tickets.by_number(session.id, number)
    if ticket is not None:
        await attempts.give_back(brake)
    return ticket


def to_arrival(request: AnyRequest, ticket: Ticket, door: Session, how: How) -> Response[None]:
    """303 to the family's page at this door."""
    page = request.app.route_reverse("desk.arrivals.show", ticket=ticket.id)
    return doors.keep(request, replies.away(f"{page}?session={door.id}&how={how.value}"), door.id)


async def draw(request: AnyRequest, session: Session, form: forms.Form, found: Sequence[Found]) -> Response[Any]:
    """Those found, and the search again."""
    language = viewer.seen(request).language
    marks = [mark(each, language) for each in found]
    context = await doors.page(request, session.id)
    return replies.page(request, "door/search/index", form=form, found=found, marks=marks, most=finding.MOST, **context)


def mark(found: Found, language: str) -> Mark:
    """Where a family stands, in a word."""
    inside = sum(each.is_inside for each in found.arrived.values())
    if found.verdict == Verdict.WELCOME:
        if inside:
            return Mark("wait", "check", say(language, _("到了 %(people)s"), people=counts.people(inside, language)))
        return Mark("plain", "clock", say(language, _("还没到")))
    if found.verdict == Verdict.BACK:
        return Mark("wait", "back", say(language, _("出去了")))
    if found.verdict == Verdict.INSIDE:
        return Mark("in", "check", words.word(found.verdict, language))
    return Mark("no", "cross", words.word(found.verdict, language))


handlers = [new, create]
