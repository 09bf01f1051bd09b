"""Rows about people: staff, families and their devices."""

from __future__ import annotations

from enum import StrEnum

from piccolo.columns import BigInt, Boolean, Date, ForeignKey, Integer, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table


class Role(StrEnum):
    OWNER = "owner"
    LEAD = "lead"
    HOST = "host"
    HELPER = "helper"  # of one link, at one door: never signs in at the desk


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
    phone_proven_at = Timestamptz(null=True, default=None)  # by a one-time code
    email = Varchar(length=120, default="")
    email_proven_at = Timestamptz(null=True, default=None)
    remembered_at = Timestamptz(null=True, default=None)  # none: kept only for its registrations
    remember_text = BigInt(null=True, default=None)  # catalog.StoreText, the privacy text that was agreed to
    merged_into = BigInt(null=True, default=None)  # another household; its devices and rows are that one's now
    created_at = Timestamptz(default=TimestamptzNow())


class Member(Table, tablename="member"):
    """One person of a household that asked to be remembered; offered when it signs up next."""

    id: Serial
    household = ForeignKey(Household, null=False, on_delete=OnDelete.cascade)
    is_child = Boolean(default=False)
    name = Varchar(length=40, default="")
    birth_month = Date(null=True, default=None)  # its first day
    is_birth_month_approximate = Boolean(default=False)
    allergies = Varchar(length=200, default="")
    diet = Varchar(length=100, default="")
    note = Varchar(length=200, default="")  # for the host
    created_at = Timestamptz(default=TimestamptzNow())


class Code(Table, tablename="one_time_code"):
    """Six digits sent to a phone or an e-mail address. `household` none: the address is nobody's, and the answer looks the same."""

    id: Serial
    contact = Varchar(length=64, index=True)  # its digest
    household = ForeignKey(Household, null=True, default=None, on_delete=OnDelete.cascade)
    digest = Varchar(length=64)
    tries = Integer(default=0)
    expires_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)


class Message(Table, tablename="message"):
    """Something to be sent to one phone or e-mail address after the commit; its text is erased once it left."""

    id: Serial
    kind = Varchar(length=10)  # sms, email
    recipient = Text()  # sealed
    text = Text()  # sealed; its first line is an e-mail's subject
    stop = Text(default="")  # sealed: the address where one says "no more of these"; empty for what is no notice
    state = Varchar(length=10, default="due")  # due, sending, sent, failed, unknown
    attempt = Integer(default=0)
    due_at = Timestamptz(default=TimestamptzNow())
    expires_at = Timestamptz()  # a code nobody can use any more is not sent
    lease_until = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=TimestamptzNow())


class OptOut(Table, tablename="opt_out"):
    """A phone or e-mail address that wants no notices, or no reminders."""

    id: Serial
    contact = Varchar(length=64, unique=True)  # its digest
    level = Varchar(length=10)  # reminders, all
    created_at = Timestamptz(default=TimestamptzNow())


class Merge(Table, tablename="merge"):
    """Two households became one; `what` names the rows that moved, so that it can be undone for a day."""

    id: Serial
    kept = ForeignKey(Household, null=False, on_delete=OnDelete.restrict)
    gone = ForeignKey(Household, null=False, on_delete=OnDelete.restrict)
    store = BigInt(null=True, default=None)
    what = Text(default="{}")  # JSON of ids
    made_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)  # none: a proven code
    created_at = Timestamptz(default=TimestamptzNow())
    undone_at = Timestamptz(null=True, default=None)


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
