"""A line of a review signed up by the whole form: where questions have to be asked, or a guardian says what may be kept."""

from __future__ import annotations

from dataclasses import replace

from events.catalog.tables import Session
from events.errors import NotThere
from events.intake import families, holding, lines
from events.intake.tables import IntakeLine, LineState
from events.signup.tables import Consent
from web import find
from web.forms import Form
from web.my import party_fields
from web.my.occasions import Occasion
from web.viewer import Viewer


async def fill(form: Form, viewer: Viewer, line: int, about: Occasion) -> None:
    """The form as the line would fill it in; the guardian is still to be asked. Saved, the line is done."""
    row = await _line(viewer, line, about.session)
    if row.state == LineState.DONE:
        raise NotThere
    party = families.party(lines.load(row.told), about.day, about.questions)
    party_fields.fill(form, replace(party, consent=Consent.NOT_ASKED), about)
    form.fill(key=row.key, line=row.id)


async def line_of(form: Form, viewer: Viewer, session: Session) -> IntakeLine | None:
    """The line a form was filled from, if it was."""
    line = form.row("line", required=False)
    return None if line is None else await _line(viewer, line, session)


async def _line(viewer: Viewer, line: int, session: Session) -> IntakeLine:
    """Of this session, under review; NotThere for any other."""
    row = await find.intake_line(viewer, line)
    intake = await find.intake(viewer, row.intake)
    if intake.session != session.id or intake.closed_at is not None:
        raise NotThere
    await holding.check(intake, viewer.member)
    return row
