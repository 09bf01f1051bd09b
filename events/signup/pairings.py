"""One-time links by which one more device joins a registration's household: the host shows one as a QR, or the family itself does."""

from __future__ import annotations

from datetime import timedelta

from events import clock, codes, db
from events.errors import Refused, _
from events.people import audit
from events.people.tables import Staff
from events.signup.tables import Pairing, Registration

LASTS = timedelta(minutes=15)


async def make(registration: Registration, *, by: Staff | None, store: int | None = None) -> str:
    """A secret good once, for a quarter of an hour. `by` none: the family, on a device of its own."""
    secret = codes.secret(20)
    async with db.writing():
        pairing = Pairing(
            registration=registration.id, digest=codes.digest(secret), made_by=by.id if by else None, expires_at=clock.now() + LASTS
        )
        await pairing.save()
        if by is not None:
            await audit.record(by, "pairing.made", registration, store=store)
    return secret


async def is_open(secret: str) -> bool:
    """Whether the link would still work."""
    return await Pairing.exists().where(
        (Pairing.digest == codes.digest(secret)) & Pairing.used_at.is_null() & (Pairing.expires_at > clock.now())
    )


async def use(secret: str) -> Registration:
    """The registration whose household the device joins; Refused when the link was used or is too old."""
    moment = clock.now()
    async with db.writing():
        used = (
            await Pairing.update({Pairing.used_at: moment})
            .where((Pairing.digest == codes.digest(secret)) & Pairing.used_at.is_null() & (Pairing.expires_at > moment))
            .returning(Pairing.registration)
        )
        registration = await Registration.objects().get(Registration.id == used[0]["registration"]) if used else None
        if registration is None:
            raise Refused(_("这个码用过了或者过期了，再要一个新的"))
    return registration
