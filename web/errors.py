"""Every way a request can go wrong, and the page or form that says so."""

from __future__ import annotations

from typing import Any

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import Receive, Scope, Send

from events.db import Busy, Taken
from events.errors import NotThere, Refused, _
from web import brake, forms, gate, language, replies, viewer
from web.desk import entry

log = structlog.get_logger("linju")
AnyRequest = Request[Any, Any, Any]
BROKEN_OFF = "client disconnected prematurely"  # Litestar calls it a 500, and has no type for it
TOO_MANY = _("这个网络上填错的太多了，过十分钟再试；填对的不受影响")


class Redrawn(Response[None]):
    """The form once more, with its errors: drawn while answering, since drawing looks rows up."""

    def __init__(self, request: AnyRequest, form: forms.Form, draw: Any) -> None:
        super().__init__(None)
        self.request, self.form, self.draw = request, form, draw

    def to_asgi_response(self, *args: Any, **kwargs: Any) -> Any:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            try:
                response = await self.draw(self.request, self.form)
                response.status_code = 422
            except NotThere:
                response = problem(self.request, 404)
            except Refused as again:  # the form itself is not for this reader
                self.form.refuse(again)
                response = problem(self.request, 422, sentence=next(iter(self.form.errors.values())))
            await response.to_asgi_response(*args, **kwargs)(scope, receive, send)

        return answer


def overfull(request: AnyRequest, error: gate.Overfull) -> Response[Any]:
    """429: too many at this moment; what was typed is still behind the back button."""
    response = problem(request, 429, sentence=language.say(viewer.seen(request).language, error.sentence))
    response.headers["Retry-After"] = "5"
    return response


def refused(request: AnyRequest, error: Refused) -> Response[Any]:
    """422: the form with the sentence, or a page with it where there is no form."""
    form = forms.sent(request) or forms.blank(request)
    form.refuse(error)
    return invalid(request, error, form)


def invalid(request: AnyRequest, error: Exception, form: forms.Form | None = None) -> Response[Any]:
    form = form or forms.sent(request) or forms.blank(request)
    if request.route_handler.opt.get("brake") and brake.is_over(request):
        return problem(request, 429, sentence=language.say(viewer.seen(request).language, TOO_MANY))
    draw = request.route_handler.opt.get("form")
    if draw is not None:
        return Redrawn(request, form, draw)
    return problem(request, 422, sentence=next(iter(form.errors.values()), ""))


def not_there(request: AnyRequest, error: NotThere) -> Response[Any]:
    return problem(request, 404)


def busy(request: AnyRequest, error: Busy) -> Response[Any]:
    """503: the database's queue was too long; trying again in a moment is right."""
    response = problem(request, 503)
    response.headers["Retry-After"] = "2"
    return response


def taken(request: AnyRequest, error: Taken) -> Response[Any]:
    """409: two did the same at the same moment, and this one came second."""
    return problem(request, 409)


def http(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """Its own status; 400 for a form that broke off on the way, which is nobody's mistake of ours."""
    response = problem(request, 400 if error.detail == BROKEN_OFF else error.status_code)
    response.headers.update(error.headers or {})
    return response


def unforeseen(request: AnyRequest, error: Exception) -> Response[Any]:
    """500: our mistake. The log has the place, the page has the request's id and no detail."""
    log.error("unforeseen", kind=type(error).__name__, exc_info=_without_values(error))
    return problem(request, 500)


def problem(request: AnyRequest, status: int, *, sentence: str = "") -> Response[Any]:
    """The page for a status, or plain text for whoever does not read HTML."""
    if "text/html" in request.headers.get("accept", "text/html") or request.headers.get("hx-request"):
        return replies.page(request, "site/errors/show", status=status, code=status, sentence=sentence)
    return Response(sentence or str(status), status_code=status, media_type="text/plain")


def _without_values(error: BaseException) -> tuple[type[BaseException], BaseException, Any]:
    """The traceback with the exception's text dropped: database errors quote the row, and so names and phones."""
    return RuntimeError, RuntimeError(type(error).__name__), error.__traceback__


HANDLERS: dict[Any, Any] = {
    gate.Overfull: overfull,
    Refused: refused,
    forms.Invalid: invalid,
    NotThere: not_there,
    entry.SignInFirst: entry.ask,
    Busy: busy,
    Taken: taken,
    HTTPException: http,
    Exception: unforeseen,
}
