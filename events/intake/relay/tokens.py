"""One pattern that finds whatever can be counted in a line: phones, ages, heads. The first kind that fits at a place wins."""

from __future__ import annotations

import re

from events.intake.relay.numerals import HAN, NUMBER

_N = NUMBER
_BEHIND_NO_DIGIT = rf"(?<![0-9.{HAN}])"
_COUNTER = r"(?:个|位|名|只)?\s?"
_ALONE = rf"(?:(?![\u4e00-\u9fff])|(?=[{HAN}半男女共加和候带另孕电手谢]))"  # behind a bare 大 or 小: not "2小时", not "周一小雨"
_NO_NICKNAME = r"(?!妈|爸|麻|粑|奶|爷|姥|外|家|他|她|之)"  # 两宝妈 is a name
_ADULT = rf"(?:大人|成人|成年人|家长|老人|大{_ALONE}|adults?\b|grown-?ups?\b|parents?\b)"
_CHILD = (
    r"(?:小孩子?|小朋友|小盆友|小娃|孩子|孩儿?|儿童|萌娃|娃娃?|宝宝|宝贝|宝|崽崽?|神兽|男宝|女宝|男孩子?|女孩子?|男娃|女娃|闺女|女儿|儿子"
    rf"|小{_ALONE}|kids?\b|child(?:ren)?\b|bab(?:y|ies)\b|toddlers?\b|boys?\b|girls?\b){_NO_NICKNAME}"
)
_CHILD_FIRST = r"(?:小孩|小朋友|孩子|儿童|娃|宝宝|男孩|女孩|男宝|女宝|kids?|children)"
_YEAR, _MONTH, _DAY = r"(?:19|20)[0-9]{2}", r"(?:1[0-2]|0?[1-9])", r"(?:3[01]|[12][0-9]|0?[1-9])"
_BORN = r"(?:出生|生日|生|的)?"
_ABOUT = r"(?:快满?|不到|差不多|大概|大约|约|将近|马上|虚岁?|近)?\s?"
_OR_SO = r"(?:左右|多|不到|出头|上下|了?吧|了?\?)?"
_YEARS_OLD = r"(?:周岁|岁|歲|\s?y\.?o\b\.?|\s?-?yrs?\b(?:[- ]?olds?\b)?|\s?-?years?\b(?:[- ]?olds?\b)?|\s?y(?![a-z]))"

UNSURE = re.compile(r"快|不到|差不多|大概|约|将近|马上|虚|近|左右|多|出头|上下|吧|\?")  # in the words around an age

