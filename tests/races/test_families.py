"""Families of every size, cakes of which there are few, moves in both directions, from several processes: nobody gets what is not there."""

from __future__ import annotations

from collections import Counter

from events.catalog.tables import Event, Option, QuestionKind
from events.signup import waiting_list
from events.signup.tables import HOLDING
from tests import make
from tests.events.signup import ledger
from tests.events.signup.ledger import Ledger
from tests.races import phones, processes
from tests.races.phones import Phone

PLACES, CAKES, FAMILIES, PROCESSES = 20, 5, 32, 4
ROUNDS = 5  # in which a race must show at least once when nothing holds it


async def cakes(event: Event) -> tuple[int, int]:
    """A question with few of one option: their ids."""
    question = await make.question(event.id, QuestionKind.CHOICE)
    option = Option(question=question.id, label="巧克力", places=CAKES)
    await option.save()
    return question.id, option.id


def is_too_much(books: Ledger) -> bool:
    """More taken than there is, of places or of cakes."""
    return any(
        books.taken(id) > row.places or any(books.chosen(id)[option] > most for option, most in books.limits.items())
        for id, row in books.sessions.items()
    )


def held(books: Ledger) -> Counter[str]:
    """How many places each person has, in the two sessions made last."""
    latest = sorted(books.sessions)[-2:]
    families = [family for family in books.families.values() if family.state in HOLDING and family.session in latest]
    return Counter(person.name for family in families for person in family.people.values())


async def race(url: str, lock: str) -> tuple[Ledger, Counter[str]]:
    event = await make.event()
    session = await make.session(event, places=PLACES)
    question, cake = await cakes(event)
    told: Counter[str] = Counter()
    for each in processes.together(url, "mixed", *[[session.id, question, cake, FAMILIES // PROCESSES, lock]] * PROCESSES):
        told.update(each)
    return await ledger.read(), told


async def test_mixed_families_in_four_processes_get_what_there_is_and_no_more(url: str) -> None:
    books, told = await race(url, "on")
    assert told == {"signed up": FAMILIES}
    ledger.check(books)
    ledger.check_settled(books, holds_for_the_first=False, asks_in_time=())
    assert {family.state for family in books.families.values()} >= {"placed", "waiting"}


async def test_without_the_lock_mixed_families_get_more(url: str) -> None:
    """The control: this race would be seen."""
    for _round in range(ROUNDS):
        books, _told = await race(url, "off")
        if is_too_much(books):
            return
    raise AssertionError("without a lock nothing went wrong: the race above shows nothing")


async def crossing(url: str, lock: str) -> tuple[Ledger, Counter[str], set[str]]:
    """Six families in each of two sessions of eight places: six want to go one way, two the other."""
    event = await make.event()
    both = [await make.session(event, places=8, starts_at=make.at(7 + number)) for number in range(2)]
    for session in both:
        for number in range(6):
            await make.registration(session, party=make.party(people=(make.adult(f"{session.id}-{number}"),)))
    one, other = (session.id for session in both)
    told: Counter[str] = Counter()
    for each in processes.together(url, "moving", [one, other, 6, lock], [other, one, 2, lock]):
        told.update(each)
    await waiting_list.tick()
    everybody = {f"{session.id}-{number}" for session in both for number in range(6)}
    return await ledger.read(), told, everybody


async def test_moves_in_both_directions_wait_for_nobody_and_lose_nobody(url: str) -> None:
    """Two processes hold both sessions in one order; who finds no place yet keeps the old one."""
    books, told, everybody = await crossing(url, "on")
    assert told == {"moved": 8}
    ledger.check(books)
    assert held(books) == dict.fromkeys(everybody, 1)
    assert {family.row.replaces is not None for family in books.families.values() if family.state == "waiting"} == {True}


async def test_without_the_lock_moves_go_wrong(url: str) -> None:
    """The control: more come than there are places, or somebody has two, or none."""
    for _round in range(ROUNDS):
        books, told, everybody = await crossing(url, "off")
        if is_too_much(books) or held(books) != dict.fromkeys(everybody, 1) or told != {"moved": 8}:
            return
    raise AssertionError("without a lock nothing went wrong: the race above shows nothing")


async def test_mixed_families_over_two_servers_get_what_there_is_and_no_more(url: str, servers: list[processes.Server]) -> None:
    event = await make.event()
    session = await make.session(event, places=PLACES)
    question, cake = await cakes(event)
    families = [Phone(session.id, adults=1, children=n % 3, more={f"q-{question}": str(cake)} if n % 3 else {}) for n in range(FAMILIES)]
    await phones.all_at_once(families, [server.address for server in servers], hands=FAMILIES)
    assert [family.answers for family in families] == [[303]] * FAMILIES
    books = await ledger.read()
    ledger.check(books)
    ledger.check_settled(books, holds_for_the_first=False, asks_in_time=())
    assert books.chosen(session.id)[cake] == CAKES
