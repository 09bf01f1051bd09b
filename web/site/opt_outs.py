"""Where a phone or an e-mail address says how little it wants to hear: by the link in each notice, without a sign-in.

Opening the page changes nothing: chat and mail programs fetch addresses for a preview. Only a mail program's one click acts at once.
"""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from events.errors import NotThere, _
from events.people import opt_outs
from events.people.contacts import Contact, Kind
from events.people.opt_outs import Level
from web import forms, replies

AnyRequest = Request[Any, Any, Any]
EVERYTHING = "everything"


@get("/N/{secret:str}", name="site.opt_outs.show")
async def show(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    return await page(request, forms.blank(request))


async def page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    secret = str(request.path_params["secret"])
    contact = _contact(secret)
    level = (await opt_outs.of([contact])).get(contact)
    form.fill(level=level or EVERYTHING)
    return replies.page(request, "site/opt_outs/show", form=form, secret=secret, tail=tail(contact), level=level)


@post("/N/{secret:str}", name="site.opt_outs.update", opt={"form": page}, status_code=303)
async def update(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    """One of three; everything again is one of them."""
    contact = _contact(secret)
    form = await forms.read(request)
    chosen = form.value("level")
    if chosen not in {EVERYTHING, *Level}:
        form.wrong("level", _("选一个"))
    form.check()
    await opt_outs.choose(contact, None if chosen == EVERYTHING else Level(chosen))
    return replies.to(request, "site.opt_outs.show", note="saved", secret=secret)


@get("/N/{secret:str}/all", name="site.opt_outs.asked")
async def asked(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    """A person who follows the address that mail programs post to chooses on the page."""
    _contact(secret)
    return replies.to(request, "site.opt_outs.show", secret=secret)


@post("/N/{secret:str}/all", name="site.opt_outs.stop", status_code=200)
async def stop(secret: FromPath[str]) -> Response[Any]:
    """One click in a mail program (RFC 8058): it has no cookie and no token, the address itself is the secret."""
    await opt_outs.choose(_contact(secret), Level.ALL)
    return Response(b"", media_type="text/plain")


def tail(contact: Contact) -> str:
    """Enough to know one's own by: the end of a number, the start of an address."""
    if contact.kind == Kind.SMS:
        return contact.value[-4:]
    name, _at, domain = contact.value.partition("@")
    return f"{name[:1]}…@{domain}"


def _contact(secret: str) -> Contact:
    contact = opt_outs.contact_of(secret)
    if contact is None:
        raise NotThere
    return contact


handlers = [show, update]
one_click = [asked, stop]
