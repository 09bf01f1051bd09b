"""A helper looks for a family: on the server alone, a few at a time, masked; and each look is on record."""

from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.params import FromPath

from events.checkin import naming
from events.checkin.finding import Found
from events.checkin.helping import helper_acts
from events.checkin.verdicts import OPEN
from events.errors import Refused, _
from events.signup.tables import AttendeeKind
from web import counts, viewer
from web.door import rosters, words
from web.help import doors
from web.language import say

AnyRequest = Request[Any, Any, Any]
TYPED = 80  # characters


class Typed(msgspec.Struct):
    """What is looked for; in no address."""

    find: str = ""


class Shown(msgspec.Struct):
    """A family as a helper may know it; `digest` is its ticket's, empty while it has none."""

    digest: str
    name: str
    party: str
    word: str


class Answer(msgspec.Struct):
    """At most one screen of them; `say` is why there are none."""

    found: list[Shown]
    say: str = ""


@post("/{session:int}/search.json", name="help.search.create", status_code=200)
async def create(request: AnyRequest, session: FromPath[int]) -> Response[bytes]:
    """Letters of a name, their initials, a phone's last four, or a ticket's number."""
    row, reader = await doors.session(request, session), viewer.seen(request).language
    try:
        found = await helper_acts.search(doors.helper(request), row, _typed(await request.body()))
    except Refused as refused:
        return rosters.answer(Answer([], say(reader, refused.sentence, **refused.values)))
    return rosters.answer(Answer([_shown(each, reader) for each in found]))


def _typed(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=Typed).find[:TYPED]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""


def _shown(found: Found, reader: str) -> Shown:
    children = sum(person.kind == AttendeeKind.CHILD for person in found.people)
    return Shown(
        digest=found.ticket.digest if found.ticket else "",
        name=naming.masked(found.registration.name),
        party=counts.party(len(found.people) - children, children, reader) if found.people else "",
        word=say(reader, _("可以进")) if found.verdict in OPEN else words.word(found.verdict, reader),
    )


handlers = [create]
