from __future__ import annotations

from tests.browser import Browser
from tests.cast import Cast


async def test_update_is_read_by_the_store_and_not_by_the_family(cast: Cast, host_client: Browser, family_client: Browser) -> None:
    path = f"/desk/registrations/{cast.chens_registration.id}"
    done = await host_client.post(f"{path}/note", data={"host_note": "外婆腿脚慢"})
    assert "外婆腿脚慢" in (await host_client.follow(done)).text
    assert "外婆腿脚慢" in (await host_client.get(f"/desk/sessions/{cast.session.id}/registrations")).text
    assert "外婆腿脚慢" not in (await family_client.get(f"/my/registrations/{cast.chens_registration.id}")).text


async def test_update_keeps_what_was_too_long_on_the_page(cast: Cast, host_client: Browser) -> None:
    path = f"/desk/registrations/{cast.chens_registration.id}/note"
    answer = await host_client.post(path, data={"host_note": "长" * 201})
    assert (answer.status_code, "长" * 201 in answer.text) == (422, True)
