"""A row of a plan, mended: the fields of a session and of the event it begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from events.catalog.details import LENGTHS, OLDEST
from events.catalog.sessions import PLACES
from events.catalog.tables import FeePer, Kind
from events.errors import _
from events.intake.event_readings import Act, Told
from web.desk import rules_form, session_form
from web.forms import Form


def fill(form: Form, told: Told) -> Form:
    """As it was read."""
    names = (
        "title",
        "kind",
        "day",
        "places",
        "venue",
        "host",
        "event",
        "chef",
        "age_from",
        "age_to",
        "fee_per",
        "fee_note",
        "summary",
        "bring",
    )
    form.fill(**{name: getattr(told, name) for name in names}, fee=rules_form.yuan(told.fee))
    return form.fill(start=_shown(told.starts), end=_shown(told.ends))


def read(form: Form, before: Told, *, may_lead: bool) -> Told:
    """What the host says it means. Raises Invalid with all that is wrong. A session that is there only moves."""
    if before.act == Act.CHANGE:
        return _moved(form, before)
    starts, ends = (_minutes(form.clock(name)) for name in ("start", "end"))
    if starts is not None and ends is not None and ends <= starts:
        form.wrong("end", _("结束要晚于开始"))
    told = replace(
        before,
        title=form.text("title", at_most=LENGTHS["title"]),
        kind=form.choice("kind", Kind),
        day=session_form.day(form, "day"),
        starts=starts,
        ends=ends,
        places=form.integer("places", 1, PLACES),
        venue=form.row("venue"),
        host=form.row("host") if may_lead else before.host,
        event=form.row("event", required=False),
        age_from=form.integer("age_from", 0, OLDEST, required=False),
        age_to=form.integer("age_to", 0, OLDEST, required=False),
        fee=rules_form.fee(form),
        fee_per=form.choice("fee_per", FeePer),
        fee_note=form.text("fee_note", at_most=LENGTHS["fee_note"], required=False),
        chef=form.text("chef", at_most=LENGTHS["chef"], required=False),
        summary=form.text("summary", at_most=LENGTHS["summary"], required=False),
        bring=form.text("bring", at_most=LENGTHS["bring"], required=False, lines=True),
    )
    if told.age_from is not None and told.age_to is not None and told.age_from > told.age_to:
        form.wrong("age_to", _("最大年龄不能比最小的还小"))
    form.check()
    return told


def _moved(form: Form, before: Told) -> Told:
    starts, ends = (_minutes(form.clock(name)) for name in ("start", "end"))
    if starts is not None and ends is not None and ends <= starts:
        form.wrong("end", _("结束要晚于开始"))
    told = replace(before, day=session_form.day(form, "day"), starts=starts, ends=ends, venue=form.row("venue"))
    form.check()
    return told


def _shown(minutes: int | None) -> str:
    """10:30, as a field for times has it."""
    return "" if minutes is None else f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def _minutes(at: time | None) -> int | None:
    return None if at is None else at.hour * 60 + at.minute
