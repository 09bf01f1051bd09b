from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from events import clock
from events.catalog.tables import Event, Per, QuestionKind, Session
from events.checkin import arrivals
from events.checkin.tables import How
from events.db.engine import PooledEngine
from events.errors import NotThere, Refused
from events.export import exports, making
from events.export.scopes import Scope
from events.export.tables import Export, ExportPart, ExportState, FileKind, What
from events.people import phones
from events.people.tables import Audit, Role, Staff
from events.sheets import writing
from events.signup import notes, payments, registrations
from events.signup.tables import Attendee, Consent, Registration
from tests import make
from tests.cast import Cast, assemble
from tests.events.export import files
from tests.events.export.files import ask, of_event, read

pytestmark = pytest.mark.usefixtures("engine")
ZONE = ZoneInfo("Asia/Shanghai")
KINDS = pytest.mark.parametrize("kind", FileKind)


@pytest.fixture
async def cast(engine: PooledEngine) -> Cast:
    return await assemble()


@pytest.fixture
async def lesson(cast: Cast) -> tuple[Event, Session]:
    """An event with a fee, and an empty session of it."""
    event = await make.event(cast.east, host=cast.east_host, title="秋天的月饼课", fee=1800)
    return event, await make.session(event, starts_at=make.at(7))


def local(moment: datetime) -> datetime:
    return moment.astimezone(ZONE).replace(tzinfo=None, microsecond=0)


@KINDS
async def test_registrations_are_a_line_a_family(cast: Cast, lesson: tuple[Event, Session], kind: FileKind) -> None:
    event, session = lesson
    group = await make.group(cast.east, host=cast.east_host, name="梧桐苑亲子群")
    told = make.party(1, 2, name="=王妈妈", phone="13800138000", note="＝早点来", via=group.code)
    row = await make.registration(session, party=told)
    await notes.write(row, "老邻居", by=cast.east_host, store=cast.east.id)
    await payments.take(row, by=cast.east_host)
    export = await ask(await of_event(event, session), kind=kind, by=cast.east_host)
    assert (export.state, export.rows, export.done) == (ExportState.READY, 1, 1)
    (line,) = await read(export)
    keep = "'" if kind == FileKind.CSV else ""
    assert line.pop("几时报的")
    assert line.pop("几时排上的")
    starts = local(session.starts_at)
    numbers = {"几个大人": 1, "几个孩子": 2, "占几个名额": 3, "该交（元）": 54, "交了（元）": 54}
    assert line == {
        "哪个活动": "秋天的月饼课",
        "哪一场": f"{starts:%Y-%m-%d %H:%M}" if keep else starts,
        "现在怎样": "有名额了",
        "家庭": f"{keep}=王妈妈",
        "手机": "13800138000",
        "从哪个群来": "梧桐苑亲子群",
        "家长的备注": f"{keep}＝早点来",
        "店里的备注": "老邻居",
        "让不让记孩子": "让记",
        **{head: str(number) if keep else number for head, number in numbers.items()},
    }
    assert phones.normalise(str(line["手机"])) == line["手机"]


async def test_registrations_tell_every_state_in_words(cast: Cast) -> None:
    event = await make.event(cast.east, host=cast.east_host)
    session = await make.session(event, places=1)
    placed, _waiting, gone = [await make.registration(session) for _each in range(3)]
    await registrations.cancel(gone)
    export = await ask(await of_event(event), by=cast.east_host)
    assert [line["现在怎样"] for line in await read(export)] == ["有名额了", "在排队", "自己退了"]
    assert placed.id


@KINDS
async def test_roster_is_a_line_a_person_who_is_expected(cast: Cast, lesson: tuple[Event, Session], kind: FileKind) -> None:
    event, session = lesson
    people = (make.adult("王芳"), make.child("小满", allergies="花生", diet="不吃猪肉", note="怕生"))
    row = await make.registration(session, party=make.party(people=people, name="王妈妈"))
    await make.registration(session, party=make.party(is_at_once=False, name="李妈妈"))
    await registrations.cancel(await make.registration(session))
    ticket = await make.ticket_of(row)
    await Session.update({Session.starts_at: clock.now()}).where(Session.id == session.id)
    child = (await registrations.people_of(row.id))[1]
    await arrivals.admit(ticket, [child.id], nonce=make.key(), by=cast.east_host, overrule=True)
    export = await ask(await of_event(event, session), What.ROSTER, kind, by=cast.east_host)
    mother, kid, other = await read(export)
    assert (mother["名字"], mother["大人还是孩子"], mother["票号"]) == ("王芳", "一位大人", ticket.number)
    assert (kid["名字"], kid["几岁"], kid["过敏"], kid["忌口"], kid["备注"]) == (
        "小满",
        "6" if kind == FileKind.CSV else 6,
        "花生",
        "不吃猪肉",
        "怕生",
    )
    assert ("几点到的" in mother, "几点到的" in kid) == (False, True)
    assert other["家庭"] == "李妈妈"


