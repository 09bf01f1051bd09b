"""By what way a family hears of its registration. Who typed a wrong number must give nothing away: only a proven way opens anything."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from events.notices.tables import NoticeKind
from events.people import phones
from events.people.contacts import Contact, Kind
from events.people.opt_outs import Level
from events.people.tables import Household
from events.signup.tables import Registration

REMINDERS = frozenset({NoticeKind.DAY_BEFORE, NoticeKind.SOON, NoticeKind.THANKS})


class Unreached(StrEnum):
    """Why nothing was sent, as a notice keeps it."""

    NO_CONTACT = "no_contact"
    NO_SENDER = "no_sender"  # there is one, but nothing of ours that sends to it
    OPTED_OUT = "opted_out"
    TOO_MANY = "too_many"  # that contact had its number of messages today


@dataclass(frozen=True)
class Way:
    """`is_proven`: a code sent there came back, so that a private link may go there too."""

    contact: Contact
    is_proven: bool


def known(registration: Registration, household: Household) -> list[Way]:
    """The family's contacts in the order they are tried: a proven phone, a proven e-mail address, else the phone that was typed."""
    found = []
    if household.phone_proven_at is not None and (phone := phones.normalise(household.phone)):
        found.append(Way(Contact(Kind.SMS, phone), is_proven=True))
    if household.email_proven_at is not None and household.email:
        found.append(Way(Contact(Kind.EMAIL, household.email), is_proven=True))
    if typed := phones.normalise(registration.phone or household.phone):
        found.append(Way(Contact(Kind.SMS, typed), is_proven=False))
    return found


def chosen(ways: Collection[Way], kind: NoticeKind, wishes: Mapping[Contact, Level], senders: Collection[str]) -> Way | Unreached:
    """The first that we can send to, unless that one wants none of this: then no other is tried behind its back."""
    if not ways:
        return Unreached.NO_CONTACT
    way = next((each for each in ways if each.contact.kind.value in senders), None)
    if way is None:
        return Unreached.NO_SENDER
    wish = wishes.get(way.contact)
    is_unwanted = wish == Level.ALL or (wish == Level.REMINDERS and kind in REMINDERS)
    return Unreached.OPTED_OUT if is_unwanted else way
