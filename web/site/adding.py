"""The ways into a calendar, as addresses: subscribing to a feed, adding one session. Google and Outlook by the addresses that they
document for it; both fetch or show what is public in the address, so nothing of a family is ever in one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlencode, urlsplit

from events.calendar.ics import Entry, Status

GOOGLE_FEED = "https://calendar.google.com/calendar/render"
GOOGLE_EVENT = "https://calendar.google.com/calendar/render"
OUTLOOK_FEED = "https://outlook.live.com/calendar/0/addfromweb"
OUTLOOK_EVENT = "https://outlook.live.com/calendar/0/deeplink/compose"
DETAILS = 500  # characters of a description in an address: browsers bear 2,000 in all, a Chinese one counts nine


@dataclass(frozen=True)
class Ways:
    """`address` is the file or feed itself; the others may be empty where they do not make sense."""

    address: str
    webcal: str = ""
    google: str = ""
    outlook: str = ""


def feed(address: str, name: str) -> Ways:
    """To subscribe to: it changes by itself when the events do."""
    parts = urlsplit(address)
    webcal = f"webcal://{parts.netloc}{parts.path}"
    return Ways(
        address,
        webcal=webcal,
        google=f"{GOOGLE_FEED}?{urlencode({'cid': webcal}, quote_via=quote)}",
        outlook=f"{OUTLOOK_FEED}?{urlencode({'url': address, 'name': name}, quote_via=quote)}",
    )


def one(address: str, entry: Entry) -> Ways:
    """One session, as it is now: a copy that does not change. Nothing to add of one that was called off."""
    if entry.status == Status.CANCELLED:
        return Ways(address)
    details = entry.description[:DETAILS]
    google = {
        "action": "TEMPLATE",
        "text": entry.title,
        "dates": f"{_compact(entry.starts_at)}/{_compact(entry.ends_at)}",
        "ctz": entry.zone,
        "location": entry.place,
        "details": details,
    }
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": entry.title,
        "startdt": _iso(entry.starts_at),
        "enddt": _iso(entry.ends_at),
        "location": entry.place,
        "body": details,
    }
    return Ways(
        address,
        google=f"{GOOGLE_EVENT}?{urlencode(google, quote_via=quote)}",
        outlook=f"{OUTLOOK_EVENT}?{urlencode(outlook, quote_via=quote)}",
    )


def _compact(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _iso(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
