"""What families write about allergies and diets, taken apart into single things that can be counted."""

from __future__ import annotations

import re

# A space parts Chinese words and no English ones: 坚果 鸡蛋 are two, "tree nuts" are one.
_BETWEEN = re.compile(r"[、，,；;/。]|(?<![A-Za-z])\s+|\s+(?![A-Za-z])")
_AROUND = re.compile(r"^(?:对|有|不吃)|(?:严重)?过敏$")
_CLAUSES = re.compile(r"[，,；;。.!！]|(?<![A-Za-z])\s+|\s+(?![A-Za-z])")
_ALLERGY = re.compile("过敏|allerg", re.IGNORECASE)
_NO_ALLERGY = re.compile(
    r"(?:无|没|没有|不|没什么|没有什么|无任何|没有任何)(?:食物)?过敏|\bno (?:known |food )*allerg|\bnot allerg", re.IGNORECASE
)
_HEAD = re.compile(r"(?:食物)?过敏[源原史]?(?:情况)?[：:]?|allerg(?:y|ies):?", re.IGNORECASE)
_NOTHING = frozenset({"", "无", "没", "没有", "暂无", "都没有", "none", "no", "n/a", "-"})


def of(told: str) -> list[str]:
    """Each thing once: "花生、坚果过敏" is 花生 and 坚果, "没有" is nothing."""
    found: dict[str, None] = {}
    for part in _BETWEEN.split(told):
        word = _AROUND.sub("", part.strip().casefold()).strip()
        if word not in _NOTHING:
            found[word] = None
    return list(found)


def allergies(told: str) -> list[str]:
    """Of a note what speaks of an allergy, as it stands: "晚到，孩子对鸡蛋、牛奶过敏" is 孩子对鸡蛋、牛奶过敏, "没有过敏" is nothing."""
    found: dict[str, None] = {}
    is_told = False  # "过敏 花生": the next one says of what
    for part in filter(None, (each.strip() for each in _CLAUSES.split(told))):
        if is_told or (_ALLERGY.search(part) and not _NO_ALLERGY.search(part)):
            found[part] = None
        is_told = _HEAD.fullmatch(part) is not None
    return list(found)
