"""Who looks at a page: the member of staff, the family, a helper at the door, and how they like to read."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from events.checkin.helping import helpers
from events.checkin.helping.helpers import Helper
from events.people import sign_ins
from events.people.tables import Staff
from web import language

STAFF_COOKIE = "linju_staff"
FAMILY_COOKIE = "linju_family"
HELPER_COOKIE = "linju_helper"  # sent to a helper's own pages only
LOOK_COOKIE = "linju_look"

Connection = ASGIConnection[Any, Any, Any, Any]


@dataclass(frozen=True)
class Look:
    """How a reader likes it: kept in a cookie `language.size.theme`, each part empty when never chosen."""

    language: str = ""
    size: str = ""
    theme: str = ""

    @classmethod
    def read(cls, cookie: str) -> Self:
        parts = [*cookie.split("."), "", "", ""][:3]
        return cls(
            parts[0] if parts[0] in language.LANGUAGES else "",
            parts[1] if parts[1] == "large" else "",
            parts[2] if parts[2] in {"dark", "light"} else "",
        )

    def written(self) -> str:
        return f"{self.language}.{self.size}.{self.theme}"


class Viewer:
    """Resolved once per request. `household` is the id of the family this device belongs to. A helper is never staff.

    A plain class on purpose: litestar would take a dataclass apart to validate it.
    """

    def __init__(
        self, language: str, look: Look, staff: Staff | None = None, household: int | None = None, helper: Helper | None = None
    ) -> None:
        self.language = language
        self.look = look
        self.staff = staff
        self.household = household
        self.helper = helper

    @property
    def member(self) -> Staff:
        """The member of staff; only behind the desk's guard."""
        if self.staff is None:
            raise RuntimeError("a page of the desk was reached without its guard")
        return self.staff


def plain(connection: Connection) -> Viewer:
    """The reader without a look at the database: language and looks only."""
    look = Look.read(connection.cookies.get(LOOK_COOKIE, ""))
    return Viewer(look.language or language.accepted(connection.headers.get("accept-language", "")), look)


async def see(connection: Connection) -> Viewer:
    """The viewer of this request; one query per sign-in cookie it carries, none without."""
    known = connection.state.get("viewer")
    if isinstance(known, Viewer):
        return known
    reader = plain(connection)
    staff_token = connection.cookies.get(STAFF_COOKIE)
    family_token = connection.cookies.get(FAMILY_COOKIE)
    helper_token = connection.cookies.get(HELPER_COOKIE)
    viewer = Viewer(
        reader.language,
        reader.look,
        staff=await sign_ins.staff_of(staff_token) if staff_token else None,
        household=await sign_ins.household_of(family_token) if family_token else None,
        helper=await helpers.of_device(helper_token) if helper_token else None,
    )
    connection.state.viewer = viewer
    return viewer


def seen(connection: Connection) -> Viewer:
    """The viewer as far as this request resolved it: error pages may be drawn before anybody looked."""
    known = connection.state.get("viewer")
    return known if isinstance(known, Viewer) else plain(connection)


async def of_request(request: Request[Any, Any, Any]) -> Viewer:
    """The handlers' dependency `viewer`."""
    return await see(request)


def keep_signed_in(request: Request[Any, Any, Any], response: Response[Any], cookie: str, token: str, *, lasts: timedelta) -> None:
    """This device is theirs from now on: `cookie` is STAFF_COOKIE or FAMILY_COOKIE, `token` what the sign-in gave."""
    response.set_cookie(
        Cookie(
            key=cookie,
            value=token,
            path="/",
            max_age=int(lasts.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=request.app.state.settings.is_secure,
        )
    )
