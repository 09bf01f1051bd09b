from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import time_machine

from events import clock, db, sealing
from events.catalog import events, sessions
from events.catalog.tables import Venue
from events.catalog.visits import Visit
from events.db.engine import PooledEngine
from events.notices import cases, changes, leaving, outgoing, truths, wording
from events.notices.queueing import queue, stamp
from events.notices.tables import Notice, NoticeKind, NoticeState, Reply
from events.notices.truths import Case
from events.people import attempts, messages, opt_outs
from events.people.contacts import Contact, Kind
from events.people.opt_outs import Level
from events.people.senders import End
from events.people.tables import Message, OptOut
from events.signup import registrations
from events.signup.tables import Registration, State
from tests import make
from tests.events.notices import stage as company
from tests.events.notices.outbox import BASE, Outbox, ends, notices, prove
from tests.events.notices.stage import DAY, MORNING, NIGHT, STARTS, Stage

PHONE, OTHER, MAIL = "13911110001", "13911110002", "lin@example.com"


@pytest.fixture
async def stage(engine: PooledEngine) -> Stage:
    sealing.use(["a key for tests that is long enough"])
    with time_machine.travel(DAY - timedelta(days=1), tick=False):
        return await company.build()


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


async def family(stage: Stage, phone: str = PHONE, **of: Any) -> Registration:
    return await make.registration(stage.session, party=make.party(phone=phone, **of))


@time_machine.travel(DAY, tick=False)
async def test_a_sign_up_is_told_once_to_the_phone_that_was_typed_and_opens_nothing(stage: Stage, outbox: Outbox) -> None:
    row = await family(stage, adults=2)
    await outbox.run()
    await outbox.run()
    assert outbox.said == [(PHONE, "signed_up placed")]
    (told,) = outbox.told
    assert (told.link, told.stop, told.is_short, told.people) == ("", f"{BASE}/N/{opt_outs.code(Contact(Kind.SMS, PHONE))}", True, 2)
    assert (told.title, told.store, told.starts_at, told.place) == ("剪纸鱼", stage.store.name, STARTS, stage.venue.name)
    (notice,) = await notices(row)
    assert (notice.state, notice.way, notice.finished_at) == (NoticeState.SENT, "sms", DAY)
    message = await Message.objects().get(Message.id == notice.message)
    assert message is not None and (message.state, message.recipient, message.text, message.stop) == ("sent", "", "", "")


@time_machine.travel(DAY, tick=False)
async def test_a_proven_phone_goes_before_a_proven_address_and_both_before_what_was_typed(stage: Stage) -> None:
    link = None
    for kinds, proven, wanted in (
        (("sms", "email"), {"phone": OTHER, "email": MAIL}, OTHER),
        (("sms", "email"), {"email": MAIL}, MAIL),
        (("email",), {"phone": OTHER, "email": MAIL}, MAIL),
        (("sms",), {}, PHONE),
    ):
        outbox = Outbox(kinds)
        row = await family(stage)
        await prove(row, **proven)
        await outbox.run()
        link = f"{BASE}/M/{row.secret}" if proven else ""
        stop = outbox.parcels[0].stop
        assert ([to for to, _text in outbox.said], outbox.told[0].link) == ([wanted], link)
        assert stop == (f"{BASE}/N/{opt_outs.code(Contact(Kind.EMAIL, MAIL))}/all" if wanted == MAIL else "")


@time_machine.travel(DAY, tick=False)
@pytest.mark.parametrize(
    ("phone", "email", "kinds", "reason"),
    [("", "", ("sms", "email"), "no_contact"), (PHONE, "", ("email",), "no_sender"), (PHONE, MAIL, (), "no_sender")],
)
async def test_who_cannot_be_reached_is_on_record(stage: Stage, phone: str, email: str, kinds: tuple[str, ...], reason: str) -> None:
    row = await family(stage, phone)
    await Registration.update({Registration.phone: phone}).where(Registration.id == row.id)
    if not phone:
        await prove(row, phone=" ")  # erased, as after "forget us"
    elif email:
        await prove(row, email=email)
    outbox = Outbox(kinds)
    await outbox.run()
    assert (await ends(row), outbox.said) == ([("signed_up", "unreached", reason)], [])


