"""长河店: its people, places, groups, families, and what happens there."""

from __future__ import annotations

from datetime import time

from events.announce.tables import GroupKind
from events.catalog import compounds, stores
from events.catalog.tables import Kind
from events.people.tables import Role
from events.signup.tables import Consent
from web.demo.story import Child, Day, Family, Group, Happening, Meeting, Person, Post, Shop, Venue, Weekday

CLASSROOM, FRONT = "二楼教室", "门口的小广场"
NEIGHBOURS, PARENTS, HEALTH = "长河邻居群", "长河亲子群", "长河健康群"

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

DOUGH = Happening(
    kind=Kind.WORKSHOP,
    host="gu",
    title="周四晚上的发面课",
    summary="从一碗温水开始，揉出自家的馒头、花卷、豆沙包。下班来，面在等您。",
    description="""\
孙阿姨是山东人，揉了四十年面。她的课没有克数，只有手感：**面光、盆光、手光**。

四个晚上学四样，哪一晚来都听得懂。学完把面团带回家，第二天早上蒸。""",
    bring="一个大点的带盖盒子\n围裙",
    fee_note="每晚 15 元，到店付",
    allergy_note="有小麦",
    chef="孙阿姨",
    published=18,
    meetings=(
        Meeting(
            venue=CLASSROOM,
            places=10,
            day=Day(Weekday.THURSDAY, -2),
            at="19:00",
            guests=(
                "苗阿姨 石先生 曹奶奶 姚女士(没来) 龚阿姨",
                "董爷爷 苗阿姨 余先生 彭女士",
                "曹奶奶 石先生 邱女士 龚阿姨 蒋女士",
                "苗阿姨",
                "",
            ),
        ),
    ),
)

SHOPKEEPERS = Happening(
    kind=Kind.FAMILY,
    host="tang",
    title="小掌柜的一下午",
    summary="孩子在门口守一个真的水果摊，称重、收钱、吆喝；您去那边买菜。",
    description="""\
每个孩子领五十块“本钱”和一杆小秤，从进货开始：挑什么、卖多少、找几块。

唐棠在旁边看着秤和零钱。收摊时一起数一数，**赚的水果归自己**。

您不用陪，四点半来接，报上名字和孩子的票。""",
    bring="孩子自己的水杯\n帽子",
    fee_note="每个孩子 20 元，到店付",
    allergy_note="有芒果、猕猴桃，忌口的提前说",
    ages=(6, 10),
    closes_minutes=120,
    published=12,
    meetings=(
        Meeting(
            venue=FRONT,
            places=8,
            day=Day(Weekday.SUNDAY, -1),
            at="14:30",
            minutes=120,
            guests=("蒋女士 韩先生(没来) 魏爸爸 姚女士", "邱女士 余先生 蒋女士", "韩先生"),
        ),
    ),
    posts=(
        Post(
            days_ago=5,
            at="19:40",
            by="tang",
            text="{when}，孩子来门口当两小时小掌柜，6 到 10 岁。称重、收钱、吆喝都自己来，收摊水果归他。名额不多，先到先得。",
            groups=(PARENTS,),
        ),
    ),
)

HANDKERCHIEFS = Happening(
    kind=Kind.FAMILY,
    host="gu",
    title="用蔬菜印一块手帕",
    summary="藕片是花，芹菜根是玫瑰，秋葵是星星。三岁就能玩。",
    description="卖相不好的菜，切开来都好看。顾冬准备了六种切面和洗得掉的颜料，孩子蘸一蘸、按一按，印一块自己的手帕。\n\n颜料是食品级的，**舔一口也没事**。",
    bring="不怕弄脏的衣服",
    fee_note="每个孩子 8 元，到店付",
    ages=(3, 6),
    published=11,
    meetings=(
        Meeting(venue=CLASSROOM, places=12, day=Day(Weekday.SATURDAY, -1), minutes=60, guests=("彭女士 毛女士 范女士",)),
        Meeting(venue=CLASSROOM, places=12, day=Day(Weekday.SATURDAY, 1), minutes=60, guests=("魏爸爸 毛女士",)),
    ),
)

