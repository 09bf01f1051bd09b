from io import BytesIO

import pytest
from litestar import Litestar
from PIL import Image

from events import db
from events.catalog import events, listing
from events.catalog.details import Details
from events.catalog.tables import Event, EventState, Kind, Picture
from events.people.tables import Role
from tests import browser, make
from tests.browser import Browser
from tests.cast import Cast
from tests.web.sending import send

FISH = {"kind": "family", "title": "剪一条会游的纸鱼", "summary": "剪一条尾巴会动的鱼带回家", "closes_minutes": "60", "act": "save"}


async def newest() -> Event:
    row = await Event.objects().order_by(Event.id, ascending=False).first()
    assert row is not None
    return row


async def test_create_drafts_what_was_typed(host_client: Browser, cast: Cast) -> None:
    typed = {**FISH, "age_from": "4", "age_to": "8", "bring": "水杯\r\n围裙", "opens_at": "2027-01-02T09:00", "description": "**两碗**"}
    answer = await send(host_client, "/desk/events", **typed)
    event = await newest()
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/events/{event.id}")
    assert (event.title, event.kind, event.host, event.store) == (FISH["title"], Kind.FAMILY, cast.east_host.id, cast.east.id)
    assert (event.age_from, event.age_to, event.bring, event.closes_minutes) == (4, 8, "水杯\n围裙", 60)
    assert (event.state, str(event.opens_at)) == (EventState.DRAFT, "2027-01-02 01:00:00+00:00")
    page = await host_client.get(answer.headers["location"])
    assert "剪一条会游的纸鱼" in page.text
    assert "<strong>两碗</strong>" in page.text


async def test_create_says_everything_that_is_wrong_and_keeps_what_was_typed(host_client: Browser) -> None:
    before = await Event.count()
    typed = {"title": "字" * 81, "summary": "一句话", "age_from": "三", "age_to": "200", "closes_minutes": "99999", "act": "save"}
    answer = await send(host_client, "/desk/events", **typed)
    assert answer.status_code == 422
    for field in ("kind", "title", "age_from", "age_to", "closes_minutes"):
        assert f'id="f-{field}"' in answer.text
    assert answer.text.count('class="error"') == 5
    assert 'value="一句话"' in answer.text
    assert await Event.count() == before


async def test_create_refuses_ages_the_wrong_way_round(host_client: Browser) -> None:
    answer = await send(host_client, "/desk/events", **FISH, age_from="8", age_to="4")
    assert (answer.status_code, 'id="e-age_to"' in answer.text) == (422, True)


async def test_create_shows_the_description_before_it_is_saved(host_client: Browser) -> None:
    before = await Event.count()
    answer = await send(host_client, "/desk/events", title="", description="- 一\n- 二\n\n<script>x</script>", act="preview")
    assert answer.status_code == 200
    assert "<li>一</li>" in answer.text
    assert "<script>x" not in answer.text
    assert 'class="error"' not in answer.text
    assert await Event.count() == before


async def test_create_keeps_a_picture_even_when_another_field_is_wrong(host_client: Browser) -> None:
    answer = await send(host_client, "/desk/events", **{**FISH, "title": ""}, files={"picture": ("鱼.png", make.picture(), "image/png")})
    picture = await Picture.objects().first()
    assert picture is not None
    assert answer.status_code == 422
    assert f"/pictures/{picture.digest}/card.jpg" in answer.text
    assert f'name="kept_picture" value="{picture.id}"' in answer.text
    await send(host_client, "/desk/events", **FISH, kept_picture=str(picture.id))
    assert (await newest()).picture == picture.id


async def test_create_takes_no_picture_of_a_foreign_store(host_client: Browser, cast: Cast) -> None:
    foreign = Picture(store=cast.west.id, digest="0" * 64, cover=b"x", card=b"x", chat=b"x", width=1, height=1)
    await foreign.save()
    answer = await send(host_client, "/desk/events", **FISH, kept_picture=str(foreign.id))
    assert answer.status_code == 422
    assert foreign.digest not in answer.text


@pytest.mark.parametrize(
    "data",
    [b"x" * 30_000_000, "不是图片".encode(), make.picture()[:1500]],
    ids=["30 MB", "text named .jpg", "broken"],
)
async def test_create_refuses_what_is_no_picture_and_keeps_the_rest(host_client: Browser, data: bytes) -> None:
    before = await Event.count()
    answer = await send(host_client, "/desk/events", **FISH, files={"picture": ("鱼.jpg", data, "image/jpeg")})
    assert (answer.status_code, 'id="e-picture"' in answer.text) == (422, True)
    assert f'value="{FISH["title"]}"' in answer.text
    assert await Event.count() == before


