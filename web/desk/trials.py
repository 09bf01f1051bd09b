"""A test post to a group: does its robot take anything."""

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.announce import trials, wires
from events.announce.channels import Kind, known
from web import find, forms, replies
from web.desk import groups, outcomes
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


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
    async with wires.client() as client:
        wire = wires.Wire(given.address, given.platforms, client)
        outcome = await trials.post(group, wire, by=viewer.member, at_night=bool(form.value("at_night")))
    if outcome.kind is not Kind.ACCEPTED:
        raise outcomes.refusal(outcome)
    return replies.to(request, "desk.groups.edit", id=id, note="looked" if group.channel in known.LOOKS else "tried")


handlers = [create]
