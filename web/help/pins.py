"""A helper's link is opened: six digits, and this phone is in for the link's hours."""

from datetime import timedelta
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath

from events import clock, db
from events.catalog import sessions
from events.catalog.tables import Store
from events.checkin.helping import helpers
from events.checkin.helping.helpers import Standing
from events.checkin.tables import HelperLink, Use
from events.errors import NotThere, _
from web import callers, forms, replies, viewer
from web.language import say
from web.site import faces
from web.viewer import HELPER_COOKIE

AnyRequest = Request[Any, Any, Any]
PLACE = "/door/help"  # the only pages the cookie is sent to
GONE = {Standing.OVER: 410, Standing.REVOKED: 410}


@get(["/H/{secret:str}", "/h/{secret:str}"], name="help.pins.new")
async def new(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    """What the link is for, and six digits to type; outside its hours it says so. Opening it lets nobody in."""
    return await form_page(request, forms.blank(request))


async def form_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    link = await helpers.by_secret(str(request.path_params["secret"]))
    standing = helpers.standing(link)
    return replies.page(
        request,
        "help/pins/new",
        status=GONE.get(standing, 200),
        form=form,
        link=link,
        secret=str(request.path_params["secret"]),
        standing=standing.value,
        is_wechat=callers.is_wechat(request),
        **await _what_for(request, link),
    )


@post("/H/{secret:str}", name="help.pins.create", status_code=303, opt={"form": form_page})
async def create(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    """The right digits lead to the page the link is for."""
    form = await forms.read(request)
    pin = "".join(form.text("pin", at_most=20).split()).replace("-", "")
    form.check()
    token = await helpers.open_(secret, pin, network=callers.address(request))
    link = await helpers.by_secret(secret)
    return _let_in(request, replies.away(address(request, link)), token, link)


def address(request: AnyRequest, link: HelperLink) -> str:
    """The page a link is for."""
    if link.use == Use.ROUTE:
        return f"{PLACE}/route"
    return request.app.route_reverse("help.scanner.show", session=link.session)


def _let_in(request: AnyRequest, response: Response[Any], token: str, link: HelperLink) -> Response[Any]:
    lasts: timedelta = link.closes_at + helpers.LATE - clock.now()
    response.set_cookie(
        Cookie(
            key=HELPER_COOKIE,
            value=token,
            path=PLACE,
            max_age=int(lasts.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=request.app.state.settings.is_secure,
        )
    )
    return response


async def _what_for(request: AnyRequest, link: HelperLink) -> dict[str, Any]:
    """The store, and of a door the event's title and time: nothing that the event's public page does not say."""
    if link.session is not None:
        session, event, store = await sessions.whole(link.session)
        times = faces.times_of(request, store)
        return {"store_name": store.name, "what": event.title, "when": times.dated(session.starts_at, session.ends_at), "times": times}
    row = await db.row(Store, link.store)
    if row is None:
        raise NotThere
    times = faces.times_of(request, row)
    what = say(viewer.seen(request).language, _("大厨的一天"))
    return {"store_name": row.name, "what": what, "when": times.date(link.opens_at), "times": times}


handlers = [new, create]
