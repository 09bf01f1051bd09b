"""What the pages that ask for a one-time code share: reading a phone or an address, sending, reading the digits."""

from __future__ import annotations

import unicodedata
from functools import partial
from typing import Any

from litestar import Request

from events import duties
from events.errors import NotThere, Refused, _
from events.people import contacts, phones, proofs
from events.people.contacts import Contact, Kind
from web import callers, language, reach, viewer
from web.forms import Form

AnyRequest = Request[Any, Any, Any]


def offered(request: AnyRequest) -> tuple[Kind, ...]:
    """By what codes can go; NotThere when there is nothing, for then no page leads here."""
    found = reach.offered(request.app.state.settings)
    if not found:
        raise NotThere
    return found


def contact(request: AnyRequest, form: Form) -> Contact:
    """Whichever was typed; ends the form when it is neither."""
    typed = form.text("contact", at_most=contacts.LONGEST)
    form.check()
    return contacts.read(typed, offered=offered(request))


def shown(form: Form) -> str:
    """What was typed, as it is read aloud."""
    phone = phones.normalise(form.value("contact"))
    return phones.spaced(phone) if phone else form.value("contact")


def digits(form: Form) -> str:
    """The six digits, however they were spaced."""
    typed = "".join(each for each in unicodedata.normalize("NFKC", form.value("code")) if not each.isspace())
    if len(typed) != proofs.LENGTH or not (typed.isascii() and typed.isdigit()):
        raise Refused(_("验证码是 %(n)s 位数字"), field="code", n=proofs.LENGTH)
    return typed


async def send(request: AnyRequest, to: Contact, *, household: int | None) -> None:
    """In the reader's language, at once."""
    say = partial(language.say, viewer.seen(request).language)
    await proofs.ask(to, household=household, address=callers.address(request), say=say)
    duties.wake()


async def use(request: AnyRequest, to: Contact, form: Form, *, household: int | None) -> int:
    """The family that the code in the form opens."""
    return await proofs.use(to, digits(form), household=household, address=callers.address(request))
