from __future__ import annotations

from email import message_from_string
from email.policy import default
from typing import Any

import httpx
import pytest

from events.people.senders import Console, End, MailServer, Parcel, SmsGateway
from tests import mail
from tests.standin import SMS, Standin

PHONE, WORDS = "13800138000", "邻聚验证码 384102，10 分钟内有效。"
KEY, STOP = "4f1c", "https://events.example.com/N/abc/all"


async def by_sms(address: str, token: str = "t") -> End:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await SmsGateway(address, token).send(Parcel(PHONE, WORDS, KEY), client=client)


async def by_mail(host: mail.MailHost, stop: str = "", text: str = WORDS) -> End:
    server = MailServer("127.0.0.1", host.port, "邻聚 <hello@example.com>", is_local=True)
    async with httpx.AsyncClient() as client:
        return await server.send(Parcel("lin@example.com", text, KEY, stop), client=client)


async def test_sms_gateway_posts_number_and_text(standin: Standin) -> None:
    assert await by_sms(standin.address + SMS) == End.SENT
    assert standin.texts() == [(PHONE, WORDS)]
    headers = standin.log()[-1]["headers"]
    assert (headers["authorization"], headers["idempotency-key"]) == ("Bearer t", KEY)


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
    read = message_from_string(host.mails[0].removesuffix(".\r\n"), policy=default)
    assert (read["subject"], read["to"], read.get_content().strip()) == (WORDS, "lin@example.com", WORDS)
    assert (read["message-id"], read["auto-submitted"]) == (f"<{KEY}@example.com>", "auto-generated")
    assert (read["list-unsubscribe"], read["list-unsubscribe-post"]) == (None, None)


async def test_mail_of_a_notice_is_ended_by_one_click() -> None:
    async with mail.running() as host:
        assert await by_mail(host, STOP) == End.SENT
    read = message_from_string(host.mails[0].removesuffix(".\r\n"), policy=default)
    assert (read["list-unsubscribe"], read["list-unsubscribe-post"]) == (f"<{STOP}>", "List-Unsubscribe=One-Click")


async def test_mail_arrives_as_it_was_written() -> None:
    text = "报上了：做月饼\n\n.一行\n" + "长" * 900 + "\n👨‍👩‍👧 完"
    async with mail.running() as host:
        assert await by_mail(host, text=text) == End.SENT
    assert message_from_string(host.mails[0].removesuffix(".\r\n"), policy=default).get_content().replace("\r\n", "\n").strip() == text


async def test_console_prints(capsys: pytest.CaptureFixture[str]) -> None:
    async with httpx.AsyncClient() as client:
        assert await Console().send(Parcel(PHONE, WORDS, KEY), client=client) == End.SENT
    assert capsys.readouterr().out == f"\n── {PHONE}\n{WORDS}\n"


@pytest.mark.parametrize(
    ("word", "answer", "end"),
    [
        ("RCPT", "550 no such person", End.FAILED),
        ("RCPT", "451 not now", End.LATER),
        ("MAIL", "550 not from you", End.FAILED),
        (".", "554 spam", End.FAILED),
        (".", "", End.UNKNOWN),
        ("DATA", "452 full", End.LATER),
        ("EHLO", "", End.LATER),
        ("MAIL", "", End.LATER),
        ("RCPT", "", End.LATER),
    ],
)
async def test_mail_ends_as_it_was_answered(word: str, answer: str, end: End) -> None:
    async with mail.running() as host:
        host.answers[word] = answer
        assert await by_mail(host) == end
    assert host.mails == []


async def test_mail_server_that_is_not_there_is_tried_again() -> None:
    assert await by_mail(mail.MailHost(port=9)) == End.LATER


@pytest.mark.parametrize(("reply", "end"), [("235 welcome", End.SENT), ("535 who are you", End.LATER)])
async def test_mail_signs_in_where_it_is_told_to(reply: str, end: End) -> None:
    """A wrong password is the operator's to mend: the mail waits."""
    async with mail.running() as host:
        host.answers |= {"EHLO": "250-here\r\n250 AUTH PLAIN", "AUTH": reply}
        server = MailServer("127.0.0.1", host.port, "hello@example.com", login="lin", password="p:w", is_local=True)
        async with httpx.AsyncClient() as client:
            assert await server.send(Parcel("lin@example.com", WORDS, KEY), client=client) == end
    assert len(host.mails) == (end == End.SENT)


async def test_mail_never_leaves_this_machine_in_the_clear() -> None:
    """A server that offers no STARTTLS, or none that can be trusted."""
    async with mail.running() as host:
        for offered in ("250 ok", "250-here\r\n250 STARTTLS"):
            host.answers["EHLO"] = offered
            server = MailServer("127.0.0.1", host.port, "hello@example.com", login="lin", password="p:w")
            async with httpx.AsyncClient() as client:
                assert await server.send(Parcel("lin@example.com", WORDS, KEY), client=client) == End.LATER
    assert host.mails == []
