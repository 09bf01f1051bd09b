"""Rows about who takes part."""

from __future__ import annotations

from enum import StrEnum

from piccolo.columns import Boolean, Date, ForeignKey, OnDelete, Serial, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from events.catalog.tables import Session, StoreText
from events.people.tables import Household, Staff


class State(StrEnum):
    PLACED = "placed"  # 报上了
    WAITING = "waiting"  # 候补
    CANCELLED = "cancelled"  # 退了


class Consent(StrEnum):
    """The guardian's word on keeping children's details; the two answers weigh the same."""

    GIVEN = "given"
    REFUSED = "refused"
    NOT_ASKED = "not_asked"  # nobody under 18 comes


class AttendeeKind(StrEnum):
    ADULT = "adult"
    CHILD = "child"


class Registration(Table, tablename="registration"):
    """One household's part in one session: all its places or none."""

    id: Serial
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)
    household = ForeignKey(Household, null=False, on_delete=OnDelete.restrict)
    state = Varchar(length=10, choices=State)
    name = Varchar(length=80)
    phone = Varchar(length=20)
    note = Varchar(length=200, default="")
    consent = Varchar(length=10, choices=Consent)
    consent_text = ForeignKey(StoreText, null=True, default=None, on_delete=OnDelete.restrict)
    consent_at = Timestamptz(null=True, default=None)
    via = Varchar(length=12, default="")  # the group link's code it came by
    key = Varchar(length=64, unique=True)  # the form's idempotency key
    fingerprint = Varchar(length=64)  # of what the form said
    secret = Varchar(length=32, unique=True)  # the family's private link
    queued_at = Timestamptz(default=TimestamptzNow())  # its age on the waiting list
    placed_at = Timestamptz(null=True, default=None)
    cancelled_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=TimestamptzNow())


class Attendee(Table, tablename="attendee"):
    """One person of a registration. Children of a family that refused have no name, only an age."""

    id: Serial
    registration = ForeignKey(Registration, null=False, on_delete=OnDelete.restrict)
    kind = Varchar(length=10, choices=AttendeeKind)
    name = Varchar(length=40, default="")
    birth_month = Date(null=True, default=None)  # its first day
    is_birth_month_approximate = Boolean(default=False)  # told as an age
    allergies = Varchar(length=200, default="")
    takes_place = Boolean(default=True)
    given_back_at = Timestamptz(null=True, default=None)


class Pairing(Table, tablename="pairing"):
    """A one-time link by which one more device joins the household of a registration."""

    id: Serial
    registration = ForeignKey(Registration, null=False, on_delete=OnDelete.cascade)
    digest = Varchar(length=64, unique=True)
    made_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    expires_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)
