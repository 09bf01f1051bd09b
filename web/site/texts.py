"""A store's privacy and consent texts, as they stand."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from events.catalog import texts
from events.catalog.tables import Store, TextKind
from web import find, replies
from web.site import faces

AnyRequest = Request[Any, Any, Any]


@get("/stores/{store:int}/privacy", name="site.texts.show")
async def show(request: AnyRequest, store: FromPath[int]) -> Response[Any]:
    row = await find.by(Store, Store.id, store if 0 < store <= find.LARGEST else 0)
    return replies.page(
        request,
        "site/texts/show",
        store=row,
        times=faces.times_of(request, row),
        privacy=await texts.current(row.id, TextKind.PRIVACY),
        consent=await texts.current(row.id, TextKind.CONSENT),
    )


handlers = [show]