SOUP = Happening(
    kind=Kind.VISIT,
    host="tang",
    title="陈师傅进水岸三村：一煲老火汤",
    summary="广东师傅煲三个钟头，您来喝一碗，学一句“慢慢来”。",
    description="""\
下午一点就开始煲：排骨、玉米、胡萝卜、一小把花生（单独一锅不放花生）。

四点半揭盖。陈师傅讲讲**一煲汤里什么先下、什么后下**，讲完一人一碗。

居民食堂有桌椅，走不动的老人我们送到门口。""",
    bring="一副碗勺",
    fee_note="免费",
    allergy_note="一锅有花生，一锅没有",
    chef="陈师傅",
    published=4,
    meetings=(
        Meeting(
            venue="居民食堂",
            places=30,
            day=Day(Weekday.SATURDAY, 1),
            at="16:30",
            guests=("曹奶奶 董爷爷 韩先生 余先生 石先生",),
        ),
    ),
    posts=(
        Post(
            days_ago=1,
            at="16:10",
            by="qin",
            text="{when}，陈师傅来水岸三村煲老火汤，免费喝。对花生过敏的有单独一锅。想来的先占个位子，好备料。",
            groups=(NEIGHBOURS, HEALTH),
            posted=(HEALTH,),
        ),
    ),
)

STEAMED_BUNS = Happening(
    kind=Kind.VISIT,
    host="gu",
    title="孙阿姨进长河佳苑：呛面馒头",
    summary="一层一层撕着吃的馒头，院子里现蒸，出锅就分。",
    description="面要呛进三遍干粉，才有那个嚼劲。孙阿姨揉，大家也上手揉两把。\n\n蒸二十分钟，边等边聊。",
    bring="一双干净的手",
    fee_note="免费",
    allergy_note="有小麦",
    chef="孙阿姨",
    published=19,
    meetings=(
        Meeting(
            venue="东门凉亭",
            places=24,
            day=Day(Weekday.SUNDAY, -2),
            at="15:30",
            guests=("苗阿姨 龚阿姨(没来) 董爷爷 彭女士 邱女士 石先生",),
        ),
    ),
)

BREAKFAST = Happening(
    kind=Kind.WORKSHOP,
    host="tang",
    title="血糖高的人，早上吃什么",
    summary="方老师配三套早饭，当场做、当场尝，饭后两小时也放心。",
    description="三套早饭：杂粮饼配豆浆、鸡蛋配青菜面、酸奶配燕麦。每套都告诉您**先吃哪样、后吃哪样**。\n\n会带血糖仪，想测的早上先别吃东西。",
    bring="平时吃的药，写在纸上也行",
    fee_note="免费",
    allergy_note="有小麦、大豆、鸡蛋、牛奶",
    chef="方老师，社区营养师",
    published=6,
    meetings=(Meeting(venue=CLASSROOM, places=12, day=Day(Weekday.TUESDAY, 0), at="09:30", guests=("曹奶奶 苗阿姨 董爷爷 龚阿姨",)),),
)

CLAY = Happening(
    kind=Kind.FAMILY,
    host="gu",
    title="捏一只陶泥小动物",
    summary="一团软泥，捏成猫、狗或者谁也认不出的东西，烧好下周来取。",
    description="不用转盘，只用手。顾冬教三个办法：搓条、捏碗、贴片。\n\n捏好留在店里，送去窑里烧，**一个星期后来取**。",
    bring="袖子能卷起来的衣服",
    fee_note="每个孩子 22 元，到店付",
    ages=(4, 10),
    published=5,
    meetings=(Meeting(venue=CLASSROOM, places=12, guests=("彭女士 韩先生 范女士 姚女士",)),),
)

BAGS = Happening(
    kind=Kind.WORKSHOP,
    host="tang",
    title="旧围裙改一只买菜袋",
    summary="两条缝、一根带子，装得下一棵白菜。会穿针就行。",
    description="店里换下来一批旧围裙，布厚，耐用。裁好的片子、针线都有，您只管缝。\n\n穿针有穿针器，**不用带老花镜**。",
    bring="想改的旧衣服，也可以带来",
    fee_note="免费",
    published=2,
    meetings=(Meeting(venue=CLASSROOM, places=14, day=Day(Weekday.SATURDAY, 2), at="14:00", minutes=120, guests=("龚阿姨",)),),
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
        Venue(name="东门凉亭", compound="长河佳苑", address="长河路 120 弄", directions="东门进来就看得见"),
        Venue(name="居民食堂", compound="水岸三村", address="沿河路 9 弄 3 号", directions="小门进，右手第二栋，一楼"),
    ),
    groups=(
        Group(name=NEIGHBOURS, kind=GroupKind.GENERAL, host="gu", members=433),
        Group(name=PARENTS, kind=GroupKind.FAMILY, host="tang", members=351, robot="5f1c0c7e-6d41-4a37-9c1b-0d6f5c2e8a03"),
        Group(name=HEALTH, kind=GroupKind.HEALTH, host="tang", members=176, compound="水岸三村"),
    ),
    families=FAMILIES,
    happenings=(DOUGH, SHOPKEEPERS, HANDKERCHIEFS, SOUP, STEAMED_BUNS, BREAKFAST, CLAY, BAGS),
)
