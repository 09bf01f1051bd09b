"""Clashes in words: one sentence for each other session, and nothing of another store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from events.catalog import clashes
from events.catalog.clashes import Clash, What
from events.people.tables import Role, Staff
from tests import make
from tests.cast import Cast
from web import forms
from web.desk import clash_words
from web.times import Times

SATURDAY = make.at(0).replace(year=2026, month=11, day=28, hour=2, minute=0, second=0, microsecond=0)
TIMES = {language: Times("Asia/Shanghai", SATURDAY - timedelta(days=5), language) for language in ("zh", "en")}
OWNER = Staff(id=1, role=Role.OWNER, store=None)
HOST = Staff(id=2, role=Role.HOST, store=1)


def clash(what: What = What.HOST, who: str = "何", **said: object) -> Clash:
    """With the other session, two o'clock on a Saturday."""
    own = {"session": 7, "event": 3, "title": "包粽子", "store": 1, "store_name": "花园店", "zone": "Asia/Shanghai", "place": "一楼"}
    span = {"starts_at": SATURDAY.replace(hour=6), "ends_at": SATURDAY.replace(hour=7, minute=30)}
    return Clash(what=what, who=who, **{"is_draft": False, **own, **span, **said})  # type: ignore[arg-type]  # -- a test's shorthand


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([clash()], "和「包粽子」撞了：小盒 何，下午2:00–3:30，在一楼"),
        ([clash(is_draft=True)], "和「包粽子」（草稿）撞了：小盒 何，下午2:00–3:30，在一楼"),
        ([clash(), clash(What.VENUE, "一楼")], "和「包粽子」撞了：小盒 何、一楼，下午2:00–3:30"),
        ([clash(What.CHEF, "罗师傅")], "和「包粽子」撞了：罗师傅，下午2:00–3:30，在一楼"),
        ([clash(What.WAY, "罗师傅", gap=15)], "罗师傅赶不及：离「包粽子」只隔 15 分钟，下午2:00–3:30，在一楼"),
        ([clash(store=2, store_name="江湾店")], "和江湾店的一场撞了：小盒 何，下午2:00–3:30"),
        ([clash(What.WAY, "罗师傅", gap=0, store=2, store_name="江湾店")], "罗师傅赶不及：离江湾店的一场只隔 0 分钟，下午2:00–3:30"),
    ],
)
def test_lines_say_with_what_and_over_whom(found: list[Clash], said: str) -> None:
    assert clash_words.lines(found, HOST, TIMES["zh"], SATURDAY) == [said]


def test_lines_say_the_day_where_it_is_another() -> None:
    (said,) = clash_words.lines([clash()], HOST, TIMES["zh"])
    assert said == "和「包粽子」撞了：小盒 何，11月28日 周六 下午2:00–3:30，在一楼"
    over_midnight = clash(ends_at=SATURDAY + timedelta(days=1))
    assert "11月29日" in clash_words.lines([over_midnight], HOST, TIMES["zh"], SATURDAY)[0]


def test_lines_tell_an_owner_of_every_store_and_in_english() -> None:
    (said,) = clash_words.lines([clash(store=2)], OWNER, TIMES["en"], SATURDAY)
    assert said == "Clashes with “包粽子”: Host 何, 2:00–3:30 pm, at 一楼"


def test_a_foreign_session_is_one_line_each_though_its_number_is_hidden() -> None:
    found = [clash(store=2, session=7), clash(What.CHEF, "罗师傅", store=2, session=7), clash(store=2, session=8)]
    assert len(clash_words.lines(found, HOST, TIMES["zh"], SATURDAY)) == 2


def test_short_names_what_is_wanted_twice() -> None:
    assert clash_words.short([clash(), clash(session=8), clash(What.VENUE, "一楼")], "zh") == "小盒 何、一楼撞了"
    assert clash_words.short([clash(What.WAY, "罗师傅", gap=5)], "zh") == "赶不及"


def test_is_known_is_of_these_clashes_alone() -> None:
    found = [clash(), clash(What.VENUE, "一楼")]
    form = forms.Form("zh", {"despite": [clash_words.digest(found)]})
    assert clash_words.is_known(form, found)
    assert clash_words.is_known(form, found[::-1])
    assert clash_words.is_known(form, [])
    assert not clash_words.is_known(form, found[:1])
    assert not clash_words.is_known(form, [clash(ends_at=SATURDAY.replace(hour=9)), found[1]])
    assert not clash_words.is_known(forms.Form("zh"), found)


async def test_coming_tells_each_two_sessions_once_and_whose_they_are(cast: Cast) -> None:
    other = await make.session(await make.event(cast.east, host=cast.east_host, title="包粽子"), starts_at=make.at(7, "10:30"))
    late = await make.session(await make.event(cast.east, host=cast.east_host), starts_at=make.at(20))
    await make.session(await make.event(cast.east, host=cast.east_host), starts_at=late.starts_at)
    until = make.at(14)
    assert [(each.session, [one.session for one in each.clashes]) for each in await clashes.coming(until)] == [
        (cast.session.id, [other.id])
    ]
    assert len(await clashes.coming(make.at(30), store=cast.east.id)) == 2
    assert await clashes.coming(until, store=cast.west.id) == []
    assert len(await clashes.coming(until, host=cast.east_host.id)) == 1
    assert await clashes.coming(until, host=cast.west_host.id) == []
