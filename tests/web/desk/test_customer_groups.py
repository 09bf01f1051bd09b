"""A customer group chosen from what WeCom has, in the form for a group."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from litestar import Litestar

from events import sealing
from events.announce import chats
from events.announce.channels import contacts
from events.announce.channels.customers import LIST
from events.announce.tables import ChannelName, Group
from tests.cast import Cast
from tests.standin import CHAT, CONTACT_SECRET, CORP, OWNER, Standin
from tests.web.desk.test_trials import _post_to

NAMES = {"corp": CORP, "owner": OWNER, "corp_secret": CONTACT_SECRET}
FORM = {"name": "梅园客户群①", "kind": "family", "channel": "by_hand", "members": "40"}
OTHER = "wrOgQhDgAAMYQiS5ol9G7gK9JVBBBB"


@pytest.fixture(autouse=True)
def _platform(app: Litestar, standin: Standin, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    _post_to(standin.address, app, monkeypatch)
    standin.customers()
    standin.customers(f"{CORP}/{OWNER}/{OTHER}", "梅园客户群②")
    contacts.TOKENS.clear()
    yield
    contacts.TOKENS.clear()


def options(page: str) -> list[tuple[str, str]]:
    """What the list offers."""
    field = re.search(r'<select[^>]*name="chat"[^>]*>(.*?)</select>', page, re.DOTALL)
    return re.findall(r'<option value="(wr[^"]*)"[^>]*>([^<]*)<', field[1]) if field else []


async def test_a_new_group_is_chosen_by_its_name(cast: Cast, host_client: httpx.AsyncClient) -> None:
    asked = await host_client.post("/desk/groups", data={**FORM, **NAMES, "act": "look"})
    assert (asked.status_code, options(asked.text)) == (200, [(CHAT, "梅园客户群①"), (OTHER, "梅园客户群②")])
    assert 'value="梅园客户群①"' in asked.text  # what was typed stays
    assert not await Group.exists().where(Group.channel == ChannelName.BROADCAST)
    done = await host_client.post("/desk/groups", data={**FORM, **NAMES, "channel": "broadcast", "chat": OTHER})
    assert done.status_code == 303
    group = await Group.objects().get(Group.channel == ChannelName.BROADCAST)
    assert group is not None
    assert sealing.unseal(group.credential) == f"{CORP}/{OWNER}/{OTHER} {CONTACT_SECRET}"

    # of one that is linked, what is left empty is as it is, and stays unseen
    again = await host_client.post(f"/desk/groups/{group.id}", data={**FORM, "act": "look"})
    assert (again.status_code, len(options(again.text)), CONTACT_SECRET in again.text) == (200, 2, False)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"corp": "x"}, "这不像企业 ID"),
        ({"corp_secret": ""}, "客户群要用密钥"),
        ({"owner": "nobody"}, "群主"),
    ],
)
async def test_what_cannot_be_asked_says_what_to_mend(
    cast: Cast, host_client: httpx.AsyncClient, changed: dict[str, str], words: str
) -> None:
    refused = await host_client.post("/desk/groups", data={**FORM, **NAMES, **changed, "act": "look"})
    assert (refused.status_code, words in refused.text, options(refused.text)) == (422, True, [])


async def test_an_owner_without_groups_and_a_platform_that_is_down_are_told(
    cast: Cast, host_client: httpx.AsyncClient, standin: Standin
) -> None:
    standin.next(route=LIST, json={"errcode": 0, "errmsg": "ok", "group_chat_list": []})
    assert "名下没有客户群" in (await host_client.post("/desk/groups", data={**FORM, **NAMES, "act": "look"})).text
    standin.next(route=LIST, drop=True)
    assert "连不上对方" in (await host_client.post("/desk/groups", data={**FORM, **NAMES, "act": "look"})).text


async def test_nobody_asks_without_end_or_with_the_key_of_another_store(
    cast: Cast, host_client: httpx.AsyncClient, foreign_client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chats, "TRIES", 1)
    await host_client.post("/desk/groups", data={**FORM, **NAMES, "channel": "broadcast", "chat": CHAT})
    group = await Group.objects().get(Group.channel == ChannelName.BROADCAST)
    assert group is not None
    assert (await foreign_client.post(f"/desk/groups/{group.id}", data={**FORM, "act": "look"})).status_code == 404
    assert (await host_client.post(f"/desk/groups/{group.id}", data={**FORM, "act": "look"})).status_code == 200
    assert (await host_client.post(f"/desk/groups/{group.id}", data={**FORM, "act": "look"})).status_code == 422
