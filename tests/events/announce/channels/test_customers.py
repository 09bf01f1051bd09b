from __future__ import annotations

from typing import Any

import httpx
import pytest

from events.announce.channels import Kind, Outcome, Reason, broadcast, customers
from events.announce.channels.customers import LIST, Chat
from events.errors import Refused
from tests.standin import CHAT, CONTACT, CONTACT_SECRET, CORP, OWNER, Standin

OTHER = "wrOgQhDgAAMYQiS5ol9G7gK9JVBBBB"


async def found(standin: Standin, client: httpx.AsyncClient, owner: str = OWNER) -> list[Chat] | Outcome:
    account = broadcast.account(CORP, owner, CONTACT_SECRET)
    return await customers.of_owner(account, address=standin.address, client=client, timeout=5)


async def test_of_owner_names_the_groups_of_that_owner_alone(standin: Standin, client: httpx.AsyncClient) -> None:
    standin.customers()
    standin.customers(f"{CORP}/{OWNER}/{OTHER}", "梅园客户群②")
    standin.customers(f"{CORP}/somebody.else/wrOgQhDgAAMYQiS5ol9G7gK9JVCCCC", "别人的群")
    assert await found(standin, client) == [Chat(CHAT, "梅园客户群①"), Chat(OTHER, "梅园客户群②")]
    asked = standin.asked(LIST)[-1]["body"]
    assert (asked["owner_filter"], asked["limit"]) == ({"userid_list": [OWNER]}, customers.MOST)


async def test_of_owner_has_a_group_whose_name_cannot_be_had(standin: Standin, client: httpx.AsyncClient) -> None:
    standin.customers()
    standin.next(route=broadcast.GROUP, json={"errcode": -1, "errmsg": "system busy"})
    assert await found(standin, client) == [Chat(CHAT, "")]


@pytest.mark.parametrize(
    ("reply", "kind", "code"),
    [
        ({"json": {"errcode": 60020, "errmsg": "no"}}, Kind.FAILED, Reason.ADDRESS_UNTRUSTED),
        ({"json": {"errcode": -1, "errmsg": "busy"}}, Kind.LATER, Reason.BUSY),
        ({"drop": True}, Kind.LATER, Reason.UNREACHABLE),
        ({"html": "<html>502</html>", "status": 502}, Kind.LATER, Reason.UNREACHABLE),
    ],
)
async def test_of_owner_says_why_it_could_not_be_asked(
    standin: Standin, client: httpx.AsyncClient, reply: dict[str, Any], kind: Kind, code: Reason
) -> None:
    standin.customers()
    standin.next(route=LIST, **reply)
    outcome = await found(standin, client)
    assert isinstance(outcome, Outcome)
    assert (outcome.kind, outcome.code) == (kind, code)


async def test_of_owner_unknown_is_told(standin: Standin, client: httpx.AsyncClient) -> None:
    standin.customers()
    assert await found(standin, client, "nobody") == Outcome(Kind.FAILED, Reason.OWNER_UNKNOWN, "60111")


@pytest.mark.parametrize("rows", [None, "x", [None, {"chat_id": 7}, {"chat_id": "../../etc"}]])
async def test_an_odd_list_has_no_groups(standin: Standin, client: httpx.AsyncClient, rows: object) -> None:
    standin.customers()
    standin.next(route=LIST, json={"errcode": 0, "errmsg": "ok", "group_chat_list": rows})
    assert await found(standin, client) == []


def test_account_is_checked_as_a_credential_is() -> None:
    assert broadcast.account(f" {CORP} ", OWNER, CONTACT_SECRET).secret == CONTACT_SECRET
    assert broadcast.credential(CONTACT.replace("/", " "), CONTACT_SECRET) == f"{CONTACT} {CONTACT_SECRET}"
    for corp, owner, secret, field in (
        ("x", OWNER, CONTACT_SECRET, "credential"),
        (CORP, "", "", "credential"),
        (CORP, OWNER, "x", "secret"),
    ):
        with pytest.raises(Refused) as refused:
            broadcast.account(corp, owner, secret)
        assert refused.value.field == field
