from __future__ import annotations

import pytest

from events.intake import lines, relays
from events.intake.readings import Child, Doubt, Reading
from events.intake.tables import Intake
from tests import make
from tests.cast import Cast

RELAY = """#接龙
周六做月饼，上午10点

1. 甲妈妈 1大1小 6岁
请带围裙
2. 乙妈妈 1大
谢谢
谢谢
2. 丙妈妈 1大
4. 甲妈妈 1大
5.
"""


async def test_drafts_lose_no_line_of_the_text(cast: Cast) -> None:
    intake = await make.relay(cast.session, RELAY, by=cast.east_host)
    rest, rows = relays.rest_of(intake), await lines.of(intake.id)
    kept = [rest.title, *(each.text for each in rest.talk), *(row.raw for row in rows)]
    assert [said for said in RELAY.splitlines() if said and not any(said in each for each in kept)] == []


async def test_drafts_stand_where_they_stood(cast: Cast) -> None:
    intake = await make.relay(cast.session, RELAY, by=cast.east_host)
    said = RELAY.splitlines()
    placed = [(row.position, row.raw.splitlines()[0]) for row in await lines.of(intake.id)]
    placed += [(each.position, each.text) for each in relays.rest_of(intake).talk]
    assert [(position, text) for position, text in placed if said[position] != text] == []
    assert len({position for position, _text in placed}) == len(placed)


async def test_drafts_choose_no_family_twice_and_nothing_empty(cast: Cast) -> None:
    intake = await make.relay(cast.session, RELAY, by=cast.east_host)
    found = {row.raw.splitlines()[0]: (row.is_chosen, row.state) for row in await lines.of(intake.id)}
    assert found["1. 甲妈妈 1大1小 6岁"] == (True, "open")
    assert found["4. 甲妈妈 1大"] == (False, "open")
    assert found["5."] == (False, "left")


async def test_drafts_choose_no_child_without_an_age(cast: Cast) -> None:
    """The rules let none in; mended, it is chosen."""
    text = "1. 甲妈妈 1大1小\n2. 乙妈妈 1大2小 6岁\n3. 丙妈妈 1大1小 6岁"
    intake = await make.relay(cast.session, text, by=cast.east_host)
    rows = await lines.of(intake.id)
    assert [(row.is_chosen, row.state) for row in rows] == [(False, "open"), (False, "open"), (True, "open")]
    row = await lines.mend(rows[0], Reading(name="甲妈妈", children=(Child(months=72),)), None, by=cast.east_host)
    assert row.is_chosen is True


@pytest.mark.parametrize(
    ("said", "is_header"),
    [
        *((said, True) for said in ("#接龙", "接龙", "# 接龙：", "#Group Note", "Solitaire", "接龍")),
        *((said, False) for said in ("接龙王妈妈", "#接龙 我们家也来", "谢谢", "")),
    ],
)
def test_talk_that_only_begins_a_relay_is_a_header(said: str, *, is_header: bool) -> None:
    assert relays.Talk(0, said).is_header is is_header


async def test_take_up_makes_a_line_of_talk_at_its_place(cast: Cast) -> None:
    intake = await make.relay(cast.session, "#接龙\n做月饼\n1. 甲妈妈 1大\n我们家也来谢谢\n2. 乙妈妈 1大", by=cast.east_host)
    (talk,) = [each for each in relays.rest_of(intake).talk if each.text == "我们家也来谢谢"]
    for _each in range(2):  # pressed twice
        await relays.take_up(intake, talk.position, by=cast.east_host)
    rows = await lines.of(intake.id)
    assert [(row.raw, row.is_chosen) for row in rows] == [("1. 甲妈妈 1大", True), ("我们家也来谢谢", True), ("2. 乙妈妈 1大", True)]
    again = await Intake.objects().get(Intake.id == intake.id)
    assert again is not None
    assert talk not in relays.rest_of(again).talk


async def test_take_up_of_what_says_nothing_still_makes_a_line(cast: Cast) -> None:
    intake = await make.relay(cast.session, "#接龙\n做月饼\n1. 甲妈妈 1大\n谢谢", by=cast.east_host)
    talk = relays.rest_of(intake).talk[-1]
    await relays.take_up(intake, talk.position, by=cast.east_host)
    row = (await lines.of(intake.id))[-1]
    reading = lines.load(row.told)
    assert (row.raw, reading.number, Doubt.NO_NUMBER in reading.doubts) == (talk.text, None, True)
