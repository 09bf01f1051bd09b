"""Rows about the door."""

from __future__ import annotations

from enum import StrEnum

from piccolo.columns import Date, ForeignKey, Integer, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from events.catalog.tables import Session, Store
from events.people.tables import Staff
from events.signup.tables import Attendee, Registration


class Act(StrEnum):
    """What was done at the door."""

    ENTER = "enter"
    LEAVE = "leave"
    UNDO = "undo"  # of the scan that `undoes` names
    LOOK = "look"  # a helper was shown the answer to a ticket
    MISS = "miss"  # a code that is on no roster, or somebody without one; `heads` says how many were let in


class How(StrEnum):
    """What the host did to say which family it is."""

    CAMERA = "camera"
    SCANNER = "scanner"  # one that types what it read
    PHOTO = "photo"
    WECHAT = "wechat"  # WeChat's own scan opened the ticket's address
    NUMBER = "number"
    SEARCH = "search"
    HAND = "hand"  # from the family's page
    SELF = "self"  # the family itself, by the code on the venue's screen


class Flag(StrEnum):
    """Why somebody should look at a scan."""

    NONE = ""
    TWICE = "twice"  # two devices let the same people in
    AGAINST = "against"  # the device showed that they may come in; by the rule they may not
    CHECK = "check"  # let in all the same, to be checked
    UNPROVEN = "unproven"  # children were let go without a code or a check of identity: they still count as here


class Way(StrEnum):
    IN = "in"
    OUT = "out"


class Proof(StrEnum):
    """What shows that children may go with somebody."""

    CODE = "code"  # the guardian's
    DELEGATE = "delegate"  # the code of somebody the guardian named, good once
    IDENTITY = "identity"  # a host checked who it is: `Checked` says how


class Checked(StrEnum):
    """How a host made sure who stands there."""

    KNOWN = "known"  # the host knows them
    PAPERS = "papers"
    CALLED = "called"  # the guardian, on the phone


class Use(StrEnum):
    """What a helper's link opens."""

    DOOR = "door"  # one session's
    ROUTE = "route"  # a chef's day


class Ticket(Table, tablename="ticket"):
    """What the family shows. The secret is the QR's alone; the number is unique in its session and good for its door staff only."""

    id: Serial
    registration = ForeignKey(Registration, null=False, unique=True, on_delete=OnDelete.restrict)
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)
    secret = Varchar(length=32, unique=True)
    digest = Varchar(length=24, default="")  # of the secret: what a device at the door knows it by; unique by index
    number = Varchar(length=6)
    created_at = Timestamptz(default=TimestamptzNow())


class Scan(Table, tablename="scan"):
    """One act at the door as it was done there; kept whatever the rules say, and never changed. The nonce makes a retry the same act."""

    id: Serial
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)  # at whose door
    nonce = Varchar(length=64, unique=True)
    act = Varchar(length=8, choices=Act)
    ticket = ForeignKey(Ticket, null=True, default=None, on_delete=OnDelete.restrict)  # maybe another session's
    code = Varchar(length=24, default="")  # the digest of a code that is nobody's
    undoes = Varchar(length=64, default="")  # the nonce of the scan that is taken back
    how = Varchar(length=8, choices=How, default=How.HAND)
    shown = Varchar(length=16, default="")  # the Verdict the host saw
    ruled = Varchar(length=16, default="")  # the Verdict the rule gives, all uploads known
    heads = Integer(default=0)  # let in without a ticket
    told = Varchar(length=200, default="")  # who they said they are
    why = Varchar(length=120, default="")
    device = Varchar(length=32, default="")
    device_at = Timestamptz(null=True, default=None)  # by its own clock
    at = Timestamptz()  # by ours: the device's clock set right
    received_at = Timestamptz(default=TimestamptzNow())
    made_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    flag = Varchar(length=8, choices=Flag, default=Flag.NONE)
    settled_at = Timestamptz(null=True, default=None)  # somebody looked at the flag
    settled_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)


class Passage(Table, tablename="passage"):
    """One person went in or out. Undone, never deleted; where somebody is, the last standing one by `at` and nonce says."""

    id: Serial
    nonce = Varchar(length=64)  # the scan's
    attendee = ForeignKey(Attendee, null=False, on_delete=OnDelete.restrict)
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)  # at whose door
    way = Varchar(length=3, choices=Way)
    at = Timestamptz(default=TimestamptzNow())
    made_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    changed_at = Timestamptz(default=TimestamptzNow())  # written or undone: what devices ask for
    undone_at = Timestamptz(null=True, default=None)
    undone_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)


