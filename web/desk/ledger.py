"""The ledger: every delivery one may see, narrowed down, with one answer about all that are shown, and as a file."""

import re
from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from events import duties
from events.announce import groups, ledger, waits
from events.announce.ledger import PAGE, Standing
from events.catalog import stores
from events.errors import NotThere
from events.export.tables import FileKind
from web import find, forms, replies
from web.desk import delivery_pages, export_words, exports, ledger_files, ledger_pages, words
from web.desk.ledger_pages import Narrowing
from web.site import faces
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
MEANT = re.compile(r"([0-9]{1,10})-([0-9]{1,9})")  # a delivery and the attempt that was looked at


@get("/ledger", name="desk.ledger.index")
async def index(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """The newest first; whatever the address narrows it to."""
    times = faces.desk_times(request)
    narrowing = ledger_pages.read(request.query_params, times.zone)
    before = _number(request.query_params.get("before", ""))
    lines = await ledger.page(narrowing.filter, by=viewer.member, before=before, limit=PAGE + 1)
    counts = await ledger.counts(narrowing.filter, by=viewer.member)
    known = await waits.why(lines)
    shown = delivery_pages.faces(lines[:PAGE], by=viewer.member, times=times, language=viewer.language, waits=known)
    return replies.page(
        request,
        "desk/ledger/index",
        narrowing=narrowing,
        faces=shown,
        standings=ledger_pages.standings(narrowing, counts, viewer.language),
        offers=ledger_pages.offers(shown, viewer.language),
        answered=_answered(request),
        later=narrowing.query(before=lines[PAGE - 1].id) if len(lines) > PAGE else "",
        is_first=before is None,
        cut=_cut(_counted(narrowing, counts), viewer.language),
        form=forms.blank(request).fill(**narrowing.fields),
        times=times,
        **await _choices(viewer),
    )


@post("/ledger/answer", name="desk.ledger.answer", status_code=303)
async def answer(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """One answer about all that were shown; what has moved on since stays as it is, and so does what is not theirs. Refused if none is."""
    form = await forms.read(request)
    found = [MEANT.fullmatch(each) for each in form.values("delivery")[:PAGE]]
    if form.value("answer") not in ledger.ALL or not all(found):
        raise NotThere
    meant = {int(each[1]): int(each[2]) for each in found if each and 0 < int(each[1]) <= find.LARGEST}
    answered = await ledger.answer_all(meant, form.value("answer"), by=viewer.member)
    if not answered.changed and answered.refused is not None:
        raise answered.refused
    duties.wake()
    narrowing = ledger_pages.read({name: form.value(name) for name in ledger_pages.NAMES}, faces.desk_times(request).zone)
    query = narrowing.query(changed=answered.changed, left=answered.left)
    return replies.away(f"{request.app.route_reverse('desk.ledger.index')}?{query}")


@get("/ledger/file/{kind:str}", name="desk.ledger.file")
async def file(request: AnyRequest, viewer: NamedDependency[Viewer], kind: FromPath[str]) -> Stream:
    """What the address narrows it to, for a spreadsheet: no credential, no address of a robot, nothing about a family."""
    if kind not in {each.value for each in FileKind}:
        raise NotThere
    times = faces.desk_times(request)
    narrowing = ledger_pages.read(request.query_params, times.zone)
    lines = [line async for line in ledger.every(narrowing.filter, by=viewer.member)]
    more = max(_counted(narrowing, await ledger.counts(narrowing.filter, by=viewer.member)) - len(lines), 0)
    name = ledger_files.name(times, viewer.language, kind)
    return Stream(
        ledger_files.pieces(lines, FileKind(kind), times, viewer.language, more=more if len(lines) >= ledger.MOST else 0),
        media_type=exports.MEDIA[FileKind(kind)],
        headers={"content-disposition": export_words.disposition(name, f"linju-ledger.{kind}"), "cache-control": "private, no-store"},
    )


def _counted(narrowing: Narrowing, counts: Mapping[Standing, int]) -> int:
    """How many lines the address asks for."""
    standing = narrowing.filter.standing
    return sum(counts.values()) if standing is None else counts[standing]


def _cut(n: int, language: str) -> str:
    """That a file of so many would not have them all; else empty."""
    return ledger_files.cut(ledger.MOST, n - ledger.MOST, language) if n > ledger.MOST else ""


def _answered(request: AnyRequest) -> tuple[int, int] | None:
    """How many were changed a moment ago and how many stayed, as the address tells."""
    given = [_number(request.query_params.get(name, "")) for name in ("changed", "left")]
    return None if given == [None, None] else (given[0] or 0, given[1] or 0)


def _number(typed: str) -> int | None:
    return int(typed) if re.fullmatch(r"[0-9]{1,10}", typed) and 0 < int(typed) <= find.LARGEST else None


async def _choices(who: Viewer) -> dict[str, Any]:
    seen = await stores.seen_by(who.member)
    chats = await groups.seen_by(who.member)
    return {
        "groups": [(row.id, row.name) for row in chats],
        "stores": words.choices(seen) if len(seen) > 1 else [],
        **ledger_pages.choices(who.language),
    }


handlers = [index, answer, file]
