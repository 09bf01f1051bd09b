"""What a device did while it had no connection, told when it has one again."""

from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events import clock
from events.checkin import batches, uploads
from events.checkin.uploads import Outcome
from web import find
from web.door.rosters import Counts, Where, answer, lately, milliseconds, where
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
    """Keep a batch; a past fact is never refused, and what was sent before changes nothing."""
    door = await find.door(viewer, session)
    batch = batches.read(await request.body())
    taken = await uploads.take(door, batch, by=viewer.member)
    at = clock.now()
    rev, counted = await lately(door)
    results = {nonce: result(outcome, viewer.language) for nonce, outcome in taken.outcomes.items()}
    return answer(Taken(milliseconds(at), rev, results, await where(taken.there, at, known=viewer.member), counted))


def result(outcome: Outcome, language: str) -> Result:
    """In the reader's language."""
    return Result(outcome.verdict, outcome.flag, say(language, outcome.say, **outcome.values) if outcome.say else "")


handlers = [create]
