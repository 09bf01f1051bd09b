from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
import time_machine

from events import clock, db, facts, sealing
from events.db.engine import PooledEngine
from events.facts import MessageEnded
from events.people import messages
from events.people.contacts import Contact, Kind
from events.people.senders import End, Parcel
from events.people.tables import Message
from tests.standin import Standin

PHONE = Contact(Kind.SMS, "13800138000")


class Post:
    """Ends each try as told, after looking at the row."""

    def __init__(self, *ends: End) -> None:
        self.ends = deque(ends)
        self.sent: list[tuple[str, str]] = []
        self.states: list[str] = []
        self.keys: list[str] = []

    async def send(self, parcel: Parcel, *, client: httpx.AsyncClient) -> End:
        self.states = [row["state"] for row in await Message.select(Message.state)]
        self.sent.append((parcel.recipient, parcel.text))
        self.keys.append(parcel.key)
        return self.ends.popleft() if self.ends else End.SENT


@pytest.fixture(autouse=True)
def _on_a_database(engine: PooledEngine) -> None:
    sealing.use(["a key for tests that is long enough"])


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as one:
        yield one


async def post(text: str = "码 384102", *, minutes: int = 10) -> None:
    await messages.post(PHONE, text, expires_at=clock.now() + timedelta(minutes=minutes))


async def rows() -> list[tuple[str, str, str]]:
    return [(row.state, row.recipient, row.text) for row in await Message.objects().order_by(Message.id)]


async def test_post_seals_what_it_keeps() -> None:
    await post()
    ((state, recipient, text),) = await rows()
    assert state == "due"
    assert "13800138000" not in recipient
    assert "384102" not in text


async def test_post_stands_and_falls_with_what_it_is_about() -> None:
    with pytest.raises(ZeroDivisionError):
        async with db.writing():
            await post()
            raise ZeroDivisionError
    assert await rows() == []


async def test_send_next_commits_before_it_sends_and_erases_after(client: httpx.AsyncClient) -> None:
    await post()
    sender = Post()
    assert [await messages.send_next({"sms": sender}, client) for _ in range(2)] == [True, False]
    assert (sender.states, sender.sent) == (["sending"], [("13800138000", "码 384102")])
    assert await rows() == [("sent", "", "")]


@pytest.mark.parametrize("end", [End.FAILED, End.UNKNOWN])
async def test_send_next_never_repeats_what_may_have_arrived(client: httpx.AsyncClient, end: End) -> None:
    await post()
    sender = Post(end)
    assert [await messages.send_next({"sms": sender}, client) for _ in range(2)] == [True, False]
    assert await rows() == [(end.value, "", "")]


async def test_send_next_tries_again_when_nothing_left(client: httpx.AsyncClient) -> None:
    await post()
    sender = Post(End.LATER)
    with time_machine.travel(clock.now(), tick=False) as time:
        assert [await messages.send_next({"sms": sender}, client) for _ in range(2)] == [True, False]
        time.shift(messages.PAUSE)
        assert await messages.send_next({"sms": sender}, client)
    assert sender.sent == [("13800138000", "码 384102")] * 2
    assert (len(sender.keys), len(set(sender.keys))) == (2, 1)


async def test_send_next_leaves_what_is_over_and_what_has_no_sender(client: httpx.AsyncClient) -> None:
    await post(minutes=0)
    sender = Post()
    assert await messages.send_next({"sms": sender}, client) is False
    await post()
    assert await messages.send_next({"email": sender}, client) is False
    assert await messages.send_next({}, client) is False
    assert sender.sent == []


async def test_send_next_sends_each_once_however_many_run(client: httpx.AsyncClient) -> None:
    for number in range(6):
        await post(f"第 {number} 条")
    sender = Post()

    async def lane() -> None:
        while await messages.send_next({"sms": sender}, client):
            await asyncio.sleep(0)

    await asyncio.gather(*(lane() for _ in range(4)))
    assert sorted(text for _to, text in sender.sent) == [f"第 {number} 条" for number in range(6)]


async def test_lapse_gives_up_what_was_on_its_way_and_erases_what_is_over(client: httpx.AsyncClient) -> None:
    await post()
    await Message.update({Message.state: "sending", Message.lease_until: clock.now() + messages.LEASE}, force=True)
    await post(minutes=0)
    await post()
    await messages.lapse()
    assert [state for state, _to, _text in await rows()] == ["sending", "failed", "due"]
    with time_machine.travel(clock.now() + messages.LEASE + timedelta(seconds=1)):
        await messages.lapse()
    assert [row[0] for row in await rows()] == ["unknown", "failed", "due"]
    assert [row[1:] for row in await rows()][:2] == [("", "")] * 2


async def test_sweep_drops_old_rows(standin: Standin) -> None:
    await post()
    await messages.sweep(clock.now() - timedelta(days=1))
    assert len(await rows()) == 1
    await messages.sweep(clock.now() + timedelta(seconds=1))
    assert await rows() == []


async def test_send_next_takes_first_what_is_of_use_for_the_shortest_time(client: httpx.AsyncClient) -> None:
    for words, minutes in (("明天见", 600), ("码 384102", 10), ("快开始了", 60)):
        await post(words, minutes=minutes)
    sender = Post()
    while await messages.send_next({"sms": sender}, client):
        pass
    assert [text for _to, text in sender.sent] == ["码 384102", "快开始了", "明天见"]


async def test_each_end_is_told_once_and_a_later_none(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []

    async def hear(fact: MessageEnded) -> None:
        told.append(fact)

    before = dict(facts._when)
    facts.listen({MessageEnded: [hear]})
    try:
        first = await messages.post(PHONE, "一", expires_at=clock.now() + timedelta(minutes=1))
        second = await messages.post(PHONE, "二", expires_at=clock.now() + timedelta(minutes=2))
        third = await messages.post(PHONE, "三", expires_at=clock.now() - timedelta(minutes=1))
        sender = Post(End.LATER, End.UNKNOWN)
        assert await messages.send_next({"sms": sender}, client) and await messages.send_next({"sms": sender}, client)
        with time_machine.travel(clock.now() + messages.PAUSE):
            assert await messages.send_next({"sms": sender}, client)
        await messages.lapse()
    finally:
        facts.listen(before)
    assert told == [MessageEnded(second, "unknown"), MessageEnded(first, "sent"), MessageEnded(third, "failed")]


async def test_withdraw_takes_back_what_has_not_begun_to_leave(client: httpx.AsyncClient) -> None:
    soon = clock.now() + timedelta(minutes=5)
    leaving, waiting = [await messages.post(PHONE, text, expires_at=soon, stop="https://x/N/1") for text in ("一", "二")]
    await Message.update({Message.state: "sending"}).where(Message.id == leaving)
    assert await messages.withdraw([leaving, waiting]) == {waiting}
    assert [row[0] for row in await rows()] == ["sending", "failed"]
    sender = Post()
    assert await messages.send_next({"sms": sender}, client) is False
    row = await Message.objects().get(Message.id == waiting)
    assert row is not None and (row.recipient, row.text, row.stop) == ("", "", "")
