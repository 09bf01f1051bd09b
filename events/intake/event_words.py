"""The words people write above the columns of a plan of events, and for the kinds. Data: nobody is shown them."""

from __future__ import annotations

import re

from events.catalog.tables import Kind
from events.intake.columns import Meaning

MEANINGS = (
    Meaning("title", ("活动", "标题", "活动名称", "活动标题", "活动名", "名称", "主题", "活动主题", "title", "event", "events", "name")),
    Meaning("kind", ("哪一种", "类型", "种类", "类别", "活动类型", "活动类别", "形式", "活动形式", "kind", "which kind", "type")),
    Meaning("day", ("日期", "哪天", "活动日期", "举办日期", "日子", "date", "day")),
    Meaning("start", ("开始", "几点", "开始时间", "几点开始", "时间", "活动时间", "起始时间", "start", "time", "starts", "from")),
    Meaning("end", ("结束", "结束时间", "几点结束", "到几点", "end", "ends", "until", "to")),
    Meaning("length", ("多长", "时长", "多久", "活动时长", "分钟", "分钟数", "length", "duration", "minutes")),
    Meaning("places", ("名额", "人数", "名额数", "人数上限", "限几人", "限额", "places", "seats", "capacity")),
    Meaning("venue", ("地点", "在哪里", "在哪儿", "场地", "活动地点", "地址", "哪里", "venue", "venues", "place", "where", "location")),
    Meaning("host", ("小盒", "负责人", "带活动的", "主持", "主持人", "谁带", "带队", "host")),
    Meaning("chef", ("大厨", "老师", "大厨或老师", "讲师", "厨师", "chef", "teacher", "chef or teacher")),
    Meaning("ages", ("年龄", "几岁", "适合年龄", "年龄段", "适龄", "年龄要求", "ages", "age")),
    Meaning("fee", ("费用", "价格", "收费", "费用元", "材料费", "元", "多少钱", "fee", "price", "cost")),
    Meaning("summary", ("简介", "一句话", "一句话介绍", "介绍", "活动简介", "活动介绍", "说明", "summary", "in one line", "about")),
    Meaning("bring", ("要带的", "自带", "要带什么", "带什么", "需自带", "请自带", "bring", "what to bring")),
)
KINDS = {  # the word may stand anywhere in the cell
    Kind.WORKSHOP: ("工坊", "店内", "手作", "workshop"),
    Kind.FAMILY: ("亲子", "parent", "family", "带娃"),
    Kind.VISIT: ("进小区", "小区", "上门", "visit", "compound"),
}
FREE = ("免费", "不收费", "无", "不要钱", "free")
PER_CHILD, PER_FAMILY = ("孩", "童", "娃", "child", "kid"), ("家", "户", "组", "family")
ANY_AGE = ("不限", "都可以", "全年龄", "全家", "老少皆宜", "无", "any", "all")
EXAMPLE = ("例", "示例", "举例", "样例", "e.g.", "example")  # what an example's title begins with
CHINAS_TIME = frozenset(
    {"中国标准时间", "北京时间", "中国时间", "beijing", "cst", "cst-8", "prc", "hongkong"}
)  # as programs name a time zone
_OFF = "已取消|取消|canceled|cancelled|called off"
OFF = re.compile(rf"^\s*(?:[【\[(（]\s*(?:{_OFF})\s*[】\])）]|(?:{_OFF})\s*[:：])\s*", re.IGNORECASE)  # before a title