async def test_create_refuses_a_bomb(host_client: Browser) -> None:
    stream = BytesIO()
    Image.new("1", (10_000, 10_000)).save(stream, "PNG")
    answer = await send(host_client, "/desk/events", **FISH, files={"picture": ("鱼.png", stream.getvalue(), "image/png")})
    assert (answer.status_code, 'id="e-picture"' in answer.text) == (422, True)


async def test_create_refuses_a_body_beyond_all_measure(host_client: Browser) -> None:
    answer = await send(host_client, "/desk/events", **FISH, files={"picture": ("鱼.jpg", b"x" * 41_000_000, "image/jpeg")})
    assert (answer.status_code, "12 MB" in answer.text) == (413, True)


async def test_create_needs_the_token_of_a_page_of_ours(host_client: Browser) -> None:
    before = await Event.count()
    answer = await host_client.post("/desk/events", data=FISH, headers={"x-csrftoken": "forged"})
    assert (answer.status_code, await Event.count()) == (403, before)


async def test_create_by_a_host_is_their_own_whatever_was_sent(host_client: Browser, cast: Cast) -> None:
    await send(host_client, "/desk/events", **FISH, host=str(cast.east_lead.id), store=str(cast.west.id))
    event = await newest()
    assert (event.host, event.store) == (cast.east_host.id, cast.east.id)


async def test_create_by_an_owner_is_for_the_store_chosen(owner_client: Browser, cast: Cast) -> None:
    page = await owner_client.get(f"/desk/events/new?store={cast.west.id}")
    assert cast.west_host.name in page.text
    assert cast.east_host.name not in page.text
    answer = await send(owner_client, "/desk/events", **FISH, store=str(cast.west.id), host=str(cast.west_host.id))
    event = await newest()
    assert (answer.status_code, event.store, event.host) == (303, cast.west.id, cast.west_host.id)


@pytest.mark.parametrize("number", ["999999999", "99999999999999999999", "-1", "x"])
async def test_create_by_an_owner_for_no_store_is_no_error_of_ours(owner_client: Browser, number: str) -> None:
    answer = await send(owner_client, "/desk/events", **FISH, store=number, host=number, kept_picture=number)
    assert answer.status_code in {404, 422}


async def test_update_changes_the_event(host_client: Browser, cast: Cast) -> None:
    page = await host_client.get(f"/desk/events/{cast.event.id}/edit")
    assert f'value="{cast.event.title}"' in page.text
    answer = await send(host_client, f"/desk/events/{cast.event.id}", **FISH)
    assert answer.status_code == 303
    row = await Event.objects().get(Event.id == cast.event.id)
    assert row is not None
    assert (row.title, row.state, row.host) == (FISH["title"], EventState.PUBLISHED, cast.east_host.id)


async def test_update_drops_the_picture_when_asked(host_client: Browser, cast: Cast) -> None:
    files = {"picture": ("鱼.png", make.picture(), "image/png")}
    await send(host_client, f"/desk/events/{cast.event.id}", **FISH, files=files)
    row = await Event.objects().get(Event.id == cast.event.id)
    assert row is not None
    assert row.picture is not None
    await send(host_client, f"/desk/events/{cast.event.id}", **FISH, kept_picture=str(row.picture), drop_picture="1")
    row = await Event.objects().get(Event.id == cast.event.id)
    assert row is not None
    assert row.picture is None


async def test_update_by_a_colleague_is_refused_in_the_form(app: Litestar, cast: Cast) -> None:
    async with await browser.of_staff(app, await make.staff(Role.HOST, cast.east)) as colleague:
        answer = await send(colleague, f"/desk/events/{cast.event.id}", **FISH)
    assert (answer.status_code, "只有带这个活动的小盒" in answer.text) == (422, True)
    row = await Event.objects().get(Event.id == cast.event.id)
    assert row is not None
    assert row.title == cast.event.title


async def test_pages_of_a_foreign_event_are_not_there(foreign_client: Browser, lead_client: Browser, cast: Cast) -> None:
    event, session = cast.event.id, cast.session.id
    for address in (
        f"/desk/events/{event}",
        f"/desk/events/{event}/edit",
        f"/desk/events/{event}/preview",
        f"/desk/events/{event}/cancellation",
        f"/desk/events/{event}/sessions/new",
        f"/desk/events/{event}/series/new",
        f"/desk/sessions/{session}/edit",
    ):
        assert (address, (await lead_client.get(address)).status_code) == (address, 200)
        assert (address, (await foreign_client.get(address)).status_code) == (address, 404)
    for address in (
        f"/desk/events/{event}",
        f"/desk/events/{event}/publication",
        f"/desk/events/{event}/cancellation",
        f"/desk/events/{event}/copy",
        f"/desk/events/{event}/picture",
        f"/desk/events/{event}/picture/removal",
        f"/desk/events/{event}/sessions",
        f"/desk/events/{event}/series",
        f"/desk/sessions/{session}",
        f"/desk/sessions/{session}/places",
        f"/desk/sessions/{session}/cancellation",
    ):
        assert (address, (await send(foreign_client, address, **FISH, reason="不办了", places="3")).status_code) == (address, 404)


