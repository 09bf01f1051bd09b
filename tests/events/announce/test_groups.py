from __future__ import annotations

from dataclasses import replace

import pytest

from events import clock, sealing
from events.announce import announcements, deliveries, groups
from events.announce.groups import Details
from events.announce.tables import Announcement, ChannelName, Delivery, DeliveryState, Group, GroupKind, Part
from events.catalog.tables import Store
from events.errors import NotThere, Refused
from events.people.tables import Audit, Role, Staff
from tests import make
from tests.standin import HOOK, KEY, TOKEN

pytestmark = pytest.mark.usefixtures("engine")
DINGTALK = f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}"
FEISHU = f"https://open.feishu.cn/open-apis/bot/v2/hook/{HOOK}"
SECRET = "SECdemo0123456789"
PASTED = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"


@pytest.fixture
async def store() -> Store:
    return await make.store()


@pytest.fixture
async def host(store: Store) -> Staff:
    return await make.staff(role=Role.HOST, store=store)


def details(host: Staff, **values: object) -> Details:
    base = Details(name="梅园亲子群①", kind=GroupKind.FAMILY, channel=ChannelName.BY_HAND, host=host.id, members=498)
    return replace(base, **values)  # type: ignore[arg-type]  # -- each test names the one it means


async def test_add_gives_a_group_a_short_code(store: Store, host: Staff) -> None:
    group = await groups.add(store, details(host), by=host)
    assert (len(group.code), group.credential, group.robot) == (5, "", "")
    trail = await Audit.select(Audit.act, Audit.staff).where(Audit.subject == "chat_group", Audit.subject_id == group.id)
    assert trail == [{"act": "group.added", "staff": host.id}]


async def test_add_seals_the_robot_s_address(store: Store, host: Staff) -> None:
    group = await groups.add(store, details(host, channel=ChannelName.WECOM), robot=PASTED, by=host)
    assert KEY not in group.credential + group.robot
    assert sealing.unseal(group.credential) == KEY


@pytest.mark.parametrize(
    ("channel", "pasted", "kept"),
    [(ChannelName.DINGTALK, DINGTALK, TOKEN), (ChannelName.FEISHU, FEISHU, HOOK), (ChannelName.WECOM, PASTED, KEY)],
)
async def test_add_seals_address_and_secret_together(store: Store, host: Staff, channel: ChannelName, pasted: str, kept: str) -> None:
    signs = channel != ChannelName.WECOM
    group = await groups.add(store, details(host, channel=channel), robot=pasted, secret=SECRET, by=host)
    assert sealing.unseal(group.credential) == (f"{kept} {SECRET}" if signs else kept)
    assert not {kept, SECRET} & {group.robot, group.credential}
    plain = await groups.add(store, details(host, channel=channel), robot=pasted, by=host)
    assert (sealing.unseal(plain.credential), plain.robot) == (kept, group.robot)  # signing or not, it is one robot with one pace


async def test_edit_changes_the_secret_alone(store: Store, host: Staff) -> None:
    group = await groups.add(store, details(host, channel=ChannelName.DINGTALK), robot=DINGTALK, by=host)
    await Group.update({Group.trouble: "bad_signature"}).where(Group.id == group.id)
    signing = await groups.edit(group, Details.of(group), secret=SECRET, by=host)
    assert (sealing.unseal(signing.credential), signing.robot, signing.trouble) == (f"{TOKEN} {SECRET}", group.robot, "")
    kept = await groups.edit(group, Details.of(group), by=host)
    assert sealing.unseal(kept.credential) == f"{TOKEN} {SECRET}"
    renewed = await groups.edit(group, Details.of(group), robot=DINGTALK, by=host)
    assert sealing.unseal(renewed.credential) == TOKEN


async def test_edit_to_another_robot_wants_its_address(store: Store, host: Staff) -> None:
    group = await groups.add(store, details(host, channel=ChannelName.DINGTALK), robot=DINGTALK, by=host)
    for robot, secret in (("", ""), ("", SECRET), (DINGTALK, "")):
        with pytest.raises(Refused) as refused:
            await groups.edit(group, replace(Details.of(group), channel=ChannelName.FEISHU), robot=robot, secret=secret, by=host)
        assert refused.value.field == "credential"
    await Group.update({Group.credential: "damaged"}).where(Group.id == group.id)
    with pytest.raises(Refused) as refused:
        await groups.edit(group, Details.of(group), secret=SECRET, by=host)
    assert refused.value.field == "credential"


