"""The call sheet: whom to call, what to say, and how each call ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.catalog import sessions
from events.catalog.tables import Event, Session, Store, Venue
from events.errors import NotThere, _
from events.notices import calls, replies
from events.notices.calling import Why
from events.notices.calls import Call
from events.notices.tables import Called, ChangeKind, NoticeKind
from events.notices.telling import APPROVED, LET_GO
from events.signup.tables import State
from web import find, forms, viewer
from web import replies as answers
from web.language import say
from web.site import event_pages, faces
from web.times import Times
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]

WHYS = {
    Why.UNREACHED: _("没通知到"),
    Why.LATE: _("快开始了，还没通知出去"),
    Why.SILENT: _("改了，还没回话"),
}
HELLO = _("您好，我是%(store)s的%(name)s。")
SCRIPTS = {
    "moved": _("您报的「%(title)s」，原来%(was)s的，改到%(when)s了。还来吗？"),
    "elsewhere": _("您报的「%(title)s」，%(when)s那一场，换地方了，在%(place)s。还来吗？"),
    "off": _("您报的「%(title)s」，%(was)s那一场取消了：%(reason)s。真不好意思。"),
    "placed": _("您排队的「%(title)s」有位子了，%(when)s，给您家留着呢。来得了吗？"),
    "signed_up": _("您报的「%(title)s」报上了，%(when)s，在%(place)s。发给您的消息没到，说一声。"),
    "waiting": _("您报的「%(title)s」，%(when)s那一场满着，先给您排上队了。有了位子马上告诉您。"),
    LET_GO: _("您报的「%(title)s」，%(when)s那一场，这次没有给您家留位子。真不好意思，下次再来。"),
    "day_before": _("您报的「%(title)s」是%(when)s，在%(place)s。来得了吗？"),
    "offer": _("您排队的「%(title)s」轮到了，%(when)s。要不要来？%(until)s前要给个回话。"),
}


@dataclass(frozen=True)
class Line:
    """One call, in words."""

    call: Call
    why: str
    script: str
    can_answer: bool  # to a change, or to "are you coming?", by keeping, moving or giving back
    called: str


@get("/sessions/{id:int}/calls", name="desk.calls.show")
async def show(request: AnyRequest, id: FromPath[int]) -> Response[Any]:
    return await draw(request, id, forms.blank(request))


async def draw(request: AnyRequest, id: int, form: forms.Form) -> Response[Any]:
    """Whom to call about a session, who was called, and for paper the same in one list."""
    who = viewer.seen(request)
    await find.session(who, id)
    session, event, store = await sessions.whole(id)
    times, language = faces.times_of(request, store), who.language
    places = {row.id: await faces.place(row, confirmed=False) for row in [await find.by(Venue, Venue.id, session.venue)]}
    told = Told(session, event, store, times, language, who.member.name, places[session.venue])
    lines = [_line(call, told) for call in await calls.sheet(session)]
    return answers.page(
        request,
        "desk/calls/show",
        form=form,
        to_call=[line for line in lines if line.call.why is not None],
        done=[line for line in lines if line.call.why is None],
        **await event_pages.one_session(request, event, session, store, confirmed=True),
    )


async def draw_form(request: AnyRequest, form: forms.Form) -> Response[Any]:
    """The sheet again, with the sentence that refused what was tapped."""
    notice = await find.notice(viewer.seen(request), int(request.path_params["id"]))
    return await draw(request, notice.session, form)


@post("/calls/{id:int}", name="desk.calls.create", status_code=303, opt={"form": draw_form})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """How a call ended: `reached`, `no_answer`; or what the family said to the change or the reminder: `keep`, `give_back`."""
    notice = await find.notice(viewer, id)
    form = await forms.read(request)
    said = form.value("said")
    if said in {Called.REACHED, Called.NO_ANSWER}:
        await calls.note(notice, Called(said), by=viewer.member)
    elif said in COMING and notice.kind == NoticeKind.DAY_BEFORE:
        await COMING[said](notice, by=viewer.member)
    elif said in ANSWERS and notice.change is not None:
        await ANSWERS[said](await find.desk_registration(viewer, notice.registration), notice.change, by=viewer.member)
    else:
        raise NotThere
    return answers.to(request, "desk.calls.show", id=notice.session, note="noted")


ANSWERS = {"keep": replies.keep, "give_back": replies.give_back}
COMING = {"keep": calls.comes, "give_back": calls.comes_not}


@dataclass(frozen=True)
class Told:
    """What the scripts are made of."""

    session: Session
    event: Event
    store: Store
    times: Times
    language: str
    name: str
    place: str


def _line(call: Call, told: Told) -> Line:
    language = told.language
    called = ""
    if call.notice.called_at is not None:
        words = _("%(when)s %(name)s 打通了") if call.notice.called == Called.REACHED else _("%(when)s %(name)s 打过，没接")
        called = say(language, words, when=told.times.moment(call.notice.called_at), name=call.called_by)
    is_asked = call.notice.kind == NoticeKind.DAY_BEFORE or (call.change is not None and call.change.kind == ChangeKind.MOVED)
    return Line(
        call=call,
        why=say(language, WHYS[call.why]) if call.why is not None else "",
        script=_script(call, told),
        can_answer=is_asked and call.why is not None and call.registration.state in {State.PLACED, State.WAITING, State.PENDING},
        called=called,
    )


def _script(call: Call, told: Told) -> str:
    """What to read aloud, in the reader's own language."""
    times, session = told.times, told.session
    when = times.span(session.starts_at, session.ends_at)
    was = times.span(call.was.was_starts_at, call.was.was_ends_at) if call.was is not None else ""
    until = times.moment(call.registration.offer_ends_at) if call.registration.offer_ends_at is not None else when
    reason = session.cancel_reason or told.event.cancel_reason
    values = {"title": told.event.title, "when": when, "was": was, "reason": reason, "until": until, "place": told.place}
    hello = say(told.language, HELLO, store=told.store.name, name=told.name)
    return hello + say(told.language, SCRIPTS[_which(call, session)], **values)


def _which(call: Call, session: Session) -> str:
    if call.was is None:
        return _which_of_registration(call)
    if call.change is not None and call.change.kind == ChangeKind.CALLED_OFF:
        return "off"
    is_same_time = (call.was.was_starts_at, call.was.was_ends_at) == (session.starts_at, session.ends_at)
    return "elsewhere" if is_same_time else "moved"


def _which_of_registration(call: Call) -> str:
    kind = NoticeKind(call.notice.kind)
    if kind != NoticeKind.SIGNED_UP:
        return kind.value
    if call.notice.about == LET_GO:
        return LET_GO
    is_waiting = call.notice.about == APPROVED or call.registration.state != State.PLACED
    return "waiting" if is_waiting else kind.value


handlers = [show, create]
