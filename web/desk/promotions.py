"""Before its turn: a waiting family placed by hand, for a reason everybody of the store may read."""

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.signup import placing, waiting_list
from web import find, forms, replies
from web.desk import registration_pages
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@post("/registrations/{id:int}/promotion", name="desk.promotions.create", opt={"form": registration_pages.form_page})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """Refused unless it fits: more places are given openly, by raising them."""
    registration = await find.desk_registration(viewer, id)
    form = await forms.read(request)
    reason = form.text("reason", at_most=placing.REASON)
    form.check()
    await waiting_list.promote(registration, reason, by=viewer.member)
    return replies.to(request, "desk.registrations.show", id=id, note="promoted")


handlers = [create]
