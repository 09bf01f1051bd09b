"""What a device did while it had no connection, told when it has one again."""

from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events import clock
from events.checkin import batches, uploads
from events.checkin.families import Door
from events.checkin.uploads import Outcome
from events.people.tables import Staff
from web import find
from web.door import lately
from web.door.lately import Counts
from web.door.rosters import Where, answer, milliseconds, where
from web.language import say
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


class Result(msgspec.Struct):
    """What became of one act."""

    verdict: str
    flag: str
    say: str


class Taken(msgspec.Struct):
    """All of it is kept, on the disk, by the time this is sent. The counts may be a second old."""

    at: int
    rev: str
    results: dict[str, Result]
    inside: dict[int, Where]
    heads: Counts


@post("/{session:int}/scans.json", name="door.uploads.create", status_code=200)
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[bytes]:
    """Keep a batch; a past fact is never refused, and what was sent before changes nothing. Most never come here: see `turnstile`."""
    door = await find.door(viewer, session)
    batch = batches.read(await request.body())
    return answer(await told(await uploads.take(door, batch, by=viewer.member), door, viewer.member, viewer.language))


async def told(taken: uploads.Taken, door: Door, by: Staff, language: str) -> Taken:
    """What became of a batch, to the device of the staff who sent it."""
    at = clock.now()
    rev, counted = await lately.of(door)
    results = {nonce: result(outcome, language) for nonce, outcome in taken.outcomes.items()}
    return Taken(milliseconds(at), rev, results, await where(taken.there, at, known=by), counted)


def result(outcome: Outcome, language: str) -> Result:
    """In the reader's language."""
    return Result(outcome.verdict, outcome.flag, say(language, outcome.say, **outcome.values) if outcome.say else "")


handlers = [create]
