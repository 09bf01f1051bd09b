"""By what ways a family can be reached, as the settings say."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from events.people.contacts import Kind
from events.people.senders import Console, MailServer, Sender, Senders, SmsGateway
from web.settings import LOOPBACK, Settings

PORTS = {"smtp": 587, "smtps": 465}  # RFC 6409, RFC 8314


def senders(given: Settings) -> Senders:
    """Those that are set up, by kind."""
    if given.sender == "console":
        return {kind.value: Console() for kind in Kind}
    found: dict[str, Sender] = {}
    if given.sms_address:
        found[Kind.SMS.value] = SmsGateway(given.sms_address, given.sms_token)
    if given.smtp:
        found[Kind.EMAIL.value] = _mail(given)
    return found


def offered(given: Settings) -> tuple[Kind, ...]:
    """What pages may ask for; without any they ask for nothing."""
    if given.sender == "console":
        return tuple(Kind)
    return tuple(kind for kind, setting in ((Kind.SMS, given.sms_address), (Kind.EMAIL, given.smtp)) if setting)


def _mail(given: Settings) -> MailServer:
    parts = urlsplit(given.smtp)
    host = parts.hostname or ""
    return MailServer(
        host=host,
        port=parts.port or PORTS[parts.scheme],
        sender=given.smtp_from,
        login=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        is_tls=parts.scheme == "smtps",
        is_local=host in LOOPBACK,
    )
