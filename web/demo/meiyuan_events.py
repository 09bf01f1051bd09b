"""What happens at 梅园路店, in the words its hosts chose."""

from __future__ import annotations

from events.announce.tables import Shape
from events.catalog.rules import Rules
from events.catalog.tables import FeePer, Kind, Per, QuestionKind, Takers
from events.catalog.visits import Visit
from web.demo.story import Ask, Day, Happening, Meeting, Post, Then, Turn, Weekday

KITCHEN, TABLE, COUNTER = "二楼小厨房", "二楼长桌", "鱼档旁的操作台"
NEIGHBOURS, MORE_NEIGHBOURS = "梅园邻居群①", "梅园邻居群②"
CUSTOMERS = "梅园老顾客群"
PARENTS, GUIHUA_PARENTS, HEALTH = "梅园亲子群", "桂花里亲子群", "梅园健康群"

WONTONS = Happening(
    kind=Kind.WORKSHOP,
    host="he",
    title="周六早上，一起包馄饨",
    summary="青菜鲜肉馅，三种包法，包好当场煮一碗，剩下的带回家。",
    description="""\
每周六早上，二楼小厨房就热闹起来。赵师傅先拌一盆青菜鲜肉馅，再教三种包法：**元宝、官帽、小伞**。

手生也没关系，包散了就煮汤，一样好吃。

- 10:00 洗手，认馅
- 10:20 开始包，每人二十个
- 11:10 煮一碗，坐下来慢慢吃

吃不完的装盒带走，晚饭就有了。""",
    bring="一个带盖的保鲜盒\n不怕沾面粉的衣服，围裙店里有",
    fee_note="每位 18 元，到店付",
    allergy_note="皮里有小麦，馅里有猪肉、虾皮",
    chef="赵师傅",
    picture="bowl",
    published=20,
    rules=Rules(most_places=4, changes_minutes=120, fee=1800),
    meetings=(
        Meeting(
            venue=KITCHEN,
            places=12,
            day=Day(Weekday.SATURDAY, -2),
            guests=(
                "周阿姨 李先生 高奶奶 黄阿姨(没来) 钱叔叔 林女士 叶女士",
                "戴爷爷 周阿姨 冯女士 徐女士(没来) 李先生(没付) 孙女士 王女士(退)",
                "钱叔叔 赵奶奶 叶女士 许女士 高奶奶 陈先生 黄阿姨",
                "周阿姨 潘女士",
                "",
            ),
        ),
    ),
)

PAPER_FISH = Happening(
    kind=Kind.FAMILY,
    host="su",
    title="剪一条会游的纸鱼",
    summary="一张彩纸、一把圆头剪刀，剪一条尾巴会动的鱼带回家。孩子在这边做，您去楼下买菜。",
    description="""\
四岁以上的孩子，拿得住圆头剪刀就行。苏晴带着一步一步来：折、剪、贴，最后给鱼穿一根线，一拉尾巴就游。

您可以陪着，也可以把孩子留给我们，去楼下买菜。**结束前十分钟，我们在群里说一声。**

做坏了不要紧，纸管够。""",
    bring="孩子自己的水杯\n一件不怕弄脏的外套",
    fee_note="每个孩子 12 元，到店付",
    ages=(4, 8),
    closes_minutes=60,
    published=13,
    rules=Rules(takers=Takers.CHILDREN, most_places=3, changes_minutes=120, asks_day_before=True, fee=1200, fee_per=FeePer.CHILD),
    asks=(
        Ask(kind=QuestionKind.YES_NO, label="孩子留在这边，大人去买菜吗", is_required=True, said=("yes", "no", "yes")),
        Ask(
            kind=QuestionKind.TEXT,
            label="谁来接",
            hint="写称呼就好，接的时候小盒对一下",
            is_required=True,
            after=("孩子留在这边，大人去买菜吗", "yes"),
            said=("妈妈", "外婆", "爸爸或者奶奶", "妈妈"),
        ),
        Ask(kind=QuestionKind.CONSENT, label="拍到孩子的照片，可以发在群里", said=("yes", "", "yes")),
    ),
    meetings=(
        Meeting(
            venue=TABLE,
            places=10,
            day=Day(Weekday.SUNDAY, -1),
            guests=("林女士 王女士 陈先生(没来) 孙女士(退) 赵奶奶", "林女士 吴女士 林先生 徐女士", "冯女士", ""),
        ),
        Meeting(
            venue=TABLE,
            places=10,
            day=Day(Weekday.SUNDAY, -1),
            at="14:00",
            guests=("吴女士 郑爸爸 许女士 潘女士", "郑爸爸 邓先生", "潘女士", ""),
        ),
    ),
    posts=(
        Post(
            days_ago=9,
            at="10:20",
            by="zhou",
            text="周日在店里剪纸鱼，4 到 8 岁都能来，上午一场，下午一场。\n孩子在二楼做，您去楼下买菜，结束来接。每个孩子 12 元，到店付。",
            groups=(PARENTS, GUIHUA_PARENTS),
            posted=(GUIHUA_PARENTS,),
        ),
    ),
)

