"""A one-time link with which somebody on the staff chooses a password."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from events.errors import _
from events.people import passwords, reset_links
from web import forms, replies
from web.desk.sign_in import remember

AnyRequest = Request[Any, Any, Any]


@get(["/R/{secret:str}", "/r/{secret:str}"], name="site.reset_links.show")
async def show(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    """Opening it does not use it up: a chat program that fetches the address for a preview must not."""
    return await form_page(request, forms.blank(request))


async def form_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    secret = str(request.path_params["secret"])
    member = await reset_links.holder(secret)
    return replies.page(
        request,
        "site/reset_links/show",
        status=200 if member else 404,
        form=form,
        member=member,
        secret=secret,
        shortest=passwords.SHORTEST,
    )


@post("/R/{secret:str}", name="site.reset_links.use", opt={"form": form_page})
async def use(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    form = await forms.read(request)
    if not form.value("password"):
        form.wrong("password", _("这里还空着"))
    form.check()
    token = await reset_links.use(secret, form.value("password"))
    response = replies.to(request, "desk.today.index", note="password")
    remember(request, response, token)
    return response


handlers = [show, use]
