from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from events import facts
from events.catalog import listing, rules
from events.catalog.rules import Rules
from events.catalog.tables import Event, EventState, FeePer, Once, SessionState, Takers, WaitingRule
from events.errors import NotThere, Refused
from events.people.tables import Audit, Role, Staff
from tests import make

EVERY_RULE = Rules(
    takers=Takers.CHILDREN,
    children_per_adult=2,
    most_places=3,
    once_per=Once.EVENT,
    members_hours=6,
    changes_minutes=120,
    waiting_rule=WaitingRule.HOLD,
    hold_hours=48,
    offer_hours=3,
    needs_approval=True,
    asks_day_before=True,
    drop_hours=4,
    fee=1850,
    fee_per=FeePer.CHILD,
    is_drop_off=True,
    child_portion=50,
)


@pytest.fixture
async def host(engine: object) -> Staff:
    return await make.staff()


@pytest.fixture
async def event(host: Staff) -> Event:
    return await make.event(host=host)


async def fresh(event: Event) -> Event:
    found = await Event.objects().get(Event.id == event.id)
    assert found is not None
    return found


async def test_save_keeps_every_rule_and_the_first_groups(event: Event, host: Staff) -> None:
    assert Rules.of(event) == Rules()
    await rules.save(event, EVERY_RULE, ["B7KQ2", "A0000"], by=host)
    assert Rules.of(await fresh(event)) == EVERY_RULE
    assert await rules.first_groups(event.id) == ["A0000", "B7KQ2"]
    assert await Audit.count().where(Audit.act == "event.rules") == 1
    page = await listing.event_page(event.id, with_drafts=True)
    assert page.rules == EVERY_RULE


async def test_save_the_same_again_changes_nothing(event: Event, host: Staff) -> None:
    await rules.save(event, EVERY_RULE, ["B7KQ2"], by=host)
    before = await fresh(event)
    await rules.save(event, EVERY_RULE, ["B7KQ2"], by=host)
    assert (await fresh(event)).changed_at == before.changed_at
    assert await Audit.count().where(Audit.act == "event.rules") == 1


async def test_save_lets_the_groups_go_without_hours(event: Event, host: Staff) -> None:
    await rules.save(event, EVERY_RULE, ["B7KQ2"], by=host)
    await rules.save(event, replace(EVERY_RULE, members_hours=0), ["B7KQ2"], by=host)
    assert await rules.first_groups(event.id) == []


async def test_save_is_for_who_may_edit_the_event(event: Event, host: Staff) -> None:
    colleague, foreigner = await make.staff(store=None), await make.staff(Role.LEAD)
    colleague.store = host.store
    with pytest.raises(Refused):
        await rules.save(event, EVERY_RULE, ["B7KQ2"], by=colleague)
    with pytest.raises(NotThere):
        await rules.save(event, EVERY_RULE, ["B7KQ2"], by=foreigner)
    await event.update_self({Event.state: EventState.CANCELLED})
    with pytest.raises(Refused):
        await rules.save(event, EVERY_RULE, ["B7KQ2"], by=host)
    assert Rules.of(await fresh(event)) == Rules()


async def test_save_has_the_waiting_lists_looked_at_again_when_their_rule_changes(
    event: Event, host: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[facts.PlacesFreed] = []

    async def hear(fact: facts.PlacesFreed) -> None:
        heard.append(fact)

    monkeypatch.setattr(facts, "_when", {facts.PlacesFreed: [hear]})
    coming = await make.session(event)
    await make.session(event, starts_at=make.at(9), state=SessionState.CANCELLED)
    await make.session(event, starts_at=make.at(-1))
    await rules.save(event, Rules(fee=100), [], by=host)
    assert heard == []
    await rules.save(event, Rules(fee=100, waiting_rule=WaitingRule.HOLD), [], by=host)
    assert heard == [facts.PlacesFreed(coming.id)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"children_per_adult": 0},
        {"child_portion": 30},
        {"most_places": 13},
        {"members_hours": 337},
        {"changes_minutes": -1},
        {"hold_hours": 0},
        {"offer_hours": 73},
        {"drop_hours": 13},
        {"fee": 1_000_001},
    ],
)
def test_check_names_the_rule_that_makes_no_sense(wrong: dict[str, Any]) -> None:
    rules.check(EVERY_RULE, ["B7KQ2"])
    with pytest.raises(Refused) as refused:
        rules.check(replace(EVERY_RULE, **wrong), ["B7KQ2"])
    assert refused.value.field == next(iter(wrong))


def test_check_asks_for_groups_when_some_are_first() -> None:
    rules.check(Rules(members_hours=0))
    with pytest.raises(Refused) as refused:
        rules.check(Rules(members_hours=1))
    assert refused.value.field == "groups"


def test_check_takes_no_places_from_whom_nobody_asked() -> None:
    with pytest.raises(Refused) as refused:
        rules.check(Rules(drop_hours=4))
    assert refused.value.field == "drop_hours"
