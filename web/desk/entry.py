"""The way in: where a stranger to the desk is sent, and where to afterwards."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from litestar import Request, Response

from web import replies

_LOCAL = re.compile(r"/(desk|door|T)(/[A-Za-z0-9/_.-]*)?(\?[A-Za-z0-9=&_.%-]*)?")


class SignInFirst(Exception):
    """A page of the desk was asked for without a sign-in."""


def local(address: str) -> str:
    """The address when it is a page of the desk or a ticket here, else the desk's first page: never another site."""
    return address if _LOCAL.fullmatch(address) else "/desk"


def ask(request: Request[Any, Any, Any], error: SignInFirst) -> Response[Any]:
    """303 to the sign-in, which leads back; a changed form is not carried over."""
    back = request.url.path if request.method == "GET" else "/desk"
    return replies.away(f"{request.app.route_reverse('desk.sign_in.new')}?next={quote(local(back))}")