_KINDS = {
    "phone": r"(?<![0-9])(?:(?:\+|00)?86[- ]?)?1[3-9][0-9](?:[-\s./·]{0,2}[0-9]){8}(?![0-9])",
    "born": (
        rf"(?<![0-9])(?P<year>{_YEAR})\s?"
        rf"(?:年\s?(?P<month>{_MONTH})\s?月(?:{_DAY}[日号])?|[./-](?P<month_2>{_MONTH})(?:[./-]{_DAY})?(?![0-9])|年){_BORN}"
        rf"|(?<![0-9])(?P<short_year>[0-9]{{2}})年"
        rf"(?:(?P<short_month>{_MONTH})月(?:{_DAY}[日号])?{_BORN}|[底初]?(?:出生|生|的)|(?=男|女|宝|娃))"
        r"|(?<![0-9])(?P<solid_year>20[0-2][0-9])(?P<solid_month>0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?![0-9])"
    ),
    "no_phone": (
        r"(?<![0-9])(?:1[3-9][0-9][-\s]?[0-9]{0,4}[*x.]{2,8}[0-9]{0,4}|1[3-9][0-9][-\s][0-9]{3,4}[-\s][0-9]{3,5}"
        r"|0[0-9]{2,3}[-\s][0-9]{7,8}|[0-9]{7,20})"
    ),
    "expecting": (
        r"(?<!备)(?:怀了?孕|孕妇?(?!妈|麻|婆|婴)|怀二胎|怀三胎|怀着)(?:期|早期|中期|晚期)?"
        rf"\s?(?:{_N}\s?\+?[0-9]?\s?(?:周|个?月))?|\bpregnant\b"
    ),
    "ages": rf"{_ABOUT}(?<![0-9.])(?P<age_list>{_N}(?:\s?[、,/和&+~到至-]\s?{_N}){{1,4}})\s?{_YEARS_OLD}{_OR_SO}",
    "age": (
        rf"{_ABOUT}(?<![0-9.])(?P<years>[0-9]{{1,3}}(?:\.[0-9])?|[{HAN}]{{1,3}}|半)\s?{_YEARS_OLD}"
        rf"(?P<half>半)?(?:零?\s?(?P<and_months>{_N})(?:个月|月龄|个半月|m\b))?{_OR_SO}"
    ),
    "months": (
        rf"{_ABOUT}(?<![0-9.])(?P<months_old>{_N})\s?"
        rf"(?:个多?月龄?|月龄|months?\b(?:[- ]?old\b)?|mos?\b|m(?![a-z0-9]))大?(?:半)?{_OR_SO}"
    ),
    "aged": rf"(?:年龄|\bage[ds]?\b)\s?:?\s?(?P<aged_years>{_N})(?![0-9.个])",
    "family": rf"(?:一家|全家)(?:老小|人)?(?!福)\s?(?:(?P<family_of>{_N})\s?(?:口人?|个?人))?|(?<![0-9])(?P<mouths>{_N})\s?口(?:人|之家)?",
    "mother_and_child": r"(?:母女|母子|父女|父子|娘俩|爷俩|祖孙)(?:俩|[两二2]个?人)?",
    "couple": r"(?:夫妻|夫妇|两口子|小两口)(?:俩|[两二2]个?人)?",
    "twins": rf"(?:双胞胎|龙凤胎|twins\b){_NO_NICKNAME}",
    "both": (
        r"(?<![0-9a-z])(?P<both_adults>[0-9])\s?a\s?\+?\s?(?P<both_children>[0-9])\s?[kc](?![a-z])"
        rf"|大人?(?P<both_big>{_N})\+?小(?P<both_small>{_N})"
    ),
    "sum": r"(?<![0-9.+])(?P<sum_adults>[1-9])\s?\+\s?(?P<sum_children>[1-9])(?![0-9.+大小个岁])",
    "reversed": rf"大[1-9]小{_ALONE}",
    "adults": (
        rf"(?P<adults_plus>\+\s?)?{_BEHIND_NO_DIGIT}(?P<adults_n>{_N})\s?{_COUNTER}{_ADULT}"
        rf"|(?:大人|成人|家长|adults?)(?P<apart>\s)?[:x×*]?(?:(?<=[:x×*])\s)?(?P<adults_after>{_N})"
        r"(?:个|位|名)?(?![0-9.岁月年])(?(apart)(?![大小]))"
    ),
    "children": (
        rf"(?P<children_plus>\+\s?)?{_BEHIND_NO_DIGIT}(?P<children_n>[0-9]{{1,2}}|[一两俩仨四五六七八九十]|[二三](?!宝|娃))\s?{_COUNTER}{_CHILD}"
        rf"|{_CHILD_FIRST}(?P<apart_2>\s)?[:x×*]?(?:(?<=[:x×*])\s)?(?P<children_after>{_N})"
        r"(?:个|位|名)?(?![0-9.岁月年周半])(?(apart_2)(?![大小]))"
    ),
    "ordinal": rf"三(?:宝|娃){_NO_NICKNAME}",
    "total": rf"(?:一?共|总共|合计|总计)\s?:?\s?(?P<total_n>{_N})\s?(?:个人|人|位|名|个)?",
    "count": (
        rf"(?<![0-9.{HAN}第])(?P<count_n>{_N})\s?(?:个人|人|位|名(?!额)|people\b|persons?\b|pax\b|ppl\b|个(?=\s|$|,))"
        rf"|(?:人数|位数)\s?:?\s?(?P<count_after>{_N})(?:个?人|位)?|(?<![a-z*])[x×*]\s?(?P<times>[0-9]{{1,2}})(?![0-9.]|\s?[大小个位人])"
    ),
    "plus": rf"(?:\+|加)\s?(?P<plus_n>{_N})(?:个?人|位)?(?![0-9.])",
}
_STARTS = (  # a look at the first character spares trying them all
    rf"(?=[0-9{HAN}半+x×*怀孕快不差大约将马虚近年全母父娘爷祖夫小双龙成家孩儿男女娃宝共总合人位加]|adult|age|child|kid|pregnant|twin)"
)

TOKEN = re.compile(f"{_STARTS}(?:{'|'.join(f'(?P<{kind}>{pattern})' for kind, pattern in _KINDS.items())})", re.IGNORECASE)

AGES = frozenset(("born", "ages", "age", "months", "aged"))
HEADS = frozenset(_KINDS) - AGES - {"phone", "no_phone", "expecting", "ordinal"}
PLAIN_HEADS = frozenset(("adults", "children", "both"))


def kind(token: re.Match[str]) -> str:
    """Which of them it is: the outermost group is the last to close."""
    return token.lastgroup or ""
