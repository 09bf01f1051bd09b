"""Families' phones, each a stranger to the server, signing up over HTTP."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import httpx

from tests import make
from web.viewer import FAMILY_COOKIE


@dataclass
class Phone:
    """One family with its filled-in form. `answers` are the status codes it got, 0 where none came."""

    session: int
    adults: int = 1
    children: int = 0
    key: str = field(default_factory=make.key)
    number: str = field(default_factory=make.phone)
    answers: list[int] = field(default_factory=list)
    is_known: bool = False
    more: dict[str, str] = field(default_factory=dict)  # what the event asks

    @property
    def is_acknowledged(self) -> bool:
        return 303 in self.answers

    async def sign_up(self, server: str, client: httpx.AsyncClient, token: str) -> int:
        """Press the last button. A retry is the same form again, without the cookie a lost answer carried."""
        headers = {"cookie": f"linju_csrf={token}", "x-csrftoken": token, "accept": "text/html"}
        try:
            answer = await client.post(f"{server}/my/sessions/{self.session}/registration", data=self._form(), headers=headers)
        except httpx.HTTPError:
            self.answers.append(0)
        else:
            self.answers.append(answer.status_code)
            self.is_known |= FAMILY_COOKIE in answer.headers.get("set-cookie", "")
        return self.answers[-1]

    def _form(self) -> dict[str, str]:
        children = {f"child-{n}-{name}": value for n in range(self.children) for name, value in (("name", f"孩子{n}"), ("age", "6"))}
        return {
            "act": "register",
            "key": self.key,
            "name": "陈妈妈",
            "phone": self.number,
            "adults": str(self.adults),
            "children": str(self.children),
            "consent": "given" if self.children else "",
            **children,
            **self.more,
        }


def client() -> httpx.AsyncClient:
    """Keeps connections and no cookies: the phones share it."""
    return httpx.AsyncClient(trust_env=False, timeout=30, limits=httpx.Limits(max_connections=32))


async def token(server: str, through: httpx.AsyncClient) -> str:
    """What a page hides in its form; good for any of the phones, and after a restart."""
    answer = await through.get(f"{server}/my")
    through.cookies.clear()
    return answer.cookies["linju_csrf"]


async def all_at_once(phones: list[Phone], servers: list[str], *, hands: int = 16) -> None:
    """Everybody presses, so many at a time; the servers take turns."""
    async with client() as shared:
        mark = await token(servers[0], shared)
        free = asyncio.Semaphore(hands)

        async def press(position: int, phone: Phone) -> None:
            async with free:
                await phone.sign_up(servers[position % len(servers)], shared, mark)
                shared.cookies.clear()

        await asyncio.gather(*(press(position, phone) for position, phone in enumerate(phones)))
