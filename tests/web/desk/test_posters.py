from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import httpx
import pytest
import zxingcpp
from PIL import Image

from events import clock
from events.announce import announcements, posters
from events.announce.posters import Poster, lettering
from events.announce.tables import Delivery, Group
from events.catalog import pictures
from events.catalog.tables import Event, FeePer, Kind, Session, SessionState, Store, Venue
from tests import make
from tests.browser import ADDRESS
from tests.cast import Cast
from web.desk.posters import written

WECHAT = {"user-agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0.50"}


@pytest.fixture
async def group(cast: Cast) -> Group:
    return await make.group(cast.east, host=cast.east_host, name="梅园亲子群①")


@pytest.fixture
async def delivery(cast: Cast, group: Group) -> Delivery:
    await announcements.write(cast.event, "周六来做月饼", [group], key=make.key(), by=cast.east_host)
    row = await Delivery.objects().first()
    assert row is not None
    return row


def address(cast: Cast, group: Group) -> str:
    return f"/desk/events/{cast.event.id}/links/{group.id}/poster.png"


async def in_compound(cast: Cast) -> Venue:
    """A place whose address is for confirmed families."""
    compound = await make.compound(cast.east, name="梅园二村")
    return await make.venue(cast.east, compound=compound, name="12 号楼前", address="梅园路 300 弄")


async def of(event: Event, group: Group) -> Poster:
    fresh = await Event.objects().get(Event.id == event.id)
    assert fresh is not None
    return await written(group, fresh, ADDRESS)


def lines(poster: Poster) -> list[tuple[str, ...]]:
    return [fact.lines for fact in poster.facts]


async def test_show_is_a_picture_with_the_group_s_own_link(cast: Cast, host_client: httpx.AsyncClient, group: Group) -> None:
    answer = await host_client.get(address(cast, group))
    assert (answer.status_code, answer.headers["content-type"], answer.headers["cache-control"]) == (200, "image/png", "private, no-cache")
    image = Image.open(BytesIO(answer.content))
    assert image.width == 1080
    (found,) = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    assert found.text == f"{ADDRESS}/G/{group.code}/{cast.event.id}".upper()


async def test_show_is_not_sent_again_until_something_changed(cast: Cast, host_client: httpx.AsyncClient, group: Group) -> None:
    tag = (await host_client.get(address(cast, group))).headers["etag"]
    assert (await host_client.get(address(cast, group), headers={"if-none-match": tag})).status_code == 304
    await Event.update({Event.title: "改了名字的活动"}).where(Event.id == cast.event.id)
    assert (await host_client.get(address(cast, group), headers={"if-none-match": tag})).status_code == 200


async def test_show_of_a_group_of_another_store_is_not_there(
    cast: Cast, owner_client: httpx.AsyncClient, host_client: httpx.AsyncClient
) -> None:
    western = await make.group(cast.west, host=cast.west_host)
    assert (await owner_client.get(address(cast, western))).status_code == 404
    assert (await host_client.get(address(cast, western))).status_code == 404


async def test_written_says_when_where_and_how_much(cast: Cast, group: Group) -> None:
    await Event.update({Event.fee: 1800, Event.fee_per: FeePer.CHILD, Event.fee_note: "", Event.age_from: 4, Event.age_to: 8}, force=True)
    poster = await of(cast.event, group)
    assert (poster.title, poster.store, poster.call, poster.stamp) == (cast.event.title, cast.east.name, "扫码报名", "")
    when, where, fee = lines(poster)
    assert len(when) == 1
    assert poster.leaf is not None
    assert when[0].startswith(f"{poster.leaf[0]} {poster.leaf[1]} ")  # a date on any day, never "tomorrow"
    assert where[0]
    assert fee == ("每个孩子 18 元，到店付",)
    assert poster.kind.endswith(" · 4–8 岁")


async def test_written_of_several_sessions_names_the_next_ones(cast: Cast, group: Group) -> None:
    for day in range(20, 26):
        await make.session(cast.event, starts_at=make.at(day))
    when = lines(await of(cast.event, group))[0]
    assert len(when) == 5
    assert when[-1] == "往后还有 3 场"


async def test_written_leaves_out_sessions_called_off_and_over(cast: Cast, group: Group) -> None:
    await make.session(cast.event, starts_at=make.at(21), state=SessionState.CANCELLED)
    past = await make.session(cast.event, starts_at=make.at(22))
    await Session.update({Session.starts_at: clock.now() - timedelta(days=2), Session.ends_at: clock.now() - timedelta(days=1)}).where(
        Session.id == past.id
    )
    assert len(lines(await of(cast.event, group))[0]) == 1


