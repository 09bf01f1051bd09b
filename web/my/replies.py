"""A family's answer to a change: it comes all the same, or gives its places back; moving has a page of its own."""

from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency

from events import clock
from events.catalog import sessions
from events.errors import NotThere
from events.notices import replies
from web import forms
from web.my import registration_pages, ways
from web.my.ways import Way

AnyRequest = Request[Any, Any, Any]
ANSWERS = {"keep": replies.keep, "give_back": replies.give_back}


@ways.post("/reply", "replies.reply", form=registration_pages.form_page)
async def reply(request: AnyRequest, way: NamedDependency[Way]) -> Response[Any]:
    """`answer` to the change that the page showed; to an older one the page shows the newest."""
    form = await forms.read(request)
    change, answer = form.chosen("change"), form.value("answer")
    if answer not in ANSWERS or not change:
        raise NotThere
    await ANSWERS[answer](way.registration, change[-1])
    session, _event, _store = await sessions.whole(way.registration.session)
    is_on = session.state == "on" and session.starts_at > clock.now()
    return way.back(note="" if answer == "give_back" else "kept" if is_on else "told_off")


both = (reply,)
handlers = ways.own(both)
