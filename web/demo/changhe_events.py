"""What happens at 长河店, in the words its hosts chose."""

from __future__ import annotations

from events.announce.tables import Shape
from events.catalog.rules import Rules
from events.catalog.tables import Kind
from events.catalog.visits import Visit
from web.demo.story import Day, Happening, Meeting, Post, Weekday

CLASSROOM, FRONT = "二楼教室", "门口的小广场"
NEIGHBOURS, PARENTS, HEALTH = "长河邻居群", "长河亲子群", "长河健康群"

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
            shape=Shape.POSTER,
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
            visit=Visit("食堂后厨，走西门", "管食堂的老孟", "13800138091"),
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
    rules=Rules(asks_day_before=True),
    meetings=(
        Meeting(venue=CLASSROOM, places=12, is_tomorrow=True, at="09:30", guests=("曹奶奶(说来) 苗阿姨 董爷爷(说来) 龚阿姨 毛女士(说来)",)),
    ),
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

HAPPENINGS = (DOUGH, SHOPKEEPERS, HANDKERCHIEFS, SOUP, STEAMED_BUNS, BREAKFAST, CLAY, BAGS)
