"""The two ways a message leaves: an SMS gateway that takes JSON by HTTP, and a mail server."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from enum import StrEnum
from typing import Protocol

import httpx

TIMEOUT = 12.0  # seconds; well within the lease of a message

# Raised before the first byte of a request is written.
NOTHING_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


class End(StrEnum):
    """How one try ended."""

    SENT = "sent"
    LATER = "later"  # nothing left; try again
    FAILED = "failed"  # they will not take it
    UNKNOWN = "unknown"  # it may have left


class Sender(Protocol):
    """Takes one message on its way. Never raises for what the other side does; knows nothing of what is in it."""

    async def send(self, recipient: str, text: str, *, client: httpx.AsyncClient) -> End: ...


Senders = Mapping[str, Sender]  # by kind of contact


@dataclass(frozen=True, repr=False)
class SmsGateway:
    """POST {"to": "13800138000", "text": "…"} with the token as bearer: any 2xx took it, 429 and 503 say later, other 4xx never."""

    address: str
    token: str

    async def send(self, recipient: str, text: str, *, client: httpx.AsyncClient) -> End:
        headers = {"Authorization": f"Bearer {self.token}", "Connection": "close"}
        body = {"to": recipient, "text": text}
        try:
            async with asyncio.timeout(TIMEOUT):
                answer = await client.post(self.address, json=body, headers=headers, follow_redirects=False, timeout=TIMEOUT / 2)
        except NOTHING_LEFT:
            return End.LATER
        except (httpx.HTTPError, TimeoutError):
            return End.UNKNOWN
        if answer.is_success:
            return End.SENT
        if answer.status_code in {429, 503}:
            return End.LATER
        return End.FAILED if answer.is_client_error else End.UNKNOWN


@dataclass(frozen=True, repr=False)
class MailServer:
    """A submission server: TLS from the first byte, or by STARTTLS; without either only on this machine."""

    host: str
    port: int
    sender: str
    login: str = ""
    password: str = ""
    is_tls: bool = False
    is_local: bool = False

    async def send(self, recipient: str, text: str, *, client: httpx.AsyncClient) -> End:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.sender, recipient, text.partition("\n")[0]
        mail.set_content(text, cte="base64")  # for servers that know seven bits only
        return await asyncio.to_thread(self._send, mail)

    def _send(self, mail: EmailMessage) -> End:
        try:
            server = self._open()
        except (OSError, smtplib.SMTPException):
            return End.LATER
        try:
            server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            return _said(max(code for code, _words in error.recipients.values()))
        except smtplib.SMTPResponseException as error:
            return _said(error.smtp_code)
        except (OSError, smtplib.SMTPException):
            return End.UNKNOWN
        finally:
            server.close()  # it was taken when the server said so; a goodbye adds nothing
        return End.SENT

    def _open(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.is_tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        try:
            if not self.is_tls and not self.is_local:
                server.starttls(context=context)
            if self.login:
                server.login(self.login, self.password)
        except BaseException:
            server.close()
            raise
        return server


def _said(code: int) -> End:
    """RFC 5321, 4.2.1: 4xx is a "not now", 5xx a "no"."""
    return End.LATER if code < 500 else End.FAILED