@time_machine.travel(DAY, tick=False)
async def test_who_wants_no_reminders_hears_of_changes_and_who_wants_nothing_hears_nothing(stage: Stage, outbox: Outbox) -> None:
    quiet, silent = await family(stage, PHONE), await family(stage, OTHER)
    await prove(silent, phone=OTHER, email=MAIL)
    await Notice.delete(force=True)
    await opt_outs.choose(Contact(Kind.SMS, PHONE), Level.REMINDERS)
    await opt_outs.choose(Contact(Kind.SMS, OTHER), Level.ALL)
    async with db.writing():
        about = STARTS.isoformat()
        await queue(NoticeKind.DAY_BEFORE, [quiet, silent], about=about, expires_at=STARTS)
    await stage.moved(4)
    await Notice.update({Notice.about: (STARTS + timedelta(hours=4)).isoformat()}).where(Notice.kind == NoticeKind.DAY_BEFORE)
    await outbox.run()
    assert outbox.said == [(PHONE, "changed placed")]
    assert await ends(quiet) == [("day_before", "unreached", "opted_out"), ("changed", "sent", "")]
    assert await ends(silent) == [("day_before", "unreached", "opted_out"), ("changed", "unreached", "opted_out")]
    await opt_outs.choose(Contact(Kind.SMS, OTHER), None)
    assert not await OptOut.exists().where(OptOut.level == Level.ALL)


@time_machine.travel(DAY, tick=False)
async def test_what_is_no_longer_true_is_dropped(stage: Stage, outbox: Outbox) -> None:
    gone = await family(stage)
    await registrations.cancel(gone)
    begun = await family(stage)
    await Notice.update({Notice.kind: NoticeKind.SOON, Notice.about: "another start"}).where(Notice.registration == begun.id)
    late = await family(stage)
    await Notice.update({Notice.expires_at: DAY}).where(Notice.registration == late.id)
    thanked = await family(stage)
    await Notice.update({Notice.kind: NoticeKind.THANKS}).where(Notice.registration == thanked.id)
    waits = await family(stage)
    await Notice.update({Notice.kind: NoticeKind.PLACED}).where(Notice.registration == waits.id)
    await Registration.update({Registration.state: State.WAITING}).where(Registration.id == waits.id)
    await outbox.run()
    assert outbox.said == []
    reasons = [(await ends(row))[0][1:] for row in (gone, begun, late, waits, thanked)]
    assert reasons == [("dropped", why) for why in ("given_back", "moved", "late", "not_placed", "not_come")]


@time_machine.travel(DAY, tick=False)
async def test_the_newest_change_is_told_from_what_the_family_knew(stage: Stage, outbox: Outbox) -> None:
    row, answered = await family(stage), await family(stage, OTHER)
    await outbox.run()
    outbox.told.clear()
    await stage.moved(2)
    await stage.moved(4)
    await Notice.update({Notice.reply: Reply.KEEP}).where((Notice.registration == answered.id) & (Notice.kind == NoticeKind.CHANGED))
    await outbox.run()
    (told,) = outbox.told
    assert (told.kind, told.was_starts_at, told.starts_at, told.was_place) == ("changed", STARTS, STARTS + timedelta(hours=4), "")
    assert [each[1:] for each in await ends(row)] == [("sent", ""), ("dropped", changes.NEWER), ("sent", "")]
    assert (await ends(answered))[-1][1:] == ("dropped", "answered")


@time_machine.travel(DAY, tick=False)
async def test_another_place_is_named_with_the_one_it_was(stage: Stage, outbox: Outbox) -> None:
    await family(stage)
    await outbox.run()
    was, stage.venue = stage.venue, await make.venue(stage.store)
    await stage.moved(0)
    await outbox.run()
    assert (outbox.told[-1].was_place, outbox.told[-1].place) == (was.name, stage.venue.name)


@time_machine.travel(DAY, tick=False)
async def test_called_off_says_why_to_whoever_had_or_waited_for_places(stage: Stage, outbox: Outbox) -> None:
    placed, waiting, gone = await family(stage, adults=6), await family(stage, OTHER), await family(stage)
    await registrations.cancel(gone)
    await outbox.run()
    outbox.told.clear()
    await stage.called_off()
    await outbox.run()
    assert {(told.kind, told.state, told.reason) for told in outbox.told} == {
        ("called_off", "placed", "师傅病了"),
        ("called_off", "waiting", "师傅病了"),
    }
    assert [(await ends(row))[-1][0] for row in (placed, waiting, gone)] == ["called_off", "called_off", "signed_up"]


