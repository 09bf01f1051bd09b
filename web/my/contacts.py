"""A family shows that a phone or an e-mail address is its own, so that its other devices can join by it."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from events.people.contacts import Kind
from web import find, forms, replies
from web.forms import Form
from web.my import codes
from web.viewer import Viewer, see

AnyRequest = Request[Any, Any, Any]


@get("/family/contact", name="my.contacts.new")
async def new(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """Filled in with the phone of the sign-up, while it is not proven yet."""
    household = await find.household(viewer)
    is_known = Kind.SMS in codes.offered(request) and household.phone_proven_at is None
    return await new_page(request, forms.blank(request).fill(contact=household.phone if is_known else ""))


async def new_page(request: AnyRequest, form: Form) -> Response[Any]:
    await find.household(await see(request))
    return replies.page(request, "my/contacts/new", form=form, offered=codes.offered(request))


@post("/family/contact", name="my.contacts.create", opt={"form": new_page}, status_code=200)
async def create(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """Sends the code. The next page is this answer: a phone or an address is in no address."""
    household = await find.household(viewer)
    form = await forms.read(request)
    await codes.send(request, codes.contact(request, form), household=household.id)
    return await code_page(request, form)


async def code_page(request: AnyRequest, form: Form) -> Response[Any]:
    await find.household(await see(request))
    return replies.page(request, "my/contacts/code", form=form, shown=codes.shown(form))


@post("/family/contact/proof", name="my.contacts.prove", opt={"form": code_page}, status_code=303)
async def prove(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    household = await find.household(viewer)
    form = await forms.read(request)
    await codes.use(request, codes.contact(request, form), form, household=household.id)
    return replies.to(request, "my.family.index", note="proven")


handlers = [new, create, prove]
