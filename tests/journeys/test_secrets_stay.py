"""What a host pastes to reach a group is nowhere again: every channel, every kind of failure, a real server; then all it wrote is read."""

from __future__ import annotations

import asyncio
import io
import re
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from events import codes, sealing
from events.announce.tables import Delivery, DeliveryState, Group
from events.catalog.tables import Event, Store
from events.db.engine import PooledEngine
from events.people.tables import Audit, Role, Staff
from tests import make
from tests.journeys.conftest import PASSWORD, SECRET, Server, _where_it_is_noon, serving
from tests.standin import DINGTALK, FEISHU, SEND, Standin

CREATE = "/cgi-bin/externalcontact/add_msg_template"
FAILURES: list[dict[str, Any]] = [
    {},  # the platform's own: it knows none of these robots
    {"status": 502, "html": "<html>Bad Gateway</html>"},
    {"drop": True},
    {"clip": 7},
    {"cut": 7},
    {"json": {"errcode": 310000, "errmsg": "keywords not in content", "code": 19024, "msg": "Key Words Not Found"}},
    {"json": {"errcode": 4711, "errmsg": "who knows", "code": 4711, "msg": "who knows"}},
]
OPEN = (DeliveryState.CLAIMED, DeliveryState.SENDING)


@pytest.fixture
async def server(engine: PooledEngine, standin: Standin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    for platform in ("DINGTALK", "FEISHU", "LARK"):
        monkeypatch.setenv(f"LINJU_{platform}_ADDRESS", standin.address)
    async with serving(engine.url, standin, tmp_path) as server:
        yield server


class Desk(httpx.AsyncClient):
    """A host's browser; remembers every page it got, but for the form that is drawn again for its own typist."""

    read: dict[str, str]

    async def send_form(self, path: str, **fields: Any) -> httpx.Response:
        token = re.search(r'name="_csrf_token" value="([^"]+)"', (await self.get("/desk/groups/new")).text)
        assert token is not None
        return await self.post(path, data={"_csrf_token": token[1], **fields})

    async def look(self, path: str) -> None:
        answer = await self.get(path)
        assert answer.status_code == 200, path
        self.read[path] = _text(answer)


def _text(answer: httpx.Response) -> str:
    """A workbook is a folder of texts, packed."""
    if not answer.content.startswith(b"PK"):
        return answer.text + str(answer.headers)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


def pasted() -> list[tuple[dict[str, str], list[str]]]:
    """For each channel what goes into its form, and which parts of it must never be seen again."""
    key, token, hook, sign = str(uuid4()), codes.digest(make.key()), str(uuid4()), f"SEC{make.key()}{make.key()}"
    owner, chat, secret = f"he.{make.key().lower()}", f"wr{make.key()}{make.key()}", f"{make.key()}{make.key()}"
    names = {"corp": f"ww{codes.digest(make.key())[:16]}", "owner": owner, "chat": chat}
    return [
        ({"channel": "wecom", "credential": f"https://qyapi.weixin.qq.com{SEND}?key={key}"}, [key]),
        ({"channel": "dingtalk", "credential": f"https://oapi.dingtalk.com{DINGTALK}?access_token={token}", "secret": sign}, [token, sign]),
        ({"channel": "feishu", "credential": f"https://open.feishu.cn{FEISHU}{hook}", "secret": sign[:20]}, [hook, sign[:20]]),
        ({"channel": "broadcast", "corp_secret": secret, **names}, [secret, owner, chat]),
    ]


async def test_what_was_pasted_is_nowhere_again(engine: PooledEngine, server: Server, standin: Standin) -> None:
    sealing.use([SECRET])
    store = await make.store("梅园路店", zone=_where_it_is_noon())
    host = await make.staff(Role.LEAD, store, login="ning", password=PASSWORD)
    event = await make.event(store, host=host)
    hidden: list[str] = []
    async with Desk(base_url=server.address, trust_env=False, headers={"accept": "text/html", "accept-language": "zh-CN"}) as desk:
        desk.read = {}
        await _sign_in(desk)
        for n, failure in enumerate(FAILURES):
            groups = [await _add(desk, host, n, fields, hidden, parts) for fields, parts in pasted()]
            for route in (SEND, DINGTALK, FEISHU, CREATE):
                if failure:
                    standin.next(route=route, **failure)
            await _tell(desk, event, groups)
        await _try(desk, groups)
        await _read_everything(desk, store)
    assert len(desk.read) > 60
    said = {**desk.read, "log": server.log.read_text(), **await _rows()}
    assert "delivery" in said["log"]
    found = {(part[:6], where) for part in hidden for where, text in said.items() if part.lower() in text.lower()}
    assert found == set()
    assert len(set(hidden)) == len(hidden) == 8 * len(FAILURES)


async def _sign_in(desk: Desk) -> None:
    form = (await desk.get("/desk/sign-in")).text
    token = re.search(r'name="_csrf_token" value="([^"]+)"', form)
    assert token is not None
    answer = await desk.post("/desk/sign-in", data={"_csrf_token": token[1], "login": "ning", "password": PASSWORD})
    assert answer.status_code == 303


async def _add(desk: Desk, host: Staff, n: int, fields: dict[str, str], hidden: list[str], parts: list[str]) -> int:
    name = f"{fields['channel']}{n}"
    answer = await desk.send_form("/desk/groups", name=name, kind="general", host=str(host.id), **fields)
    assert answer.status_code == 303, answer.text
    hidden += parts
    row = await Group.select(Group.id).where(Group.name == name).first()
    assert row is not None
    return int(row["id"])


async def _tell(desk: Desk, event: Event, groups: list[int]) -> None:
    """Write to them, and wait until each was tried."""
    chosen = [str(group) for group in groups]
    answer = await desk.send_form("/desk/announcements", event=str(event.id), groups=chosen, text="来剪纸鱼", key=make.key())
    assert answer.status_code == 303, answer.text
    untried = Delivery.group.is_in(groups) & ((Delivery.attempt == 0) | Delivery.state.is_in(list(OPEN)))
    for _ in range(200):
        if not await Delivery.exists().where(untried):
            return
        await asyncio.sleep(0.1)
    pytest.fail("not all were tried")


async def _try(desk: Desk, groups: list[int]) -> None:
    """A test to each fails as well, and says so on the group's page; so does a form with a robot that is none."""
    for group in groups:
        answer = await desk.send_form(f"/desk/groups/{group}/trials")
        desk.read[f"trial {group}"] = _text(answer)


async def _read_everything(desk: Desk, store: Store) -> None:
    groups = await Group.select(Group.id, Group.code).where(Group.store == store.id)
    deliveries = await Delivery.select(Delivery.id, Delivery.announcement)
    paths = ["/desk", "/desk/groups", "/desk/ledger", "/desk/deliveries", "/desk/announcements", "/desk/audit"]
    paths += ["/desk/ledger/file/csv", "/desk/ledger/file/xlsx", "/desk/ledger?standing=failed", "/health/ready"]
    paths += [path for row in groups for path in (f"/desk/groups/{row['id']}", f"/G/{row['code']}")]
    paths += [f"/desk/deliveries/{row['id']}" for row in deliveries]
    paths += sorted({f"/desk/announcements/{row['announcement']}" for row in deliveries})
    for path in paths:
        await desk.look(path)


async def _rows() -> dict[str, str]:
    """The rows as they lie in the database."""
    return {f"rows of {table._meta.tablename}": str(await table.select()) for table in (Group, Delivery, Audit)}
