"""The page on which an announcement is written: its words and how they go, the groups to choose from, and what each will see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from litestar import Request

from events import clock, codes
from events.announce import groups, moments, occasions
from events.announce.announcements import How
from events.announce.occasions import Occasion
from events.announce.tables import Announcement, Group, Shape, Template
from events.catalog import listing, quiet
from events.catalog.rows import Page
from events.catalog.tables import Event, Store
from events.errors import _
from web import counts, find, forms, viewer
from web.desk import announcement_groups, announcement_previews, announcement_words, posters
from web.language import say
from web.site import faces
from web.times import Times

AnyRequest = Request[Any, Any, Any]
REDRAWS = ("pick", "redraw", "keep", "tick")  # buttons that only draw the form again
DRAFTED = 16  # characters of a draft's digest: enough to see that nobody touched it


class When(StrEnum):
    """When it goes; which of them are offered depends on the hour."""

    NOW = "now"
    MORNING = "morning"  # when the quiet hours end
    AT = "at"
    URGENT = "urgent"  # now, although it is quiet


@dataclass(frozen=True)
class Draft:
    """The words of one template, and how to see later whether somebody changed them."""

    template: Template
    text: str

    @property
    def digest(self) -> str:
        return digest(self.text)


def digest(text: str) -> str:
    """The same for what a browser sends back of it."""
    return codes.digest("\n".join(line.strip() for line in text.strip().splitlines()))[:DRAFTED]


async def context(request: AnyRequest, form: forms.Form, event: Event) -> dict[str, Any]:
    """Everything the page shows about an event; fills in what nobody has typed yet."""
    who = viewer.seen(request)
    store = await find.by(Store, Store.id, event.store)
    times = faces.times_of(request, store)
    known = await announcement_groups.of(await groups.open_to(who.member, event.store), event)
    occasion = await occasions.of(event, store)
    offered = occasions.offered(event, occasion)
    is_fresh = not form.was_sent
    page = await listing.event_page(event.id, with_drafts=True)
    asks = _written(request, form, page, occasion, offered, times)
    _filled(form, event, store)
    buttons = announcement_groups.buttons(known, who.language)
    chosen = _chosen(form, known, buttons, is_fresh=is_fresh)
    template = Template(form.value("template"))
    rows = [row for row in known.rows if row.id in chosen]
    return {
        "form": form,
        "event": event,
        "store": store,
        "times": times,
        "template": template,
        "templates": [(each.value, say(who.language, announcement_words.TEMPLATES[each])) for each in offered],
        "asks": asks,
        "shapes": [(each.value, *(say(who.language, words) for words in lines)) for each, lines in announcement_words.SHAPES.items()],
        "whens": whens(store, times, who.language),
        "at_night": form.error("at_night") is not None or form.flag("at_night"),
        "buttons": buttons,
        "choices": announcement_groups.choices(known, chosen, times, who.language),
        "previews": previews(request, form, event, rows),
        "chosen": len(rows),
        "members": counts.people(sum(row.members for row in rows), who.language),
        "picture": page.offer.picture or "",
        "has_poster": posters.can_be_drawn(),
        "can_write": occasions.may_be_told(template, event.state),
    }


def previews(request: AnyRequest, form: forms.Form, event: Event, rows: list[Group]) -> list[announcement_previews.Preview]:
    """As it would be if it were sent now; what is no shape of ours is words."""
    shape = form.value("shape")
    unsaved = Announcement(
        store=event.store,
        event=event.id,
        template=form.value("template"),
        shape=shape if shape in {each.value for each in Shape} else Shape.WORDS,
        text=form.value("text").replace("\r\n", "\n").strip(),
        mention_all=form.flag("mention_all"),
        made_by=viewer.seen(request).member.id,
        key=form.value("key"),
    )
    return announcement_previews.of(unsaved, rows, event, request.app.state.settings.address, viewer.seen(request).language)


def whens(store: Store, times: Times, language: str) -> list[tuple[str, str, str]]:
    """What is offered at this hour: by day now comes first, at night the morning."""
    now = clock.now()
    end = moments.morning(store, now)
    is_night = quiet.is_quiet(store, now)
    at = (When.AT.value, say(language, _("定个时间")), say(language, _("到点自动发")))
    morning = [] if end is None else [(When.MORNING.value, times.moment(end), say(language, _("休息时间一过就发")))]
    if is_night:
        return [*morning, at, (When.URGENT.value, say(language, _("急事，现在就发")), say(language, _("大家的手机会响，会再问您一次")))]
    return [(When.NOW.value, say(language, _("现在发")), times.clock(now)), *morning, at]


def how(form: forms.Form, store: Store) -> How:
    """What the form says besides the words and the groups; left out, they are words of one's own, now."""
    form.fill(when=When.NOW, template=Template.OWN, shape=Shape.WORDS)
    when = form.choice("when", When)
    return How(
        template=form.choice("template", Template),
        shape=form.choice("shape", Shape),
        mention_all=form.flag("mention_all"),
        send_at=_send_at(form, store, when),
        is_urgent=when == When.URGENT,
    )