@pytest.mark.parametrize(
    ("channel", "pasted"),
    [
        (ChannelName.WECOM, DINGTALK),
        (ChannelName.WECOM, FEISHU),
        (ChannelName.DINGTALK, PASTED),
        (ChannelName.DINGTALK, FEISHU),
        (ChannelName.FEISHU, PASTED),
    ],
)
async def test_add_knows_another_robot_s_address(store: Store, host: Staff, channel: ChannelName, pasted: str) -> None:
    with pytest.raises(Refused) as refused:
        await groups.add(store, details(host, channel=channel), robot=pasted, by=host)
    assert (refused.value.field, refused.value.sentence) == ("credential", "这个地址是另一种机器人的，上面「怎么发」换一下")


async def test_groups_with_one_robot_know_it(store: Store, host: Staff) -> None:
    first = await groups.add(store, details(host, channel=ChannelName.WECOM), robot=PASTED, by=host)
    second = await groups.add(store, details(host, channel=ChannelName.WECOM), robot=KEY.upper(), by=host)
    other = await groups.add(store, details(host, channel=ChannelName.WECOM), robot=KEY.replace("6", "7"), by=host)
    assert first.robot == second.robot != other.robot


@pytest.mark.parametrize(
    ("values", "robot", "field"),
    [
        ({"name": "  "}, "", "name"),
        ({"name": "群" * 81}, "", "name"),
        ({"members": -1}, "", "members"),
        ({"members": 10_001}, "", "members"),
        ({"compound": 2_000_000_000}, "", "compound"),
        ({"channel": ChannelName.WECOM}, "", "credential"),
        ({"channel": ChannelName.DINGTALK}, " ", "credential"),
        ({"channel": ChannelName.FEISHU}, "https://open.feishu.example/open-apis/bot/v2/hook/" + HOOK, "credential"),
        ({"channel": ChannelName.WECOM}, "https://evil.example/cgi-bin/webhook/send?key=" + KEY, "credential"),
    ],
)
async def test_add_refuses(store: Store, host: Staff, values: dict[str, object], robot: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        await groups.add(store, details(host, **values), robot=robot, by=host)
    assert refused.value.field == field


async def test_add_refuses_a_host_of_another_store(store: Store) -> None:
    lead, stranger = await make.staff(role=Role.LEAD, store=store), await make.staff(store=await make.store())
    with pytest.raises(Refused) as refused:
        await groups.add(store, details(stranger), by=lead)
    assert refused.value.field == "host"


async def test_a_host_may_change_their_own_group_only(store: Store, host: Staff) -> None:
    colleague, stranger = await make.staff(store=store), await make.staff(role=Role.LEAD, store=await make.store())
    lead, owner = await make.staff(role=Role.LEAD, store=store), await make.staff(role=Role.OWNER)
    group = await groups.add(store, details(host), by=host)
    for by in (host, lead, owner):
        group = await groups.edit(group, replace(Details.of(group), members=group.members + 1), by=by)
    assert group.members == 501
    with pytest.raises(Refused):
        await groups.edit(group, Details.of(group), by=colleague)
    with pytest.raises(Refused):
        await groups.edit(group, replace(Details.of(group), host=colleague.id), by=host)
    with pytest.raises(NotThere):
        await groups.edit(group, Details.of(group), by=stranger)
    with pytest.raises(Refused):
        await groups.archive(group, by=colleague)


async def test_edit_keeps_the_robot_unless_another_is_pasted(store: Store, host: Staff) -> None:
    group = await groups.add(store, details(host, channel=ChannelName.WECOM), robot=PASTED, by=host)
    await Group.update({Group.trouble: "robot_gone"}).where(Group.id == group.id)
    kept = await groups.edit(group, replace(Details.of(group), members=3), by=host)
    assert (sealing.unseal(kept.credential), kept.trouble) == (KEY, "robot_gone")
    other = KEY.replace("6", "7")
    replaced = await groups.edit(group, Details.of(group), robot=other, by=host)
    assert (sealing.unseal(replaced.credential), replaced.trouble) == (other, "")


async def test_edit_off_the_robot_makes_what_was_due_a_to_do(store: Store, host: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    noon = make.at(0, "12:00")
    monkeypatch.setattr("events.clock.now", lambda: noon)  # at night a robot asks first
    group = await groups.add(store, details(host, channel=ChannelName.WECOM), robot=PASTED, by=host)
    announcement = await announcements.write(await make.event(store=store), "来", [group], key=f"off{group.id}", by=host)
    by_hand = await groups.edit(group, replace(Details.of(group), channel=ChannelName.BY_HAND), by=host)
    assert (by_hand.credential, by_hand.robot) == ("", "")
    (line,) = await deliveries.of(announcement)
    assert (line.state, line.channel) == (DeliveryState.TO_DO, ChannelName.BY_HAND)


async def test_archive_stops_what_is_open(store: Store, host: Staff) -> None:
    group = await groups.add(store, details(host), by=host)
    announcement = await announcements.write(await make.event(store=store), "来", [group], key=f"arc{group.id}", by=host)
    assert group.id in {row.id for row in await groups.open_to(host, store.id)}
    await groups.archive(group, by=host)
    again = await groups.archive(group, by=host)
    assert again.archived_at is not None
    assert group.id not in {row.id for row in [*await groups.open_to(host, store.id), *await groups.seen_by(host)]}
    assert [line.state for line in await deliveries.of(announcement)] == [DeliveryState.STOPPED]


async def test_open_to_is_a_host_s_own_and_a_lead_s_all(store: Store, host: Staff) -> None:
    lead, colleague = await make.staff(role=Role.LEAD, store=store), await make.staff(store=store)
    own = await groups.add(store, details(host), by=host)
    other = await groups.add(store, details(colleague), by=lead)
    assert {row.id for row in await groups.open_to(host, store.id)} == {own.id}
    assert {row.id for row in await groups.open_to(lead, store.id)} == {own.id, other.id}
    assert {row.id for row in await groups.seen_by(host)} == {own.id, other.id}


async def test_a_cover_acts_but_does_not_change_the_group(store: Store, host: Staff) -> None:
    cover, colleague = await make.staff(store=store), await make.staff(store=store)
    group = await groups.add(store, details(host, cover=cover.id), by=host)
    assert [groups.may_act(by, group) for by in (host, cover, colleague)] == [True, True, False]
    assert {row.id for row in await groups.open_to(cover, store.id)} == {group.id}
    assert await groups.open_to(colleague, store.id) == []
    with pytest.raises(Refused):
        await groups.edit(group, Details.of(group), by=cover)
    cover.store = (await make.store()).id
    assert not groups.may_act(cover, group)


async def test_a_cover_is_another_of_the_store_s_people(store: Store, host: Staff) -> None:
    stranger = await make.staff(store=await make.store())
    for wrong in (host, stranger):
        with pytest.raises(Refused) as refused:
            await groups.add(store, details(host, cover=wrong.id), by=host)
        assert refused.value.field == "cover"
    cover = await make.staff(store=store)
    group = await groups.add(store, details(host, cover=cover.id), by=host)
    await Staff.update({Staff.disabled_at: clock.now()}).where(Staff.id == cover.id)
    assert (await groups.edit(group, replace(Details.of(group), members=3), by=host)).cover == cover.id  # nothing new: not asked
    assert (await groups.edit(group, replace(Details.of(group), cover=None), by=host)).cover is None


async def test_counted_is_when_the_number_was_last_written(store: Store, host: Staff) -> None:
    group, unknown = [await groups.add(store, details(host, members=n), by=host) for n in (498, 0)]
    assert await groups.counted([group, unknown]) == {group.id: group.created_at}
    before = clock.now()
    group = await groups.edit(group, replace(Details.of(group), name="梅园亲子群②"), by=host)
    assert await groups.counted([group]) == {group.id: group.created_at}
    group = await groups.edit(group, replace(Details.of(group), members=500), by=host)
    assert (await groups.counted([group]))[group.id] >= before
    assert await groups.counted([]) == {}


async def test_sharing_counts_groups_in_use(store: Store, host: Staff) -> None:
    wecom = details(host, channel=ChannelName.WECOM)
    first, second, away = [await groups.add(store, wecom, robot=PASTED, by=host) for _each in range(3)]
    plain = await groups.add(store, details(host), by=host)
    await groups.archive(away, by=host)
    assert await groups.sharing(group.robot for group in (first, second, plain)) == {first.robot: 2}
    assert await groups.sharing([""]) == {}


async def test_edit_off_the_robot_keeps_what_was_paused_and_drops_its_poster(store: Store, host: Staff) -> None:
    group = await groups.add(store, details(host, channel=ChannelName.WECOM), robot=PASTED, by=host)
    announcement = Announcement(store=store.id, event=(await make.event(store=store)).id, text="来", key=make.key(), made_by=host.id)
    await announcement.save()
    paused = Delivery(announcement=announcement.id, group=group.id, channel=group.channel, state=DeliveryState.PAUSED)
    poster = Delivery(announcement=announcement.id, group=group.id, channel=group.channel, state=DeliveryState.DUE, part=Part.POSTER)
    await paused.save()
    await poster.save()
    await groups.edit(group, replace(Details.of(group), channel=ChannelName.BY_HAND), by=host)
    found = {line.part: (line.state, line.channel, line.code) for line in await deliveries.of(announcement)}
    assert found == {
        Part.WORDS: (DeliveryState.PAUSED, ChannelName.BY_HAND, ""),
        Part.POSTER: (DeliveryState.STOPPED, ChannelName.WECOM, "by_hand_now"),
    }
