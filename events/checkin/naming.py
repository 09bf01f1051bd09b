"""How a family is called where strangers can read it: on the shop's screen, on a badge. Pure."""

from __future__ import annotations

import unicodedata
from enum import StrEnum


class Names(StrEnum):
    """What a screen says of a name; the host chooses."""

    MASKED = "masked"  # 林**
    FAMILY = "family"  # 林家
    NONE = "none"
    FULL = "full"  # as the family wrote it, its children by their given names


SINGLE = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金"
    "石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳"
    "翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳"
    "时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞"
)
COMPOUND = ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "司徒", "令狐", "夏侯", "端木", "轩辕", "宇文", "长孙")
HIDDEN = "**"


def surname(name: str) -> str:
    """The Chinese surname a name begins with; nothing where it is none that one can tell."""
    plain = _plain(name)
    return next((each for each in COMPOUND if plain.startswith(each)), plain[:1] if plain[:1] in SINGLE else "")


def masked(name: str) -> str:
    """Its first letter, and that there is more: whoever knows the family knows it, and nobody else learns who came."""
    plain = _plain(name)
    return f"{surname(plain)[:1] or plain[:1]}{HIDDEN}"


def given(name: str, family: str = "") -> str:
    """What a child is called, without what it is called by with strangers: 林小满 and Mia Lin are 小满 and Mia. `family`: who signed up."""
    plain = _plain(name)
    if plain.isascii():
        return plain.split(" ")[0]
    own = surname(plain)
    is_surname = len(plain) > len(own) + 1 or (own == surname(family) and len(plain) > len(own))
    return plain[len(own) :] if own and is_surname and plain[len(own) : len(own) + 1] != own else plain


def _plain(name: str) -> str:
    """On one line, without what no screen shows or what turns the line around."""
    shown = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in unicodedata.normalize("NFC", name))
    return " ".join(shown.split())
