"""One more device joins its family, by a code sent to what the family has proved. A stranger learns nothing here."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from events.errors import Refused, _
from events.people import sign_ins
from events.signup import merging
from web import forms, replies
from web.forms import Form
from web.my import codes
from web.my.registrations import remember
from web.viewer import FAMILY_COOKIE, Viewer

AnyRequest = Request[Any, Any, Any]


@get("/family/device", name="my.devices.new")
async def new(request: AnyRequest) -> Response[Any]:
    return await new_page(request, forms.blank(request))


async def new_page(request: AnyRequest, form: Form) -> Response[Any]:
    return replies.page(request, "my/devices/new", form=form, offered=codes.offered(request))


@post("/family/device", name="my.devices.create", opt={"form": new_page}, status_code=200)
async def create(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """The same for every phone and address: whether a code left is seen on that phone alone. The viewer is looked up for the page."""
    form = await forms.read(request)
    await codes.send(request, codes.contact(request, form), household=None)
    return await code_page(request, form)


async def code_page(request: AnyRequest, form: Form) -> Response[Any]:
    return replies.page(request, "my/devices/code", form=form.fill(together="merge"), shown=codes.shown(form))


@post("/family/device/code", name="my.devices.join", opt={"form": code_page}, status_code=303)
async def join(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """This device is the family's from now on. What was signed up for on it comes along, unless it is to stay behind."""
    form = await forms.read(request)
    if viewer.staff is not None:
        raise Refused(_("这是店里的浏览器，不记哪一家；用您自己的手机"))
    family = await codes.use(request, codes.contact(request, form), form, household=None)
    mine = viewer.household
    if mine is not None and mine != family and form.value("together", "merge") == "merge":
        await merging.merge(family, mine, by=None, store=None)
    if token := request.cookies.get(FAMILY_COOKIE):
        await sign_ins.end(token)
    response = replies.to(request, "my.home.index", note="joined")
    remember(request, response, await sign_ins.start_for_household(family))
    return response


handlers = [new, create, join]
