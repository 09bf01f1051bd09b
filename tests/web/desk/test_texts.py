import httpx

from events.catalog import texts
from events.catalog.tables import TextKind
from tests.cast import Cast

NEW = {"text": "我们只记一个电话。\n\n三十天后删掉。", "text_en": "We keep one phone number.\n\nErased after thirty days."}


async def test_create_publishes_the_next_version_above_the_earlier_ones(cast: Cast, lead_client: httpx.AsyncClient) -> None:
    address = f"/desk/stores/{cast.east.id}/texts"
    first = await texts.current(cast.east.id, TextKind.PRIVACY)
    form = (await lead_client.get(f"{address}/privacy")).text
    assert first.text.split("\n")[0] in form
    done = await lead_client.post(f"{address}/privacy", data=NEW)
    assert (done.status_code, done.headers["location"]) == (303, address)
    page = (await lead_client.get(address)).text
    assert "第 2 版" in page
    assert "三十天后删掉" in page
    history = (await lead_client.get(f"{address}/privacy")).text
    assert "第 1 版" in history
    assert first.text.split("\n")[-1] in history
    assert (await texts.current(cast.west.id, TextKind.PRIVACY)).version == 1
    public = await lead_client.get(f"/stores/{cast.east.id}/privacy")
    assert "三十天后删掉" in public.text


async def test_create_refuses_and_keeps_what_was_typed(cast: Cast, owner_client: httpx.AsyncClient) -> None:
    page = await owner_client.post(f"/desk/stores/{cast.east.id}/texts/consent", data=NEW | {"text_en": ""})
    assert page.status_code == 422
    assert 'id="e-text_en"' in page.text
    assert "我们只记一个电话" in page.text
    assert (await texts.current(cast.east.id, TextKind.CONSENT)).version == 1


async def test_a_text_is_shown_as_text(cast: Cast, owner_client: httpx.AsyncClient) -> None:
    evil = {"text": "<script>alert(1)</script> [x](javascript:alert(1))", "text_en": "<img src=x onerror=alert(1)>"}
    assert (await owner_client.post(f"/desk/stores/{cast.east.id}/texts/privacy", data=evil)).status_code == 303
    for address in (f"/desk/stores/{cast.east.id}/texts", f"/desk/stores/{cast.east.id}/texts/privacy"):
        page = (await owner_client.get(address)).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert 'href="javascript' not in page


async def test_hosts_read_and_do_not_publish(cast: Cast, host_client: httpx.AsyncClient) -> None:
    address = f"/desk/stores/{cast.east.id}/texts"
    page = await host_client.get(address)
    assert page.status_code == 200
    assert f"{address}/privacy" not in page.text
    assert (await host_client.get(f"{address}/privacy")).status_code == 422
    assert (await host_client.post(f"{address}/privacy", data=NEW)).status_code == 422
    assert (await texts.current(cast.east.id, TextKind.PRIVACY)).version == 1


async def test_a_foreign_stores_texts_and_unknown_kinds_are_not_there(
    cast: Cast, lead_client: httpx.AsyncClient, host_client: httpx.AsyncClient
) -> None:
    for client in (lead_client, host_client):
        assert (await client.get(f"/desk/stores/{cast.west.id}/texts")).status_code == 404
        assert (await client.get(f"/desk/stores/{cast.west.id}/texts/privacy")).status_code == 404
        assert (await client.post(f"/desk/stores/{cast.west.id}/texts/privacy", data=NEW)).status_code == 404
    assert (await lead_client.get(f"/desk/stores/{cast.east.id}/texts/rules")).status_code == 404
    assert (await lead_client.post(f"/desk/stores/{cast.east.id}/texts/rules", data=NEW)).status_code == 404
