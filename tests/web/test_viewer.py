from __future__ import annotations

import pytest
from litestar.datastructures import Cookie
from litestar.testing import RequestFactory

from events import clock
from events.db.engine import PooledEngine
from events.people import sign_ins
from events.people.tables import SignIn, Staff
from tests import make
from web import viewer
from web.viewer import FAMILY_COOKIE, LOOK_COOKIE, STAFF_COOKIE, Look, Viewer


def request(accept: str = "zh-CN", **cookies: str) -> viewer.Connection:
    return RequestFactory().get(
        "/", headers={"accept-language": accept}, cookies=[Cookie(name, value=value) for name, value in cookies.items()]
    )


@pytest.mark.parametrize(
    ("cookie", "look"),
    [
        ("", Look()),
        ("en.large.dark", Look("en", "large", "dark")),
        ("zh..light", Look("zh", "", "light")),
        (".large", Look("", "large", "")),
        ("en", Look("en")),
        ("fr.huge.pink", Look()),
        ("en.large.dark.more", Look("en", "large", "dark")),
        ('"><script>.large.dark', Look("", "large", "dark")),
        ("...." * 500, Look()),
    ],
)
def test_look_reads_what_it_knows_and_drops_the_rest(cookie: str, look: Look) -> None:
    assert Look.read(cookie) == look


@pytest.mark.parametrize("look", [Look(), Look("en"), Look("", "large"), Look("zh", "large", "dark")])
def test_look_reads_what_it_wrote(look: Look) -> None:
    assert Look.read(look.written()) == look


def test_plain_prefers_the_choice_to_the_browser() -> None:
    assert viewer.plain(request("en-GB")).language == "en"
    assert viewer.plain(request("en-GB", **{LOOK_COOKIE: "zh.."})).language == "zh"
    assert viewer.plain(request("zh-CN", **{LOOK_COOKIE: "en.large."})).language == "en"


async def test_see_knows_nobody_without_cookies_and_asks_nothing(engine: PooledEngine) -> None:
    before = engine.query_id
    seen = await viewer.see(request())
    assert (seen.staff, seen.household, engine.query_id) == (None, None, before)


async def test_see_knows_staff_and_family_by_their_cookies_in_a_query_each(engine: PooledEngine) -> None:
    member, household = await make.staff(), await make.household()
    cookies = {
        STAFF_COOKIE: await sign_ins.start_again(member),
        FAMILY_COOKIE: await sign_ins.start_for_household(household),
    }
    before = engine.query_id
    seen = await viewer.see(request(**cookies))
    assert (seen.member.id, seen.household, engine.query_id - before) == (member.id, household.id, 2)


async def test_see_asks_once_per_request(engine: PooledEngine) -> None:
    one = request(**{STAFF_COOKIE: await sign_ins.start_again(await make.staff())})
    first = await viewer.see(one)
    before = engine.query_id
    assert await viewer.see(one) is first is viewer.seen(one)
    assert engine.query_id == before


async def test_see_takes_no_cookie_for_another(engine: PooledEngine) -> None:
    """A family's token in the staff's cookie opens no desk, nor the other way round."""
    staff = await sign_ins.start_again(await make.staff())
    family = await sign_ins.start_for_household(await make.household())
    seen = await viewer.see(request(**{STAFF_COOKIE: family, FAMILY_COOKIE: staff}))
    assert (seen.staff, seen.household) == (None, None)


@pytest.mark.parametrize("token", ["", "x", "0" * 5000, "%00", "é", "' OR 1=1 --"])
async def test_see_knows_nobody_by_a_made_up_token(engine: PooledEngine, token: str) -> None:
    await sign_ins.start_again(await make.staff())
    seen = await viewer.see(request(**{STAFF_COOKIE: token, FAMILY_COOKIE: token}))
    assert (seen.staff, seen.household) == (None, None)


async def test_see_forgets_an_ended_an_expired_and_a_disabled_sign_in(engine: PooledEngine) -> None:
    ended, expired, disabled = [await make.staff() for _ in range(3)]
    tokens = [await sign_ins.start_again(each) for each in (ended, expired, disabled)]
    assert [(await viewer.see(request(**{STAFF_COOKIE: token}))).staff is not None for token in tokens] == [True] * 3
    await sign_ins.end(tokens[0])
    await SignIn.update({SignIn.expires_at: clock.now()}).where(SignIn.staff == expired.id)
    await Staff.update({Staff.disabled_at: clock.now()}).where(Staff.id == disabled.id)
    assert [(await viewer.see(request(**{STAFF_COOKIE: token}))).staff for token in tokens] == [None] * 3


def test_member_is_guaranteed_behind_the_guard_only() -> None:
    with pytest.raises(RuntimeError, match="without its guard"):
        assert Viewer("zh", Look()).member


def test_seen_before_anybody_looked_knows_the_language_only() -> None:
    """Error pages are drawn even when the database is gone."""
    seen = viewer.seen(request("en", **{STAFF_COOKIE: "whatever"}))
    assert (seen.language, seen.staff, seen.household) == ("en", None, None)