async def test_written_of_two_places_tells_each_beside_its_time(cast: Cast, group: Group) -> None:
    inside = await make.venue(
        cast.east, compound=await make.compound(cast.east, name="梅园二村"), name="12 号楼前", address="梅园路 300 弄"
    )
    await make.session(cast.event, starts_at=make.at(21), venue=inside)
    told = lines(await of(cast.event, group))
    assert told[0][1].endswith(" · 梅园二村")
    assert "12 号楼前" not in repr(told)
    assert "梅园路 300 弄" not in repr(told)


async def test_written_of_a_visit_never_tells_what_only_families_with_a_place_may_know(cast: Cast, group: Group) -> None:
    inside = await make.venue(
        cast.east, compound=await make.compound(cast.east, name="梅园二村"), name="12 号楼前", address="梅园路 300 弄"
    )
    event = await make.event(cast.east, host=cast.east_host, kind=Kind.VISIT)
    session = await make.session(event, venue=inside)
    await Session.update({Session.flat: "3 单元 502", Session.contact: "孙阿姨", Session.contact_phone: "13800001111"}).where(
        Session.id == session.id
    )
    poster = await of(event, group)
    assert ("梅园二村",) in lines(poster)
    for hidden in ("12 号楼前", "300 弄", "502", "孙阿姨", "13800001111"):
        assert hidden not in repr(poster)


async def test_written_of_an_event_called_off_says_so_and_why(cast: Cast, group: Group) -> None:
    await Event.update({Event.state: "cancelled", Event.cancel_reason: "师傅生病"}).where(Event.id == cast.event.id)
    poster = await of(cast.event, group)
    assert (poster.stamp, poster.why, poster.call) == ("取消了", "师傅生病", "扫码看看")


async def test_written_has_the_event_s_picture_or_our_drawing(cast: Cast, group: Group) -> None:
    drawn = (await of(cast.event, group)).cover
    assert drawn.startswith(b"\x89PNG")
    store = await Store.objects().get(Store.id == cast.east.id)
    assert store is not None
    kept = await pictures.keep(store, make.picture(), by=cast.east_host)
    await Event.update({Event.picture: kept.id}).where(Event.id == cast.event.id)
    assert (await of(cast.event, group)).cover.startswith(b"\xff\xd8")


async def test_written_tells_the_store_s_address_once(cast: Cast, group: Group) -> None:
    await Store.update({Store.address: "梅园路 218 号", Store.hours: "每天 7:30–21:30"}).where(Store.id == cast.east.id)
    venue = await make.venue(cast.east, name="二楼", address="梅园路 218 号")
    await Session.update({Session.venue: venue.id}).where(Session.event == cast.event.id)
    assert (await of(cast.event, group)).store_note == "每天 7:30–21:30"
    await Session.update({Session.venue: (await make.venue(cast.east, name="公园", address="梅园路 1 号")).id}).where(
        Session.event == cast.event.id
    )
    assert (await of(cast.event, group)).store_note == "梅园路 218 号 · 每天 7:30–21:30"


async def test_pages_lead_to_the_poster(cast: Cast, host_client: httpx.AsyncClient, group: Group, delivery: Delivery) -> None:
    kit = (await host_client.get(f"/desk/deliveries/{delivery.id}")).text
    assert f'<img class="poster" src="{address(cast, group)}"' in kit
    assert f'download="{cast.event.title}.png"' in kit
    assert "长按海报，点“保存图片”" not in kit
    for page in (
        f"/desk/announcements/{delivery.announcement}",
        f"/desk/events/{cast.event.id}/links",
        f"/desk/announcements/new?event={cast.event.id}",
    ):
        assert address(cast, group) in (await host_client.get(page)).text


async def test_kit_in_wechat_says_how_to_save_a_picture_there(cast: Cast, host_client: httpx.AsyncClient, delivery: Delivery) -> None:
    kit = (await host_client.get(f"/desk/deliveries/{delivery.id}", headers=WECHAT)).text
    assert "长按海报，点“保存图片”" in kit
    assert f'download="{cast.event.title}.png"' not in kit


async def test_without_the_fonts_pages_show_the_code_alone(
    cast: Cast, host_client: httpx.AsyncClient, group: Group, delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lettering, "PACKAGES", ("a_font_nobody_has",))
    kit = (await host_client.get(f"/desk/deliveries/{delivery.id}")).text
    assert "poster.png" not in kit
    assert f"/desk/deliveries/{delivery.id}/link.png" in kit
    assert (await host_client.get(address(cast, group))).status_code == 404


async def test_poster_speaks_chinese_whoever_asks(cast: Cast, host_client: httpx.AsyncClient, group: Group) -> None:
    posters._wall.clear()
    chinese = (await host_client.get(address(cast, group))).content
    host_client.cookies.set("linju_look", "en..", domain="127.0.0.1")
    posters._wall.clear()
    english = (await host_client.get(address(cast, group))).content
    assert chinese == english
