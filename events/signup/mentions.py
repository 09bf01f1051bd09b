"""What families write about allergies and diets, taken apart into single things that can be counted."""

from __future__ import annotations

import re

# A space parts Chinese words and no English ones: 坚果 鸡蛋 are two, "tree nuts" are one.
_BETWEEN = re.compile(r"[、，,；;/。]|(?<![A-Za-z])\s+|\s+(?![A-Za-z])")
_AROUND = re.compile(r"^(?:对|有|不吃)|(?:严重)?过敏$")
_NOTHING = frozenset({"", "无", "没", "没有", "暂无", "都没有", "none", "no", "n/a", "-"})


def of(told: str) -> list[str]:
    """Each thing once: "花生、坚果过敏" is 花生 and 坚果, "没有" is nothing."""
    found: dict[str, None] = {}
    for part in _BETWEEN.split(told):
        word = _AROUND.sub("", part.strip().casefold()).strip()
        if word not in _NOTHING:
            found[word] = None
    return list(found)
