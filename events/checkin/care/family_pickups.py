"""What a family itself is told of its children being handed back."""

from __future__ import annotations

from dataclasses import dataclass, field

from events.checkin import kin, presence
from events.checkin.care import handed, pickup_codes, pickups
from events.checkin.care.handed import Handed
from events.checkin.care.pickup_codes import Code
from events.signup.tables import Attendee, AttendeeKind, Registration


@dataclass(frozen=True)
class Picture:
    """Codes, who is inside, and who was handed over to whom."""

    own: Code | None  # the guardian's
    delegates: list[Code] = field(default_factory=list)
    inside: list[Attendee] = field(default_factory=list)  # children
    gone: list[Handed] = field(default_factory=list)
    barred: list[str] = field(default_factory=list)


async def of(registration: Registration) -> Picture:
    """All of the family's, wherever its children were let in."""
    family = [row.id for row in await kin.of([registration.id])]
    children = (
        await Attendee.objects().where(Attendee.registration.is_in(family) & (Attendee.kind == AttendeeKind.CHILD)).order_by(Attendee.id)
    )
    there = await presence.of_people([child.id for child in children])
    doors = {each.session for each in there.values() if each.is_inside} or {registration.session}
    codes = [code for door in sorted(doors) for code in await pickup_codes.of([registration.id], door)]
    return Picture(
        own=next((code for code in codes if not code.delegate), None),
        delegates=[code for code in codes if code.delegate],
        inside=[child for child in children if child.id in there and there[child.id].is_inside],
        gone=await handed.of_registrations(family),
        barred=await pickups.barred(registration),
    )
