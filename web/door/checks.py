"""What somebody should look at after the door: let in twice, against the rule, or to be checked."""

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events import db
from events.catalog import sessions
from events.catalog.tables import Session
from events.checkin import checks, finding
from events.checkin.batches import OUT_OF_HOURS
from events.checkin.care import pickups
from events.checkin.checks import Check
from events.checkin.finding import Found
from events.checkin.tables import Act, Checked, Flag, How, Scan, Ticket
from events.checkin.verdicts import Verdict
from events.errors import NotThere, _
from web import counts, find, forms, replies, viewer
from web.door import doors, words
from web.language import say
from web.site import faces
from web.site.faces import Mark
from web.times import Times
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
TYPED = 40  # characters
SLOW = 60  # seconds by which a device's clock may differ without a word

MARKS = {
    Flag.TWICE.value: ("wait", "people", _("进了两次")),
    Flag.AGAINST.value: ("no", "stop", _("不该进的进了")),
    Flag.CHECK.value: ("wait", "warn", _("让进了，要核对")),
    Flag.UNPROVEN.value: ("no", "child", _("孩子给谁接走了？")),
}
UNKNOWN_CODE, NO_TICKET = _("不认识的码"), _("没有票")


@dataclass(frozen=True)
class Line:
    """A check in words."""

    check: Check
    mark: Mark
    who: str
    people: str
    happened: str  # when, by whom, on which device
    clock: str  # what the device's own clock said, where it was wrong
    beside: list[str]
    shown: str
    ruled: str
    is_late: bool  # by a helper whose link was not open then

    @property
    def may_prove(self) -> bool:
        return self.check.is_open and self.check.scan.flag == Flag.UNPROVEN

    @property
    def may_link(self) -> bool:
        return self.check.is_open and self.check.scan.act == Act.MISS and self.check.scan.heads > 0


@get("/{session:int}/checks", name="door.checks.index")
async def index(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[Any]:
    """All of a session, the open ones first."""
    row = await find.session(viewer, session)
    lines = await _lines(request, row, await checks.of(row), viewer.language)
    return replies.page(request, "door/checks/index", lines=lines, **await doors.page(request, row.id))


@get("/{session:int}/checks/{id:int}", name="door.checks.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int], id: FromPath[int]) -> Response[Any]:
    """One, and the search for whose family it was."""
    return await draw(request, forms.blank(request), *await _scan(viewer, session, id))


async def form_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    who = viewer.seen(request)
    session, scan = await _scan(who, int(request.path_params["session"]), int(request.path_params["id"]))
    return await draw(request, form, session, scan, await _found_again(session, form))


@post("/{session:int}/checks/{id:int}/search", name="door.checks.find", status_code=200, opt={"form": form_page})
async def search(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int], id: FromPath[int]) -> Response[Any]:
    """Families that may be the one; at most a few."""
    row, scan = await _scan(viewer, session, id)
    form = await forms.read(request)
    typed = form.text("find", at_most=TYPED, required=False)
    form.check()
    return await draw(request, form, row, scan, await finding.find(row, typed))


@post("/{session:int}/checks/{id:int}/link", name="door.checks.link", opt={"form": form_page})
async def link(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int], id: FromPath[int]) -> Response[Any]:
    """It was this family: those ticked came in then."""
    row, scan = await _scan(viewer, session, id)
    form = await forms.read(request)
    ticket = await _ticket(viewer, form.value("ticket"))
    await checks.link(scan, ticket, form.chosen("people"), by=viewer.member)
    return replies.to(request, "door.checks.index", session=row.id, note="linked_family")


@post("/{session:int}/checks/{id:int}/hand-over", name="door.checks.prove", opt={"form": form_page})
async def prove(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int], id: FromPath[int]) -> Response[Any]:
    """Who fetched the children that were let go without a word, and how that was known."""
    row, scan = await _scan(viewer, session, id)
    form = await forms.read(request)
    collector, checked = form.text("collector", at_most=TYPED), form.choice("checked", Checked)
    form.check()
    await pickups.prove(scan, collector, checked, by=viewer.member)
    return replies.to(request, "door.checks.index", session=row.id, note="proven_pickup")


