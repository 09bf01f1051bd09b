"""What a family is told, as data: the web makes words of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from events.notices.tables import NoticeKind
from events.signup.tables import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One notice, as things are when it leaves. Times are UTC; `was_…` is what a family last knew of what changed."""

    kind: NoticeKind
    state: State
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    place: str
    store: str
    store_phone: str
    people: int
    link: str
    """The family's own page where the way is proven to be theirs; else empty."""
    stop: str
    """Where they say "no more of these"; empty where the page behind `link` has it, in an SMS that has room for one address."""
    reason: str = ""
    was_starts_at: datetime | None = None
    was_ends_at: datetime | None = None
    was_place: str = ""
    offer_ends_at: datetime | None = None
    asks: bool = False
    """Whether they are asked to say that they come."""
    rest: int = 0
    """How many of them wait on for a place, while the others have theirs."""
    is_short: bool = False
    """Whether it goes by SMS: three parts of 67 characters at most."""
