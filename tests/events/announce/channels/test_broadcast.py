from __future__ import annotations

import asyncio
import logging
from typing import Any

import httpx
import pytest

from events.announce.channels import REASONS, Kind, Message, Outcome, Reason, broadcast, contacts
from events.errors import Refused
from tests.standin import CHAT, CONTACT, CONTACT_SECRET, CORP, OWNER, Standin

LINK = "https://linju.example/G/7QX3/41"
MESSAGE = Message("【本周六】剪一条会游的纸鱼\n报名点这里：", LINK, title="剪一条会游的纸鱼")
PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 100
CREDENTIAL = f"{CONTACT} {CONTACT_SECRET}"
NEVER_READ = "words that may change"


@pytest.fixture
def group(standin: Standin) -> Standin:
    standin.customers()
    return standin


class Asks:
    """What the channel offers, at this stand-in."""

    def __init__(self, standin: Standin, client: httpx.AsyncClient) -> None:
        self.how: dict[str, Any] = {"address": standin.address, "client": client, "timeout": 5}

    async def post(self, message: Message = MESSAGE, credential: str = CREDENTIAL) -> Outcome:
        return await broadcast.post(message, credential, **self.how)

    async def state(self, task: str) -> Outcome:
        return await broadcast.state(task, CREDENTIAL, **self.how)


@pytest.fixture
def asks(group: Standin, client: httpx.AsyncClient) -> Asks:
    return Asks(group, client)


def waits(task: str) -> Outcome:
    return Outcome(Kind.WAITING, Reason.WAITS_FOR_OWNER, task=task)


async def test_post_makes_a_task_with_words_and_a_card(group: Standin, asks: Asks) -> None:
    outcome = await asks.post()
    assert outcome == waits(outcome.task)
    assert outcome.task.startswith("msgGC")
    (request,) = group.asked(broadcast.CREATE)
    assert request["body"] == {
        "chat_type": "group",
        "sender": OWNER,
        "chat_id_list": [CHAT],
        "allow_select": False,
        "text": {"content": "【本周六】剪一条会游的纸鱼\n报名点这里："},
        "attachments": [{"msgtype": "link", "link": {"title": "剪一条会游的纸鱼", "desc": "", "url": LINK}}],
    }
    assert broadcast.words(MESSAGE) == f"{request['body']['text']['content']}\n{LINK}"


async def test_post_is_in_the_group_once_the_owner_sends_it(group: Standin, asks: Asks) -> None:
    task = (await asks.post()).task
    assert (await asks.state(task), "发送" in group.page(), MESSAGE.text in group.page()) == (waits(task), True, True)
    group.ignore(task)
    assert await asks.state(task) == waits(task)
    group.confirm(task)
    assert await asks.state(task) == Outcome(Kind.ACCEPTED)
    page = group.page()
    assert (MESSAGE.text in page, f'href="{LINK}"' in page, "等群主点发送" in page) == (True, True, False)


async def test_the_stand_in_s_page_has_the_owner_s_button(group: Standin, asks: Asks, client: httpx.AsyncClient) -> None:
    task = (await asks.post()).task
    assert (await client.post(f"{group.address}/tasks/{task}/confirm")).status_code == 303
    assert await asks.state(task) == Outcome(Kind.ACCEPTED)


async def test_post_of_a_summary_is_the_card_alone(group: Standin, asks: Asks) -> None:
    card = Message("x", LINK, title="鱼" * 60, summary="水" * 400, picture_url="https://linju.example/p.jpg")
    assert (await asks.post(card)).kind is Kind.WAITING
    (request,) = group.asked(broadcast.CREATE)
    link = {"title": "鱼" * 41 + "…", "desc": "水" * 169 + "…", "url": LINK, "picurl": card.picture_url}
    assert ("text" in request["body"], request["body"]["attachments"]) == (False, [{"msgtype": "link", "link": link}])
    assert broadcast.words(card) == f"{link['title']}\n{link['desc']}\n{LINK}"


