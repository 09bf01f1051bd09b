"""Words for a plan of events under review: why to look at a row, and the template's heads."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from events.errors import _
from events.intake.calendar_entries import Left
from events.intake.event_readings import Act, Told, Unsure
from web.language import say
from web.site.faces import Mark

LOOK, KNOW = ("wait", "ask"), ("plain", "info")
UNSURE: dict[Unsure, tuple[tuple[str, str], str]] = {
    Unsure.TITLE_UNTOLD: (LOOK, _("没写活动叫什么")),
    Unsure.KIND_UNCLEAR: (LOOK, _("哪一种，没读懂")),
    Unsure.DAY_UNTOLD: (LOOK, _("没写哪天")),
    Unsure.DAY_UNCLEAR: (LOOK, _("哪天，没读懂")),
    Unsure.DAY_TWO_WAYS: (LOOK, _("哪天，有两种读法")),
    Unsure.DAY_PAST: (LOOK, _("这天已经过去了")),
    Unsure.TIME_UNTOLD: (LOOK, _("没写几点开始")),
    Unsure.TIME_UNCLEAR: (LOOK, _("几点，没读懂")),
    Unsure.TIME_TWO_WAYS: (LOOK, _("几点，上午还是下午")),
    Unsure.END_TWO_WAYS: (LOOK, _("到几点，有两种读法")),
    Unsure.END_WRONG: (LOOK, _("结束要晚于开始")),
    Unsure.PLACES_UNTOLD: (LOOK, _("没写几个名额")),
    Unsure.PLACES_UNCLEAR: (LOOK, _("几个名额，没读懂")),
    Unsure.PLACES_TWO_WAYS: (LOOK, _("几家还是几位，名额按位算")),
    Unsure.VENUE_UNTOLD: (LOOK, _("没写在哪里")),
    Unsure.VENUE_UNKNOWN: (LOOK, _("店里没有这个地点")),
    Unsure.VENUE_TWO_WAYS: (LOOK, _("是哪个地点，有几个像的")),
    Unsure.HOST_UNKNOWN: (LOOK, _("店里没有这位小盒")),
    Unsure.HOST_TWO_WAYS: (LOOK, _("是哪位小盒，有几位像的")),
    Unsure.HOST_OTHER: (LOOK, _("写的是别的小盒，你只能办自己的")),
    Unsure.AGES_UNCLEAR: (LOOK, _("几岁，没读懂")),
    Unsure.AGES_TWO_WAYS: (LOOK, _("几岁，有两种读法")),
    Unsure.EVENT_TWO_WAYS: (LOOK, _("同名的活动有几个，加到哪个")),
    Unsure.TWICE: (LOOK, _("像是写了两遍")),
    Unsure.THERE: (LOOK, _("这一场已经有了")),
    Unsure.ALL_DAY: (LOOK, _("写的是整天，没写几点")),
    Unsure.TOO_LONG: (LOOK, _("超过 24 小时")),
    Unsure.ZONE_UNKNOWN: (LOOK, _("不知道是哪里的时间，先按店里的钟")),
    Unsure.REPEATS_UNCLEAR: (LOOK, _("怎么重复没读懂，看看场次全不全")),
    Unsure.CONFLICT: (LOOK, _("店里也改过这一场，勾上就照日历的")),
    Unsure.GONE: (LOOK, _("这次的日历里没有这一场了")),
    Unsure.KIND_UNTOLD: (KNOW, _("没写哪一种，先算店内工坊")),
    Unsure.NEXT_YEAR: (KNOW, _("没写年份，算明年")),
    Unsure.END_UNTOLD: (KNOW, _("没写多长，先算 90 分钟")),
    Unsure.VENUE_NEAR: (KNOW, _("地点的名字不全，挑了最像的")),
    Unsure.HOST_NEAR: (KNOW, _("小盒的名字不全，挑了最像的")),
    Unsure.FEE_IN_WORDS: (KNOW, _("费用照写在介绍里，不算账")),
    Unsure.AS_ABOVE: (KNOW, _("没写活动名，跟上一行")),
    Unsure.DIFFERS: (KNOW, _("和前面同名的写得不一样，照前面的")),
    Unsure.OTHER_KIND: (KNOW, _("有个同名的，不是一种或取消了，另起一个")),
    Unsure.CUT: (KNOW, _("太长，截短了")),
    Unsure.UID_UNTOLD: (KNOW, _("日历没给编号，改了名字或时间再传，会当成新的")),
    Unsure.UID_TWICE: (KNOW, _("几场用了同一个编号，改了时间再传，会当成新的")),
    Unsure.OFF_HERE: (KNOW, _("这一场在店里已经取消或结束了")),
    Unsure.WORDS_OTHER: (KNOW, _("名字或介绍改了，草稿跟着改")),
    Unsure.WORDS_KEPT: (KNOW, _("名字或介绍和日历里不一样，要改到活动页上改")),
}
LEFT: dict[Left, str] = {
    Left.PAST: _("已经过去的 %(n)s 个"),
    Left.LATER: _("一年以后的 %(n)s 个"),
    Left.MANY: _("超出 500 场的 %(n)s 场，这些加好再传一次"),
    Left.OFF: _("日历里已经取消的 %(n)s 场"),
    Left.OTHER: _("待办、笔记 %(n)s 条"),
    Left.REPLACED: _("旧的版本 %(n)s 个"),
    Left.OFTEN: _("一天重复好几次的 %(n)s 个"),
    Left.OLD: _("三十多年前开始重复的 %(n)s 个"),
    Left.BROKEN: _("没写哪天或写坏了的 %(n)s 个"),
}
ACTS: dict[Act, tuple[tuple[str, str], str]] = {
    Act.CHANGE: (("wait", "edit"), _("照日历改")),
    Act.CALL_OFF: (("no", "cross"), _("取消这一场")),
    Act.OLDER: (KNOW, _("比上次读的旧，不动")),
    Act.OURS: (KNOW, _("就是店里自己的场次")),
}
EXAMPLE = {  # the template's heads, and what the example has below them
    _("活动"): _("例：剪一条会游的纸鱼"),
    _("哪一种"): _("亲子"),
    _("日期"): _("11月28日 周六"),
    _("开始"): _("上午10点"),
    _("多长"): _("90分钟"),
    _("名额"): "20",
    _("地点"): _("二楼活动室"),
    _("小盒"): "",
    _("大厨或老师"): _("罗师傅"),
    _("年龄"): _("5-8岁"),
    _("费用"): _("18元"),
    _("一句话介绍"): _("剪一条尾巴会动的鱼带回家。"),
    _("要带什么"): _("剪刀不用带"),
}


def act(told: Told, language: str) -> list[Mark]:
    """What a calendar's line does; nothing for one that is new or says nothing else."""
    return [Mark(*ACTS[told.act][0], say(language, ACTS[told.act][1]))] if told.act in ACTS else []


def left(counted: Mapping[Left, int], language: str) -> list[str]:
    """What of a calendar was not read."""
    return [say(language, words, n=counted[each]) for each, words in LEFT.items() if counted.get(each)]


def marks(unsure: Collection[Unsure], language: str) -> list[Mark]:
    """Each with its icon, in the order of the columns; what is to be mended first."""
    return [Mark(*look, say(language, words)) for each, (look, words) in UNSURE.items() if each in unsure]
