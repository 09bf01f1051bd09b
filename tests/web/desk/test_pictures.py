from events.catalog.tables import Event, Picture
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from tests.web.sending import send


async def picture_of(cast: Cast) -> int | None:
    row = await Event.select(Event.picture).where(Event.id == cast.event.id).first()
    assert row is not None
    return row["picture"]  # type: ignore[no-any-return]  # -- a row is a dict of anything


async def test_create_and_destroy_set_and_take_the_picture(host_client: Browser, anyone: Browser, cast: Cast) -> None:
    address = f"/desk/events/{cast.event.id}/picture"
    answer = await send(host_client, address, files={"picture": ("鱼.png", make.picture(), "image/png")})
    picture = await Picture.objects().first()
    assert picture is not None
    assert (answer.status_code, await picture_of(cast)) == (303, picture.id)
    assert f"/pictures/{picture.digest}/" in (await anyone.get(f"/events/{cast.event.id}")).text
    answer = await send(host_client, f"{address}/removal")
    assert (answer.status_code, await picture_of(cast)) == (303, None)


async def test_create_without_a_file_asks_for_one(host_client: Browser, cast: Cast) -> None:
    for files in ({"picture": ("", b"", "application/octet-stream")}, None):
        answer = await send(host_client, f"/desk/events/{cast.event.id}/picture", files=files)
        assert (answer.status_code, 'id="e-picture"' in answer.text) == (422, True)


async def test_create_refuses_a_text_named_jpg(host_client: Browser, cast: Cast) -> None:
    files = {"picture": ("鱼.jpg", "不是图片".encode(), "image/jpeg")}
    answer = await send(host_client, f"/desk/events/{cast.event.id}/picture", files=files)
    assert (answer.status_code, 'id="e-picture"' in answer.text, await Picture.count()) == (422, True, 0)
