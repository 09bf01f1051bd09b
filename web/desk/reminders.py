"""Reminding a group's owner of what waits for them in WeCom."""

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.announce import tasks, wires
from events.announce.channels import REASONS, Kind, Outcome, Reason
from events.errors import Refused, _
from web import find, replies
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
NOT_NOW = _("企业微信这会儿没收下这个提醒。过一会儿再提醒一次，或者直接找群主说一声")
ENOUGH = _("一天最多提醒三次，明天再提醒，或者直接找群主说一声")


@post("/deliveries/{id:int}/reminder", name="desk.reminders.create", status_code=303)
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """The owner's phone rings, if WeCom will."""
    delivery = await find.delivery(viewer, id)
    given = request.app.state.settings
    async with wires.client() as client:
        outcome = await tasks.remind(delivery, wires.Wire(given.address, given.platforms, client), by=viewer.member)
    if outcome.kind is not Kind.ACCEPTED:
        raise refusal(outcome)
    return replies.to(request, "desk.announcements.show", id=delivery.announcement, note="reminded")


def refusal(outcome: Outcome) -> Refused:
    """What a reminder that did not reach the owner says."""
    if outcome.kind is Kind.LATER:
        return Refused(ENOUGH if outcome.code == Reason.TOO_FAST else NOT_NOW)
    return Refused(REASONS[outcome.code], number=outcome.vendor_code)


handlers = [create]
