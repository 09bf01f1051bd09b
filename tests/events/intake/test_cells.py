from __future__ import annotations

from datetime import date

import pytest

from events.catalog.questions import Asked
from events.catalog.tables import Option, Question, QuestionKind
from events.intake import cells
from events.intake.readings import Child
from tests import make

DAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("2", 2),
        ("２", 2),
        (" 3 ", 3),
        ("两", 2),
        ("两位", 2),
        ("三个", 3),
        ("0", 0),
        ("10人", 10),
        ("", None),
        ("很多", None),
        ("2大1小", None),
    ],
)
def test_count_reads_a_number_alone(cell: str, number: int | None) -> None:
    assert cells.count(cell) == number


@pytest.mark.parametrize(
    ("cell", "adults", "months"),
    [
        ("两大一小", 2, [None]),
        ("2大2小（5岁、3岁半）", 2, [60, 42]),
        ("1大1小 6岁", 1, [72]),
        ("３大", 3, []),
    ],
)
def test_heads_reads_as_a_relay_would(cell: str, adults: int, months: list[int | None]) -> None:
    found = cells.heads(cell, DAY)
    assert found is not None
    assert (found.adults, [each.months for each in found.children], found.is_total) == (adults, months, False)


def test_heads_of_a_bare_number_does_not_know_of_whom() -> None:
    assert cells.heads("3", DAY) == cells.Heads(3, is_total=True)
    assert cells.heads("待定", DAY) is None
    assert cells.heads("", DAY) is None


@pytest.mark.parametrize(
    ("cell", "months"),
    [
        ("5", [60]),
        ("5岁", [60]),
        ("5.5", [66]),
        ("5岁半", [66]),
        ("5、3", [60, 36]),
        ("5岁, 3岁半", [60, 42]),
        ("18个月", [18]),
        ("2020年5月", [78]),
        ("2020-05-01", [78]),
        ("大班", [None]),
        ("", []),
    ],
)
def test_aged_gives_a_child_for_each_age(cell: str, months: list[int | None]) -> None:
    assert [each.months for each in cells.aged(cell, DAY)] == months


def test_born_reads_months_and_no_nonsense() -> None:
    assert cells.born("2020-05-17、2022.3", DAY) == (Child(months=78, is_half_known=True), Child(months=56, is_half_known=True))
    assert cells.born("2020-13", DAY) == cells.born("2099-01", DAY) == cells.born("小满", DAY) == ()


@pytest.mark.parametrize(
    ("cell", "is_yes"), [("是", True), ("候补", True), ("1", True), ("", False), ("否", False), ("无", False), ("0", False)]
)
def test_is_yes_is_whatever_is_no_no(cell: str, is_yes: bool) -> None:
    assert cells.is_yes(cell) is is_yes


def asked(kind: QuestionKind, *options: str, per: str = "family") -> Asked:
    question = Question(event=1, kind=kind, label="问", per=per)
    question.id = 7
    rows = []
    for id, label in enumerate(options, 1):
        row = Option(question=7, label=label)
        row.id = id
        rows.append(row)
    return Asked(question, tuple(rows))


@pytest.mark.parametrize(
    ("kind", "cell", "values"),
    [
        (QuestionKind.CHOICE, "小号", ("1",)),
        (QuestionKind.CHOICE, "加大", ("加大",)),  # the rules say that there is no such option
        (QuestionKind.CHOICES, "大号、小号", ("2", "1")),
        (QuestionKind.NUMBER, "两个", ("2",)),
        (QuestionKind.NUMBER, "很多", ("很多",)),
        (QuestionKind.YES_NO, "是", ("yes",)),
        (QuestionKind.YES_NO, "No", ("no",)),
        (QuestionKind.CONSENT, "同意", ("yes",)),
        (QuestionKind.CONSENT, "不同意", ()),
        (QuestionKind.TEXT, " 外婆来接 ", ("外婆来接",)),
        (QuestionKind.TEXT, "", ()),
    ],
)
def test_answered_reads_a_cell_as_its_question_takes_it(kind: QuestionKind, cell: str, values: tuple[str, ...]) -> None:
    told = cells.answered(make.party(), {7: cell}, [asked(kind, "小号", "大号")])
    assert told.answers == ({7: values} if values else {})


def test_answered_speaks_for_everybody_who_is_asked() -> None:
    told = cells.answered(make.party(1, 2), {7: "小号"}, [asked(QuestionKind.CHOICE, "小号", per="child")])
    assert [person.answers for person in told.people] == [{}, {7: ("1",)}, {7: ("1",)}]


def test_is_example_knows_the_templates_row() -> None:
    assert (cells.is_example("例：林女士"), cells.is_example("E.g. Ms Lin"), cells.is_example("林女士")) == (True, True, False)
