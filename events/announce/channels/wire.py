"""One post to a robot and what its answer means: the part all platforms share. HTTP 200 is not success at any of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import httpx

from events.announce.channels import Kind, Outcome, Reason

UNREACHABLE = Outcome(Kind.LATER, Reason.UNREACHABLE, wait=30)
NO_ANSWER = Outcome(Kind.UNKNOWN, Reason.NO_ANSWER)
ODD_ANSWER = Outcome(Kind.UNKNOWN, Reason.ODD_ANSWER)

Answer = dict[str, Any]

# Raised before the first byte of a request is written, the handshake included.
NOTHING_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


def url(address: httpx.URL | str, path: str, **query: str) -> httpx.URL:
    """`path` below the base address. Merged into the URL: httpx's own `params=` would drop a query that is already there."""
    base = httpx.URL(address)
    return base.copy_with(path=base.path.rstrip("/") + path).copy_merge_params(query)


def _by_number_alone(answer: Answer) -> Outcome | None:
    return None


async def exchange(
    client: httpx.AsyncClient,
    url: httpx.URL,
    body: object,
    *,
    code: str,
    answers: Mapping[int, Outcome],
    timeout: float,
    first: Callable[[Answer], Outcome | None] = _by_number_alone,
) -> Outcome:
    """Send `body` as JSON once; the number under `code` decides by `answers`, any other number is a plain no.

    `first` reads what the number does not say, and decides where it gives an outcome. An answer lost or not understood is UNKNOWN,
    since robots have no idempotency key. Takes at most `timeout` seconds.
    """
    response = await _sent(client, "POST", url, timeout, json=body)
    return response if isinstance(response, Outcome) else _read(response, code, answers, first)


async def asked(
    client: httpx.AsyncClient, method: str, url: httpx.URL, *, code: str, until: float, bearer: str = "", **content: Any
) -> Answer | Outcome:
    """The answer to one request of several, with a number under `code`; an outcome when there was none.

    `until` is a moment of the loop's clock: what cannot be asked before it was not asked at all.
    """
    timeout = until - asyncio.get_running_loop().time()
    if timeout <= 0:
        return UNREACHABLE
    response = await _sent(client, method, url, timeout, bearer, **content)
    if isinstance(response, Outcome):
        return response
    answer = _parsed(response)
    if type(answer.get(code)) is not int or (answer[code] == 0 and not response.is_success):
        return replace(ODD_ANSWER, vendor_code=f"HTTP {response.status_code}")
    return answer


def harmless(outcome: Outcome) -> Outcome:
    """Of a request that puts nothing in front of people: whatever became of it, it may be made again."""
    return replace(outcome, kind=Kind.LATER, code=Reason.UNREACHABLE, wait=UNREACHABLE.wait) if outcome.kind is Kind.UNKNOWN else outcome


async def _sent(
    client: httpx.AsyncClient, method: str, url: httpx.URL, timeout: float, bearer: str = "", **content: Any
) -> httpx.Response | Outcome:
    # A kept connection may be closed by the other side just as we write, which nobody can tell from a lost answer.
    headers = {"Connection": "close"} | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
    try:
        async with asyncio.timeout(timeout):
            return await client.request(method, url, headers=headers, follow_redirects=False, timeout=_shares(timeout), **content)
    except NOTHING_LEFT:
        return UNREACHABLE
    except (httpx.HTTPError, TimeoutError):
        return NO_ANSWER


def _shares(timeout: float) -> httpx.Timeout:
    """Waiting for a connection, opening it and its TLS end before the total does: what the total cuts off had left."""
    return httpx.Timeout(timeout, pool=timeout / 4, connect=timeout / 4)


def _read(response: httpx.Response, code: str, answers: Mapping[int, Outcome], first: Callable[[Answer], Outcome | None]) -> Outcome:
    answer = _parsed(response)
    outcome = first(answer) or by_number(answer.get(code), answers)
    if outcome is None or (outcome.kind is Kind.ACCEPTED and not response.is_success):
        return replace(ODD_ANSWER, vendor_code=f"HTTP {response.status_code}")
    return outcome


def _parsed(response: httpx.Response) -> Answer:
    """What it said; nothing when it is no JSON object."""
    try:
        answer = response.json()
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def by_number(number: object, answers: Mapping[int, Outcome]) -> Outcome | None:
    """What a platform's number means; None for what is no number."""
    if type(number) is not int:
        return None
    outcome = answers.get(number, Outcome(Kind.FAILED, Reason.REFUSED))
    return outcome if outcome.kind is Kind.ACCEPTED else replace(outcome, vendor_code=str(number)[:20])


class HideAddresses(logging.Filter):
    """httpx logs every request with its whole address, and a robot's address is its password: leave the host."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(f"{a.scheme}://{a.host}/…" if isinstance(a, httpx.URL) else a for a in record.args)
        return True


logging.getLogger("httpx").addFilter(HideAddresses())
