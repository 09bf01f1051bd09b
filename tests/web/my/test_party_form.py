from __future__ import annotations

from datetime import date

from events.catalog.questions import Asked
from events.catalog.tables import Event, Per, Question, QuestionKind, Session, Store
from events.people.tables import Member
from web.forms import Form
from web.my import party_form
from web.my.occasions import Occasion

DAY = date(2026, 11, 28)
ANSWERED = Question(id=1, event=1, kind=QuestionKind.YES_NO, per=Per.FAMILY, label="要停车位吗", is_required=True)
LATER = Question(id=2, event=1, kind=QuestionKind.TEXT, per=Per.FAMILY, label="车牌号", is_required=True, after=1, after_value="yes")
OF_SMALL = Question(id=3, event=1, kind=QuestionKind.TEXT, per=Per.CHILD, label="睡觉吗", age_to=3)
OF_ADULTS = Question(id=4, event=1, kind=QuestionKind.TEXT, per=Per.ADULT, label="想学什么")


def about(*questions: Question, members: tuple[Member, ...] = ()) -> Occasion:
    event = Event(id=1, store=1, kind="family", title="剪纸", host=1, takers="everyone")
    return Occasion(
        Session(id=1, event=1, venue=1, places=9), event, Store(name="梅园路店"), DAY, tuple(Asked(each) for each in questions), members
    )


def form(**typed: str | list[str]) -> Form:
    given = {"adults": "1", "children": "0", "name": "林女士", "phone": "13800138000", **typed}
    return Form("zh", {name: value if isinstance(value, list) else [value] for name, value in given.items()})


def child(n: int, name: str, **typed: str) -> dict[str, str]:
    return {f"child-{n}-{field}": value for field, value in {"name": name, "age": "6", **typed}.items()}


def test_reshape_adds_and_drops_blocks_and_knows_its_limits() -> None:
    sent = form(children="2", **child(0, "小满"), **child(1, "小雨"))
    party_form.reshape(sent, "drop_child:0")
    assert (sent.value("children"), sent.value("child-0-name"), sent.value("child-1-name")) == ("1", "小雨", "")
    party_form.reshape(sent, "add_child")
    party_form.reshape(sent, "add_adult")
    assert (sent.value("children"), sent.value("adults")) == ("2", "2")
    before = sent.typed()
    for nonsense in ("drop_child:7", "drop_child:", "drop_cat:0", "drop", "add_", "drop_child:²"):
        party_form.reshape(sent, nonsense)
    assert sent.typed() == before
    for _each in range(20):
        party_form.reshape(sent, "add_child")
    assert sent.value("children") == "12"


def test_read_lets_a_remembered_child_stay_at_home_and_numbers_those_who_come() -> None:
    known = tuple(Member(id=id, household=1, is_child=True) for id in (7, 8))
    sent = form(
        children="3", consent="given", **child(0, "小满", member="7"), **child(1, "小雨", member="8", comes="1"), **child(2, "小雪")
    )
    party = party_form.read(sent, about(members=known))
    assert [(each.name, each.member) for each in party.children] == [("小雨", 8), ("小雪", None)]
    assert [sent.value(f"child-{n}-name") for n in range(3)] == ["小雨", "小雪", "小满"]
    assert sent.errors == {}


def test_read_finds_every_fault_from_top_to_bottom() -> None:
    sent = form(adults="", children="1", name="", phone="1", shown="q-1", **{"child-0-name": "小满"})
    party_form.read(sent, about(ANSWERED))
    assert list(sent.errors) == ["adults", "child-0", "q-1", "name", "phone", "consent"]


def test_what_the_page_did_not_show_is_asked_next_and_no_fault_yet() -> None:
    sent = form(**{"q-1": "yes", "shown": "q-1"})
    party = party_form.read(sent, about(ANSWERED, LATER))
    assert (sent.errors, party_form.unseen(sent, party, about(ANSWERED, LATER))) == ({}, ["q-2"])
    both: dict[str, str | list[str]] = {"q-1": "yes", "shown": ["q-1", "q-2"]}
    sent = form(**both)
    party = party_form.read(sent, about(ANSWERED, LATER))
    assert (list(sent.errors), party_form.unseen(sent, party, about(ANSWERED, LATER))) == (["q-2"], [])


def test_what_hangs_on_an_age_is_asked_once_the_age_is_told() -> None:
    small, big = (form(children="1", consent="given", **{**child(0, "小满"), "child-0-age": age}) for age in ("2", "6"))
    for sent, wanted in ((small, ["child-0-q-3"]), (big, [])):
        asked = about(OF_SMALL)
        assert party_form.unseen(sent, party_form.read(sent, asked), asked) == wanted


def test_grown_ups_have_blocks_where_they_are_asked_something() -> None:
    assert (about(ANSWERED).asks_adults, about(ANSWERED, OF_ADULTS).asks_adults) == (False, True)


def test_drawn_finds_no_fault() -> None:
    sent = form(children="1", name="", phone="")
    assert len(party_form.drawn(sent, about()).children) == 1
    assert sent.errors == {}
