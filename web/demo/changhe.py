"""长河店: its people, places, groups and families."""

from __future__ import annotations

from datetime import time

from events.announce.tables import ChannelName, GroupKind
from events.catalog import compounds, stores
from events.people.tables import Role
from events.signup.tables import Consent
from web.demo.changhe_events import CLASSROOM, FRONT, HAPPENINGS, HEALTH, NEIGHBOURS, PARENTS
from web.demo.story import Child, Family, Group, Person, Shop, Venue

# Of the stand-in, which asks nothing else of a robot.
ROBOT, SECRET = "5f1c0c7e6d414a379c1b0d6f5c2e8a035f1c0c7e6d414a379c1b0d6f5c2e8a03", "SECdemo5f1c0c7e6d41"

FAMILIES = (
    Family(name="蒋女士", phone="13800138021", children=(Child(name="小树", months=85),)),
    Family(name="韩先生", phone="13800138022", children=(Child(name="跳跳", months=76, allergies="虾、蟹"),)),
    Family(name="曹奶奶", phone="13800138023"),
    Family(name="彭女士", phone="13800138024", children=(Child(name="芽芽", months=52),)),
    Family(name="魏爸爸", phone="13800138025", children=(Child(name="大宝", months=111), Child(name="二宝", months=62))),
    Family(name="苗阿姨", phone="13800138026"),
    Family(name="范女士", phone="13800138027", children=(Child(name="圆圆", months=68),), consent=Consent.REFUSED),
    Family(name="石先生", phone="13800138028", adults=2),
    Family(name="姚女士", phone="13800138029", children=(Child(name="星星", months=90),), note="怀孕六个月，给我留把椅子"),
    Family(name="董爷爷", phone="13800138030", adults=2),
    Family(name="毛女士", phone="13800138031", children=(Child(name="桃子", months=45, allergies="芒果"),)),
    Family(name="邱女士", phone="13800138032", children=(Child(name="西西", months=102),)),
    Family(name="龚阿姨", phone="13800138033"),
    Family(name="余先生", phone="13800138034", children=(Child(name="小禾", months=79),)),
)

STORE = Shop(
    details=stores.Details(
        name="长河店",
        address="长河路 66 号",
        phone="021-5555 0066",
        hours="每天 7:00–22:00",
        quiet_from=time(21, 30),
        quiet_until=time(8, 30),
    ),
    staff=(
        Person(name="秦越", login="qin", role=Role.LEAD),
        Person(name="顾冬", login="gu", role=Role.HOST),
        Person(name="唐棠", login="tang", role=Role.HOST),
    ),
    compounds=(
        compounds.Details("长河佳苑", "长河路 120 弄", "东门进，跟门卫说去凉亭"),
        compounds.Details("水岸三村", "沿河路 9 弄", "走河边的小门，白天开着"),
    ),
    venues=(
        Venue(name=CLASSROOM, address="长河路 66 号", directions="熟食柜台旁边的楼梯上去"),
        Venue(name=FRONT, address="长河路 66 号", directions="店门口，绿棚子下面"),
        Venue(name="东门凉亭", compound="长河佳苑", directions="东门进来就看得见"),
        Venue(name="居民食堂", compound="水岸三村", address="3 号", directions="小门进，右手第二栋，一楼"),
    ),
    groups=(
        Group(name=NEIGHBOURS, kind=GroupKind.GENERAL, host="gu", members=433),
        Group(name=PARENTS, kind=GroupKind.FAMILY, host="tang", members=351, channel=ChannelName.DINGTALK, robot=ROBOT, secret=SECRET),
        Group(name=HEALTH, kind=GroupKind.HEALTH, host="tang", members=176, compound="水岸三村"),
    ),
    families=FAMILIES,
    happenings=HAPPENINGS,
)
