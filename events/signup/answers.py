"""What families answered to an event's questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date

from events.catalog.questions import Asked
from events.signup.parties import Party
from events.signup.tables import Answer


def fitting(party: Party, questions: Sequence[Asked], day: date) -> Party:
    """The party with the answers that may be kept: those to questions it was asked, each of the right kind.

    Raises Refused for a required one without an answer and for an answer that is none; `field` is `q-<question>` for the family,
    `child-<n>-q-<question>` or `adult-<n>-q-<question>`, counted from 0 among the children or the adults.
    """
    return party


def chosen(party: Party, questions: Sequence[Asked]) -> Counter[int]:
    """How many of each option with places of its own the party wants."""
    return Counter()


async def of(registrations: Collection[int]) -> dict[int, list[Answer]]:
    """The answers of each of these registrations, in the order they were given."""
    if not registrations:
        return {}
    found: dict[int, list[Answer]] = {}
    for row in await Answer.objects().where(Answer.registration.is_in(list(registrations))).order_by(Answer.id):
        found.setdefault(row.registration, []).append(row)
    return found
