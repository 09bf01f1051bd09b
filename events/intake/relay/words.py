"""Words of chat relays that stand alone, in Chinese and English: names for people, and what else is put into such a line."""

from __future__ import annotations


def _set(*words: str) -> frozenset[str]:
    return frozenset(word for line in words for word in line.split())


MOTHERS = _set("妈妈 妈 妈咪 麻麻 媽媽 媽 孩子妈 娃妈 宝妈 孩妈")
FATHERS = _set("爸爸 爸 爸比 孩子爸 娃爸 宝爸 孩爸")
ELDERS = _set("奶奶 爷爷 爺爺 外婆 外公 姥姥 姥爷 阿姨 姑姑 舅舅 姨 老人 保姆")
SPOUSE = _set("老公 老婆 先生 太太 爱人 husband wife")
WRITER = _set("我 本人 自己 我自己 me myself")
BOTH_PARENTS = _set("爸妈 爸爸妈妈 妈妈爸爸 父母")
PAIRS = BOTH_PARENTS | _set("爷爷奶奶 外公外婆 姥姥姥爷")
GROWN_UP = {**dict.fromkeys(MOTHERS | FATHERS | ELDERS | SPOUSE | WRITER, 1), **dict.fromkeys(PAIRS, 2)}

ENGLISH_PARENTS = _set("mom mum mama mommy dad daddy")
TITLES = MOTHERS | FATHERS | ELDERS | ENGLISH_PARENTS  # behind a child's name and a blank: "小雨 妈妈"
FAMILY_ENDINGS = (*TITLES, "女士", "先生", "老师", "小姐", "太太", "家")  # of a name that is a family's, not a child's
SURNAMED_DAI = TITLES | _set("女士 先生 老师 小姐 太太 家")  # 代 is a surname too
EXPECTANT = "孕"  # in a name

SONS_AND_DAUGHTERS = _set("儿子 女儿 闺女 孙子 孙女 外孙 外孙女 侄子 侄女 外甥 外甥女")
BOY_OR_GIRL = _set("男宝 女宝 男宝宝 女宝宝 男孩 女孩 男娃 女娃 男孩子 女孩子 boy girl son daughter")
SOME_CHILD = (
    SONS_AND_DAUGHTERS
    | BOY_OR_GIRL
    | _set("娃 娃娃 孩子 小孩 小孩子 小朋友 儿童 萌娃 宝宝 宝贝 宝 小娃 崽 崽崽 神兽 baby kid child")
    | SONS_AND_DAUGHTERS
    | BOY_OR_GIRL
)
CALLED_CHILD = _set("大宝 二宝 小宝 三宝 老大 老二 老三 哥哥 姐姐 弟弟 妹妹 大娃 二娃")
GENDER = BOY_OR_GIRL | SONS_AND_DAUGHTERS | _set("男 女 男生 女生 ♂ ♀")
OWN_CHILD = SOME_CHILD | WRITER | _set("我家 自家 家里 俩娃 两娃 两个娃 两个孩子 free")  # to sign these up is to sign oneself up
SOMEBODY = _set("朋友 同事 邻居 闺蜜 亲戚 同学 别人 好友 姐妹 friend")  # no names

JOINS = ("带着", "带上", "带", "和", "跟", "与", "及")
FILLERS = _set(
    "报名 报 参加 一起 来 共 一共 我们 我家 预约 接龙 想参加 要参加 都来 都参加 谢谢 谢谢老师 谢谢小盒 感谢 辛苦了 辛苦 收到 已付",
    "例 例子 例如 示例 样例 比如 格式 eg e.g 微信同号 同微信 也行 都行 可以 也可以 备注 各 今年 刚 刚满 刚好 已经 大人小孩",
    "电话 手机 手机号 手机号码 电话号码 联系电话 联系方式 联系人 姓名 名字 称呼 家长姓名 孩子姓名 孩子名字 宝宝姓名 宝宝名字",
    "人数 年龄 孩子年龄 宝宝年龄 生日 出生 出生年月 孩子生日 的 是 有 在 和 加 了",
    "tel phone mobile name contact thanks thank you please children kids adults us we are coming is and aged old years",
)
