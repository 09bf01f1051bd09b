"""Families sign up, change their mind, wait, move, are merged and parted, in every order: the books are right after each step."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from events import clock, db, migrating
from events.catalog.tables import Event, Once, Option, Per, QuestionKind, Session, Store, Takers, WaitingRule
from events.db.engine import PooledEngine
from events.errors import NotThere, Refused
from events.people.tables import Merge, Role, Staff
from events.signup import approvals, changes, merging, offers, people, registrations, resizing, waiting_list, windows
from events.signup.parties import Party, Person
from events.signup.tables import HOLDING, State
from tests import databases, make
from tests.events.signup import ledger
from tests.events.signup.ledger import Family, Ledger

EXAMPLES, STEPS = int(os.environ.get("LINJU_EXAMPLES", "20")), 40  # less than a minute for each engine
IS_SEARCH = "LINJU_EXAMPLES" in os.environ  # by hand: others each time
ANY = some.integers(0, 40)  # of those there are
CHOCOLATE, VANILLA = 0, 1
Who = set[tuple[int, str]]
A_FAMILY: dict[str, some.SearchStrategy[Any]] = {
    "where": ANY,
    "again": ANY,
    "adults": some.integers(1, 2),
    "children": some.integers(0, 2),
    "cakes": some.tuples(ANY, ANY),
    "how": some.fixed_dictionaries({"is_at_once": some.booleans(), "can_split": some.booleans()}),
    "who": some.sets(some.sampled_from(["old", "twin", "by host"])),
}


class Families(RuleBasedStateMachine):
    """Two sessions of one event with few places, where one option has few of its own."""

    engine: PooledEngine
    runner: asyncio.Runner

    def __init__(self) -> None:
        super().__init__()
        self.people = 0
        self.expected: Who = set()
        self.is_due = False  # time has passed and nobody has looked yet
        self.real_now = clock.now
        self.moment = datetime.now().astimezone().replace(hour=10, minute=0, second=0, microsecond=0)
        clock.now = self._tick

    def teardown(self) -> None:
        clock.now = self.real_now

    @initialize(
        waiting_rule=some.sampled_from(WaitingRule),
        once_per=some.sampled_from(Once),
        takers=some.sampled_from(Takers),
        children_per_adult=some.sampled_from([None, 1, 2]),
        needs_approval=some.sampled_from([False, False, True]),
        places=some.tuples(some.integers(2, 6), some.integers(1, 4)),
        families=some.lists(some.fixed_dictionaries(A_FAMILY), min_size=4, max_size=7),
    )
    def open(self, places: tuple[int, int], families: list[dict[str, Any]], **rules: Any) -> None:
        """Some have signed up already."""
        self.run(self._open(places, rules))
        for family in families:
            self.register(**family)

    async def _open(self, places: tuple[int, int], rules: dict[str, Any]) -> None:
        await databases.empty(self.engine)
        self.store: Store = await make.store()
        self.host: Staff = await make.staff(Role.LEAD, self.store)
        self.event: Event = await make.event(self.store, host=self.host, hold_hours=24, offer_hours=6, **rules)
        self.sessions: list[Session] = [
            await make.session(self.event, places=n, starts_at=self.moment + timedelta(days=4, hours=5 * number))
            for number, n in enumerate(places)
        ]
        self.family_question = await make.question(self.event.id, QuestionKind.CHOICE)
        self.person_question = await make.question(self.event.id, QuestionKind.CHOICE, per=Per.PERSON)
        self.options = [await self._options(each.id) for each in (self.family_question, self.person_question)]
        self.now: Ledger = await ledger.read()

    # What families do

    @rule(  # type: ignore[call-overload,untyped-decorator]  # -- the same strategies as at the opening, by name
        **A_FAMILY
    )
    def register(
        self, where: int, again: int, adults: int, children: int, cakes: tuple[int, int], how: dict[str, Any], who: set[str]
    ) -> None:
        session = self.sessions[where % 2]
        people = [
            *(self._person(adult=True) for _ in range(adults)),
            *(self._person(twin="twin" in who and not n) for n in range(children)),
        ]
        eating = tuple(replace(each, answers=self._cake(1, cakes[1] + n)) for n, each in enumerate(people))
        party = make.party(people=eating, answers=self._cake(0, cakes[0]), phone="13800138000", **how)
        household = None if "old" not in who or not self.households else self.households[again % len(self.households)]
        by = self.host if "by host" in who else None
        come = _names(session.id, people)
        self.act(lambda: registrations.register(session, party, household=household, key=make.key(), by=by), come=come)

    @precondition(lambda self: self.some())
    @rule(
        which=ANY,
        how=some.sampled_from(["drop", "add", "cake", "word"]),
        cake=ANY,
        whom=ANY,
        is_adult=some.booleans(),
        by_host=some.booleans(),
    )
    def edit(self, which: int, how: str, cake: int, whom: int, is_adult: bool, by_host: bool) -> None:
        family = self.pick(which)
        party = self.run(people.party_of(family.row))
        changed = self._changed(party, how, cake, whom, adult=is_adult)
        gone, come = (_names(family.session, each.people) for each in (party, changed))
        self.act(lambda: changes.edit(family.row, changed, by=self.host if by_host else None), gone=gone - come, come=come - gone)

    @precondition(lambda self: self.some())
    @rule(which=ANY, whom=some.lists(ANY, min_size=1, max_size=2))
    def give_back(self, which: int, whom: list[int]) -> None:
        family = self.pick(which)
        ids = {sorted(family.people)[each % len(family.people)] for each in whom}
        gone = {(family.session, family.people[id].name) for id in ids}
        self.act(lambda: changes.give_back(family.row, ids), gone=self._all_of(family) if len(ids) == len(family.people) else gone)

    @precondition(lambda self: self.some())
    @rule(which=ANY, by_host=some.booleans())
    def cancel(self, which: int, by_host: bool) -> None:
        family = self.pick(which)
        self.act(lambda: registrations.cancel(family.row, by=self.host if by_host else None), gone=self._all_of(family))

    @precondition(lambda self: self.some())
    @rule(which=ANY, waits=some.booleans())
    def move(self, which: int, waits: bool) -> None:
        family = self.pick(which)
        there = next(each for each in self.sessions if each.id != family.session)
        come = {(there.id, name) for _session, name in self._all_of(family)}
        self.act(lambda: changes.move(family.row, there, waits=waits), come=come)

    @precondition(lambda self: self.some(State.OFFERED))
    @rule(which=ANY)
    def accept(self, which: int) -> None:
        family = self.pick(which, State.OFFERED)
        self.act(lambda: offers.accept(family.row))

    @precondition(lambda self: self.some(State.OFFERED))
    @rule(which=ANY)
    def decline(self, which: int) -> None:
        family = self.pick(which, State.OFFERED)
        self.act(lambda: offers.decline(family.row), gone=self._all_of(family))

    @precondition(lambda self: any(each.row.lapsed_at for each in self.some(State.WAITING)))
    @rule(which=ANY)
    def ask_again(self, which: int) -> None:
        lapsed = [each for each in self.some(State.WAITING) if each.row.lapsed_at]
        family = lapsed[which % len(lapsed)]
        self.act(lambda: offers.ask_again(family.row))

    # What the store does

    @precondition(lambda self: self.some())
    @rule(where=ANY, places=some.integers(1, 8))
    def set_places(self, where: int, places: int) -> None:
        self.act(lambda: resizing.set_places(self.sessions[where % 2], places, by=self.host))

    @precondition(lambda self: self.some(State.WAITING))
    @rule(which=ANY)
    def promote(self, which: int) -> None:
        family = self.pick(which, State.WAITING)
        self.act(lambda: waiting_list.promote(family.row, "奶奶从外地来", by=self.host))

    @precondition(lambda self: self.some(State.PENDING))
    @rule(which=ANY)
    def approve(self, which: int) -> None:
        family = self.pick(which, State.PENDING)
        self.act(lambda: approvals.approve(family.row, by=self.host))

    @precondition(lambda self: self.some(State.PENDING))
    @rule(which=ANY)
    def reject(self, which: int) -> None:
        family = self.pick(which, State.PENDING)
        self.act(lambda: approvals.reject(family.row, "人太多了", by=self.host), gone=self._all_of(family))

    @precondition(lambda self: len(self.households) > 1)
    @rule(kept=ANY, gone=ANY)
    def merge(self, kept: int, gone: int) -> None:
        """Mostly of two that come to one session."""
        one = self.households[kept % len(self.households)]
        there = {each.session for each in self.some() if each.row.household == one}
        near = {each.row.household for each in self.some() if each.session in there} - {one} or {*self.households} - {one}
        other = sorted(near)[gone % len(near)]
        self.act(lambda: merging.merge(one, other, by=self.host, store=self.store.id))

    @precondition(lambda self: self.merges())
    @rule(which=ANY)
    def unmerge(self, which: int) -> None:
        rows = self.merges()
        self.act(lambda: merging.undo(rows[which % len(rows)], self.host))

    # What the clock does

    @precondition(lambda self: self.some())
    @rule(hours=some.sampled_from([1, 7, 20]), looks=some.booleans())
    def wait(self, hours: int, looks: bool) -> None:
        if self.moment + timedelta(hours=hours) < self.sessions[0].starts_at - timedelta(hours=1):
            self.moment += timedelta(hours=hours)
            self.is_due = True
        if looks:
            self.tick()

    @precondition(lambda self: self.some(State.OFFERED))
    @rule()
    def lapse(self) -> None:
        """Until the first offer has ended."""
        ends = min(each.row.offer_ends_at for each in self.some(State.OFFERED))
        self.moment = max(self.moment, ends)
        self.tick()

    @precondition(lambda self: self.is_due)
    @rule()
    def tick(self) -> None:
        self.is_due = False
        self.act(waiting_list.tick)

    # The books

    def act(
        self, doing: Callable[[], Awaitable[object]], *, gone: Iterable[tuple[int, str]] = (), come: Iterable[tuple[int, str]] = ()
    ) -> None:
        """Do it, and look at the books: a refusal changes nothing, and nobody came or went but those named."""
        self.run(self._act(doing, set(gone), set(come)))

    async def _act(self, doing: Callable[[], Awaitable[object]], gone: Who, come: Who) -> None:
        before = self.now
        try:
            await doing()
        except (Refused, NotThere):
            self.now = await ledger.read()
            assert _standing(self.now) == _standing(before), "refused, and yet something changed"
            return
        self.now = await ledger.read()
        self.expected = (self.expected - gone) | come
        self._check_nobody_lost()
        ledger.check(self.now)
        ledger.check_step(before, self.now)
        await ledger.check_standing(self.now)
        if not self.is_due:
            is_held = self.event.waiting_rule == WaitingRule.HOLD
            ledger.check_settled(self.now, holds_for_the_first=is_held, asks_in_time=self._asking())

    def _check_nobody_lost(self) -> None:
        """Who gave up an old place has one in the other session, or waits for it."""
        there = set(self.now.who())
        self.expected -= ledger.moved_away(self.now) - there
        assert _told_apart({each for each, n in self.now.who().items() if n > 1}) == set(), "twice in one session"
        assert _told_apart(self.expected - there) == set(), "lost"
        assert _told_apart(there - self.expected) == set(), "there again, though they gave their places back"

    def _asking(self) -> list[int]:
        """The sessions where there is time enough to ask a family."""
        hours = self.event.offer_hours
        return [
            each.id
            for each in self.sessions
            if windows.window(self.store, now=clock.now(), starts_at=each.starts_at, hours=hours) is not None
        ]

    # Who there is

    def run(self, doing: Any) -> Any:
        return self.runner.run(doing)

    def some(self, *states: State) -> list[Family]:
        return [each for each in self.now.families.values() if each.state in (states or (*HOLDING, State.WAITING, State.PENDING))]

    def pick(self, which: int, *states: State) -> Family:
        found = self.some(*states)
        return found[which % len(found)]

    @property
    def households(self) -> list[int]:
        return sorted({each.row.household for each in self.now.families.values()})

    def merges(self) -> list[Merge]:
        async def rows() -> list[Merge]:
            return await Merge.objects().where(Merge.undone_at.is_null()).order_by(Merge.id)

        found: list[Merge] = self.run(rows())
        return found

    def _tick(self) -> datetime:
        """Later with every look at the clock, so that nothing happens at the same moment."""
        self.moment += timedelta(microseconds=1)
        return self.moment

    def _person(self, *, adult: bool = False, twin: bool = False) -> Person:
        self.people += 1
        return make.adult(f"p{self.people}") if adult else make.child("twin" if twin else f"p{self.people}")

    def _cake(self, question: int, which: int) -> dict[int, tuple[str, ...]]:
        """One of the options, or none."""
        if which % 3 == 2:
            return {}
        return {(self.family_question, self.person_question)[question].id: (str(self.options[question][which % 3]),)}

    def _changed(self, party: Party, how: str, cake: int, whom: int, *, adult: bool) -> Party:
        if how == "drop":
            return replace(party, people=tuple(each for n, each in enumerate(party.people) if n != whom % len(party.people)))
        if how == "add":
            return replace(party, people=(*party.people, replace(self._person(adult=adult), answers=self._cake(1, cake))))
        if how == "cake":
            return replace(party, answers=self._cake(0, cake))
        return replace(party, is_at_once=not party.is_at_once, can_split=not party.can_split)

    def _all_of(self, family: Family) -> Who:
        """The people of a registration, and those of its rest."""
        rows = [each for each in self.now.families.values() if each.is_active and family.id in {each.id, each.row.rest_of}]
        return {(each.session, person.name) for each in rows for person in each.people.values()}

    async def _options(self, question: int) -> list[int]:
        rows = [Option(question=question, position=0, label="巧克力", places=2), Option(question=question, position=1, label="香草")]
        for row in rows:
            await row.save()
        return [row.id for row in rows]


def _names(session: int, who: Iterable[Person]) -> Who:
    return {(session, each.name) for each in who}


def _told_apart(who: Who) -> Who:
    """Without those of whom there may be several: the same child told by two households."""
    return {each for each in who if each[1] != "twin"}


def _standing(books: Ledger) -> list[object]:
    rows = [(each.id, each.state, each.row.household, each.row.queued_at, sorted(each.people)) for each in books.families.values()]
    return [rows, [line.id for line in books.lines], [(row.id, row.places) for row in books.sessions.values()]]


@contextlib.asynccontextmanager
async def _opened(url: str) -> AsyncIterator[PooledEngine]:
    async with databases.opened(url) as engine:
        await migrating.apply()
        yield engine


@pytest.fixture(params=["sqlite", "postgres"])
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[type[Families]]:
    """On a database and in a loop of its own: the machine is no coroutine."""
    before = db.engine()
    with asyncio.Runner() as runner:
        stack = contextlib.AsyncExitStack()
        try:
            url = f"sqlite:///{tmp_path / 'linju.sqlite'}"
            if request.param == "postgres":
                url = runner.run(stack.enter_async_context(databases.database(request.getfixturevalue("postgres"))))
            engine = runner.run(stack.enter_async_context(_opened(url)))
            yield type("Families", (Families,), {"engine": engine, "runner": runner})
        finally:
            runner.run(stack.aclose())
            db.use(before)


def test_families_in_every_order(machine: type[Families]) -> None:
    """Fails with the steps that led there."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            derandomize=not IS_SEARCH,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # forty steps are read sooner than they are made fewer
            print_blob=False,
        ),
    )