class PickupCode(Table, tablename="pickup_code"):
    """Four characters by which a family's children are handed back at one door: the guardian's, or those of a delegate, good once.

    A code lives from the arrival of a child until the last one has gone; the next arrival makes a fresh one.
    """

    id: Serial
    registration = ForeignKey(Registration, null=False, on_delete=OnDelete.restrict)
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)  # at whose door
    sealed = Text()
    delegate = Varchar(length=40, default="")  # who may come in the guardian's place; empty: the guardian's own
    created_at = Timestamptz(default=TimestamptzNow())
    ended_at = Timestamptz(null=True, default=None)  # used, taken back, or nobody is left to be handed back


class Pickup(Table, tablename="pickup"):
    """Children handed to somebody: whom, the passages out with this nonce say. Undone with them, never deleted."""

    id: Serial
    nonce = Varchar(length=64, unique=True)  # the scan's
    registration = ForeignKey(Registration, null=False, on_delete=OnDelete.restrict)
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)
    proof = Varchar(length=8, choices=Proof)
    code = ForeignKey(PickupCode, null=True, default=None, on_delete=OnDelete.restrict)
    checked = Varchar(length=8, default="")  # a Checked, where the proof is identity
    collector = Varchar(length=40, default="")  # to whom
    at = Timestamptz(default=TimestamptzNow())
    made_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    undone_at = Timestamptz(null=True, default=None)


class Screen(Table, tablename="venue_screen"):
    """A screen at a session's venue whose code changes every 30 seconds: families check themselves in by it."""

    id: Serial
    session = ForeignKey(Session, null=False, unique=True, on_delete=OnDelete.restrict)
    digest = Varchar(length=64, unique=True)  # of the secret in the screen's own address
    sealed = Text()  # that secret, for the host to open the screen again
    seed = Text()  # sealed: what the codes are made of
    name = Varchar(length=8, unique=True)  # by which a code says whose it is
    opened_at = Timestamptz(default=TimestamptzNow())
    closed_at = Timestamptz(null=True, default=None)
    made_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)


class Grant(Table, tablename="venue_grant"):
    """A device that was at the screen may check its family in, for three minutes."""

    id: Serial
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)
    digest = Varchar(length=64, unique=True)
    created_at = Timestamptz(default=TimestamptzNow())
    expires_at = Timestamptz()


class HelperLink(Table, tablename="helper_link"):
    """A borrowed hand: an address and a PIN, good for one session's door (or a chef's day) in its hours. Revoked at once."""

    id: Serial
    use = Varchar(length=8, choices=Use, default=Use.DOOR)
    store = ForeignKey(Store, null=False, on_delete=OnDelete.restrict)
    session = ForeignKey(Session, null=True, default=None, on_delete=OnDelete.restrict)  # of a door
    day = Date(null=True, default=None)  # of a route
    chef = Varchar(length=80, default="")  # of a route
    staff = ForeignKey(Staff, null=False, unique=True, on_delete=OnDelete.restrict)  # the helper, in whose name acts are kept
    digest = Varchar(length=64, unique=True)  # of the secret in its address
    pin = Varchar(length=200)  # hashed as a password is
    opens_at = Timestamptz()
    closes_at = Timestamptz()
    made_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    created_at = Timestamptz(default=TimestamptzNow())
    revoked_at = Timestamptz(null=True, default=None)


class HelperDevice(Table, tablename="helper_device"):
    """A device on which a helper's PIN was typed."""

    id: Serial
    link = ForeignKey(HelperLink, null=False, on_delete=OnDelete.cascade)
    digest = Varchar(length=64, unique=True)
    created_at = Timestamptz(default=TimestamptzNow())
    seen_at = Timestamptz(default=TimestamptzNow())


class Printout(Table, tablename="printout"):
    """What a chef's sheet said when it was printed: counts and words, nobody's name."""

    id: Serial
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)
    at = Timestamptz(default=TimestamptzNow())
    made_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    told = Text(default="{}")  # JSON