async def test_pages_are_for_staff(anyone: Browser, cast: Cast) -> None:
    answer = await anyone.get(f"/desk/events/{cast.event.id}", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/desk/sign-in")


async def test_index_has_a_shelf_for_each_state(host_client: Browser, cast: Cast) -> None:
    await make.event(cast.east, host=cast.east_host, state=EventState.DRAFT, title="草稿一张")
    await make.event(cast.west, host=cast.west_host, state=EventState.DRAFT, title="别家的草稿")
    coming, drafts = (await host_client.get("/desk/events")).text, (await host_client.get("/desk/events?shelf=drafts")).text
    assert cast.event.title in coming
    assert "草稿一张" not in coming
    assert "草稿一张" in drafts
    assert "别家的草稿" not in drafts
    assert "报了 3 / 20" in coming


async def test_index_of_mine_leaves_out_the_others(host_client: Browser, cast: Cast) -> None:
    colleague = await make.staff(Role.HOST, cast.east)
    await make.event(cast.east, host=colleague, state=EventState.DRAFT, title="同事的草稿")
    assert "同事的草稿" in (await host_client.get("/desk/events?shelf=drafts")).text
    assert "同事的草稿" not in (await host_client.get("/desk/events?shelf=drafts&mine=1")).text


async def test_index_turns_pages(host_client: Browser, cast: Cast) -> None:
    for number in range(31):
        await make.event(cast.east, host=cast.east_host, state=EventState.DRAFT, title=f"第 {number} 张草稿")
    first, second = await host_client.get("/desk/events?shelf=drafts"), await host_client.get("/desk/events?shelf=drafts&page=1")
    assert (first.text.count("<article"), second.text.count("<article")) == (30, 1)
    assert (await host_client.get("/desk/events?shelf=nonsense&page=x&mine=7")).status_code == 200


async def test_preview_is_the_page_families_will_see(host_client: Browser, anyone: Browser, cast: Cast) -> None:
    draft = await make.event(cast.east, host=cast.east_host, state=EventState.DRAFT, title="还没发布", description="**很好吃**")
    await make.session(draft)
    page = await host_client.get(f"/desk/events/{draft.id}/preview")
    assert page.status_code == 200
    assert "还没发布" in page.text
    assert "<strong>很好吃</strong>" in page.text
    assert (await anyone.get(f"/events/{draft.id}")).status_code == 404


async def test_show_lists_what_is_missing_and_then_offers_to_publish(host_client: Browser, cast: Cast) -> None:
    details = Details(kind=Kind.WORKSHOP, host=cast.east_host.id, title="包汤圆")
    draft = await events.draft(cast.east, details, by=cast.east_host)
    page = await host_client.get(f"/desk/events/{draft.id}")
    for sentence in await events.missing(draft):
        assert sentence in page.text
    assert f"/desk/events/{draft.id}/publication" not in page.text
    refused = await send(host_client, f"/desk/events/{draft.id}/publication")
    assert refused.status_code == 422
    await Event.update({Event.summary: "一人一碗"}).where(Event.id == draft.id)
    await make.session(draft, starts_at=make.at(8))
    assert f"/desk/events/{draft.id}/publication" in (await host_client.get(f"/desk/events/{draft.id}")).text
    published = await send(host_client, f"/desk/events/{draft.id}/publication")
    assert published.status_code == 303
    assert (await listing.event_page(draft.id)).offer.state == EventState.PUBLISHED


async def test_pages_take_as_many_queries_for_three_rows_as_for_one(host_client: Browser, cast: Cast) -> None:
    async def costs() -> list[int]:
        counted = []
        for address in ("/desk/events", f"/desk/events/{cast.event.id}", f"/desk/events/{cast.event.id}/preview"):
            before = db.engine().get_query_id()
            assert (await host_client.get(address)).status_code == 200
            counted.append(db.engine().get_query_id() - before)
        return counted

    few = await costs()
    for _more in range(2):
        await make.session(cast.event)
        await make.session(await make.event(cast.east, host=cast.east_host))
    assert await costs() == few
