"""The ways a message leaves, behind one protocol: an SMS gateway that takes JSON by HTTP, a mail server, and the console."""

from __future__ import annotations

import asyncio
import ssl
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from enum import StrEnum
from typing import Protocol

import aiosmtplib
import httpx

from events import clock

TIMEOUT = 12.0  # seconds; well within the lease of a message

# Raised before the first byte of a request is written.
NOTHING_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


class End(StrEnum):
    """How one try ended."""

    SENT = "sent"
    LATER = "later"  # nothing left; try again
    FAILED = "failed"  # they will not take it
    UNKNOWN = "unknown"  # it may have left


@dataclass(frozen=True, repr=False)
class Parcel:
    """One message to one contact. `key` is the same at each try; `stop`, if any, is an address that ends such messages by a POST."""

    recipient: str
    text: str  # its first line is an e-mail's subject
    key: str = ""
    stop: str = ""


class Sender(Protocol):
    """Takes one message on its way. Never raises for what the other side does; knows nothing of what is in it."""

    async def send(self, parcel: Parcel, *, client: httpx.AsyncClient) -> End: ...


Senders = Mapping[str, Sender]  # by kind of contact


@dataclass(frozen=True, repr=False)
class SmsGateway:
    """POST {"to": "13800138000", "text": "…"} with the token as bearer: any 2xx took it, 429 and 503 say later, other 4xx never.

    `Idempotency-Key` is the same at each try of a message, for gateways that know it.
    """

    address: str
    token: str

    async def send(self, parcel: Parcel, *, client: httpx.AsyncClient) -> End:
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": parcel.key, "Connection": "close"}
        body = {"to": parcel.recipient, "text": parcel.text}
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

    async def send(self, parcel: Parcel, *, client: httpx.AsyncClient) -> End:
        """Until the server has said that it takes the mail itself, nothing has left."""
        mail = self._mail(parcel)
        server = aiosmtplib.SMTP(hostname=self.host, port=self.port, timeout=TIMEOUT / 2, local_hostname="localhost")
        end = End.LATER
        try:
            async with asyncio.timeout(TIMEOUT):
                await self._open(server)
                await server.mail(parseaddr(self.sender)[1])
                await server.rcpt(parcel.recipient)
                end = End.UNKNOWN
                await server.data(mail)
        except (aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError) as error:
            return _said(error.code)
        except (aiosmtplib.SMTPException, OSError, ValueError):
            return end
        finally:
            server.close()  # it was taken when the server said so; a goodbye adds nothing
        return End.SENT

    async def _open(self, server: aiosmtplib.SMTP) -> None:
        needs_tls = not self.is_tls and not self.is_local
        context = ssl.create_default_context() if self.is_tls or needs_tls else None
        await server.connect(use_tls=self.is_tls, start_tls=needs_tls, tls_context=context)
        if self.login:
            await server.login(self.login, self.password)

    def _mail(self, parcel: Parcel) -> bytes:
        mail = EmailMessage(policy.SMTP)
        mail["From"], mail["To"], mail["Subject"] = self.sender, parcel.recipient, parcel.text.partition("\n")[0]
        mail["Date"], mail["Message-ID"] = format_datetime(clock.now()), _id(parcel.key, parseaddr(self.sender)[1])
        if parcel.stop:  # RFC 8058
            mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"] = f"<{parcel.stop}>", "List-Unsubscribe=One-Click"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no "I am away" comes back
        mail.set_content(parcel.text, cte="base64")  # for servers that know seven bits only
        return mail.as_bytes()


class Console:
    """Prints what would leave, for somebody who tries things out on their own machine."""

    async def send(self, parcel: Parcel, *, client: httpx.AsyncClient) -> End:
        sys.stdout.write(f"\n── {parcel.recipient}\n{parcel.text}\n" + (f"── {parcel.stop}\n" if parcel.stop else ""))
        sys.stdout.flush()
        return End.SENT


def _id(key: str, sender: str) -> str:
    """The same at each try, so that a mailbox knows a second copy for what it is."""
    domain = sender.rpartition("@")[2] or "localhost"
    return f"<{key}@{domain}>" if key else make_msgid(domain=domain)


def _said(code: int) -> End:
    """RFC 5321, 4.2.1: 4xx is a "not now", 5xx a "no"."""
    return End.LATER if code < 500 else End.FAILED
