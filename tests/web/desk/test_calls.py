import pytest

from events.catalog import sessions
from events.catalog.tables import Venue
from events.notices.queueing import stamp
from events.notices.tables import Called, Notice, NoticeKind, NoticeState, Reply
from events.notices.telling import APPROVED, LET_GO
from events.signup import placing
from events.signup.tables import Registration, State
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from tests.web.sending import send


@pytest.fixture
async def notice(cast: Cast) -> Notice:
    """The Chens were not reached about a change; the Lins were."""
    venue = await Venue.objects().get(Venue.id == cast.session.venue)
    assert venue is not None
    later = [moment + 240 * make.MINUTE for moment in (cast.session.starts_at, cast.session.ends_at)]
    await sessions.change(cast.session, venue, *later, by=cast.east_host)
    of_change = Notice.change.is_not_null()
    await Notice.update({Notice.state: NoticeState.SENT}).where(of_change)
    await Notice.update({Notice.state: NoticeState.UNREACHED}).where(of_change & (Notice.registration == cast.chens_registration.id))
    row = await Notice.objects().where(of_change & (Notice.registration == cast.chens_registration.id)).first()
    assert row is not None
    return row


async def fresh(notice: Notice) -> Notice:
    row = await Notice.objects().get(Notice.id == notice.id)
    assert row is not None
    return row


async def test_show_has_whom_to_call_and_what_to_say(host_client: Browser, cast: Cast, notice: Notice) -> None:
    page = await host_client.get(f"/desk/sessions/{cast.session.id}/calls")
    for words in (cast.chens.name, f'href="tel:{cast.chens.phone}"', "您好，我是花园店的小盒阿宁。", "改到", "没通知到"):
        assert words in page.text
    assert cast.lins.name not in page.text


async def test_show_without_calls_says_so(host_client: Browser, cast: Cast) -> None:
    page = await host_client.get(f"/desk/sessions/{cast.session.id}/calls")
    assert "这一场没有要打的电话" in page.text


async def test_today_lists_the_sheet(host_client: Browser, cast: Cast, notice: Notice) -> None:
    page = await host_client.get("/desk")
    assert f"/desk/sessions/{cast.session.id}/calls" in page.text
    await send(host_client, f"/desk/calls/{notice.id}", said="reached")
    assert f"/desk/sessions/{cast.session.id}/calls" not in (await host_client.get("/desk")).text


async def test_the_roster_leads_to_the_sheet_while_somebody_is_to_be_called(host_client: Browser, cast: Cast, notice: Notice) -> None:
    roster, sheet = f"/desk/sessions/{cast.session.id}/registrations", f'href="/desk/sessions/{cast.session.id}/calls"'
    page = (await host_client.get(roster)).text
    assert (sheet in page, "1 家没通知到，或者没回话" in page) == (True, True)
    await send(host_client, f"/desk/calls/{notice.id}", said="reached")
    assert sheet not in (await host_client.get(roster)).text


async def test_create_ticks_a_call(host_client: Browser, cast: Cast, notice: Notice) -> None:
    answer = await send(host_client, f"/desk/calls/{notice.id}", said="no_answer")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/sessions/{cast.session.id}/calls")
    assert (await fresh(notice)).called == Called.NO_ANSWER
    page = await host_client.get(f"/desk/sessions/{cast.session.id}/calls")
    assert "小盒阿宁 打过，没接" in page.text
    await send(host_client, f"/desk/calls/{notice.id}", said="reached")
    page = await host_client.get(f"/desk/sessions/{cast.session.id}/calls")
    assert ("打过了" in page.text, "小盒阿宁 打通了" in page.text) == (True, True)


async def test_create_takes_the_familys_answer(host_client: Browser, cast: Cast, notice: Notice) -> None:
    await send(host_client, f"/desk/calls/{notice.id}", said="keep")
    row = await fresh(notice)
    assert (row.reply, row.called, row.called_by) == (Reply.KEEP, Called.REACHED, cast.east_host.id)
    await send(host_client, f"/desk/calls/{notice.id}", said="give_back")
    assert (await placing.current(cast.chens_registration.id)).state == State.CANCELLED


async def test_create_of_an_overtaken_change_shows_the_newest(host_client: Browser, cast: Cast, notice: Notice) -> None:
    venue = await Venue.objects().get(Venue.id == cast.session.venue)
    assert venue is not None
    later = [moment + 360 * make.MINUTE for moment in (cast.session.starts_at, cast.session.ends_at)]
    await sessions.change(cast.session, venue, *later, by=cast.east_host)
    answer = await send(host_client, f"/desk/calls/{notice.id}", said="keep")
    assert (answer.status_code, "后来又改了" in answer.text) == (422, True)


async def test_create_of_nothing_known_is_not_there(host_client: Browser, notice: Notice) -> None:
    assert (await send(host_client, f"/desk/calls/{notice.id}", said="whatever")).status_code == 404


async def test_a_foreign_notice_is_not_there(foreign_client: Browser, cast: Cast, notice: Notice) -> None:
    assert (await send(foreign_client, f"/desk/calls/{notice.id}", said="reached")).status_code == 404
    assert (await fresh(notice)).called == Called.NONE


@pytest.mark.parametrize(
    ("kind", "state", "about", "words"),
    [
        (NoticeKind.SIGNED_UP, State.PLACED, "", "发给您的消息没到，说一声"),
        (NoticeKind.SIGNED_UP, State.WAITING, APPROVED, "先给您排上队了"),
        (NoticeKind.SIGNED_UP, State.CANCELLED, LET_GO, "这次没有给您家留位子"),
        (NoticeKind.PLACED, State.PLACED, "", "给您家留着呢"),
        (NoticeKind.DAY_BEFORE, State.PLACED, "start", "来得了吗"),
        (NoticeKind.OFFER, State.OFFERED, "end", "前要给个回话"),
    ],
)
async def test_each_kind_has_words_of_its_own(
    host_client: Browser, cast: Cast, kind: NoticeKind, state: State, about: str, words: str
) -> None:
    ends_at = cast.session.starts_at - 60 * make.MINUTE
    row = Registration.id == cast.chens_registration.id
    await Registration.update({"state": state, "offer_ends_at": ends_at if state == State.OFFERED else None}).where(row)
    stamps = {"start": cast.session.starts_at, "end": ends_at}
    about = stamp(stamps[about]) if about in stamps else about
    await Notice.delete().where(Notice.registration == cast.chens_registration.id)
    told = Notice(registration=cast.chens_registration.id, session=cast.session.id, kind=kind, about=about, state=NoticeState.FAILED)
    told.expires_at = cast.session.starts_at
    await told.save()
    page = await host_client.get(f"/desk/sessions/{cast.session.id}/calls")
    assert (words in page.text, "打通了，照样来" in page.text) == (True, kind == NoticeKind.DAY_BEFORE)


async def test_create_takes_the_answer_to_a_reminder(host_client: Browser, cast: Cast) -> None:
    about, family = stamp(cast.session.starts_at), cast.chens_registration
    told = Notice(registration=family.id, session=cast.session.id, kind=NoticeKind.DAY_BEFORE, about=about, state=NoticeState.FAILED)
    told.expires_at = cast.session.starts_at
    await told.save()
    await send(host_client, f"/desk/calls/{told.id}", said="keep")
    assert (await placing.current(family.id)).confirmed_at is not None
    await send(host_client, f"/desk/calls/{told.id}", said="give_back")
    assert (await placing.current(family.id)).state == State.CANCELLED
