"""梅园路店: its people, places, groups and families."""

from __future__ import annotations

from datetime import time

from events.announce.tables import ChannelName, GroupKind
from events.catalog import compounds, stores
from events.people.tables import Role
from events.signup.tables import Consent
from web.demo.meiyuan_events import (
    COUNTER,
    CUSTOMERS,
    GUIHUA_PARENTS,
    HAPPENINGS,
    HEALTH,
    KITCHEN,
    MORE_NEIGHBOURS,
    NEIGHBOURS,
    PARENTS,
    TABLE,
)
from web.demo.story import Child, Family, Group, Person, Shop, Venue

# Of the stand-in, which asks nothing else of who would broadcast.
SECRET = "only-the-stand-in-knows-it-0123456789abcdef"  # noqa: S105 -- opens nothing

FAMILIES = (
    Family(name="林女士", phone="13800138001", children=(Child(name="小满", months=66),), is_remembered=True),
    Family(name="林先生", phone="13800138001", children=(Child(name="小满", months=66),), note="我爱人可能也报了"),
    Family(name="陈女士", phone="13800138002", children=(Child(name="乐乐", months=86, allergies="花生"),)),
    Family(name="陈先生", phone="13800138002", children=(Child(name="乐乐", months=86, allergies="花生"),), is_remembered=True),
    Family(name="赵奶奶", phone="13800138003", children=(Child(name="朵朵", months=53),), note="孙女怕生，坐我旁边"),
    Family(
        name="王女士",
        phone="13800138004",
        children=(Child(name="小鱼", months=74, allergies="牛奶"), Child(name="小虾", months=62)),
    ),
    Family(name="李先生", phone="13800138005", adults=2),
    Family(name="周阿姨", phone="13800138006"),
    Family(name="吴女士", phone="13800138007", children=(Child(name="安安", months=61),), consent=Consent.REFUSED),
    Family(name="郑爸爸", phone="13800138008", children=(Child(name="石头", months=97),)),
    Family(name="孙女士", phone="13800138009", children=(Child(name="糖糖", months=57),)),
    Family(name="钱叔叔", phone="13800138010", adults=2),
    Family(name="冯女士", phone="13800138011", children=(Child(name="米粒", months=70, allergies="鸡蛋"),)),
    Family(name="徐女士", phone="13800138012", children=(Child(name="可可", months=64),)),
    Family(name="高奶奶", phone="13800138013", note="腿脚慢，能不能坐前排"),
    Family(name="许女士", phone="13800138014", children=(Child(name="年年", months=81),)),
    Family(name="邓先生", phone="13800138015", children=(Child(name="弯弯", months=92),)),
    Family(name="黄阿姨", phone="13800138016"),
    Family(name="潘女士", phone="13800138017", children=(Child(name="果果", months=54),), consent=Consent.REFUSED),
    Family(name="戴爷爷", phone="13800138018", adults=2),
    Family(name="叶女士", phone="13800138019"),
    Family(
        name="夏女士",
        phone="13800138035",
        adults=2,
        children=(Child(name="豆包", months=99), Child(name="汤圆", months=67)),
        note="四个人想一起，分开就不来了",
    ),
    Family(name="唐女士", phone="13800138036", children=(Child(name="一一", months=78), Child(name="双双", months=78)), note="双胞胎"),
    Family(
        name="江女士",
        phone="13800138037",
        children=(Child(name="阿福", months=104), Child(name="阿禄", months=71, allergies="坚果")),
        note="要先看看他爸爸值不值班",
    ),
    Family(name="薛爸爸", phone="13800138038", children=(Child(name="大米", months=88), Child(name="小米", months=63))),
    Family(name="段叔叔", phone="13800138039"),
)

STORE = Shop(
    details=stores.Details(
        name="梅园路店",
        address="梅园路 218 号",
        phone="021-5555 0218",
        hours="每天 7:30–21:30",
        quiet_from=time(22),
        quiet_until=time(9),
        digest_greeting="早上好，小盒在线，有事随时找我。",
        icp_number="沪ICP备00000000号",
        police_number="沪公网安备00000000000000号",
    ),
    staff=(
        Person(name="周岚", login="zhou", role=Role.LEAD),
        Person(name="何雨", login="he", role=Role.HOST),
        Person(name="苏晴", login="su", role=Role.HOST),
    ),
    compounds=(
        compounds.Details("梅园新村", "梅园路 300 弄", "跟门卫说去邻聚的活动"),
        compounds.Details("桂花里", "桂花路 18 弄", "南门人行道进，刷不了卡就按 0"),
        compounds.Details("书香苑", "文汇路 77 弄", "东门登记一下姓名"),
    ),
    venues=(
        Venue(name=KITCHEN, address="梅园路 218 号", directions="收银台旁上二楼，右手边"),
        Venue(name=TABLE, address="梅园路 218 号", directions="收银台旁上二楼，正对楼梯"),
        Venue(name=COUNTER, address="梅园路 218 号", directions="进门直走到底，听得见水声"),
        Venue(name="5 号楼架空层", compound="梅园新村", directions="进门左转，看见滑梯就到了"),
        Venue(name="社区会客厅", compound="桂花里", address="2 号 101", directions="南门进，第一个单元"),
        Venue(name="中心花园", compound="书香苑", directions="东门进，直走到喷水池"),
    ),
    groups=(
        Group(
            name=NEIGHBOURS,
            kind=GroupKind.GENERAL,
            host="he",
            members=486,
            channel=ChannelName.WECOM,
            robot="5f1c0c7e-6d41-4a37-9c1b-0d6f5c2e8a01",
            has_digest=True,
        ),
        Group(name=MORE_NEIGHBOURS, kind=GroupKind.GENERAL, host="he", members=472, compound="梅园新村", has_digest=True),
        Group(
            name=PARENTS,
            kind=GroupKind.FAMILY,
            host="su",
            members=498,
            channel=ChannelName.WECOM,
            robot="5f1c0c7e-6d41-4a37-9c1b-0d6f5c2e8a02",
            has_digest=True,
        ),
        Group(name=GUIHUA_PARENTS, kind=GroupKind.FAMILY, host="he", members=213, compound="桂花里"),
        Group(
            name=HEALTH,
            kind=GroupKind.HEALTH,
            host="su",
            members=289,
            channel=ChannelName.FEISHU,
            robot="5f1c0c7e-6d41-4a37-9c1b-0d6f5c2e8a04",
        ),
        Group(
            name=CUSTOMERS,
            kind=GroupKind.GENERAL,
            host="he",
            members=187,
            channel=ChannelName.BROADCAST,
            robot="ww5f1c0c7e6d414a37/he.xiaohe/wr5f1c0c7e6d414a379c1b0d6f5c2e8a05",
            secret=SECRET,
        ),
    ),
    families=FAMILIES,
    happenings=HAPPENINGS,
)