@time_machine.travel(DAY, tick=False)
async def test_a_change_takes_back_what_is_in_the_outbox(stage: Stage, outbox: Outbox) -> None:
    row = await family(stage)
    await outbox.give()
    assert (await ends(row)) == [("signed_up", "leaving", "")]
    await stage.moved(4)
    await outbox.run()
    assert outbox.said == [(PHONE, "signed_up placed"), (PHONE, "changed placed")]
    assert outbox.told[-2].starts_at == STARTS + timedelta(hours=4)
    assert await ends(row) == [("signed_up", "sent", ""), ("changed", "sent", "")]
    await stage.moved(2)
    await outbox.give()
    await stage.moved(3)
    await outbox.run()
    assert [each[1:] for each in await ends(row)][2:] == [("dropped", "newer"), ("sent", "")]
    assert outbox.told[-1].was_starts_at == STARTS + timedelta(hours=4)  # the last it heard of


async def test_nobody_is_woken_by_what_others_did_but_answered_at_once(stage: Stage, outbox: Outbox) -> None:
    with time_machine.travel(NIGHT, tick=False):
        own = await family(stage, PHONE, adults=6)
        waits = await family(stage, OTHER)
        by_store = (
            await registrations.register(stage.session, make.party(phone=OTHER), household=None, key=make.key(), by=stage.host)
        ).registration
        await outbox.run()
        assert {to for to, _text in outbox.said} == {PHONE, OTHER}
        await registrations.cancel(own)
        await outbox.run()
        assert len(outbox.said) == 2
        assert [row.due_at for row in (*await notices(waits, NoticeKind.PLACED), *await notices(by_store))] == [MORNING] * 3
    with time_machine.travel(MORNING, tick=False):
        await outbox.run()
        assert outbox.said[2:] == [(OTHER, "signed_up placed"), (OTHER, "placed placed")]


async def test_what_was_due_by_day_does_not_come_at_night_unless_the_morning_is_too_late(stage: Stage, outbox: Outbox) -> None:
    with time_machine.travel(DAY, tick=False):
        row, other = await family(stage), await family(stage, OTHER)
        await Notice.update({Notice.expires_at: MORNING + timedelta(hours=2)}).where(Notice.registration == row.id)
        await Notice.update({Notice.expires_at: MORNING - timedelta(hours=2)}).where(Notice.registration == other.id)
    with time_machine.travel(NIGHT, tick=False):
        await outbox.run()
        assert outbox.said == [(OTHER, "signed_up placed")]
    with time_machine.travel(MORNING, tick=False):
        await outbox.run()
        assert outbox.said == [(OTHER, "signed_up placed"), (PHONE, "signed_up placed")]


@time_machine.travel(DAY, tick=False)
async def test_one_contact_gets_eight_a_day_and_what_changed_beyond_them(stage: Stage, outbox: Outbox) -> None:
    rows = [await make.registration(await make.session(stage.event), party=make.party(phone=PHONE)) for _ in range(8)]
    late = await family(stage)
    await outbox.run()
    await stage.moved(4)
    await outbox.run()
    assert [text for _to, text in outbox.said] == ["signed_up placed"] * 8 + ["changed placed"]
    assert {each for row in rows for each in await ends(row)} == {("signed_up", "sent", "")}
    assert await ends(late) == [("signed_up", "unreached", "too_many"), ("changed", "sent", "")]
    with time_machine.travel(DAY + timedelta(days=1, minutes=1), tick=False):
        await family(stage)
        await outbox.run()
        assert outbox.said[-1] == (PHONE, "signed_up placed")


@time_machine.travel(DAY, tick=False)
async def test_the_budget_is_kept_by_a_key_that_tells_nothing(stage: Stage, outbox: Outbox) -> None:
    await family(stage)
    await outbox.run()
    assert await attempts.tries(attempts.key("notices to", f"sms {PHONE}")) == 1


@time_machine.travel(DAY, tick=False)
@pytest.mark.parametrize(("end", "state"), [(End.FAILED, "failed"), (End.UNKNOWN, "unknown")])
async def test_the_messages_end_is_the_notices(stage: Stage, end: End, state: str) -> None:
    outbox = Outbox(ends=[end])
    row = await family(stage)
    await outbox.run()
    await outbox.run()
    assert (await ends(row), len(outbox.said)) == ([("signed_up", state, "")], 1)