async def test_post_with_a_poster_uploads_it_first(group: Standin, asks: Asks) -> None:
    outcome = await asks.post(Message("周六", LINK, title="纸鱼", picture=PICTURE))
    (upload,), (request,) = group.asked(broadcast.UPLOAD), group.asked(broadcast.CREATE)
    first, _card = request["body"]["attachments"]
    assert (outcome.kind, first) == (Kind.WAITING, {"msgtype": "image", "image": {"media_id": upload["answer"]["media_id"]}})
    group.confirm(outcome.task)
    assert "data:;base64," in group.page()


async def test_post_fits_a_long_text(group: Standin, asks: Asks) -> None:
    assert (await asks.post(Message("鱼" * 3000, LINK, title="纸鱼"))).kind is Kind.WAITING
    text = group.asked(broadcast.CREATE)[0]["body"]["text"]["content"]
    assert text.endswith("…")
    assert 3900 < len(text.encode()) <= 4000


async def test_post_of_several_events_is_words_without_a_card(group: Standin, asks: Asks) -> None:
    assert (await asks.post(Message("周六 …\n周日 …", title="一周"))).kind is Kind.WAITING
    assert "attachments" not in group.asked(broadcast.CREATE)[0]["body"]


TABLE = [
    (-1, Outcome(Kind.LATER, Reason.BUSY, "-1", 15)),
    (45009, Outcome(Kind.LATER, Reason.TOO_FAST, "45009", 65)),
    (45033, Outcome(Kind.LATER, Reason.BUSY, "45033", 5)),
    (40013, Outcome(Kind.FAILED, Reason.CORP_UNKNOWN, "40013")),
    (60020, Outcome(Kind.FAILED, Reason.ADDRESS_UNTRUSTED, "60020")),
    (48002, Outcome(Kind.FAILED, Reason.NOT_ALLOWED, "48002")),
    (84074, Outcome(Kind.FAILED, Reason.OWNER_NOT_ALLOWED, "84074")),
    (60111, Outcome(Kind.FAILED, Reason.OWNER_UNKNOWN, "60111")),
    (40003, Outcome(Kind.FAILED, Reason.OWNER_UNKNOWN, "40003")),
    (40096, Outcome(Kind.FAILED, Reason.NOT_OWNED, "40096")),
    (84061, Outcome(Kind.FAILED, Reason.NOT_OWNED, "84061")),
    (41048, Outcome(Kind.FAILED, Reason.NOBODY_TO_SEND, "41048")),
    (41047, Outcome(Kind.FAILED, Reason.TASK_GONE, "41047")),
    (40063, Outcome(Kind.FAILED, Reason.BAD_PAYLOAD, "40063")),
    (40058, Outcome(Kind.FAILED, Reason.BAD_PAYLOAD, "40058")),
    (40004, Outcome(Kind.FAILED, Reason.BAD_PICTURE, "40004")),
    (40006, Outcome(Kind.FAILED, Reason.BAD_PICTURE, "40006")),
    (40007, Outcome(Kind.FAILED, Reason.BAD_PICTURE, "40007")),
    (40009, Outcome(Kind.FAILED, Reason.BAD_PICTURE, "40009")),
    (41001, Outcome(Kind.FAILED, Reason.REFUSED, "41001")),
    (600001, Outcome(Kind.FAILED, Reason.REFUSED, "600001")),
]


def test_the_table_has_every_number_and_a_sentence_for_each() -> None:
    assert {number for number, _outcome in TABLE} - {600001} | set(contacts.STALE) == set(contacts.ANSWERS)
    assert {outcome.code for outcome in contacts.ANSWERS.values()} <= set(REASONS)
    assert {reason.value for reason in Reason} == set(REASONS)


@pytest.mark.parametrize(("number", "outcome"), TABLE)
@pytest.mark.parametrize("status", [200, 500])
async def test_post_reads_the_number_whatever_the_status(group: Standin, asks: Asks, number: int, outcome: Outcome, status: int) -> None:
    group.next(route=broadcast.CREATE, status=status, json={"errcode": number, "errmsg": NEVER_READ})
    assert await asks.post() == outcome


@pytest.mark.parametrize("number", [60020, 48002, 84074, 45009, 45033, -1])
async def test_post_is_told_no_by_the_platform_itself(group: Standin, asks: Asks, number: int) -> None:
    group.options(contact_says=number)
    assert (await asks.post()).vendor_code == str(number)


