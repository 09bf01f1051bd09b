from __future__ import annotations

import pytest

from events.intake.relay import numbering, signs


def found(line: str, expected: int = 1) -> tuple[int, str] | None:
    head = numbering.head(signs.plain(line), expected)
    return None if head is None else (head.number, head.body)


@pytest.mark.parametrize(
    "number",
    [
        *(
            "3.",
            "3. ",
            "3、",
            "3，",
            "３．",
            "３、",
            "3)",
            "3）",
            "3:",
            "3：",
            "3。",
            "3;",
            "3·",
            "3-",
            "3/ ".replace("/", "|"),
            "3 . ",
            "3.、",
            "03.",
        ),
        *(
            "③",
            "❸",
            "➌",
            "(3)",
            "（3）",
            "【3】",
            "[3]",
            "<3>",
            "⑶",
            "⒊",
            "㈢",
            "3️⃣",
            "三、",
            "（三）",
            "三.",
            "No.3 ",
            "NO3 ",
            "#3 ",
            "✅3.",
            "👉 3、",
        ),
    ],
)
def test_head_knows_a_number_however_it_is_set_off(number: str) -> None:
    assert found(f"{number}王妈妈 2大") == (3, "王妈妈 2大")


@pytest.mark.parametrize("line", ["3王妈妈", "3 2大1小 王妈妈", "3.5岁小雨 1大", "3"])
def test_head_takes_a_bare_number_only_when_it_is_due(line: str) -> None:
    assert [found(line, expected) is not None for expected in (3, 90)] == [True, False]


def test_head_takes_a_number_before_a_blank_only_near_the_one_that_is_due() -> None:
    assert [found("12 王妈妈", expected) for expected in (1, 2, 40)] == [None, (12, "王妈妈"), (12, "王妈妈")]


@pytest.mark.parametrize(
    "line",
    [
        *(
            "2大1小 王妈妈",
            "5岁",
            "5-6岁亲子",
            "10:00开始",
            "10点见",
            "11.28烘焙活动",
            "11.28",
            "11.28-11.30",
            "12月5日",
            "3楼集合",
            "24节气小课堂",
        ),
        *(
            "2026年11月",
            "2026.11.28",
            "13800138000",
            "138 0013 8000",
            "2小时",
            "2.5小时",
            "1.5米",
            "+1",
            "100元",
            "666",
            "王妈妈 1.",
            "（1大1小）",
            "",
        ),
    ],
)
def test_head_sees_no_number_in_dates_ages_and_counts(line: str) -> None:
    assert found(line) is None


@pytest.mark.parametrize(
    ("line", "cut"),
    [
        ("1.王妈妈 2.李妈妈 3.张爸 两大", ["1.王妈妈", "2.李妈妈", "3.张爸 两大"]),
        ("1、王妈妈2大2、李妈妈1小3、张爸", ["1、王妈妈2大", "2、李妈妈1小", "3、张爸"]),
        ("①王妈妈 ②李妈妈", ["(1)王妈妈", "(2)李妈妈"]),
        ("7) Lily 8) Amy", ["7) Lily", "8) Amy"]),
        ("1.王妈妈 2.5岁 2.李妈妈", ["1.王妈妈 2.5岁", "2.李妈妈"]),
        ("1.王妈妈 3.李妈妈", ["1.王妈妈 3.李妈妈"]),
        ("1.王妈妈 2、李妈妈", ["1.王妈妈 2、李妈妈"]),
        ("1、王妈妈 大人2、小孩1", ["1、王妈妈 大人2、小孩1"]),
        ("1、王妈妈 大人 2、小孩 1", ["1、王妈妈 大人 2、小孩 1"]),
        ("1.王妈妈+2.谢谢", ["1.王妈妈+2.谢谢"]),
        ("1. 王妈妈(2)", ["1. 王妈妈(2)"]),
    ],
)
def test_pieces_cuts_where_the_next_number_stands(line: str, cut: list[str]) -> None:
    before, pieces = numbering.pieces(signs.plain(line), 1)

    assert (before, [piece.text for piece in pieces]) == ("", cut)


def test_pieces_finds_the_list_behind_a_title() -> None:
    before, pieces = numbering.pieces("周六烘焙 1.王妈妈 2.李妈妈", 1)

    assert (before, [(piece.head.number, piece.head.body) for piece in pieces]) == ("周六烘焙", [(1, "王妈妈"), (2, "李妈妈")])
    assert numbering.pieces("周六烘焙 1.王妈妈", 1) == ("周六烘焙 1.王妈妈", [])


def test_pieces_says_where_no_blank_was() -> None:
    _before, pieces = numbering.pieces("1.王妈妈 2.李妈妈3.张爸", 1)

    assert [piece.is_tight for piece in pieces] == [False, False, True]
