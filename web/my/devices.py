"""One more device joins its family, by a code sent to what the family has proved. A stranger learns nothing here."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from web import forms, replies
from web.forms import Form
from web.my import codes, joining
from web.viewer import Viewer

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
    joining.check(viewer)
    family = await codes.use(request, codes.contact(request, form), form, household=None)
    response = replies.to(request, "my.home.index", note="joined")
    await joining.join(request, response, family, form)
    return response


handlers = [new, create, join]
