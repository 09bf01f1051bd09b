"""Where a request comes from: a header anybody may write is believed only as far as our own proxies wrote it."""

from __future__ import annotations

import pytest
from litestar.connection import Request
from litestar.datastructures import State
from litestar.testing import RequestFactory

from web import callers, settings


@pytest.mark.parametrize(
    ("proxies", "header", "address"),  # an empty one: the connection's own
    [
        (0, "203.0.113.9", ""),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.0.0.1, 203.0.113.9", "203.0.113.9"),  # the first was written by the caller
        (2, "203.0.113.9, 198.51.100.7", "203.0.113.9"),
        (2, "203.0.113.9", ""),  # came past the outer proxy
        (1, "", ""),
    ],
)
def test_address_is_what_our_outermost_proxy_saw(proxies: int, header: str, address: str) -> None:
    request: Request[object, object, State] = RequestFactory().get(headers={"X-Forwarded-For": header})
    request.app.state.settings = settings.Settings(proxies=proxies)
    assert request.client is not None
    assert callers.address(request) == (address or request.client.host)
