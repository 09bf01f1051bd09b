from __future__ import annotations

import pytest

from events import clock
from events.catalog.tables import Event, Session
from events.checkin import arrivals, finding
from events.checkin.verdicts import Verdict
from events.db.engine import PooledEngine
from events.errors import Refused
from events.signup import registrations
from events.signup.tables import Registration
from tests import make


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("林女士", ("lns",)),
        ("陈小满", ("cxm",)),
        ("单晓东", ("dxd", "cxd", "sxd")),
        ("曾奶奶", ("cnn", "znn")),
        ("解芳", ("jf", "xf")),
        ("欧阳 娜娜", ("oynn",)),
        ("李Anna", ("lanna",)),
        ("Anna Li", ()),
        ("", ()),
        ("🙂", ()),
    ],
)
def test_initials_read_a_surname_every_way(name: str, letters: tuple[str, ...]) -> None:
    assert finding.initials(name) == letters


def test_initials_do_without_the_table_of_phrases() -> None:
    """It would take 40 MB."""
    import pypinyin.constants  # noqa: PLC0415 -- once `finding` has chosen what it reads

    finding.initials("林女士")
    assert pypinyin.constants.PHRASES_DICT == {}


def test_words_are_all_somebody_may_be_looked_up_by() -> None:
    assert finding.words(["林女士", "Anna Li", "林女士", ""], "13800001234") == "林女士 annali lns 1234"
    assert finding.words(["林女士"], "") == "林女士 lns"


@pytest.fixture
async def session(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> Session:
    noon = make.at(0, "12:00")
    monkeypatch.setattr(clock, "now", lambda: noon)
    return await make.session(await make.event(host=await make.staff()), places=100, starts_at=make.at(0, "13:00"))


async def family(session: Session, name: str, *children: str, phone: str = "") -> int:
    people = (make.adult(), *(make.child(child) for child in children))
    return (await make.registration(session, party=make.party(people=people, name=name, phone=phone or make.phone()))).id


@pytest.mark.parametrize(
    "typed", ["林女", "林女士", " 林 女 ", "ln", "LNS", "ＬＮ", "小满", "满满", "mmm", "1234", "00001234", "138 0000 1234"]
)
async def test_find_by_letters_initials_and_the_end_of_a_phone(session: Session, typed: str) -> None:
    wanted = await family(session, "林女士", "小满满", phone="13800001234")
    await family(session, "周先生", "可可", phone="13812340000")
    if typed == "mmm":
        assert await finding.find(session, typed) == []
        return
    (found,) = await finding.find(session, typed)
    assert (found.registration.id, len(found.people), found.verdict) == (wanted, 2, Verdict.WELCOME)
    assert found.ticket is not None


@pytest.mark.parametrize("typed", ["", "林", "l", "1", "123", " 1 2 3 ", "1-2-3", "%", "._"])
async def test_find_refuses_less_than_two_letters_or_four_digits(session: Session, typed: str) -> None:
    await family(session, "林女士", phone="13800001234")
    if typed == "._":
        assert await finding.find(session, typed) == []  # two letters that nobody has
        return
    with pytest.raises(Refused) as refused:
        await finding.find(session, typed)
    assert refused.value.field == "find"


async def test_find_tells_of_a_few_and_never_of_everybody(session: Session) -> None:
    for _each in range(finding.MOST + 2):
        await family(session, "林女士")
    assert len(await finding.find(session, "林女士")) == finding.MOST


async def test_find_knows_who_is_in_and_who_has_no_place(session: Session) -> None:
    inside, gone = await family(session, "林女士"), await family(session, "林女士")
    row = await Registration.objects().get(Registration.id == inside)
    host = await make.staff()
    assert row is not None
    await arrivals.admit(await make.ticket_of(row), [each.id for each in await registrations.people_of(inside)], nonce=make.key(), by=host)
    other = await Registration.objects().get(Registration.id == gone)
    assert other is not None
    await registrations.cancel(other, by=host)
    found = await finding.find(session, "lns")
    assert [(each.registration.id, each.verdict, len(each.arrived)) for each in found] == [
        (inside, Verdict.INSIDE, 1),
        (gone, Verdict.GIVEN_BACK, 0),
    ]


async def test_find_looks_into_the_stores_other_sessions_of_the_day_and_no_others(session: Session) -> None:
    own = await family(session, "林女士")
    later = await make.session(await _event(session), starts_at=make.at(0, "15:00"))
    tomorrow = await make.session(await _event(session), starts_at=make.at(1))
    elsewhere = await make.session(starts_at=make.at(0, "15:00"))
    there = await family(later, "林女士")
    for each in (tomorrow, elsewhere):
        await family(each, "林女士")
    found = await finding.find(session, "lns")
    assert [(each.registration.id, each.verdict) for each in found] == [(own, Verdict.WELCOME), (there, Verdict.OTHER_SESSION)]


async def _event(session: Session) -> Event:
    event = await Event.objects().get(Event.id == session.event)
    assert event is not None
    return event
