"""What people write about an event, and what may stand there."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from events.catalog.tables import Event, Kind
from events.errors import Refused, _

LENGTHS = {"title": 80, "summary": 160, "description": 20_000, "bring": 1_000, "fee_note": 80, "allergy_note": 200, "chef": 80}
OLDEST = 99  # years
CLOSES_MINUTES = 14 * 24 * 60  # at most a fortnight before the start


@dataclass(frozen=True, kw_only=True)
class Details:
    """What people write about an event. `host` and `picture` are ids, ages are years, `opens_at` is aware."""

    kind: Kind
    host: int
    title: str
    summary: str = ""
    description: str = ""
    bring: str = ""
    fee_note: str = ""
    allergy_note: str = ""
    age_from: int | None = None
    age_to: int | None = None
    chef: str = ""
    picture: int | None = None
    opens_at: datetime | None = None
    closes_minutes: int = 0

    @classmethod
    def of(cls, event: Event) -> Details:
        return cls(**{field.name: getattr(event, field.name) for field in fields(cls)})


def check(details: Details) -> None:
    """Refused with the field that breaks a rule; whether host and picture exist is another question."""
    if not details.title.strip():
        raise Refused(_("给活动起个名字"), field="title")
    for field, most in LENGTHS.items():
        if len(getattr(details, field)) > most:
            raise Refused(_("最多 %(n)s 个字"), field=field, n=most)
    for field, age in (("age_from", details.age_from), ("age_to", details.age_to)):
        if age is not None and not 0 <= age <= OLDEST:
            raise Refused(_("年龄要在 0 到 %(n)s 岁之间"), field=field, n=OLDEST)
    if details.age_from is not None and details.age_to is not None and details.age_from > details.age_to:
        raise Refused(_("最大年龄不能比最小的还小"), field="age_to")
    if not 0 <= details.closes_minutes <= CLOSES_MINUTES:
        raise Refused(_("报名最早在开始前 14 天截止"), field="closes_minutes")
    if details.opens_at is not None and details.opens_at.tzinfo is None:
        raise ValueError("opens_at without a time zone")