@post("/{session:int}/checks/{id:int}/settlement", name="door.checks.settle")
async def settle(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int], id: FromPath[int]) -> Response[Any]:
    """Somebody has looked at it."""
    row, scan = await _scan(viewer, session, id)
    _session, event, _store = await sessions.whole(row.id)
    await checks.settle(scan, by=viewer.member, store=event.store)
    return replies.to(request, "door.checks.index", session=row.id, note="looked_at")


async def draw(request: AnyRequest, form: forms.Form, session: Session, scan: Scan, found: list[Found] | None = None) -> Response[Any]:
    language = viewer.seen(request).language
    check = next((each for each in await checks.of(session) if each.scan.id == scan.id), None)
    if check is None:
        raise NotThere
    (line,) = await _lines(request, session, [check], language)
    context = await doors.page(request, session.id)
    return replies.page(
        request, "door/checks/show", form=form, line=line, found=found, most=finding.MOST, ways=words.ways(language), **context
    )


async def _found_again(session: Session, form: forms.Form) -> list[Found]:
    """What the search had found, behind a link that was refused."""
    typed = form.value("find")
    return await finding.find(session, typed) if typed and not form.error("find") else []


async def _scan(viewer: Viewer, session: int, id: int) -> tuple[Session, Scan]:
    """A scan of this very door, of the viewer's store."""
    row = await find.session(viewer, session)
    scan = await db.row(Scan, id) if 0 < id <= find.LARGEST else None
    if scan is None or scan.session != row.id:
        raise NotThere
    return row, scan


async def _ticket(viewer: Viewer, typed: str) -> Ticket:
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 10 else 0
    ticket = await db.row(Ticket, number) if 0 < number <= find.LARGEST else None
    if ticket is None:
        raise NotThere
    await find.session(viewer, ticket.session)
    return ticket


async def _lines(request: AnyRequest, session: Session, found: list[Check], language: str) -> list[Line]:
    _session, _event, store = await sessions.whole(session.id)
    times = faces.times_of(request, store)
    return [_line(each, times, language) for each in found]


def _line(check: Check, times: Times, language: str) -> Line:
    scan = check.scan
    kind, symbol, text = MARKS[scan.flag]
    nobody = UNKNOWN_CODE if scan.code else NO_TICKET
    named = [person.name for person in check.people if person.name]
    heads = counts.people(scan.heads if scan.act == Act.MISS else len(check.people), language)
    heads = say(language, _("撤销了一次")) if scan.act == Act.UNDO else heads
    return Line(
        check=check,
        mark=Mark(kind, symbol, say(language, text)),
        who=check.registration.name if check.registration else scan.told or say(language, nobody),
        people=" · ".join([heads, *([say(language, _("、")).join(named)] if named else [])]),
        happened=_happened(scan, check.by, times, language),
        clock=_clock(scan, times, language),
        beside=[_happened(other, by, times, language) for other, by in check.beside],
        is_late=scan.why == OUT_OF_HOURS,
        shown=_word(scan.shown, language),
        ruled="" if scan.ruled in {"", scan.shown} else words.why(Verdict(scan.ruled), language),
    )


def _happened(scan: Scan, by: str, times: Times, language: str) -> str:
    """9:31 周宁，手机 3f2a."""
    name = by or (words.themselves(language) if scan.how == How.SELF else "")
    device = say(language, _("手机 %(device)s"), device=scan.device[:4]) if scan.device else say(language, _("连着网时"))
    return say(language, _("%(time)s %(name)s，%(device)s"), time=times.bare(scan.at), name=name, device=device)


def _clock(scan: Scan, times: Times, language: str) -> str:
    if scan.device_at is None or abs((scan.device_at - scan.at).total_seconds()) < SLOW:
        return ""
    return say(language, _("那台手机的钟是 %(time)s，按我们的钟算"), time=times.moment(scan.device_at))


def _word(shown: str, language: str) -> str:
    return words.word(Verdict(shown), language) if shown in set(Verdict) else ""


handlers = [index, show, search, link, prove, settle]