@pytest.mark.parametrize(
    ("credential", "reason", "number"),
    [
        (f"wwffffffffffffffff/{OWNER}/{CHAT} {CONTACT_SECRET}", Reason.CORP_UNKNOWN, "40013"),
        (f"{CONTACT} {'x' * 43}", Reason.SECRET_WRONG, "40001"),
        (f"{CORP}/nobody/{CHAT} {CONTACT_SECRET}", Reason.OWNER_UNKNOWN, "60111"),
        (f"{CORP}/{OWNER}/{CHAT}zz {CONTACT_SECRET}", Reason.NOBODY_TO_SEND, "41048"),
    ],
)
async def test_post_with_a_wrong_part_says_which(asks: Asks, credential: str, reason: Reason, number: str) -> None:
    assert await asks.post(credential=credential) == Outcome(Kind.FAILED, reason, number)


async def test_post_to_a_group_the_answer_lists_as_failed_fails_for_good(group: Standin, asks: Asks) -> None:
    group.next(route=broadcast.CREATE, json={"errcode": 0, "errmsg": "ok", "fail_list": [CHAT], "msgid": "msgGC1"})
    assert await asks.post() == Outcome(Kind.FAILED, Reason.NOT_OWNED)


async def test_post_of_nothing_fails_for_good(asks: Asks) -> None:
    assert await asks.post(Message("")) == Outcome(Kind.FAILED, Reason.BAD_PAYLOAD, "40063")


@pytest.mark.parametrize(
    ("reply", "number"),
    [
        ({"drop": True}, ""),
        ({"drop": True, "take": False}, ""),
        ({"cut": 14}, ""),
        ({"status": 502, "html": "<h1>Bad Gateway</h1>"}, "HTTP 502"),
        ({"clip": 14}, "HTTP 200"),
        ({"json": {"errmsg": "ok"}}, "HTTP 200"),
        ({"json": {"errcode": 0, "errmsg": "ok", "fail_list": []}}, ""),
        ({"status": 500, "json": {"errcode": 0, "errmsg": "ok", "fail_list": [], "msgid": "msgGC1"}}, "HTTP 500"),
    ],
)
async def test_post_is_unknown_when_there_may_be_a_task(group: Standin, asks: Asks, reply: dict[str, Any], number: str) -> None:
    group.next(route=broadcast.CREATE, **reply)
    assert await asks.post() == Outcome(Kind.UNKNOWN, Reason.TASK_UNSURE, number)
    assert len(group.asked(broadcast.CREATE)) == 1


@pytest.mark.parametrize("reply", [{"drop": True}, {"cut": 14}, {"status": 502, "html": "no"}, {"json": {"errcode": 0}}, {"delay": 1}])
@pytest.mark.parametrize("route", [contacts.TOKEN, broadcast.UPLOAD])
async def test_post_comes_later_when_no_task_was_asked_for(
    group: Standin, client: httpx.AsyncClient, reply: dict[str, Any], route: str
) -> None:
    group.next(route=route, **reply)
    timeout = 0.4 if "delay" in reply else 5
    message = Message("周六", LINK, title="纸鱼", picture=PICTURE)
    outcome = await broadcast.post(message, CREDENTIAL, address=group.address, client=client, timeout=timeout)
    assert (outcome.kind, outcome.code, outcome.wait) == (Kind.LATER, Reason.UNREACHABLE, 30)
    assert group.asked(broadcast.CREATE) == []


async def test_post_comes_later_when_nobody_listens(client: httpx.AsyncClient, unused_tcp_port: int) -> None:
    address = f"http://127.0.0.1:{unused_tcp_port}"
    outcome = await broadcast.post(MESSAGE, CREDENTIAL, address=address, client=client, timeout=5)
    assert outcome == Outcome(Kind.LATER, Reason.UNREACHABLE, wait=30)


async def test_a_token_is_fetched_once_for_all_that_need_it(group: Standin, asks: Asks) -> None:
    group.next(route=contacts.TOKEN, delay=0.2)
    outcomes = await asyncio.gather(*(asks.post() for _ in range(5)))
    assert [outcome.kind for outcome in outcomes] == [Kind.WAITING] * 5
    assert len(group.asked(contacts.TOKEN)) == 1


