"""The staff's workplace, behind a sign-in."""

from __future__ import annotations

from typing import Any

from litestar import Router
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from web import viewer
from web.desk import (
    alarms,
    announcements,
    answers,
    approvals,
    arrivals,
    attendees,
    audit,
    brought,
    calendar,
    calls,
    cancellations,
    changes,
    compounds,
    copies,
    deliveries,
    digests,
    event_intake_gaps,
    event_intake_lines,
    event_intakes,
    events,
    exports,
    groups,
    intake_columns,
    intake_lines,
    intakes,
    kit,
    ledger,
    links,
    log,
    merges,
    moves,
    notes,
    pairings,
    password,
    pauses,
    payments,
    pictures,
    posters,
    promotions,
    publications,
    questions,
    registrations,
    relays,
    reminders,
    rules,
    schedule,
    series,
    sessions,
    sign_in,
    staff,
    stores,
    texts,
    today,
    trials,
    venues,
    wordings,
)
from web.desk.entry import SignInFirst

MODULES = (
    *(today, events, sessions, series, publications, changes, calls, cancellations, copies, pictures, rules, questions, schedule),
    *(registrations, relays, approvals, promotions, answers, attendees, moves, merges, notes, payments, kit, log),
    *(event_intakes, event_intake_gaps, event_intake_lines),
    *(intakes, intake_columns, intake_lines),
    *(arrivals, pairings, announcements, wordings, pauses, deliveries, ledger, reminders, groups, trials, links, posters, digests, brought),
    *(staff, stores, texts, compounds, venues, audit, password, calendar, exports),
)


async def staff_only(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Nobody without a sign-in gets past: they are asked for it and come back to this address."""
    member = (await viewer.see(connection)).staff
    if member is None:
        raise SignInFirst
    await alarms.note(connection, member)


router = Router(
    "/desk",
    route_handlers=[each for module in MODULES for each in module.handlers],
    guards=[staff_only],
)
routers = [Router("/desk", route_handlers=[*sign_in.handlers, *alarms.handlers])]
