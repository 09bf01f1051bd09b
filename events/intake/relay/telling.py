"""One line's words taken apart: what was recognised, in order, and the words between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from events.intake.relay import phrases, signs, tokens, words

_BREAKS = re.compile(r"[^\s,;。!?:()\[\]【】<>《》「」『』\"“”|/+&—…]+|[+&]")
_CHILD_NAMES = re.compile(r"\s?\(([^()]{1,60})\)")
_LATIN = re.compile(r"[A-Za-z][A-Za-z'’.-]*")
_MAY_JOIN = re.compile("|".join(words.JOINS))
_REACH = 24  # characters in which two people are joined
_EDGES = "-_.~·、@#=%^\\'’‘`"
_ROLE_ENDS = ("妈", "爸", "奶", "爷", "婆", "公", "姥", "姨", "姑", "舅", "我", "咪", "士", "太")


@dataclass(frozen=True)
class Word:
    """Something the tables do not count; `is_joined`: behind a "+", 带 or 和."""

    text: str
    is_joined: bool = False
    is_brought: bool = False  # behind 带: somebody's child
    is_bracketed: bool = False  # alone in the brackets behind "1小": a child's name


Item = Word | re.Match[str]


def take_apart(text: str) -> list[Item]:
    """Everything in the order in which it was written."""
    found: list[Item] = []
    at, before = 0, ""
    for token in tokens.TOKEN.finditer(text):
        found += _between(text[at : token.start()], before)
        found.append(token)
        at, before = token.end(), tokens.kind(token)
    return _merged([*found, *_between(text[at:], before)])


def is_topic(text: str) -> bool:
    """Whether it says what somebody must not eat, or needs: kept as it is, in the note."""
    return phrases.TOPICS.search(text) is not None


def _between(gap: str, before: str) -> Iterator[Word]:
    """The words of a gap. Brackets right behind "1小" hold its name."""
    named = _CHILD_NAMES.match(gap) if before in {"children", "both", "ages", "age"} else None
    inner = re.split(r"[\s、,;/&和]+", named[1].strip()) if named else []
    if named and all(_may_be_name(each) for each in inner):
        yield from (Word(each, is_bracketed=True) for each in inner)
        gap = gap[named.end() :]
    joined = False
    for found in _BREAKS.findall(gap):
        if found in "+&":
            joined = True
            continue
        yield from _parted(found, is_joined=joined)
        joined = False
    if joined:
        yield Word("+", is_joined=True)


def _parted(text: str, *, is_joined: bool) -> Iterator[Word]:
    """A word, or two where 带 or 和 stands between people: "王妈妈带娃"."""
    for each in _listed(text):
        at, join = (0, "") if is_topic(each) else _join_in(each)
        if join:
            if at:
                yield Word(each[:at], is_joined)
            rest = each[at + len(join) :]
            is_brought = join.startswith("带")
            yield from _rest(rest, is_brought=is_brought) if rest else [Word("+", is_joined=True, is_brought=is_brought)]
        else:
            yield Word(each, is_joined)


def _rest(rest: str, *, is_brought: bool) -> Iterator[Word]:
    at, join = _join_in(rest)
    if join and at:
        yield Word(rest[:at], is_joined=True, is_brought=is_brought)
        yield Word(rest[at + len(join) :] or "+", is_joined=True, is_brought=is_brought or join.startswith("带"))
    else:
        yield Word(rest, is_joined=True, is_brought=is_brought)


def _listed(text: str) -> Iterator[str]:
    """ "小雨、小雪" are two; "对花生、牛奶过敏" is one."""
    parts = [text] if is_topic(text) else text.split("、")
    yield from (part for part in (each.strip(_EDGES) for each in parts) if part)


def _join_in(text: str) -> tuple[int, str]:
    """Where two people are joined inside a word, if it is plain that they are two: behind a role, or before one."""
    if not _MAY_JOIN.search(text):
        return 0, ""
    places = ((text.find(join, 0, _REACH), join) for join in words.JOINS)
    return min(((at, join) for at, join in places if at >= 0 and _joins(text, at, join)), key=lambda place: place[0], default=(0, ""))


def _joins(text: str, at: int, join: str) -> bool:
    rest = text[at + len(join) :]
    if at == 0:
        return not text.startswith(("带带", "和和")) and (not rest or join.startswith("带") or _is_person(rest))
    return text[:at].endswith(_ROLE_ENDS) or _is_person(rest) or text[:at].isascii()


def _is_person(text: str) -> bool:
    return text in words.GROWN_UP or text in words.SOME_CHILD or text in words.CALLED_CHILD


def _may_be_name(text: str) -> bool:
    known = (words.FILLERS, words.GENDER, words.GROWN_UP, words.SOME_CHILD)
    return (
        len(text) <= 8
        and signs.has_letters(text)
        and not any(text in each for each in known)
        and not tokens.TOKEN.search(text)
        and not _says_more(text)
    )


def _says_more(text: str) -> bool:
    patterns = (phrases.WAITING, phrases.CANCELLED)
    return is_topic(text) or any(each.search(text) for each in patterns) or "代" in text or "帮" in text


def _merged(items: list[Item]) -> list[Item]:
    """ "Lily Wang" and "小雨 妈妈" are one name."""
    done: list[Item] = []
    for item in items:
        last = done[-1] if done else None
        if isinstance(item, Word) and isinstance(last, Word) and _belong_together(last, item):
            blank = " " if _LATIN.fullmatch(item.text) else ""
            done[-1] = Word(f"{last.text}{blank}{item.text}", last.is_joined, last.is_brought)
        else:
            done.append(item)
    return done


def _belong_together(first: Word, second: Word) -> bool:
    if second.is_joined or first.is_bracketed or second.is_bracketed or first.text.lower() in words.FILLERS:
        return False
    if second.text.lower() in words.TITLES:
        return not first.text.lower().endswith(words.FAMILY_ENDINGS) and not _is_person(first.text)
    known = words.FILLERS | words.GENDER | words.SOME_CHILD
    latin = _LATIN.fullmatch(first.text.replace(" ", "")) and _LATIN.fullmatch(second.text)
    return bool(latin) and second.text.lower() not in known and len(first.text) <= 30
