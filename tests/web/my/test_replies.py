import re

from events.catalog import events, sessions
from events.catalog.tables import Event, Session, Venue
from events.notices.tables import Change, Notice, Reply
from events.signup import placing, registrations
from events.signup.tables import Ending, State
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from tests.web.sending import send


async def moved(cast: Cast, hours: int = 4) -> Change:
    session = await Session.objects().get(Session.id == cast.session.id)
    venue = await Venue.objects().get(Venue.id == cast.session.venue)
    assert session is not None
    assert venue is not None
    later = [moment + hours * 60 * make.MINUTE for moment in (cast.session.starts_at, cast.session.ends_at)]
    await sessions.change(session, venue, *later, by=cast.east_host)
    row = await Change.objects().order_by(Change.id, ascending=False).first()
    assert row is not None
    return row


def own(cast: Cast) -> str:
    return f"/my/registrations/{cast.chens_registration.id}"


def private(cast: Cast) -> str:
    return f"/M/{cast.chens_registration.secret}"


async def reply(cast: Cast) -> Reply:
    of_change = Notice.change.is_not_null() & (Notice.registration == cast.chens_registration.id)
    row = await Notice.objects().where(of_change).order_by(Notice.id, ascending=False).first()
    assert row is not None
    return Reply(row.reply)


async def test_the_page_says_from_where_to_where_and_offers_three_answers(family_client: Browser, anyone: Browser, cast: Cast) -> None:
    await make.session(cast.event, starts_at=make.at(9))
    before = await family_client.get(own(cast))
    assert 'id="changed"' not in before.text
    await moved(cast)
    for page in (await family_client.get(own(cast)), await anyone.get(private(cast))):
        box = re.search(r'id="changed".*?</section>', page.text, re.DOTALL)
        assert box is not None
        for words in ("上午10:00–11:30", "下午2:00–3:30", "照样来", "换一场", "来不了"):
            assert words in box[0]


async def test_without_another_session_there_is_nowhere_to_move(family_client: Browser, cast: Cast) -> None:
    await moved(cast)
    box = re.search(r'id="changed".*?</section>', (await family_client.get(own(cast))).text, re.DOTALL)
    assert box is not None
    assert ("照样来" in box[0], "换一场" in box[0]) == (True, False)


async def test_keep_by_the_familys_phone_and_by_its_link(family_client: Browser, anyone: Browser, cast: Cast) -> None:
    change = await moved(cast)
    answer = await send(family_client, f"{own(cast)}/reply", change=str(change.id), answer="keep")
    assert (answer.status_code, answer.headers["location"], await reply(cast)) == (303, own(cast), Reply.KEEP)
    page = await family_client.get(own(cast))
    assert ("您说了照样来" in page.text, 'value="keep"' in page.text) == (True, False)
    change = await moved(cast, 5)
    answer = await send(anyone, f"{private(cast)}/reply", change=str(change.id), answer="keep")
    assert (answer.status_code, answer.headers["location"], await reply(cast)) == (303, private(cast), Reply.KEEP)


async def test_an_answer_to_an_older_change_shows_the_newer(family_client: Browser, cast: Cast) -> None:
    first = await moved(cast)
    await moved(cast, 6)
    answer = await send(family_client, f"{own(cast)}/reply", change=str(first.id), answer="keep")
    assert (answer.status_code, "后来又改了" in answer.text, "下午4:00" in answer.text) == (422, True, True)
    assert await reply(cast) == Reply.NONE


async def test_give_back_by_one_tap_after_the_deadline(family_client: Browser, cast: Cast) -> None:
    await Event.update({Event.changes_minutes: 60 * 24 * 14}).where(Event.id == cast.event.id)
    change = await moved(cast)
    page = await family_client.get(own(cast))
    assert ("过了自己能改的时间" in page.text, "来不了" in page.text) == (True, True)
    answer = await send(family_client, f"{own(cast)}/reply", change=str(change.id), answer="give_back")
    assert answer.status_code == 303
    assert (await placing.current(cast.chens_registration.id)).state == State.CANCELLED
    assert (await family_client.get(own(cast))).status_code == 200


async def test_another_session_after_the_deadline_where_there_is_room(family_client: Browser, cast: Cast) -> None:
    """The family's own deadline is over, but it was the store that moved."""
    await Event.update({Event.changes_minutes: 60 * 24 * 14}).where(Event.id == cast.event.id)
    full, there = await make.session(cast.event, starts_at=make.at(9), places=0), await make.session(cast.event, starts_at=make.at(10))
    other = await send(family_client, f"{own(cast)}/move", session=str(there.id))
    assert (other.status_code, "过了能改的时间" in other.text) == (422, True)
    assert (await family_client.get(f"{own(cast)}/move")).status_code == 303
    await moved(cast)
    assert f"{own(cast)}/move" in (await family_client.get(own(cast))).text
    page = (await family_client.get(f"{own(cast)}/move")).text
    assert (f'value="{there.id}"' in page, f"{full.id}" in re.findall(r'value="(?:wait-)?([0-9]+)"', page)) == (True, False)
    await Session.update({Session.places: 0}).where(Session.id == there.id)
    assert f"{own(cast)}/move" not in (await family_client.get(own(cast))).text
    await Session.update({Session.places: 9}).where(Session.id == there.id)
    answer = await send(family_client, f"{own(cast)}/move", session=str(there.id))
    assert answer.status_code == 303
    assert (await placing.current(cast.chens_registration.id)).ending == Ending.MOVED


async def test_called_off_is_said_with_the_reason_and_known_by_one_tap(family_client: Browser, cast: Cast) -> None:
    await make.session(cast.event, starts_at=make.at(9))
    session = await Session.objects().get(Session.id == cast.session.id)
    assert session is not None
    await sessions.cancel(session, "师傅病了", by=cast.east_host)
    page = await family_client.get(own(cast))
    for words in ("这一场取消了", "师傅病了", "知道了", "这个活动的别的场次", f"/events/{cast.event.id}"):
        assert words in page.text
    change = await Change.objects().first()
    assert change is not None
    await send(family_client, f"{own(cast)}/reply", change=str(change.id), answer="keep")
    page = await family_client.get(own(cast))
    assert ("您说了知道了" in page.text, 'value="keep"' in page.text) == (True, False)


async def test_a_whole_event_called_off_leads_to_no_other_session(family_client: Browser, cast: Cast) -> None:
    await make.session(cast.event, starts_at=make.at(9))
    await events.cancel(cast.event, "盘货", by=cast.east_host)
    page = await family_client.get(own(cast))
    assert ("知道了" in page.text, "这个活动的别的场次" in page.text) == (True, False)


async def test_nonsense_is_not_there(family_client: Browser, cast: Cast) -> None:
    change = await moved(cast)
    for typed in ({"answer": "keep"}, {"change": "x", "answer": "keep"}, {"change": str(change.id), "answer": "moved"}):
        assert (await send(family_client, f"{own(cast)}/reply", **typed)).status_code == 404


async def test_another_familys_is_not_there(other_family_client: Browser, cast: Cast) -> None:
    change = await moved(cast)
    assert (await send(other_family_client, f"{own(cast)}/reply", change=str(change.id), answer="keep")).status_code == 404
    assert await reply(cast) == Reply.NONE


async def test_who_gave_back_is_asked_nothing(family_client: Browser, cast: Cast) -> None:
    await moved(cast)
    await registrations.cancel(cast.chens_registration)
    assert 'id="changed"' not in (await family_client.get(own(cast))).text