@time_machine.travel(DAY, tick=False)
async def test_mend_ends_what_a_lost_message_left_open(stage: Stage, outbox: Outbox) -> None:
    row, swept, waiting = await family(stage), await family(stage), await family(stage)
    await outbox.give()
    (carried,), (lost,) = await notices(row), await notices(swept)
    await Message.update({Message.state: "sent"}).where(Message.id == carried.message)
    await Message.delete().where(Message.id == lost.message)
    await outgoing.mend()
    assert [(await ends(each))[0][1] for each in (row, swept, waiting)] == ["sent", "unknown", "leaving"]


@time_machine.travel(DAY, tick=False)
async def test_many_at_once_give_each_notice_to_the_outbox_once(stage: Stage, outbox: Outbox) -> None:
    rows = [await make.registration(stage.session, party=make.party(phone=make.phone())) for _ in range(60)]
    await asyncio.gather(*(outbox.give() for _ in range(5)))
    await outbox.empty()
    assert len(outbox.said) == len({to for to, _text in outbox.said}) == len(rows)
    assert await Message.count() == len(rows)


@time_machine.travel(DAY, tick=False)
async def test_without_words_nothing_leaves_and_nothing_is_lost(stage: Stage, outbox: Outbox) -> None:
    row = await family(stage)
    assert await leaving.leave({"sms": outbox}, None, BASE) is False
    assert await ends(row) == [("signed_up", "due", "")]