LANTERNS = Happening(
    kind=Kind.FAMILY,
    host="su",
    title="画一只小灯笼",
    summary="白灯笼、四盒颜料，画完点亮了拿走。孩子留给我们，您去楼下买菜。",
    description="""\
一人一只白灯笼，想画什么画什么，苏晴帮着上色、穿杆。

**孩子留下，您先走。** 孩子一进门，您手机上会出一个接人码，来接的时候念给我们。让外婆来接也行，给她一个自己的码。

颜料洗得掉，围裙店里有。""",
    bring="孩子自己的水杯",
    fee_note="免费",
    ages=(4, 9),
    published=6,
    rules=Rules(takers=Takers.CHILDREN, most_places=3, changes_minutes=60, is_drop_off=True, child_portion=50),
    meetings=(Meeting(venue=TABLE, places=8, is_now=True, minutes=120, guests=("林女士 唐女士 冯女士(外婆接) 孙女士 潘女士",)),),
)

BAKERS = Happening(
    kind=Kind.FAMILY,
    host="he",
    title="小小烘焙师：南瓜小餐包",
    summary="揉面、搓圆、刷蛋液，看它在烤箱里一点一点鼓起来。一家烤六个。",
    description="""\
南瓜是早上蒸好的，面是温的。孩子负责揉和搓，大人负责夸。

1. 揉面二十分钟，手酸了就换人
2. 醒面的时候，听赵师傅讲酵母在忙什么
3. 搓圆、刷蛋液、进烤箱
4. 出炉，**先凉一凉再尝**

烤箱由大人开，孩子站在黄线外面看。""",
    bring="孩子自己的围裙，没有就用店里的\n装面包的盒子",
    fee_note="每家 38 元，到店付",
    allergy_note="有小麦、鸡蛋、牛奶，不含花生和坚果",
    ages=(5, 10),
    chef="赵师傅",
    picture="buns",
    published=6,
    rules=Rules(children_per_adult=2, changes_minutes=1440, offer_hours=6, fee=3800, fee_per=FeePer.FAMILY),
    asks=(
        Ask(
            kind=QuestionKind.CHOICE,
            label="围裙要多大",
            per=Per.CHILD,
            hint="身高 120 厘米以下穿小号",
            is_required=True,
            options=(("小号", None), ("大号", None), ("自己带", None)),
            said=("小号", "大号", "自己带", "小号"),
        ),
        Ask(
            kind=QuestionKind.CHOICE,
            label="包什么馅",
            is_required=True,
            options=(("红豆", None), ("巧克力", 8), ("不包馅", None)),
            said=("红豆", "巧克力", "不包馅"),
        ),
    ),
    meetings=(
        Meeting(
            venue=KITCHEN,
            places=12,
            day=Day(Weekday.SATURDAY, 0),
            at="14:00",
            minutes=120,
            guests=("郑爸爸 林女士 王女士 陈先生 薛爸爸 夏女士 徐女士(先问) 江女士(先问) 唐女士(可分) 吴女士",),
            then=(
                Then(30, "郑爸爸", Turn.CALLS_OFF),
                Then(20, "陈先生", Turn.NOTED, "乐乐对花生反应重，馅料单独放一边"),
                Then(0.7, "薛爸爸", Turn.CALLS_OFF),
            ),
        ),
        Meeting(
            venue=KITCHEN,
            places=12,
            day=Day(Weekday.SATURDAY, 0),
            at="16:30",
            minutes=120,
            guests=("冯女士 邓先生 许女士",),
            then=(Then(16, "邓先生", Turn.MOVES),),
        ),
    ),
    posts=(
        Post(
            days_ago=3,
            at="16:05",
            by="zhou",
            text="{when}，二楼小厨房烤南瓜小餐包，5 到 10 岁。\n一家烤六个，烤好带走。有鸡蛋、牛奶、小麦，忌口的报名时写一下。",
            groups=(PARENTS, GUIHUA_PARENTS),
            posted=(GUIHUA_PARENTS,),
            shape=Shape.POSTER,
        ),
    ),
)