async def test_roster_tells_nothing_of_a_child_whose_family_refused(cast: Cast, lesson: tuple[Event, Session]) -> None:
    event, session = lesson
    row = await make.registration(session, party=make.party(1, 1, consent=Consent.REFUSED))
    await Attendee.update({Attendee.name: "小满", Attendee.allergies: "花生"}).where(Attendee.registration == row.id)
    _adult, child = await read(await ask(await of_event(event, session), What.ROSTER, by=cast.east_host))
    assert child["几岁"] == "6"
    assert "名字" not in child
    assert "过敏" not in child


@KINDS
async def test_answers_have_a_column_a_question(cast: Cast, lesson: tuple[Event, Session], kind: FileKind) -> None:
    event, session = lesson
    fillings = await make.question(event.id, QuestionKind.CHOICES, label="要什么馅")
    bean, lotus = [await make.option(fillings, label) for label in ("豆沙", "莲蓉")]
    boxes = await make.question(event.id, QuestionKind.NUMBER, label="几盒")
    apron = await make.question(event.id, QuestionKind.YES_NO, label="有围裙吗", per=Per.CHILD)
    await make.question(event.id, label="没人答过的", archived_at=clock.now())
    people = (make.adult("王芳"), make.child("小满", answers={apron.id: ("yes",)}))
    told = make.party(people=people, answers={fillings.id: (str(bean.id), str(lotus.id)), boxes.id: ("2",)})
    await make.registration(session, party=told)
    family, child = await read(await ask(await of_event(event, session), What.ANSWERS, kind, by=cast.east_host))
    assert (family["要什么馅"], family["几盒"], family["大人还是孩子"]) == ("豆沙、莲蓉", "2" if kind == FileKind.CSV else 2, "全家")
    assert (child["名字"], child["有围裙吗"]) == ("小满", "是")
    assert "没人答过的" not in family


async def test_arrivals_leave_out_what_was_undone(cast: Cast, lesson: tuple[Event, Session]) -> None:
    event, session = lesson
    families = [await make.registration(session, party=make.party(name=name)) for name in ("王妈妈", "李妈妈")]
    await Session.update({Session.starts_at: clock.now()}).where(Session.id == session.id)
    for row in families:
        ticket = await make.ticket_of(row)
        people = [person.id for person in await registrations.people_of(row.id)]
        await arrivals.admit(ticket, people, nonce=make.key(), by=cast.east_host)
    await arrivals.undo(await make.ticket_of(families[0]), by=cast.east_host)
    (line,) = await read(await ask(await of_event(event), What.ARRIVALS, by=cast.east_host))
    assert (line["家庭"], line["谁签的"], line["大人还是孩子"]) == ("李妈妈", "小盒阿宁", "一位大人")
    assert line["几点到的"]


async def test_arrivals_say_which_families_checked_themselves_in(cast: Cast, lesson: tuple[Event, Session]) -> None:
    event, session = lesson
    row = await make.registration(session)
    await Session.update({Session.starts_at: clock.now()}).where(Session.id == session.id)
    people = [person.id for person in await registrations.people_of(row.id)]
    await arrivals.admit(await make.ticket_of(row), people, nonce=make.key(), by=None, how=How.SELF)
    (line,) = await read(await ask(await of_event(event), What.ARRIVALS, by=cast.east_host))
    assert line["谁签的"] == "自己"


async def test_a_store_between_two_days(cast: Cast) -> None:
    other = await make.event(cast.east, title="腌咸菜")
    late = await make.session(other, starts_at=make.at(8, "23:59"))
    await make.registration(late)
    await make.registration(await make.session(other, starts_at=make.at(9, "00:00")))
    await make.registration(await make.session(await make.event(cast.west), starts_at=make.at(8)))
    day = local(cast.session.starts_at).date()
    scope = Scope(cast.east, from_day=day, until_day=day + timedelta(days=1))
    lines = await read(await ask(scope, by=cast.east_lead))
    assert [line["哪个活动"] for line in lines] == ["亲子做月饼", "亲子做月饼", "腌咸菜"]


async def test_headings_are_in_the_askers_language(cast: Cast) -> None:
    export = await ask(await of_event(cast.event), by=cast.east_host, language="en")
    assert "Family" in (await read(export))[0]


async def test_what_was_erased_is_empty(cast: Cast) -> None:
    await Registration.update({Registration.name: "", Registration.phone: ""}).where(Registration.session == cast.session.id)
    lines = await read(await ask(await of_event(cast.event), by=cast.east_host))
    assert [("家庭" in line, line["占几个名额"]) for line in lines] == [(False, "2"), (False, "1")]


