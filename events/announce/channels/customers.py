"""An owner's customer groups at WeCom (its documents 92120 and 92122), for a host to choose from: nobody knows their ids by heart."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import httpx

from events.announce.channels import Outcome, broadcast, contacts, wire
from events.announce.channels.contacts import Account, Line

LIST = "/cgi-bin/externalcontact/groupchat/list"
MOST = 100  # groups that are offered
AT_ONCE = 4  # names asked for


@dataclass(frozen=True, slots=True)
class Chat:
    """A customer group. Where its name could not be had, or it has none, `name` is empty."""

    id: str
    name: str


async def of_owner(
    account: Account, *, address: httpx.URL | str = broadcast.ADDRESS, client: httpx.AsyncClient, timeout: float
) -> list[Chat] | Outcome:
    """The groups this account owns, at most MOST, as WeCom has them; else why it could not be asked."""
    line = Line.open(address, client, timeout)
    asked = {"status_filter": 0, "owner_filter": {"userid_list": [account.owner]}, "cursor": "", "limit": MOST}
    answer = await contacts.call(account, line, LIST, json=asked)
    if isinstance(answer, Outcome):
        return wire.harmless(answer)
    rows = answer.get("group_chat_list")
    ids = [str(row.get("chat_id")) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    turns = asyncio.Semaphore(AT_ONCE)
    return list(await asyncio.gather(*(_named(id, account, line, turns) for id in ids[:MOST] if broadcast.CHAT.fullmatch(id))))


async def _named(id: str, account: Account, line: Line, turns: asyncio.Semaphore) -> Chat:
    async with turns:
        answer = await contacts.call(account, line, broadcast.GROUP, json={"chat_id": id, "need_name": 0})
    group = answer.get("group_chat") if isinstance(answer, dict) else None
    name = group.get("name") if isinstance(group, dict) else ""
    return Chat(id, name if isinstance(name, str) else "")
