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
    cancellations,
    compounds,
    copies,
    deliveries,
    event_intake_lines,
    event_intakes,
    events,
    exports,
    groups,
    intake_columns,
    intake_lines,
    intakes,
    kit,
    links,
    log,
    merges,
    moves,
    notes,
    pairings,
    password,
    payments,
    pictures,
    posters,
    promotions,
    publications,
    questions,
    registrations,
    relays,
    rules,
    series,
    sessions,
    sign_in,
    staff,
    stores,
    texts,
    today,
    trials,
    venues,
)
from web.desk.entry import SignInFirst

MODULES = (
    *(today, events, sessions, series, publications, cancellations, copies, pictures, rules, questions),
    *(registrations, relays, approvals, promotions, answers, attendees, moves, merges, notes, payments, kit, log),
    *(event_intakes, event_intake_lines),
    *(intakes, intake_columns, intake_lines),
    *(arrivals, pairings, announcements, deliveries, groups, trials, links, posters),
    *(staff, stores, texts, compounds, venues, audit, password, exports),
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
