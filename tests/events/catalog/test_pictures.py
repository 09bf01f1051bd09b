from io import BytesIO

import pytest
from PIL import Image

from events.catalog import pictures
from events.catalog.tables import Picture, Store
from events.errors import NotThere, Refused
from events.people.tables import Audit, Role, Staff
from tests import make

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
async def store() -> Store:
    return await make.store()


@pytest.fixture
async def host(store: Store) -> Staff:
    return await make.staff(role=Role.HOST, store=store)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
async def test_keep_stores_three_jpegs(store: Store, host: Staff, kind: str) -> None:
    picture = await pictures.keep(store, make.picture(kind), by=host)
    for size, width in ((pictures.Size.COVER, 1280), (pictures.Size.CARD, 480), (pictures.Size.CHAT, 600)):
        jpeg = await pictures.jpeg(picture.digest, size)
        assert jpeg is not None
        with Image.open(BytesIO(jpeg)) as image:
            assert (image.format, image.width) == ("JPEG", width)
    assert (picture.width, picture.height) == (1280, 720)


async def test_keep_has_the_same_picture_once_a_store(store: Store, host: Staff) -> None:
    first, again = await pictures.keep(store, make.picture(), by=host), await pictures.keep(store, make.picture(), by=host)
    other = await make.store(name="竹园店")
    elsewhere = await pictures.keep(other, make.picture(), by=await make.staff(role=Role.HOST, store=other))
    assert (first.id == again.id, first.id == elsewhere.id, first.digest == elsewhere.digest) == (True, False, True)
    assert (await Picture.count(), await Audit.count().where(Audit.act == "picture.kept")) == (2, 2)


@pytest.mark.parametrize("data", [b"", "这是一段文字".encode(), b"\xff\xd8\xff\xe0 no jpeg", make.picture()[:2000], b"0" * 12_000_001])
async def test_keep_refuses_what_is_no_picture(store: Store, host: Staff, data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        await pictures.keep(store, data, by=host)
    assert refused.value.field == "picture"
    assert await Picture.count() == 0


async def test_keep_for_a_foreign_store_is_not_there(host: Staff) -> None:
    with pytest.raises(NotThere):
        await pictures.keep(await make.store(name="竹园店"), make.picture(), by=host)


async def test_jpeg_of_an_unknown_digest_is_none() -> None:
    assert await pictures.jpeg("0" * 64, pictures.Size.CARD) is None
