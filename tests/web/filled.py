"""Every form of the app filled in rightly, so that a 422 means "you may not"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from events import clock
from events.checkin import qr
from events.people.tables import Role, Staff
from tests import make
from tests.browser import Browser
from tests.web.world import PASSWORD, World

Fields = dict[str, Any]


def form(world: World, name: str, me: Staff | None) -> Fields:
    """For the route of this name, by this member of staff; a tuple is a file."""
    return FORMS[name](world, me) if name in FORMS else {}


async def send(browser: Browser, address: str, fields: Fields) -> httpx.Response:
    """POST it, the files among it as files; one that is no form but JSON as it is."""
    if "json" in fields:
        return await browser.post(address, json=fields["json"])
    files = {name: value for name, value in fields.items() if isinstance(value, tuple)}
    return await browser.post(address, data={name: value for name, value in fields.items() if name not in files}, files=files or None)


def _host(world: World, me: Staff | None) -> str:
    """Oneself; an owner names the host of the east."""
    return str(world.cast.east_host.id if me is None or me.role == Role.OWNER else me.id)


def _event(world: World, me: Staff | None) -> Fields:
    texts = {"title": "剪一条会游的纸鱼", "summary": "剪一条尾巴会动的鱼带回家", "kind": "family", "closes_minutes": "0"}
    return {**texts, "host": _host(world, me), "store": str(world.cast.east.id), "act": "save"}


def _session(world: World, me: Staff | None) -> Fields:
    day = make.at(9).date().isoformat()
    return {"venue": str(world.venue.id), "day": day, "starts_at": "10:00", "ends_at": "11:00", "places": "18"}


def _plan_line(world: World, me: Staff | None) -> Fields:
    of_session = {"day": make.at(9).date().isoformat(), "start": "10:00", "end": "11:30", "venue": str(world.venue.id), "places": "20"}
    return {"title": "包馄饨", "kind": "workshop", "fee": "18", "fee_per": "place", "host": _host(world, me), **of_session}


def _series(world: World, me: Staff | None) -> Fields:
    days = {"first_day": make.at(9).date().isoformat(), "weekdays": ["5", "6"], "time_1": "10:00", "weeks": "2", "length": "90"}
    return {"venue": str(world.venue.id), "places": "12", "act": "save", **days}


def _rules(world: World, me: Staff | None) -> Fields:
    hours = {"members_hours": "6", "hold_hours": "24", "offer_hours": "12", "changes_minutes": "120"}
    kinds = {"takers": "children", "once_per": "session", "waiting_rule": "hold", "fee": "18", "fee_per": "child", "child_portion": "50"}
    return {**hours, **kinds, "groups": [world.group.code], "children_per_adult": "2", "most_places": ""}


def _question(world: World, me: Staff | None) -> Fields:
    lines = {"options": "2", "option-0-label": "小号", "option-0-places": "8", "option-1-label": "大号", "option-1-places": ""}
    return {"act": "save", "kind": "choice", "per": "child", "label": "围裙要多大", "after": "", **lines}


def _registration(world: World, me: Staff | None) -> Fields:
    return {"act": "register", "key": make.key(), "adults": "1", "children": "0", "name": "林爸爸", "phone": make.phone()}


def _changed(world: World, me: Staff | None) -> Fields:
    return {"act": "save", "adults": "2", "children": "0", "name": "陈爸爸", "phone": make.phone()}


def _announcement(world: World, me: Staff | None) -> Fields:
    chosen = {"event": str(world.cast.event.id), "groups": [str(world.group.id)]}
    return {**chosen, "key": make.key(), "text": "周日也来", "template": "own", "shape": "words", "when": "now", "at_night": "1"}


def _group(world: World, me: Staff | None) -> Fields:
    return {"name": "新群", "kind": "general", "channel": "by_hand", "host": _host(world, me), "store": str(world.cast.east.id)}


def _store(world: World, me: Staff | None) -> Fields:
    return {"name": "新名字", "zone": "Asia/Shanghai", "quiet_from": "22:00", "quiet_until": "09:00", "digest_at": "09:00"}


def _place(world: World, me: Staff | None) -> Fields:
    return {"store": str(world.cast.east.id), "name": "新地方"}


def _staff(world: World, me: Staff | None) -> Fields:
    return {"name": "新小盒", "login": "xin.he", "role": "host", "store": str(world.cast.east.id)}


def _as(fields: Fields) -> Callable[[World, Staff | None], Fields]:
    return lambda world, me: fields


def _code(world: World, me: Staff | None) -> Fields:
    """Sent to the Chens' phone."""
    return {"contact": world.cast.chens.phone}


