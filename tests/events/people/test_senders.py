from __future__ import annotations

from email import message_from_string
from email.policy import default
from typing import Any

import httpx
import pytest

from events.people.senders import End, MailServer, SmsGateway
from tests import mail
from tests.standin import SMS, Standin

PHONE, WORDS = "13800138000", "邻聚验证码 384102，10 分钟内有效。"


async def by_sms(address: str, token: str = "t") -> End:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await SmsGateway(address, token).send(PHONE, WORDS, client=client)


async def by_mail(host: mail.MailHost) -> End:
    server = MailServer("127.0.0.1", host.port, "邻聚 <hello@example.com>", is_local=True)
    async with httpx.AsyncClient() as client:
        return await server.send("lin@example.com", WORDS, client=client)


async def test_sms_gateway_posts_number_and_text(standin: Standin) -> None:
    assert await by_sms(standin.address + SMS) == End.SENT
    assert standin.texts() == [(PHONE, WORDS)]
    assert standin.log()[-1]["headers"]["authorization"] == "Bearer t"


@pytest.mark.parametrize(
    ("reply", "end"),
    [
        ({"status": 400}, End.FAILED),
        ({"status": 429}, End.LATER),
        ({"status": 503}, End.LATER),
        ({"status": 500}, End.UNKNOWN),
        ({"status": 302}, End.UNKNOWN),
        ({"drop": True}, End.UNKNOWN),
    ],
)
async def test_sms_gateway_ends_as_it_was_answered(standin: Standin, reply: dict[str, Any], end: End) -> None:
    standin.next(route=SMS, **reply)
    assert await by_sms(standin.address + SMS) == end


async def test_sms_gateway_that_is_not_there_is_tried_again() -> None:
    assert await by_sms("http://127.0.0.1:9/sms") == End.LATER


async def test_mail_carries_the_text_and_its_first_line_as_subject() -> None:
    async with mail.running() as host:
        assert await by_mail(host) == End.SENT
    (sent,) = host.mails
    read = message_from_string(sent.removesuffix(".\r\n"), policy=default)
    assert (read["subject"], read["to"], read.get_content().strip()) == (WORDS, "lin@example.com", WORDS)


@pytest.mark.parametrize(
    ("word", "answer", "end"),
    [
        ("RCPT", "550 no such person", End.FAILED),
        ("RCPT", "451 not now", End.LATER),
        ("MAIL", "550 not from you", End.FAILED),
        (".", "554 spam", End.FAILED),
        (".", "", End.UNKNOWN),
        ("EHLO", "", End.UNKNOWN),
    ],
)
async def test_mail_ends_as_it_was_answered(word: str, answer: str, end: End) -> None:
    async with mail.running() as host:
        host.answers[word] = answer
        assert await by_mail(host) == end
    assert host.mails == []


async def test_mail_server_that_is_not_there_is_tried_again() -> None:
    assert await by_mail(mail.MailHost(port=9)) == End.LATER
