"""WeCom's customer contact (企业微信客户联系) as a server calls it: a token for a corporation's secret, then one call after another."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from events.announce.channels import Kind, Outcome, Reason, tokens, wire

TOKEN = "/cgi-bin/gettoken"  # noqa: S105 -- a path
STALE = (40014, 42001, 40001)  # WeCom may end a token early: another one is had, once
TOKENS = tokens.Tokens()

# By number only, as wecom.py. Another number is a plain no.
ANSWERS = {
    -1: Outcome(Kind.LATER, Reason.BUSY, wait=15),
    45009: Outcome(Kind.LATER, Reason.TOO_FAST, wait=65),
    45033: Outcome(Kind.LATER, Reason.BUSY, wait=5),
    40013: Outcome(Kind.FAILED, Reason.CORP_UNKNOWN),
    40001: Outcome(Kind.FAILED, Reason.SECRET_WRONG),
    40014: Outcome(Kind.LATER, Reason.BUSY, wait=60),
    42001: Outcome(Kind.LATER, Reason.BUSY, wait=60),
    60020: Outcome(Kind.FAILED, Reason.ADDRESS_UNTRUSTED),
    48002: Outcome(Kind.FAILED, Reason.NOT_ALLOWED),
    84074: Outcome(Kind.FAILED, Reason.OWNER_NOT_ALLOWED),
    60111: Outcome(Kind.FAILED, Reason.OWNER_UNKNOWN),
    40003: Outcome(Kind.FAILED, Reason.OWNER_UNKNOWN),
    40096: Outcome(Kind.FAILED, Reason.NOT_OWNED),
    84061: Outcome(Kind.FAILED, Reason.NOT_OWNED),
    41048: Outcome(Kind.FAILED, Reason.NOBODY_TO_SEND),
    41047: Outcome(Kind.FAILED, Reason.TASK_GONE),
    40063: Outcome(Kind.FAILED, Reason.BAD_PAYLOAD),
    40058: Outcome(Kind.FAILED, Reason.BAD_PAYLOAD),
    40004: Outcome(Kind.FAILED, Reason.BAD_PICTURE),
    40006: Outcome(Kind.FAILED, Reason.BAD_PICTURE),
    40007: Outcome(Kind.FAILED, Reason.BAD_PICTURE),
    40009: Outcome(Kind.FAILED, Reason.BAD_PICTURE),
    41001: Outcome(Kind.FAILED, Reason.REFUSED),  # a fault of ours, were there one
}


@dataclass(frozen=True, slots=True)
class Account:
    """One customer group: the corporation's id, the owner's account in it, the group's id, and the secret that opens them."""

    corp: str
    owner: str
    chat: str
    secret: str = field(repr=False)

    @classmethod
    def of(cls, credential: str) -> Account:
        names, _space, secret = credential.partition(" ")
        corp, owner, chat = names.split("/")
        return cls(corp, owner, chat, secret)


@dataclass(frozen=True, slots=True)
class Line:
    """Where and how WeCom is reached, until a moment of the loop's clock."""

    address: httpx.URL | str
    client: httpx.AsyncClient
    until: float

    @classmethod
    def open(cls, address: httpx.URL | str, client: httpx.AsyncClient, timeout: float) -> Line:
        return cls(address, client, asyncio.get_running_loop().time() + timeout)


async def call(account: Account, line: Line, path: str, *, query: Mapping[str, str] | None = None, **content: Any) -> wire.Answer | Outcome:
    """WeCom's answer that it did as it was asked, else how that ended. UNKNOWN: it may have done so."""
    answer = await _called(account, line, path, query or {}, content)
    if isinstance(answer, dict) and answer["errcode"] in STALE:
        answer = await _called(account, line, path, query or {}, content)
    if isinstance(answer, Outcome) or answer["errcode"] == 0:
        return answer
    return _no(answer)


async def _called(account: Account, line: Line, path: str, query: Mapping[str, str], content: Mapping[str, Any]) -> wire.Answer | Outcome:
    """The answer whatever its number; a token that is over is forgotten."""
    token = await _token(account, line)
    if isinstance(token, Outcome):
        return token
    url = wire.url(line.address, path, access_token=token, **query)
    answer = await wire.asked(line.client, "POST", url, code="errcode", until=line.until, **content)
    if isinstance(answer, dict) and answer["errcode"] in STALE:
        TOKENS.forget(_key(account, line), token)
    return answer


async def _token(account: Account, line: Line) -> str | Outcome:
    async def fetch() -> tokens.Fetched:
        url = wire.url(line.address, TOKEN, corpid=account.corp, corpsecret=account.secret)
        answer = await wire.asked(line.client, "GET", url, code="errcode", until=line.until)
        if isinstance(answer, Outcome):
            return wire.harmless(answer)
        if answer["errcode"] != 0:
            return _no(answer)
        return _read(answer)

    return await TOKENS.get(_key(account, line), fetch)


def _read(answer: wire.Answer) -> tokens.Fetched:
    value, seconds = answer.get("access_token"), answer.get("expires_in")
    if isinstance(value, str) and value and type(seconds) is int:
        return value, seconds
    return wire.harmless(wire.ODD_ANSWER)


def _no(answer: wire.Answer) -> Outcome:
    outcome = wire.by_number(answer["errcode"], ANSWERS)
    return outcome or wire.ODD_ANSWER


def _key(account: Account, line: Line) -> str:
    return tokens.key(line.address, account.corp, account.secret)