def _batch(world: World) -> Fields:
    now = int(clock.now().timestamp() * 1000)
    scan = {"nonce": make.key(), "act": "enter", "at": now, "ticket": world.door.id, "people": [int(id) for id in world.outside]}
    return {"device": "d", "sent_at": now, "scans": [scan]}


def _helper(world: World, me: Staff | None) -> Fields:
    opens_at, closes_at = (
        f"{moment.astimezone(make.ZONE):%Y-%m-%dT%H:%M}" for moment in (world.helper.link.opens_at, world.helper.link.closes_at)
    )
    return {"name": "小李", "opens_at": opens_at, "closes_at": closes_at}


FORMS: dict[str, Callable[[World, Staff | None], Fields]] = {
    "my.registrations.create": _registration,
    "my.changes.update": _changed,
    "site.links.update": _changed,
    "my.changes.give_back": lambda world, me: {"people": world.coming},
    "site.links.give_back": lambda world, me: {"people": world.coming},
    "my.changes.move": lambda world, me: {"session": str(world.empty.id)},
    "site.links.move": lambda world, me: {"session": str(world.empty.id)},
    "my.changes.wish": _as({"at_once": "no", "split": "1"}),
    "site.links.wish": _as({"at_once": "no", "split": "1"}),
    "my.contacts.create": _code,
    "my.contacts.prove": lambda world, me: {**_code(world, me), "code": world.code_to_prove},
    "my.devices.create": _code,
    "my.devices.join": lambda world, me: {**_code(world, me), "code": world.code_to_join, "together": "leave"},
    "my.members.create": _as({"kind": "child", "name": "小满", "year": "2020", "month": "5"}),
    "my.members.update": _as({"name": "外婆", "diet": "不吃辣"}),
    "site.opt_outs.update": _as({"level": "reminders"}),
    "site.reset_links.use": _as({"password": f"{PASSWORD}!"}),
    "desk.sign_in.create": lambda world, me: {"login": world.peer.login, "password": PASSWORD},
    "desk.password.update": _as({"old": PASSWORD, "new": f"{PASSWORD}!"}),
    "desk.events.create": _event,
    "desk.events.update": lambda world, me: {**_event(world, me), "host": str(world.cast.east_host.id)},
    "desk.pictures.create": _as({"picture": ("鱼.png", make.picture("PNG", colour="gold"), "image/png")}),
    "desk.cancellations.create": _as({"reason": "老师病了", "confirmed": "1"}),
    "desk.calls.create": _as({"said": "no_answer"}),
    **dict.fromkeys(("my.replies.reply", "site.links.reply"), lambda world, me: {"change": str(world.change.id), "answer": "keep"}),
    "desk.sessions.create": _session,
    "desk.sessions.update": lambda world, me: {**_session(world, me), "confirmed": "1"},
    "desk.sessions.resize": _as({"places": "30"}),
    "desk.sessions.destroy": _as({"reason": "老师病了", "confirmed": "1"}),
    "desk.series.create": _series,
    "desk.rules.update": _rules,
    "desk.questions.create": _question,
    "desk.questions.update": _question,
    "desk.questions.move": _as({"act": "down"}),
    "desk.registrations.create": lambda world, me: {**_changed(world, me), "key": make.key()},
    "desk.registrations.update": _changed,
    "desk.approvals.destroy": _as({"refusal": "这场满了"}),
    "desk.promotions.create": _as({"reason": "打过电话"}),
    "desk.attendees.destroy": lambda world, me: {"people": world.coming[1:]},
    "desk.moves.create": lambda world, me: {"session": str(world.empty.id)},
    "desk.notes.update": _as({"host_note": "外婆来接"}),
    "desk.payments.create": _as({"amount": "1800"}),
    "desk.merges.create": lambda world, me: {"other": str(world.twin.id)},
    "desk.event_intakes.create": lambda world, me: {
        "store": str(world.cast.east.id),
        "file": ("活动.csv", "活动,日期\n包馄饨,12月5日\n".encode(), "text/csv"),
    },
    "desk.event_intakes.choose": lambda world, me: {"shown": [str(world.plan_line.id)], "chosen": [str(world.plan_line.id)]},
    "desk.event_intakes.make": lambda world, me: {"shown": [str(world.plan_line.id)], "chosen": [str(world.plan_line.id)]},
    "desk.event_intake_gaps.fill": lambda world, me: {
        "said-0": "老街 8 号",
        "venue-0": str(world.venue.id),
        "places": "20",
        "kind": "family",
    },
    "desk.event_intake_lines.update": _plan_line,
    "desk.intakes.create": _as({"act": "text", "text": "#接龙\n1. 赵妈妈 1大"}),
    "desk.intakes.choose": lambda world, me: {"shown": [str(world.line.id)]},
    "desk.intakes.register": lambda world, me: {"shown": [str(world.line.id)], "chosen": [str(world.line.id)]},
    "desk.intake_lines.create": _as({"position": "3"}),
    "desk.intake_lines.update": _as({"act": "save", "name": "赵妈妈", "adults": "2", "children": "0"}),
    "desk.intake_columns.update": _as({"column-0": "name", "column-1": "adults"}),
    "desk.arrivals.create": lambda world, me: {"people": world.outside, "nonce": make.key()},
    "desk.arrivals.leave": lambda world, me: {"leaving": world.within, "tap": make.key()},
    "door.search.create": lambda world, me: {"find": world.door.number},
    "door.photos.create": lambda world, me: {"photo": ("票.png", qr.png(world.door.secret), "image/png")},
    "door.photos.miss": lambda world, me: {"heads": "2", "told": "林女士", "nonce": make.key(), "code": "0" * 24, "how": "photo"},
    "door.walk_ins.create": lambda world, me: {"name": "林女士", "adults": "1", "children": "1", "nonce": make.key()},
    "door.kitchen.create": lambda world, me: {"tag": world.kitchen},
    "site.links.arrive": lambda world, me: {"people": world.coming, "nonce": make.key()},
    "my.arrivals.arrive": lambda world, me: {"people": world.coming, "nonce": make.key()},
    "door.hand_overs.create": lambda world, me: {
        "people": world.kept.inside,
        "proof": "identity",
        "who": "family",
        "checked": "known",
        "nonce": make.key(),
    },
    "door.hand_overs.bar": _as({"barred": "赵大山"}),
    "door.hand_overs.destroy": lambda world, me: {"pickup": str(world.kept.gone.id), "why": "点错了"},
    "door.checks.prove": _as({"collector": "外婆", "checked": "known"}),
    **dict.fromkeys(("my.pickups.delegate", "site.links.delegate"), _as({"delegate": "外公"})),
    **dict.fromkeys(("my.pickups.take_back", "site.links.take_back"), lambda world, me: {"code": str(world.kept.delegate)}),
    **dict.fromkeys(("my.pickups.bar", "site.links.bar"), _as({"barred": "赵大山"})),
    "door.checks.find": _as({"find": "陈妈妈"}),
    "door.checks.link": lambda world, me: {"ticket": str(world.door.id), "people": world.outside},
    "door.helpers.create": _helper,
    "door.route_links.create": _helper,
    "help.pins.create": lambda world, me: {"pin": world.helper.pin},
    "help.search.create": _as({"json": {"find": "陈妈妈"}}),
    "help.uploads.create": lambda world, me: {"json": _batch(world)},
    "door.uploads.create": lambda world, me: {"json": _batch(world)},
    "desk.arrivals.find": lambda world, me: {"find": world.ticket.number},
    "desk.announcements.create": _announcement,
    "desk.announcements.preview": _announcement,
    "desk.wordings.update": _as({"text": "周日来做月饼", "version": "1"}),
    "desk.deliveries.answer": _as({"answer": "stop", "attempt": "0"}),
    "desk.exports.create": lambda world, me: {"session": str(world.cast.session.id), "what": "roster", "kind": "xlsx"},
    "desk.ledger.answer": lambda world, me: {"answer": "stop", "delivery": f"{world.to_do.id}-0"},
    "desk.groups.create": _group,
    "desk.groups.update": lambda world, me: {**_group(world, me), "host": str(world.cast.east_host.id)},
    "desk.staff.create": _staff,
    "desk.staff.update": _staff,
    "desk.staff.hand_over": lambda world, me: {"to": str(world.peer.id)},
    "desk.stores.create": _store,
    "desk.stores.update": _store,
    "desk.texts.create": _as({"text": "新的说明", "text_en": "A new text"}),
    "desk.compounds.create": _place,
    "desk.compounds.update": _place,
    "desk.venues.create": _place,
    "desk.venues.update": _place,
}
