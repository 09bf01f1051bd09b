"""A family's form as the desk fills it in: the same as the family's own, with a phone only where there is one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from litestar import Request, Response

from events.catalog import texts
from events.catalog.tables import TextKind
from events.signup import answers
from events.signup.parties import Party
from events.signup.people import party_of
from events.signup.tables import HOLDING, Registration
from web import forms, replies
from web.my import party_fields, party_form
from web.my.occasions import Occasion
from web.site import event_pages

AnyRequest = Request[Any, Any, Any]


def read(form: forms.Form, about: Occasion) -> Party | None:
    """The party as typed; None when the page is only to be drawn again: one block more or less, or a question that was not shown yet.

    Raises Invalid with all that is wrong.
    """
    act = form.value("act", "save")
    if act.startswith(("add", "drop")):
        party_form.reshape(form, act)
        return None
    party = party_form.read(form, about, needs_phone=False)
    form.check()
    return None if party_form.unseen(form, party, about) else replace(party, via="")


async def draw(request: AnyRequest, form: forms.Form, about: Occasion, registration: Registration | None = None) -> Response[Any]:
    """For a new family, or for one that is there."""
    own: dict[int, int] | None = None
    if registration is not None and registration.state in HOLDING:
        own = answers.chosen(await party_of(registration), about.questions)
    return replies.page(
        request,
        "desk/registrations/form",
        form=form,
        registration=registration,
        more=_asked_next(form, about),
        by_desk=True,
        consent_text=await texts.current(about.store.id, TextKind.CONSENT),
        **await party_fields.context(request, form, about, own=own),
        **await event_pages.one_session(request, about.event, about.session, about.store, confirmed=True),
    )


def _asked_next(form: forms.Form, about: Occasion) -> list[str]:
    """The questions the page shows for the first time, after it was to be saved."""
    is_saved = form.value("act") == "save" and not form.errors
    return party_form.unseen(form, party_form.drawn(form, about), about) if is_saved else []
