from __future__ import annotations

import re

import vobject

from events.announce.tables import GroupKind
from events.catalog import sessions
from events.catalog.tables import EventState, Kind
from tests import make
from tests.browser import Browser
from tests.cast import Cast


async def test_session_is_a_file_a_phone_offers_to_add(cast: Cast, anyone: Browser) -> None:
    answer = await anyone.get(f"/events/{cast.event.id}/sessions/{cast.session.id}/calendar.ics")
    event = vobject.readOne(answer.text).vevent
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.headers["content-disposition"].startswith("inline")
    assert (event.uid.value, event.summary.value, event.dtstart.value) == (str(cast.session.uid), cast.event.title, cast.session.starts_at)
    assert len(event.valarm_list) == 1


async def test_session_of_another_event_or_of_a_draft_is_not_there(cast: Cast, anyone: Browser) -> None:
    draft = await make.event(cast.east, state=EventState.DRAFT)
    hidden = await make.session(draft)
    for event, session in ((cast.event, hidden), (draft, hidden), (draft, cast.session)):
        assert (await anyone.get(f"/events/{event.id}/sessions/{session.id}/calendar.ics")).status_code == 404


async def test_store_is_unchanged_until_something_changes(cast: Cast, anyone: Browser) -> None:
    """Phones ask every hour: nothing new costs a header."""
    path = f"/calendar/{cast.east.id}/events.ics"
    first = await anyone.get(path)
    tag = {"if-none-match": first.headers["etag"]}
    assert [(await anyone.get(path, headers=tag)).status_code for _ in range(2)] == [304, 304]
    await sessions.cancel(cast.session, "老师病了", by=cast.east_host)
    changed = await anyone.get(path, headers=tag)
    assert (changed.status_code, vobject.readOne(changed.text).vevent.status.value) == (200, "CANCELLED")


async def test_store_is_the_same_for_every_reader(cast: Cast, anyone: Browser, family_client: Browser, host_client: Browser) -> None:
    path = f"/calendar/{cast.east.id}/events.ics"
    readers = [(client, {"accept-language": speech}) for client in (anyone, family_client, host_client) for speech in ("zh", "en")]
    texts = {(await client.get(path, headers=speech)).text for client, speech in readers}
    assert len(texts) == 1
    assert cast.chens.name not in texts.pop()


async def test_store_that_is_not_there(anyone: Browser, cast: Cast) -> None:
    assert (await anyone.get("/calendar/999/events.ics")).status_code == 404


async def test_kind_holds_the_events_of_that_kind_alone(cast: Cast, anyone: Browser) -> None:
    other = await make.session(await make.event(cast.east, kind=Kind.VISIT, title="大厨来了"))
    texts = {kind: (await anyone.get(f"/calendar/{cast.east.id}/{kind.value}/events.ics")).text for kind in Kind}
    assert [kind for kind, text in texts.items() if str(other.uid) in text] == [Kind.VISIT]
    assert (await anyone.get(f"/calendar/{cast.east.id}/party/events.ics")).status_code == 404


async def test_group_s_calendar_is_of_its_store_and_kind_and_does_not_name_the_group(cast: Cast, anyone: Browser) -> None:
    group = await make.group(cast.east, kind=GroupKind.FAMILY, name="梅园路亲子群")
    family = await make.session(await make.event(cast.east, kind=Kind.FAMILY, title="剪纸鱼"))
    other = await make.session(await make.event(cast.east, kind=Kind.VISIT, age_from=18, title="大厨来了"))
    text = (await anyone.get(f"/calendar/groups/{group.code.lower()}/events.ics")).text
    assert (str(family.uid) in text, str(other.uid) in text, "梅园路亲子群" in text) == (True, False, False)
    assert (await anyone.get("/calendar/groups/ZZZZZ/events.ics")).status_code == 404


async def test_show_leads_to_every_calendar_of_the_store(cast: Cast, anyone: Browser) -> None:
    page = (await anyone.get(f"/calendar/{cast.east.id}")).text
    for path in (f"/calendar/{cast.east.id}/events.ics", *(f"/calendar/{cast.east.id}/{kind.value}/events.ics" for kind in Kind)):
        assert re.search(rf'href="webcal://[^"]+{path}"', page)
        assert (await anyone.get(path)).status_code == 200
    assert (await anyone.get("/calendar/999")).status_code == 404


async def test_show_offers_in_wechat_what_works_there(cast: Cast, anyone: Browser) -> None:
    """Nothing there opens a calendar: the addresses to copy, and how to come out into a browser. Nobody else is told of WeChat."""
    address = f"/calendar/{cast.east.id}"
    inside = (await anyone.get(address, headers={"user-agent": "Mozilla/5.0 (Linux; Android 9) MicroMessenger/8.0.2"})).text
    assert ("在浏览器打开" in inside, "webcal://" in inside.partition("<body")[2]) == (True, False)
    assert inside.count("data-copy=") == len(Kind) + 1
    assert "微信" not in (await anyone.get(address)).text.partition("<main")[2].partition("</main")[0]