FISH_POT = Happening(
    kind=Kind.VISIT,
    host="he",
    title="罗师傅进梅园新村：一锅不辣的水煮鱼",
    summary="架空层支一口大锅，花椒留香不留辣，老人孩子都能吃。带上碗筷来就行。",
    description="""\
罗师傅在川菜馆站了二十年灶。这回他把锅搬到 5 号楼下，做一锅**不辣**的水煮鱼：黑鱼现片，汤头用番茄和酸菜。

先看他怎么片鱼、怎么上浆，再一人盛一碗。想学的，灶台边留了四个位子。

下雨也照常，架空层淋不着。""",
    bring="一副碗筷\n小板凳，有就带",
    fee_note="免费",
    allergy_note="有鱼、大豆",
    chef="罗师傅",
    published=5,
    meetings=(
        Meeting(
            venue="5 号楼架空层",
            places=30,
            day=Day(Weekday.SUNDAY, 0),
            at="16:30",
            minutes=120,
            guests=("林女士 陈先生 赵奶奶 陈女士 李先生 戴爷爷 王女士 黄阿姨 钱叔叔 周阿姨 孙女士",),
            visit=Visit("5 号楼 101，接水接电", "楼长宋阿姨", "13800138090"),
            then=(
                Then(5, "陈先生", Turn.MERGED, "陈女士"),
                Then(4, "李先生", Turn.NOTED, "上周包馄饨的 36 元还没付，来了提醒一句"),
            ),
        ),
    ),
    posts=(
        Post(
            days_ago=1,
            at="10:30",
            by="he",
            text="{when}，罗师傅来梅园新村烧一锅不辣的水煮鱼，免费，带上碗筷就行。\n人多锅小，想来先占个位子。",
            groups=(NEIGHBOURS, MORE_NEIGHBOURS, CUSTOMERS),
            lost=(NEIGHBOURS,),
        ),
    ),
)

NOODLES = Happening(
    kind=Kind.VISIT,
    host="su",
    title="赵师傅进桂花里：一碗苏式汤面",
    summary="红汤、白汤各一锅，浇头三样。吃完可以抄一张方子走。",
    description="汤头早上六点开始吊，傍晚正好。赵师傅讲讲**红汤和白汤差在哪**，再教大家怎么捞面不坨。\n\n面管够，浇头每人两样。",
    bring="一副碗筷",
    fee_note="免费",
    allergy_note="有小麦、大豆、虾",
    chef="赵师傅",
    published=19,
    meetings=(
        Meeting(
            venue="社区会客厅",
            places=24,
            day=Day(Weekday.SATURDAY, -2),
            at="16:00",
            guests=("高奶奶 周阿姨 叶女士(没来) 林女士 冯女士 李先生 吴女士(没来) 戴爷爷",),
        ),
    ),
)

DINNERS = Happening(
    kind=Kind.WORKSHOP,
    host="su",
    title="少油少盐，一周晚饭怎么安排",
    summary="方老师带一张七天的菜单，教您在店里十分钟配齐，血压高的家里用得上。",
    description="""\
不讲大道理，只讲买什么、放多少。

- 一勺油是多少，拿勺子量给您看
- 盐少了怎么还有味道：葱、菌菇、一点醋
- 七天菜单，人手一张，照着买

讲完下楼，方老师陪大家**走一圈货架**。""",
    bring="老花镜\n最近一次体检单，想问的可以带",
    fee_note="免费",
    chef="方老师，社区营养师",
    published=7,
    meetings=(
        Meeting(
            venue=KITCHEN,
            places=16,
            day=Day(Weekday.WEDNESDAY, 0),
            at="19:00",
            guests=("高奶奶 周阿姨 赵奶奶 戴爷爷 钱叔叔",),
        ),
    ),
    posts=(
        Post(
            days_ago=2,
            at="11:05",
            by="zhou",
            text="{when}，方老师来店里讲少油少盐的晚饭，人手一张七天菜单，讲完陪您逛货架。免费，坐得下 16 位。",
            groups=(HEALTH, CUSTOMERS),
            confirmed=(CUSTOMERS,),
            shape=Shape.POSTER,
        ),
    ),
)

