"""What a line says about itself, and what makes a line no sign-up: patterns in Chinese and English."""

from __future__ import annotations

import re

from events.intake.relay.numerals import NUMBER

FACES = re.compile(  # WeChat's own pictures, which are copied as words
    r"\[(?:玫瑰|强|抱拳|微笑|ok|爱心|捂脸|呲牙|合十|庆祝|鼓掌|太阳|拥抱|嘿哈|耶|偷笑|愉快|握手|憨笑|可爱|烟花|蛋糕|礼物|加油|机智|转圈|跳跳)\]",
    re.IGNORECASE,
)

CANCELLED = re.compile(
    r"(?:已经?|现|先)?(?<!不)(?<!别)取消(?:报名|接龙|了|吧)?(?!.{0,6}[吗?])"
    r"|来不了了?|去不了了?|参加不了|不来了|不去了|不参加了?|不报了|退出|退掉|退了|退报|撤销|撤回|作废|放弃"
    r"|[(\[【]\s?[退撤删]\s?[)\]】]|(?:^|\s)[退撤删](?:\s|$)|[❌✘✗✖]"
    r"|\bcancel(?:l?ed)?\b|\bcan'?t (?:come|make it)\b|\bnot coming\b",
    re.IGNORECASE,
)
SOME_OF_THEM = re.compile(  # right before it: only they stay away
    r"(?:^|(?<=[\s,;(]))(?:爸爸?|妈妈?|孩子?|小孩|娃|宝宝?|老公|老婆|老大|老二|大宝|二宝|爷爷|奶奶|外公|外婆|姐姐|弟弟|妹妹|哥哥"
    rf"|{NUMBER}\s?[个位人](?:人|孩子|大人|小孩)?)\s?$"
)
STRUCK = re.compile(r"(?:^|(?<=\s))~~(?=[^\s~])(.+?)(?<=[^\s~])~~(?=\s|$)")
WAITING = re.compile(
    rf"候补(?:第?\s?{NUMBER}\s?[位个号]?)?|候位|等位|替补|排队(?:中|等)?|如?有空位再?[来补]?|\bwait(?:ing)?[- ]?list(?:ed)?\b",
    re.IGNORECASE,
)

_SIGNS = r"(?:报名?|接龙|接|登记|填)"
_SIGNER = r"(?:由|我是)?(?P<{}>[^\s,;()帮代替由]{{1,20}}?)\s?(?:代|帮|替)"
FOR_ANOTHER = re.compile(  # "Lily帮小美报", "代豆豆妈"
    rf"(?:^|(?<=[\s,;(]))(?P<by>[^\s,;()帮代替]{{0,20}}?)\s?(?:(?:帮|替|给)(?P<other>[^\s,;()帮代替给]{{1,12}}?)\s?{_SIGNS}"
    r"|帮忙?(?P<other_2>(?!忙|手|助|我)[^\s,;()]{1,12})"
    rf"|代(?!表|码|购|{_SIGNS}|付|领|收)(?P<other_3>[^\s,;()]{{1,12}}?){_SIGNS}?(?=[\s,;()]|$))"
)
SIGNED_BY = re.compile(  # "小美（Lily代报）", "Lily代报 小美"
    rf"\(\s?{_SIGNER.format('by')}{_SIGNS}?[的了]?\s?\)|(?:^|(?<=\s)){_SIGNER.format('by_2')}{_SIGNS}[的了]?(?=\s|$)"
)
SIGNED_IN_ENGLISH = re.compile(r"\(?\b(?:signed (?:up )?)?by\s(?P<by>[A-Z][^\s,;()]{0,19})\s?\)?")
FOR_IN_ENGLISH = re.compile(r"(?:^(?P<by>[A-Z]\w{0,19})\s)?\b(?:on behalf of|for)\s(?P<other>[A-Z][^\s,;()]{0,19})")

TOPICS = re.compile(  # goes into the note as it stands
    "过敏|忌口|不吃|不能吃|吃素|素食|清真|乳糖|麸质|轮椅|allerg|vegetarian|vegan|halal|gluten|nut-free", re.IGNORECASE
)
AROUND_A_NAME = re.compile(r"^(?:我是|这里是)(?=..)|(?<=.)(?:我?想?要?(?:报名|参加|接龙)[啦了哦]?)$")
BEFORE_A_CHILD = re.compile(r"^(?:儿子|女儿|闺女|宝宝|孩子|小朋友|娃|孙子|孙女)(?=.)")

HEADER = re.compile(
    r"^\W{0,4}(?:#\s?(?:接龙|接龍|报名接龙|group\s?note|solitaire|chain)|接龙|接龍|group\s?note|solitaire)(?=[\s:,。!|]|$)[\s:,。!|]*",
    re.IGNORECASE,
)
EXAMPLE = re.compile(
    r"^\W*(?:例子?(?=[\s:,.(]|称呼)|例如|示例|样例|范例|比如|格式|接龙格式|模板|eg\b|e\.g\b|example|format)", re.IGNORECASE
)
NOTICE = re.compile(  # a numbered line of the announcement itself
    r"^(?:例|eg\b|e\.g|比如|示例|样例|格式|模板|请|自带|自备|注意|活动|时间|地点|地址|集合|费用|收费|人数限|名额|报名费|报名时间|报名方式"
    r"|对象|年龄要求|适合|内容|主题|要求|须知|截止|限|每家|每人|每组|先到先得|准时|迟到|穿|携带|主办|联系人:"
    r"|when\b|where\b|time\b|place\b|please\b|bring\b|fee\b|note\b)"
    r"|接龙格式|名额有限|先到先得|需(?:提前|自备|家长)|不得|务必|敬请",
    re.IGNORECASE,
)
NO_SIGN_UP = re.compile(  # a line without a number that only talks
    "[?@]|吗|呢|名额|还剩|还差|剩余|满了|满员|截止|每家|每组|每人|限|时间|地点|地址|费用|注意|通知|集合|几点|什么|怎么|多少"
    "|大家|老师们|以上|以下"
)
