"""The staff's workplace, behind a sign-in."""

from __future__ import annotations

from typing import Any

from litestar import Router
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from web import viewer
from web.desk import (
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
    events,
    groups,
    kit,
    log,
    merges,
    moves,
    notes,
    pairings,
    password,
    payments,
    pictures,
    promotions,
    publications,
    questions,
    registrations,
    rules,
    series,
    sessions,
    sign_in,
    staff,
    stores,
    texts,
    today,
    venues,
)
from web.desk.entry import SignInFirst

MODULES = (
    *(today, events, sessions, series, publications, cancellations, copies, pictures, rules, questions),
    *(registrations, approvals, promotions, answers, attendees, moves, merges, notes, payments, kit, log),
    *(arrivals, pairings, announcements, deliveries, groups),
    *(staff, stores, texts, compounds, venues, audit, password),
)


async def staff_only(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Nobody without a sign-in gets past: they are asked for it and come back to this address."""
    if (await viewer.see(connection)).staff is None:
        raise SignInFirst


router = Router(
    "/desk",
    route_handlers=[each for module in MODULES for each in module.handlers],
    guards=[staff_only],
)
routers = [Router("/desk", route_handlers=sign_in.handlers)]
