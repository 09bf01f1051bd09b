"""What a helper's phone tells of its door, also for a while after its hours."""

from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.params import FromPath

from events import clock
from events.checkin import batches, families, uploads
from events.checkin.helping import helper_acts, helpers
from events.checkin.helping.helpers import Standing
from web import viewer
from web.door import lately
from web.door.lately import Counts
from web.door.rosters import answer, milliseconds, where
from web.door.uploads import Result, Taken, result
from web.help import doors, rosters

AnyRequest = Request[Any, Any, Any]


@post("/{session:int}/scans.json", name="help.uploads.create", status_code=200, opt={"late": True})
async def create(request: AnyRequest, session: FromPath[int]) -> Response[bytes]:
    """Kept, as any past fact is. After the link's hours the answer says that and no more."""
    helper, row, reader = doors.helper(request), await doors.session(request, session), viewer.seen(request).language
    door = await families.door_of(row)
    batch = batches.read(await request.body())
    taken = await uploads.take(door, batch, by=helper.staff, cut=await helper_acts.cut(helper, batch))
    at = clock.now()
    rev, counted = await lately.of(door)
    results = {nonce: result(outcome, reader) for nonce, outcome in taken.outcomes.items()}
    said = Taken(milliseconds(at), rev, results, rosters.nameless(await where(taken.there, at)), rosters.heads(counted))
    return answer(said if helpers.standing(helper.link) is Standing.OPEN else _kept(said))


def _kept(said: Taken) -> Taken:
    blank = {nonce: Result("", "", "") for nonce in said.results}
    return msgspec.structs.replace(said, results=blank, inside={}, heads=Counts(0, 0, 0))


handlers = [create]
