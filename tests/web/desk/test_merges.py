from __future__ import annotations

from datetime import timedelta

import pytest

from events import clock
from events.people.tables import Household, Merge
from events.signup import merging
from events.signup.tables import Registration
from tests import make
from tests.browser import Browser
from tests.cast import Cast


@pytest.fixture
async def twin(cast: Cast) -> Registration:
    """The Chens once more, signed up on another phone to the same session."""
    father = await make.household("陈爸爸", cast.chens.phone)
    party = make.party(1, 1, name=father.name, phone=cast.chens.phone)
    return await make.registration(cast.session, party=party, household=father)


def path(registration: Registration) -> str:
    return f"/desk/registrations/{registration.id}/merge"


async def merged(cast: Cast, twin: Registration) -> Merge:
    return await merging.merge(cast.chens.id, twin.household, by=cast.east_host, store=cast.east.id)


async def test_new_shows_both_families_side_by_side(cast: Cast, twin: Registration, host_client: Browser) -> None:
    page = (await host_client.get(path(cast.chens_registration))).text
    assert page.index("陈妈妈") < page.index("陈爸爸")
    assert page.count("1 大 1 小") == 2
    assert f'name="other" value="{twin.id}"' in page
    assert "林爸爸" not in page


async def test_new_says_when_nobody_gave_the_same_phone(cast: Cast, host_client: Browser) -> None:
    page = (await host_client.get(path(cast.lins_registration))).text
    assert "没有别家留过同一个手机号" in page
    assert 'name="other"' not in page


async def test_create_makes_one_family_and_undo_two_again(cast: Cast, twin: Registration, host_client: Browser) -> None:
    done = await host_client.post(path(cast.chens_registration), data={"other": str(twin.id)})
    page = (await host_client.follow(done)).text
    merge = await Merge.objects().first()
    assert merge is not None
    assert (merge.kept, merge.gone, merge.made_by) == (cast.chens.id, twin.household, cast.east_host.id)
    assert "2 大 1 小" in page
    assert f"/desk/merges/{merge.id}/undo" in page
    page = (await host_client.follow(await host_client.post(f"/desk/merges/{merge.id}/undo"))).text
    assert "又分开了" in page
    assert "undo" not in page
    father = await Household.objects().get(Household.id == twin.household)
    assert father is not None
    assert father.merged_into is None


async def test_undo_is_gone_after_a_day(cast: Cast, twin: Registration, host_client: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    merge = await merged(cast, twin)
    later = merge.created_at + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "不能再分开" in (await host_client.get(f"/desk/merges/{merge.id}")).text
    answer = await host_client.post(f"/desk/merges/{merge.id}/undo")
    assert answer.status_code == 422
    assert "超过一天" in answer.text


async def test_create_takes_only_a_family_with_the_same_phone(cast: Cast, twin: Registration, host_client: Browser) -> None:
    answer = await host_client.post(path(cast.chens_registration), data={"other": str(cast.lins_registration.id)})
    assert (answer.status_code, await Merge.count()) == (404, 0)


async def test_another_store_sees_nothing_of_it(cast: Cast, twin: Registration, foreign_client: Browser) -> None:
    merge = await merged(cast, twin)
    for address in (path(cast.chens_registration), f"/desk/merges/{merge.id}"):
        assert (await foreign_client.get(address)).status_code == 404
    assert (await foreign_client.post(f"/desk/merges/{merge.id}/undo")).status_code == 404
