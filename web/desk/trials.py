"""A test post to a group: does its robot take anything."""

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.announce import sending, trials
from events.announce.channels import REASONS, Kind, Outcome, Reason
from events.errors import Refused, _
from web import find, forms, replies
from web.desk import groups
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
# An announcement that was sent away is sent again by itself; a test is not.
AGAIN = {
    Reason.TOO_FAST: _("这个机器人刚才发得太多，对方没收。过 %(n)s 分钟再试"),
    Reason.BUSY: _("对方正忙，没有收下。过一会儿再试一次"),
    Reason.UNREACHABLE: _("连不上对方，什么也没发出去。过一会儿再试，还不行就找管机器的人"),
}


async def draw(request: AnyRequest, form: forms.Form) -> Response[Any]:
    """The group's own page with what came of it; the group's fields are its own again."""
    page = forms.blank(request)
    page.errors = {name if name == "at_night" else forms.WHOLE: sentence for name, sentence in form.errors.items()}
    return await groups.draw_edit(request, page)


@post("/groups/{id:int}/trials", name="desk.trials.create", status_code=303, opt={"form": draw})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """Post a few words to the group; what the platform says to it is on the next page."""
    group = await find.group(viewer, id)
    form = await forms.read(request)
    given = request.app.state.settings
    async with sending.client() as client:
        wire = sending.Wire(given.address, given.platforms, client)
        outcome = await trials.post(group, wire, by=viewer.member, at_night=bool(form.value("at_night")))
    if outcome.kind is not Kind.ACCEPTED:
        raise refusal(outcome)
    return replies.to(request, "desk.groups.edit", id=id, note="tried")


def refusal(outcome: Outcome) -> Refused:
    """What a test that was not taken says."""
    if outcome.kind is Kind.LATER:
        return Refused(AGAIN[Reason(outcome.code)], n=-(-outcome.wait // 60))
    return Refused(REASONS[outcome.code], number=outcome.vendor_code)


handlers = [create]