@pytest.mark.parametrize("number", contacts.STALE)
async def test_a_token_that_is_over_is_fetched_anew_once(group: Standin, asks: Asks, number: int) -> None:
    await asks.post()
    group.revoke()
    if number != 42001:
        group.next(route=broadcast.CREATE, json={"errcode": number, "errmsg": NEVER_READ})
    assert (await asks.post()).kind is Kind.WAITING
    assert len(group.asked(contacts.TOKEN)) == 2
    group.next(2, route=broadcast.CREATE, json={"errcode": number, "errmsg": NEVER_READ})
    assert (await asks.post()).vendor_code == str(number)
    assert len(group.asked(broadcast.CREATE)) == 5  # one, then two, then two and no third


async def test_a_token_that_nobody_knows_is_fetched_anew(group: Standin, asks: Asks) -> None:
    await contacts.TOKENS.get(
        contacts._key(contacts.Account.of(CREDENTIAL), contacts.Line.open(group.address, httpx.AsyncClient(), 1)), _old
    )
    assert (await asks.post()).kind is Kind.WAITING
    assert [entry["answer"]["errcode"] for entry in group.asked(broadcast.CREATE)] == [40014, 0]


async def _old() -> tuple[str, int]:
    return "of-yesterday", 7200


async def test_too_many_tokens_asked_for_in_vain_are_told_so(asks: Asks) -> None:
    wrong = f"{CONTACT} {'x' * 43}"
    outcomes = [(await asks.post(credential=wrong)).code for _ in range(21)]
    assert outcomes == [Reason.SECRET_WRONG] * 20 + [Reason.TOO_FAST]


async def test_state_says_that_the_group_had_its_share(group: Standin, asks: Asks) -> None:
    group.options(broadcast_rule="day")
    first, second = (await asks.post()).task, (await asks.post()).task
    group.confirm(first)
    group.confirm(second)
    assert await asks.state(first) == Outcome(Kind.ACCEPTED)
    assert await asks.state(second) == Outcome(Kind.FAILED, Reason.LIMIT_REACHED, "3")


async def test_state_of_a_task_nobody_knows_is_gone(asks: Asks) -> None:
    assert await asks.state("msgGCnone") == Outcome(Kind.FAILED, Reason.TASK_GONE, "41047")


async def test_state_is_unknown_when_the_group_has_no_line_for_long(group: Standin, asks: Asks) -> None:
    task = (await asks.post()).task
    group.confirm(task, [])
    assert await asks.state(task) == waits(task)
    sent = {"errcode": 0, "errmsg": "ok", "task_list": [{"userid": OWNER, "status": 2, "send_time": 1_700_000_000}]}
    group.next(route=broadcast.TASK, json=sent)
    assert await asks.state(task) == Outcome(Kind.UNKNOWN, Reason.NOT_TOLD)


async def test_state_of_a_stranger_in_the_group_is_not_ours(group: Standin, asks: Asks) -> None:
    task = (await asks.post()).task
    group.confirm(task)
    for status, outcome in ((2, Outcome(Kind.FAILED, Reason.NOT_OWNED, "2")), (0, waits(task))):
        lines = [{"chat_id": CHAT, "userid": OWNER, "status": status}]
        group.next(route=broadcast.RESULT, json={"errcode": 0, "errmsg": "ok", "send_list": lines})
        assert await asks.state(task) == outcome


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ({"json": {"errcode": 60020, "errmsg": NEVER_READ}}, Reason.ADDRESS_UNTRUSTED),
        ({"json": {"errcode": 45009, "errmsg": NEVER_READ}}, Reason.TOO_FAST),
        ({"drop": True}, Reason.UNREACHABLE),
        ({"status": 502, "html": "no"}, Reason.UNREACHABLE),
    ],
)
@pytest.mark.parametrize("route", [broadcast.TASK, broadcast.RESULT])
async def test_state_comes_later_when_it_cannot_be_asked(
    group: Standin, asks: Asks, reply: dict[str, Any], reason: Reason, route: str
) -> None:
    task = (await asks.post()).task
    group.confirm(task)
    group.next(route=route, **reply)
    outcome = await asks.state(task)
    assert (outcome.kind, outcome.code) == (Kind.LATER, reason)
    assert outcome.wait > 0


