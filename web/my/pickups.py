"""Who fetches the children: the guardian's code, somebody in their place, and whom the children must not go with."""

from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.enums import MediaType

from events.catalog import sessions
from events.checkin.care import pickup_codes, pickups
from web import find, forms, replies
from web.my import pickup_cards, registration_pages, ways
from web.my.ways import Way

AnyRequest = Request[Any, Any, Any]
NAME = 40  # characters
LISTED = 400  # characters of all names that are barred


@ways.get("/pick-up", "pickups.code")
async def code(request: AnyRequest, way: NamedDependency[Way]) -> Response[Any]:
    """The card as it is now; 204 while it says what was seen."""
    registration = way.registration
    session, event, store = await sessions.whole(registration.session)
    told = await pickup_cards.of(request, registration, session, event, store)
    if told is None or told.tag == request.query_params.get("seen"):
        return Response(None, status_code=204)
    return Response(replies.draw(request, "my/registrations/_pickup", way=way, pickup=told), media_type=MediaType.HTML)


@ways.post("/delegates", "pickups.delegate", form=registration_pages.form_page)
async def delegate(request: AnyRequest, way: NamedDependency[Way]) -> Response[Any]:
    """Somebody may come in the guardian's place, once."""
    form = await forms.read(request)
    name = form.text("delegate", at_most=NAME)
    form.check()
    await pickup_codes.name_delegate(way.registration, name)
    return way.back(note="delegate")


@ways.post("/delegates/removal", "pickups.take_back", form=registration_pages.form_page)
async def take_back(request: AnyRequest, way: NamedDependency[Way]) -> Response[Any]:
    """They do not come after all."""
    form = await forms.read(request)
    typed = form.value("code")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= len(str(find.LARGEST)) else 0
    await pickup_codes.take_back(way.registration, number if number <= find.LARGEST else 0)
    return way.back(note="taken_back")


@ways.post("/barred", "pickups.bar", form=registration_pages.form_page)
async def bar(request: AnyRequest, way: NamedDependency[Way]) -> Response[Any]:
    """Whom the children must not go with: a name in each line."""
    form = await forms.read(request)
    names = form.text("barred", at_most=LISTED, required=False, lines=True)
    form.check()
    await pickups.bar(way.registration, [line.strip() for line in names.splitlines() if line.strip()])
    return way.back(note="saved")


both = (code, delegate, take_back, bar)
handlers = ways.own(both)