@time_machine.travel(DAY, tick=False)
async def test_a_letter_that_fails_leaves_no_message_behind_and_holds_up_no_other(stage: Stage, outbox: Outbox) -> None:
    row, other = await family(stage, adults=2), await family(stage, OTHER)
    await leaving.leave({"sms": outbox}, lambda told: str(1 // (2 - told.people)), BASE)
    assert (await ends(row), await Message.count()) == ([("signed_up", "failed", "")], 1)
    assert await ends(other) == [("signed_up", "leaving", "")]


@time_machine.travel(DAY, tick=False)
@pytest.mark.parametrize("where", ["gathered", "decided"])
async def test_a_row_that_breaks_what_looks_at_it_ends_and_holds_up_no_other(
    stage: Stage, outbox: Outbox, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    row, others = await family(stage, adults=2), [await family(stage, OTHER), await family(stage, "13911110003")]
    gathered, decided = cases.of, truths.untrue

    async def of(notices: Sequence[Notice]) -> list[Case]:
        if any(notice.registration == row.id for notice in notices):
            raise KeyError(row.id)
        return await gathered(notices)

    def untrue(case: Case, moment: datetime) -> str:
        return str(1 // 0) if case.people == 2 else decided(case, moment)

    monkeypatch.setattr(*((cases, "of", of) if where == "gathered" else (leaving, "untrue", untrue)))
    await outbox.run()
    assert await ends(row) == [("signed_up", "failed", "")]
    assert [await ends(other) for other in others] == [[("signed_up", "sent", "")]] * 2
    assert await leaving.leave({"sms": outbox}, str, BASE) is False


@time_machine.travel(DAY, tick=False)
async def test_a_place_in_a_compound_is_a_secret_until_a_proven_family_has_its_places(stage: Stage, outbox: Outbox) -> None:
    compound = await make.compound(stage.store, name="梧桐苑")
    flat, other = await make.venue(compound=compound, name="老陈家"), await make.venue(compound=compound, name="老李家")
    stage.session = await make.session(stage.event, places=1, starts_at=STARTS + timedelta(days=1), venue=flat)
    placed, waiting = await family(stage), await family(stage, OTHER)
    await prove(waiting, phone=OTHER)
    await outbox.run()
    assert [told.place for told in outbox.told] == ["梧桐苑"] * 2
    await prove(placed, phone=PHONE)
    outbox.told.clear()
    stage.venue = other
    await stage.moved(30)
    await outbox.run()
    assert {(told.state, told.place, told.was_place) for told in outbox.told} == {
        ("placed", "梧桐苑 老李家 12 号楼 101", "梧桐苑 老陈家 12 号楼 101"),
        ("waiting", "梧桐苑", ""),
    }


@time_machine.travel(DAY, tick=False)
async def test_what_only_another_flat_changes_goes_its_way(stage: Stage, outbox: Outbox) -> None:
    compound = await make.compound(stage.store)
    stage.session = await make.session(stage.event, places=1, venue=await make.venue(compound=compound))
    _placed, waiting = await family(stage), await family(stage, OTHER)
    await outbox.give()
    venue = await Venue.objects().get(Venue.id == stage.session.venue)
    assert venue is not None
    of = stage.session
    await sessions.change(of, venue, of.starts_at, of.ends_at, visit=Visit(flat="9-901"), by=stage.host)
    assert await ends(waiting) == [("signed_up", "leaving", "")]


@time_machine.travel(DAY, tick=False)
async def test_an_offer_taken_back_from_the_outbox_is_made_once_more(stage: Stage, outbox: Outbox) -> None:
    row = await family(stage)
    await outbox.run()
    until = DAY + timedelta(hours=5)
    await Registration.update({Registration.state: State.OFFERED, Registration.offer_ends_at: until}).where(Registration.id == row.id)
    async with db.writing():
        await queue(NoticeKind.OFFER, [row], about=stamp(until), expires_at=until)
    await outbox.give()
    await stage.moved(4)
    await stage.moved(0)
    await outbox.run()
    assert [text for _to, text in outbox.said] == ["signed_up placed", "offer offered"]


@time_machine.travel(DAY, tick=False)
async def test_what_is_just_given_to_the_outbox_is_taken_back_too(stage: Stage, outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    await family(stage)
    inside, gate, worded = asyncio.Event(), asyncio.Event(), wording.told

    async def slow(*of: Any) -> Any:
        found = await worded(*of)
        inside.set()
        await gate.wait()
        return found

    monkeypatch.setattr(wording, "told", slow)
    giving = asyncio.create_task(leaving.leave({"sms": outbox}, lambda told: str(told.starts_at), BASE))
    await inside.wait()
    moving = asyncio.create_task(stage.moved(4))
    await asyncio.wait({moving}, timeout=0.5)
    gate.set()
    await asyncio.gather(giving, moving)
    monkeypatch.setattr(wording, "told", worded)
    await outbox.run()
    assert {told.starts_at for told in outbox.told} == {STARTS + timedelta(hours=4)}
    assert [text for _to, text in outbox.said] == ["signed_up placed", "changed placed"]


async def test_called_off_is_told_by_the_time_the_family_knew(stage: Stage, outbox: Outbox) -> None:
    with time_machine.travel(DAY, tick=False):
        row = await family(stage)
        await outbox.run()
    with time_machine.travel(NIGHT, tick=False):
        await stage.moved(4)
        await stage.called_off()
    with time_machine.travel(MORNING, tick=False):
        await outbox.run()
        assert [each[:2] for each in await ends(row)][1:] == [("changed", "dropped"), ("called_off", "sent")]
        assert outbox.told[-1].was_starts_at == STARTS


@time_machine.travel(DAY, tick=False)
async def test_who_was_not_reached_is_told_from_where_it_knew(stage: Stage, outbox: Outbox) -> None:
    await family(stage)
    await outbox.run()
    await stage.moved(4)
    await Outbox(()).run()
    await stage.moved(6)
    await outbox.run()
    assert outbox.told[-1].was_starts_at == STARTS


@time_machine.travel(DAY, tick=False)
async def test_an_event_called_off_takes_everything_else_along(stage: Stage, outbox: Outbox) -> None:
    row = await family(stage)
    await outbox.give()
    await events.cancel(stage.event, "下雨", by=stage.host)
    await outbox.run()
    assert outbox.said == [(PHONE, "called_off placed")]
    assert await ends(row) == [("signed_up", "dropped", "called_off"), ("called_off", "sent", "")]


@time_machine.travel(DAY, tick=False)
async def test_codes_do_not_wait_behind_notices(stage: Stage, outbox: Outbox) -> None:
    await family(stage)
    await outbox.give()
    await messages.post(Contact(Kind.SMS, OTHER), "码", expires_at=clock.now() + timedelta(minutes=10))
    async with httpx.AsyncClient() as client:
        await messages.send_next({"sms": outbox}, client)
    assert [text for _to, text in outbox.said] == ["码"]
