"""The words people write above columns and into cells, in Chinese and in English. Data: nobody is shown them."""

from __future__ import annotations

_CHILD = ("孩子", "小孩", "儿童", "小朋友", "宝宝", "宝贝", "娃", "学生", "child", "children", "kids")
_COUNTED = ("", "人数", "数", "数量", "个数", "几位", "几个", "几人")


def _joined(firsts: tuple[str, ...], ends: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(first + end for first in firsts for end in ends)


NUMBER = ("序号", "编号", "序", "no", "nr", "#")
NAME = (
    *(
        "姓名",
        "称呼",
        "联系人",
        "家长",
        "家长姓名",
        "家长称呼",
        "怎么称呼",
        "报名人",
        "名字",
        "昵称",
        "微信名",
        "群昵称",
        "您贵姓",
        "提交人",
    ),
    *("name", "parent", "contact", "your name", "parent's name"),
)
PHONE = ("手机", "手机号", "手机号码", "电话", "电话号码", "联系电话", "联系方式", "phone", "mobile", "tel", "telephone")
PARTY = (
    "人数",
    "几人",
    "几位",
    "来几位",
    "来几个人",
    "参加人数",
    "报名人数",
    "总人数",
    "几大几小",
    "people",
    "party",
    "how many",
    "who comes",
)
ADULTS = (*_joined(("大人", "成人", "成年人", "家长"), _COUNTED[1:]), "大人", "成人", "成年人", "adults", "adult", "grown-ups")
CHILDREN = _joined(_CHILD, _COUNTED)
CHILD_NAME = _joined(_CHILD, ("姓名", "名字", "小名", "叫什么", "怎么叫", " name", "'s name", " names"))
AGE = ("年龄", "几岁", "岁数", "周岁", *_joined(_CHILD, ("年龄", "几岁", "岁数", "的年龄")), "age", "ages", "how old")
BORN = (
    "出生年月",
    "出生日期",
    "出生",
    "生日",
    *_joined(_CHILD, ("生日", "出生年月", "出生日期")),
    "birth",
    "birthday",
    "born",
    "date of birth",
)
ALLERGIES = ("过敏", "过敏史", "过敏原", "有无过敏", "是否过敏", "什么过敏", "忌口", "allergies", "allergy")
NOTE = ("备注", "留言", "说明", "附言", "其他", "想说的", "note", "notes", "remarks", "comment", "comments")
WAITING = ("候补", "排队", "waiting", "waiting list")

YES = frozenset({"是", "对", "要", "有", "好", "同意", "可以", "愿意", "会", "能", "yes", "y", "true", "1", "√", "✓", "✔"})
NO = frozenset(
    {
        "否",
        "不",
        "不是",
        "不要",
        "没有",
        "无",
        "不同意",
        "不可以",
        "不愿意",
        "不会",
        "不能",
        "no",
        "n",
        "none",
        "false",
        "0",
        "×",
        "x",
        "/",
        "-",
    }
)
EXAMPLE = ("例", "示例", "举例", "样例", "e.g.", "example")  # what an example's name begins with
UNITS = "个位名人岁"  # what stands behind a number in a cell that holds nothing else
BETWEEN = ",，、;；/\n"  # what stands between the things of a cell
AND = "和&"
AROUND = " \\s:：*＊()（）\\[\\]【】「」,，、.。?？/_-"  # what people put around a head
GROWN_UPS, ONE_CHILD = "{}大", "1小 {}"  # as a relay says so many grown-ups, and one child of an age