async def test_remind_three_times_a_day(group: Standin, asks: Asks) -> None:
    task = (await asks.post()).task
    outcomes = [await broadcast.remind(task, CREDENTIAL, **asks.how) for _ in range(4)]
    assert [outcome.kind for outcome in outcomes] == [Kind.ACCEPTED] * 3 + [Kind.LATER]
    assert "提醒了 3 次" in group.page()


async def test_cancel_stops_what_was_not_sent_and_nothing_else(group: Standin, asks: Asks) -> None:
    first, second = (await asks.post()).task, (await asks.post()).task
    group.confirm(second)
    for task in (first, second):
        assert await broadcast.cancel(task, CREDENTIAL, **asks.how) == Outcome(Kind.ACCEPTED)
    group.confirm(first)
    assert await asks.state(first) == waits(first)
    assert await asks.state(second) == Outcome(Kind.ACCEPTED)


async def test_look_finds_a_wrong_owner_without_a_task(group: Standin, asks: Asks) -> None:
    other = f"{CORP}/zhou/{CHAT} {CONTACT_SECRET}"
    assert await broadcast.look(CREDENTIAL, **asks.how) == Outcome(Kind.ACCEPTED)
    assert await broadcast.look(other, **asks.how) == Outcome(Kind.FAILED, Reason.NOT_OWNED)
    assert (await broadcast.look(f"{CORP}/{OWNER}/wr{'x' * 30} {CONTACT_SECRET}", **asks.how)).code == Reason.NOT_OWNED
    assert group.asked(broadcast.CREATE) == []


@pytest.mark.parametrize(
    "reply",
    [
        {},
        {"drop": True},
        {"status": 502, "html": "no"},
        {"json": {"errcode": 40001, "errmsg": f"{CONTACT_SECRET} is wrong"}},
    ],
)
@pytest.mark.parametrize("route", [contacts.TOKEN, broadcast.CREATE, broadcast.UPLOAD])
async def test_post_tells_nobody_the_secret_or_the_token(
    group: Standin, asks: Asks, caplog: pytest.LogCaptureFixture, reply: dict[str, Any], route: str
) -> None:
    caplog.set_level(logging.DEBUG)
    token = group.token()
    caplog.clear()
    group.next(2, route=route, **reply)
    outcome = await asks.post(Message("周六", LINK, title="纸鱼", picture=PICTURE))
    told = caplog.text + repr(outcome) + "".join(repr(record.__dict__) for record in caplog.records)
    assert "HTTP Request: " in told or "drop" in reply  # the line that would have told it
    assert [secret for secret in (CONTACT_SECRET, token) if secret in told] == []
    assert CONTACT_SECRET not in repr(contacts.Account.of(CREDENTIAL))


@pytest.mark.parametrize(
    "pasted",
    [f"{CORP} {OWNER} {CHAT}", f"  {CORP}\n{OWNER}\n{CHAT}\n", f"{CORP}，{OWNER}，{CHAT}", CONTACT],
)
def test_credential_takes_three_names_and_the_secret(pasted: str) -> None:
    assert broadcast.credential(pasted, f" {CONTACT_SECRET}\n") == CREDENTIAL
    assert broadcast.credential(broadcast.joined(f" {CORP}", f"{OWNER}\n", CHAT), CONTACT_SECRET) == CREDENTIAL


@pytest.mark.parametrize(
    ("pasted", "secret", "field"),
    [
        ("", CONTACT_SECRET, "credential"),
        (f"{CORP} {OWNER}", CONTACT_SECRET, "credential"),
        (f"{OWNER} {CORP} {CHAT}", CONTACT_SECRET, "credential"),
        (f"{CORP} {OWNER}! {CHAT}", CONTACT_SECRET, "credential"),
        (f"{CORP} {OWNER} {CHAT[2:]}", CONTACT_SECRET, "credential"),
        (f"https://evil.example/{CORP} {OWNER} {CHAT}", CONTACT_SECRET, "credential"),
        (f"{CORP} {OWNER} {CHAT}", "", "secret"),
        (f"{CORP} {OWNER} {CHAT}", "https://evil.example/0123456789012345", "secret"),
    ],
)
def test_credential_refuses_anything_else_without_repeating_it(pasted: str, secret: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        broadcast.credential(pasted, secret)
    assert refused.value.field == field
    assert not any(part in str(refused.value) for part in [*pasted.split(), secret] if part)
