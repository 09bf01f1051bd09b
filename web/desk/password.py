"""One's own page: the password, and the devices one is signed in on."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from events.catalog import stores
from events.errors import _
from events.people import passwords, sign_ins, staff
from web import forms, replies, viewer
from web.desk import words
from web.desk.sign_in import remember
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get("/password", name="desk.password.edit")
async def edit(request: AnyRequest) -> Response[Any]:
    return await form_page(request, forms.blank(request))


async def form_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    member = viewer.seen(request).member
    return replies.page(
        request,
        "desk/password/edit",
        form=form,
        roles=words.roles(viewer.seen(request).language),
        stores=[store for store in await stores.seen_by(member) if store.id == member.store],
        shortest=passwords.SHORTEST,
        devices=await sign_ins.devices(member),
    )


@post("/password", name="desk.password.update", opt={"form": form_page})
async def update(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """Other devices are signed out; this one stays in."""
    form = await forms.read(request)
    for field in ("old", "new"):
        if not form.value(field):
            form.wrong(field, _("这里还空着"))
    form.check()
    token = await staff.change_password(viewer.member, form.value("old"), form.value("new"))
    response = replies.to(request, "desk.password.edit", note="password")
    remember(request, response, token)
    return response


handlers = [edit, update]
