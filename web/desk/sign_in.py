"""The way in for staff, and out again on this device."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from events.errors import _
from events.people import sign_ins
from web import callers, forms, replies
from web.desk import entry
from web.viewer import FAMILY_COOKIE, STAFF_COOKIE, Viewer, keep_signed_in

AnyRequest = Request[Any, Any, Any]


@get("/sign-in", name="desk.sign_in.new")
async def new(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """Whoever is in already goes where they wanted."""
    back = entry.local(request.query_params.get("next", ""))
    if viewer.staff is not None:
        return replies.away(back)
    return await form_page(request, forms.blank(request).fill(next=back))


async def form_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    return replies.page(request, "desk/sign_in/new", form=form, back_to=entry.local(form.value("next")))


@post("/sign-in", name="desk.sign_in.create", opt={"form": form_page})
async def create(request: AnyRequest) -> Response[Any]:
    form = await forms.read(request)
    login = form.text("login", at_most=80)
    password = form.value("password")
    if not password:
        form.wrong("password", _("这里还空着"))
    form.check()
    token = await sign_ins.start_for_staff(login, password, address=callers.address(request))
    response = replies.away(entry.local(form.value("next")))
    remember(request, response, token)
    return response


@post("/sign-out", name="desk.sign_in.destroy")
async def destroy(request: AnyRequest) -> Response[Any]:
    await sign_ins.end(request.cookies.get(STAFF_COOKIE, ""))
    response = replies.to(request, "desk.sign_in.new", note="signed_out")
    forget(response)
    return response


def remember(request: AnyRequest, response: Response[Any], token: str) -> None:
    """This device is the member of staff's from now on, and no family's any more: a desk's browser remembers none."""
    keep_signed_in(request, response, STAFF_COOKIE, token, lasts=sign_ins.STAFF_LASTS)
    if FAMILY_COOKIE in request.cookies:
        response.delete_cookie(FAMILY_COOKIE, path="/")


def forget(response: Response[Any]) -> None:
    response.delete_cookie(STAFF_COOKIE, path="/")


handlers = [new, create, destroy]
