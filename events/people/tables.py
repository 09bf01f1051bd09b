"""Rows about people: staff, families and their devices."""

from __future__ import annotations

from enum import StrEnum

from piccolo.columns import BigInt, ForeignKey, Integer, OnDelete, Serial, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table


class Role(StrEnum):
    OWNER = "owner"
    LEAD = "lead"
    HOST = "host"


class Staff(Table, tablename="staff"):
    """Somebody who works here. An owner has no store and sees all; the others see theirs only."""

    id: Serial
    name = Varchar(length=80)
    login = Varchar(length=80, unique=True)
    role = Varchar(length=10, choices=Role)
    store = BigInt(null=True, default=None, index=True)  # catalog.Store; a plain number because people knows no catalog
    password = Varchar(length=200, null=True, default=None)
    disabled_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=TimestamptzNow())


class Household(Table, tablename="household"):
    """A family as its devices know it; never found by phone."""

    id: Serial
    name = Varchar(length=80, default="")
    phone = Varchar(length=20, default="")
    created_at = Timestamptz(default=TimestamptzNow())


class SignIn(Table, tablename="sign_in"):
    """One device signed in: of a member of staff or of a household, never both. Ended rows stay for the log."""

    id: Serial
    digest = Varchar(length=64, unique=True)
    staff = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.cascade)
    household = ForeignKey(Household, null=True, default=None, on_delete=OnDelete.cascade)
    created_at = Timestamptz(default=TimestamptzNow())
    expires_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)


class ResetLink(Table, tablename="reset_link"):
    """A one-time link with which a member of staff chooses a password."""

    id: Serial
    staff = ForeignKey(Staff, null=False, on_delete=OnDelete.cascade)
    digest = Varchar(length=64, unique=True)
    made_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    expires_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)


class Audit(Table, tablename="audit"):
    """Who did what to which row, and when. Holds ids and rule names, never names or phones."""

    id: Serial
    at = Timestamptz(default=TimestamptzNow(), index=True)
    staff = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    store = BigInt(null=True, default=None, index=True)
    act = Varchar(length=60)
    subject = Varchar(length=40)
    subject_id = BigInt(null=True, default=None)


class Attempt(Table, tablename="attempt"):
    """Failures counted in a window, per digest of what failed (a login, an address): the memory of the brake."""

    id: Serial
    key = Varchar(length=64, unique=True)
    tries = Integer(default=0)
    window_ends_at = Timestamptz()