def _send_at(form: forms.Form, store: Store, when: When) -> datetime | None:
    if when == When.AT:
        return form.moment("send_at", store.zone)
    return moments.morning(store, clock.now()) if when == When.MORNING else None


def _written(request: AnyRequest, form: forms.Form, page: Page, occasion: Occasion, offered: list[Template], times: Times) -> str:
    """Put the words of the template asked for into the form; a template's name when it has to be asked first, for the words were edited."""
    wanted = _wanted(request, form, offered)
    is_untouched = not form.value("text").strip() or digest(form.value("text")) == form.value("drafted")
    if form.value("keep") or (wanted == Template.OWN and form.was_sent):  # one's own begin with what is there
        form.put(template=wanted)
    elif form.value("redraw") or (form.value("pick") and is_untouched) or not form.was_sent:
        draft = drafted(page, wanted, occasion, times)
        form.put(template=wanted, text=draft.text, drafted=draft.digest)
    elif form.value("pick"):
        return wanted.value
    else:
        form.put(template=wanted)
    return ""


def _wanted(request: AnyRequest, form: forms.Form, offered: list[Template]) -> Template:
    """What was picked, else what the form has, else what the address names, else what presses most."""
    typed = next((form.value(name) for name in ("redraw", "keep", "pick", "template") if form.value(name)), "")
    typed = typed or request.query_params.get("template", "")
    writable = {each.value for each in Template} - {Template.DIGEST.value}
    return Template(typed) if typed in writable else next(iter(offered), Template.OWN)


def drafted(page: Page, template: Template, occasion: Occasion, times: Times) -> Draft:
    """The words of a template for an event, in the groups' language."""
    in_chinese = Times(times.zone, times.now, announcement_words.LANGUAGE)
    return Draft(template, announcement_words.draft(template, page, occasion, in_chinese))


def _filled(form: forms.Form, event: Event, store: Store) -> None:
    is_night = quiet.is_quiet(store, clock.now())
    form.fill(event=event.id, key=codes.secret(26), shape=Shape.WORDS, when=When.MORNING if is_night else When.NOW)
    if is_night and form.value("when") == When.NOW and not form.errors:
        form.put(when=When.MORNING)  # it grew late while it was written


def _chosen(form: forms.Form, known: announcement_groups.Known, buttons: list[announcement_groups.Button], *, is_fresh: bool) -> set[int]:
    """Ticked by hand or by a button. To begin with: for a correction or a thank-you those who heard of the event, else all."""
    open_ones = {row.id for row in known.rows}
    if pressed := next((each for each in buttons if each.value == form.value("tick")), None):
        return set(pressed.groups)
    if not is_fresh:
        return set(form.chosen("groups")) & open_ones
    heard = {group for group, told in known.told.items() if told.of_event}
    is_sequel = Template(form.value("template")) in (Template.CHANGED, Template.CALLED_OFF, Template.THANKS)
    return heard if is_sequel and heard else open_ones