async def test_ask_is_for_the_events_host_and_who_leads_the_store(cast: Cast) -> None:
    peer = await make.staff(Role.HOST, cast.east)
    scope = await of_event(cast.event)
    for staff in (cast.east_host, cast.east_lead, cast.owner):
        assert (await ask(scope, by=staff)).state == ExportState.READY
    with pytest.raises(Refused, match="只有这个活动的小盒"):
        await ask(scope, by=peer)
    with pytest.raises(NotThere):
        await ask(scope, by=cast.west_lead)
    whole = Scope(cast.east, from_day=clock.now().date(), until_day=clock.now().date())
    with pytest.raises(Refused, match="只有店主和大盒"):
        await ask(whole, by=cast.east_host)
    assert (await ask(whole, by=cast.owner)).event is None


async def test_ask_refuses_what_cannot_be_one_table(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    day = clock.now().date()
    for scope, what, field in (
        (Scope(cast.east), What.ROSTER, "until_day"),
        (Scope(cast.east, from_day=day, until_day=day - timedelta(days=1)), What.ROSTER, "until_day"),
        (Scope(cast.east, from_day=day, until_day=day + timedelta(days=366)), What.ROSTER, "until_day"),
        (Scope(cast.east, from_day=day, until_day=day), What.ANSWERS, "what"),
    ):
        with pytest.raises(Refused) as refused:
            await ask(scope, what, by=cast.owner)
        assert refused.value.field == field
    monkeypatch.setattr(exports, "XLSX_ROWS", 1)
    with pytest.raises(Refused, match="选 CSV"):
        await ask(await of_event(cast.event), kind=FileKind.XLSX, by=cast.owner)


async def test_ask_is_patient_with_so_many(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 0)
    scope = await of_event(cast.event)
    for _each in range(exports.MOST):
        assert (await ask(scope, by=cast.east_host)).state == ExportState.DUE
    with pytest.raises(Refused, match="还在做"):
        await ask(scope, by=cast.east_host)
    assert (await ask(scope, by=cast.owner)).state == ExportState.DUE


async def test_a_file_is_its_makers_alone_and_for_a_day(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    export = await ask(await of_event(cast.event), by=cast.east_host)
    assert [row.id for row in await exports.of(cast.east_host)] == [export.id]
    for staff in (cast.owner, cast.east_lead):
        with pytest.raises(NotThere):
            await exports.one(export.id, by=staff)
    moved = replace_store(cast.east_host, cast.west.id)
    with pytest.raises(NotThere):
        await exports.one(export.id, by=moved)
    later = clock.now() + timedelta(hours=24, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(NotThere):
        await exports.one(export.id, by=cast.east_host)


def replace_store(staff: Staff, store: int) -> Staff:
    return Staff(**{**staff.to_dict(), "store": store})


async def test_sweep_erases_what_families_told_after_a_day(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    old, stuck = [await ask(await of_event(cast.event), by=cast.east_host) for _each in range(2)]
    hours = timedelta(hours=25)
    await Export.update({Export.created_at: clock.now() - hours}).where(Export.id.is_in([old.id, stuck.id]))
    await Export.update({Export.state: ExportState.MAKING}).where(Export.id == stuck.id)
    new = await ask(await of_event(cast.event), by=cast.east_host)
    assert await ExportPart.count() == 3
    while await making.sweep():
        pass
    assert [part["export"] for part in await ExportPart.select(ExportPart.export)] == [new.id]
    rows = {row.id: row for row in await Export.objects()}
    assert (rows[old.id].size, rows[stuck.id].state) == (0, ExportState.FAILED)


async def test_sweep_erases_the_parts_of_a_file_that_was_never_finished(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    hold, left = making._hold, iter(range(4))

    async def dying(export: Export, values: making.Values) -> None:
        if next(left, None) is None:
            raise OSError
        await hold(export, values)

    await files.crowd(await make.session(cast.event, places=200), 30)
    monkeypatch.setattr(writing, "PIECE", 500)
    monkeypatch.setattr(making, "_hold", dying)
    export = await ask(await of_event(cast.event), by=cast.east_host)
    assert (await ExportPart.count() > 0, export.size) == (True, 0)
    monkeypatch.setattr(making, "_hold", hold)
    await Export.update({Export.created_at: clock.now() - timedelta(hours=25)}).where(Export.id == export.id)
    while await making.sweep():
        pass
    assert await ExportPart.count() == 0


async def test_the_trail_tells_who_asked_and_who_took_it_away(cast: Cast) -> None:
    export = await ask(await of_event(cast.event), What.ROSTER, by=cast.east_host)
    _pieces = await exports.fetch(export, by=cast.east_host)
    rows = await Audit.objects().where(Audit.subject == "export_file").order_by(Audit.id)
    assert [(row.act, row.subject_id, row.staff, row.store) for row in rows] == [
        ("export.made", export.id, cast.east_host.id, cast.east.id),
        ("export.fetched", export.id, cast.east_host.id, cast.east.id),
    ]
    assert await exports.told([export.id]) == {export.id: (What.ROSTER, "亲子做月饼")}


async def test_fetch_has_nothing_of_an_unfinished_file(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 0)
    export = await ask(await of_event(cast.event), by=cast.east_host)
    with pytest.raises(NotThere):
        await exports.fetch(export, by=cast.east_host)
