"""Rows about who takes part."""

from __future__ import annotations

from enum import StrEnum

from piccolo.columns import BigInt, Boolean, Date, ForeignKey, Integer, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from events.catalog.tables import Option, Question, Session, StoreText
from events.people.tables import Household, Staff


class State(StrEnum):
    PENDING = "pending"  # 等店里点头; holds no place
    WAITING = "waiting"  # 候补
    OFFERED = "offered"  # 轮到了，等一句话; its places are held
    PLACED = "placed"  # 报上了
    CANCELLED = "cancelled"  # 退了


HOLDING = (State.PLACED, State.OFFERED)  # the states whose places and options count as taken


class Ending(StrEnum):
    """How a registration came to be cancelled."""

    FAMILY = "family"
    HOST = "host"
    DECLINED = "declined"  # the family, when it was offered places
    REJECTED = "rejected"  # not approved
    UNCONFIRMED = "unconfirmed"  # no answer to "are you coming?", where the event says so
    MOVED = "moved"  # to another session: `moved_to`
    MERGED = "merged"  # into another registration: `merged_into`


class Act(StrEnum):
    """What the log of a session says of a registration."""

    REGISTERED = "registered"
    QUEUED = "queued"
    APPROVED = "approved"
    REJECTED = "rejected"
    BARRED = "barred"  # its turn, but the rules were changed and it breaks one
    PASSED = "passed"  # did not fit, or did not answer: one that fits was taken first
    HELD = "held"  # the free places are held for this first one
    OFFERED = "offered"
    ACCEPTED = "accepted"
    LAPSED = "lapsed"
    CALL = "call"  # too late to ask: the host calls
    PLACED = "placed"
    PROMOTED = "promoted"  # by hand, with a reason
    SPLIT = "split"  # a part got places, the rest waits on
    UNITED = "united"  # the rest got its places too, or waits with the others again
    CHANGED = "changed"
    GIVEN_BACK = "given_back"  # some of its people
    MOVED = "moved"
    CONFIRMED = "confirmed"
    MERGED = "merged"
    UNMERGED = "unmerged"
    CANCELLED = "cancelled"


class Consent(StrEnum):
    """The guardian's word on keeping children's details; the two answers weigh the same."""

    GIVEN = "given"
    REFUSED = "refused"
    NOT_ASKED = "not_asked"  # nobody under 18 comes


class AttendeeKind(StrEnum):
    ADULT = "adult"
    CHILD = "child"


class Registration(Table, tablename="registration"):
    """One household's part in one session: all its places or none. Where a family was split, `rest_of` is the part that waits on."""

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
    ending = Varchar(length=12, default="")  # an Ending, once cancelled
    is_at_once = Boolean(default=True)  # from the waiting list: placed at once, else asked
    can_split = Boolean(default=False)
    rest_of = BigInt(null=True, default=None)  # the registration of the same session that has the first part
    replaces = BigInt(null=True, default=None)  # one in another session, given up when this one is placed
    moved_to = BigInt(null=True, default=None)
    merged_into = BigInt(null=True, default=None)
    offered_at = Timestamptz(null=True, default=None)
    offer_ends_at = Timestamptz(null=True, default=None)
    lapsed_at = Timestamptz(null=True, default=None)  # did not answer an offer: not asked again until it says so
    to_call_at = Timestamptz(null=True, default=None)  # on the call list
    confirmed_at = Timestamptz(null=True, default=None)  # "we are coming"
    host_note = Varchar(length=200, default="")  # among the store's people
    barred = Varchar(length=200, default="")  # who may not collect the children: names, one a line
    made_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)  # signed up by the store
    changed_at = Timestamptz(null=True, default=None)
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
    diet = Varchar(length=100, default="")
    note = Varchar(length=200, default="")  # for the host
    member = BigInt(null=True, default=None)  # people.Member, where the family is remembered
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


class Answer(Table, tablename="answer"):
    """One answer, of a family or of one person; several choices are several rows."""

    id: Serial
    registration = ForeignKey(Registration, null=False, on_delete=OnDelete.restrict)
    attendee = ForeignKey(Attendee, null=True, default=None, on_delete=OnDelete.restrict)
    question = ForeignKey(Question, null=False, on_delete=OnDelete.restrict)
    option = ForeignKey(Option, null=True, default=None, on_delete=OnDelete.restrict)
    text = Varchar(length=500, default="")  # a number in digits; "yes" or "no"


class Entry(Table, tablename="registration_log"):
    """One line of a session's log: why a registration is where it is. Ids and rule names, no names or phones."""

    id: Serial
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)
    registration = ForeignKey(Registration, null=False, on_delete=OnDelete.restrict)
    at = Timestamptz(default=TimestamptzNow())
    act = Varchar(length=12, choices=Act)
    places = Integer(default=0)  # what it has or needs
    free = Integer(null=True, default=None)  # places free at that moment
    option = BigInt(null=True, default=None)  # the option that was short
    staff = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    reason = Varchar(length=120, default="")


class Payment(Table, tablename="payment"):
    """Money taken at the store; undone, never deleted."""

    id: Serial
    registration = ForeignKey(Registration, null=False, on_delete=OnDelete.restrict)
    amount = Integer()  # in fen
    taken_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    at = Timestamptz(default=TimestamptzNow())
    undone_at = Timestamptz(null=True, default=None)
    undone_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)


class Nudge(Table, tablename="nudge"):
    """A session whose waiting list is to be looked at: places came free while its lock was out of order."""

    id: Serial
    session = BigInt()
    created_at = Timestamptz(default=TimestamptzNow())


class NumberState(StrEnum):
    WAITING = "waiting"
    SERVED = "served"  # became a registration, whatever its state
    REFUSED = "refused"  # `refusal` says why; what was told is kept for the form, for an hour


class Number(Table, tablename="queue_number"):
    """A sign-up that waits its turn in a rush (排号): complete, committed, and served in the order in which it was accepted."""

    id: Serial
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)
    key = Varchar(length=64, unique=True)  # the form's idempotency key
    fingerprint = Varchar(length=64)
    digest = Varchar(length=64, unique=True)  # of the secret in its page's address
    household = BigInt(null=True, default=None)  # the device's, where it has one
    told = Text(default="")  # the party as JSON; emptied once served
    form = Text(default="")  # what was typed, as JSON, for the form again if it is refused; emptied with it
    remember_text = BigInt(null=True, default=None)  # "remember us", ticked under this privacy text
    state = Varchar(length=10, choices=NumberState, default=NumberState.WAITING)
    accepted_at = Timestamptz()
    served_at = Timestamptz(null=True, default=None)
    registration = BigInt(null=True, default=None)
    refusal = Varchar(length=300, default="")  # a sentence's key
    refusal_values = Text(default="")  # JSON
    refusal_field = Varchar(length=60, default="")