LEAVES = Happening(
    kind=Kind.FAMILY,
    host="su",
    title="跟着小盒认叶子",
    summary="绕书香苑走一圈，认十种叶子，拓一张带回家。",
    description="三到六岁，一个大人牵一个。走得慢，走走停停，一共不到一公里。\n\n拓叶子的纸和蜡笔我们带。",
    bring="好走路的鞋\n水",
    fee_note="免费",
    ages=(3, 6),
    published=8,
    meetings=(Meeting(venue="中心花园", places=16, day=Day(Weekday.SATURDAY, 0), at="09:30", guests=("赵奶奶 孙女士 潘女士",)),),
    cancelled=1,
    reason="那天预报有大风，改天再约",
)

RICE_BALLS = Happening(
    kind=Kind.WORKSHOP,
    host="he",
    title="搓一锅酒酿小圆子",
    summary="糯米粉现搓，桂花现撒，一人一碗，暖着回家。",
    description="小圆子要搓得小，才好入味。何雨的外婆教了她一个不粘手的办法，这次教给大家。\n\n酒酿有一点点酒，**开车的和孩子喝桂花的**。",
    bring="一个带盖的保鲜盒",
    fee_note="每位 10 元，到店付",
    allergy_note="有糯米、酒酿",
    published=1,
    opens=3,
    rules=Rules(members_hours=24, fee=1000),
    first=(NEIGHBOURS, MORE_NEIGHBOURS),
    meetings=(Meeting(venue=KITCHEN, places=14, day=Day(Weekday.SATURDAY, 2), at="15:00"),),
)

NIGHT = Happening(
    kind=Kind.FAMILY,
    host="he",
    title="打烊以后的店",
    summary="",
    description="关灯、盘货、给鱼换水。十个孩子，一人一支手电。\n\n时间还要和大盒商量。",
    ages=(6, 10),
    published=None,
    meetings=(Meeting(venue=KITCHEN, places=10, day=Day(Weekday.WEDNESDAY, 0), at="20:00"),),  # while the dinners are talked about there
)

STEAMED_FISH = Happening(
    kind=Kind.WORKSHOP,
    host="he",
    title="挑鱼、切鱼、蒸鱼，一次学会",
    summary="鱼档老吴带您看鳃看眼，再学三刀，蒸八分钟上桌。",
    description="""\
老吴卖了十五年鱼，最烦别人把鱼蒸老了。

- 怎么挑：看鳃、看眼、按一按肚子
- 怎么切：三刀就够
- 怎么蒸：水开再上，**八分钟，一分不多**

蒸好的大家分着吃，不会剔刺的，老吴帮您剔。""",
    bring="围裙，没有就用店里的",
    fee_note="每位 25 元，到店付",
    allergy_note="有鱼、大豆",
    chef="鱼档老吴",
    published=4,
    rules=Rules(fee=2500),
    meetings=(
        Meeting(
            venue=COUNTER,
            places=10,
            guests=("周阿姨 李先生 高奶奶 叶女士 冯女士 陈先生 段叔叔(代报)",),
            then=(Then(22, "叶女士", Turn.PAID), Then(21, "高奶奶", Turn.NOTED, "腿脚慢，操作台边上放把高凳")),
        ),
    ),
)

FISH_MARKET = Happening(
    kind=Kind.WORKSHOP,
    host="he",
    title="凌晨四点半，跟老吴去水产市场",
    summary="看一条鱼从卸货到上秤，回来正好赶上早市。车小，只坐得下五位。",
    description="""\
老吴每天四点半出车，这回捎上五位邻居。看卸货、看过秤、听他跟人讲价，六点半回到店里，一人一碗鱼汤面。

市场**地上有水、有台阶、要走一个钟头**。位子少，报了名我们先打个电话聊两句，再给您定。""",
    bring="防滑的鞋\n一件旧外套",
    fee_note="免费",
    chef="鱼档老吴",
    published=5,
    rules=Rules(needs_approval=True, most_places=2),
    meetings=(
        Meeting(
            venue=COUNTER,
            places=5,
            day=Day(Weekday.THURSDAY, 1),
            at="04:30",
            minutes=120,
            guests=("李先生 高奶奶 钱叔叔 叶女士",),
            then=(
                Then(27, "李先生", Turn.APPROVED),
                Then(26, "高奶奶", Turn.REJECTED, "市场地滑，要走一个钟头，怕您累着。下回老吴蒸鱼，给您留前排"),
            ),
        ),
    ),
)

HAPPENINGS = (WONTONS, LANTERNS, PAPER_FISH, BAKERS, FISH_POT, NOODLES, DINNERS, LEAVES, RICE_BALLS, NIGHT, STEAMED_FISH, FISH_MARKET)
