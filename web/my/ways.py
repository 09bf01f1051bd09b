"""The two ways to a registration: the family's own device, and its private link. Whoever came by either may do the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import litestar
from litestar import Request, Response
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler

from events.errors import NotThere
from events.signup.tables import Registration
from web import find, replies, viewer

AnyRequest = Request[Any, Any, Any]
Made = Callable[[Callable[..., Any]], "Both"]
OWN, PRIVATE = "/registrations/{id:int}", "/M/{secret:str}"


class Way:
    """A registration as somebody reached it, and where its pages are for them.

    A plain class on purpose: litestar would take a dataclass apart to validate it.
    """

    def __init__(self, request: AnyRequest, registration: Registration, *, is_private: bool) -> None:
        self.request = request
        self.registration = registration
        self.is_private = is_private

    def at(self, page: str = "") -> str:
        """The address of one of its pages or acts; its own page without a name."""
        reverse = self.request.app.route_reverse
        if self.is_private:
            start = reverse("site.links.show", secret=self.registration.secret)
        else:
            start = reverse("my.registrations.show", id=self.registration.id)
        return f"{start}/{page}" if page else start

    def to(self, registration: Registration) -> Way:
        """The same way to another registration of the family."""
        return Way(self.request, registration, is_private=self.is_private)

    def back(self, *, note: str = "") -> Response[None]:
        """303 to the registration's page."""
        response = replies.away(self.at())
        return replies.noted(self.request, response, note) if note else response


async def of(request: AnyRequest) -> Way:
    """By which way this request came; NotThere for a registration of another family."""
    secret = request.path_params.get("secret")
    if secret is not None:
        registration = await find.by(Registration, Registration.secret, str(secret).upper())
        return Way(request, registration, is_private=True)
    number = request.path_params.get("id")
    if number is None:
        raise NotThere
    registration = await find.own_registration(await viewer.see(request), int(number))
    return Way(request, registration, is_private=False)


@dataclass(frozen=True)
class Both:
    """One handler for both ways; it takes `request` and `way`."""

    verb: Callable[..., Any]
    page: str
    name: str  # "offers.accept": my.offers.accept, and site.links.accept
    form: Callable[..., Any] | None
    act: Callable[..., Any]

    @property
    def own(self) -> HTTPRouteHandler:
        return self._handler(OWN, f"my.{self.name}")

    @property
    def private(self) -> HTTPRouteHandler:
        return self._handler(PRIVATE, f"site.links.{self.name.rpartition('.')[2]}")

    def _handler(self, start: str, name: str) -> HTTPRouteHandler:
        more: dict[str, Any] = {"opt": {"form": self.form}} if self.form else {}
        made: HTTPRouteHandler = self.verb(f"{start}{self.page}", name=name, dependencies={"way": Provide(of)}, **more)(self.act)
        return made


def get(page: str, name: str) -> Made:
    """A page of a registration; `page` begins with a stroke, or is empty for the registration's own."""
    return lambda act: Both(litestar.get, page, name, None, act)


def post(page: str, name: str, *, form: Callable[..., Any]) -> Made:
    """Something a family does with a registration. `form` draws the page again when it is refused."""
    return lambda act: Both(litestar.post, page, name, form, act)


def own(acts: Sequence[Both]) -> list[HTTPRouteHandler]:
    return [act.own for act in acts]


def private(acts: Sequence[Both]) -> list[HTTPRouteHandler]:
    return [act.private for act in acts]
