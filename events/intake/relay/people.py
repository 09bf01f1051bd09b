"""Counts the people of a line taken apart: a name, phones, ages, heads, and the words between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from events.intake.readings import Child, Doubt
from events.intake.relay import ages, numerals, phrases, signs, telling, tokens, words
from events.intake.relay.party import Party, settle
from events.intake.relay.telling import Item, Word
from events.people import phones


def of(items: Sequence[Item], on: date) -> Party:
    """Everybody a line tells of."""
    found = Party(on, kids=_counted(items))
    at = _name_at(items)
    if at is not None:
        named = items[at]
        found.name = phrases.AROUND_A_NAME.sub("", named.text) if isinstance(named, Word) else ""
    for index, item in enumerate(items):
        after = items[index + 1] if index + 1 < len(items) else None
        before = items[index - 1] if index else None
        if isinstance(item, Word):
            if index != at:
                _word(found, item, after, before)
        else:
            _token(found, item, before, is_first_name=index - 1 == at)
    settle(found)
    return found


def _counted(items: Sequence[Item]) -> int | None:
    counts = [_children_in(item) for item in items if not isinstance(item, Word)]
    told = [count for count in counts if count is not None]
    return sum(told) if told else None


def _children_in(token: re.Match[str]) -> int | None:
    match tokens.kind(token):
        case "children":
            return numerals.value(token["children_n"] or token["children_after"])
        case "both":
            return numerals.value(token["both_children"] or token["both_small"])
        case "sum":
            return int(token["sum_children"])
        case "mother_and_child" | "reversed":
            return 1
        case "twins":
            return 2
        case "ordinal":
            return 3
        case _:
            return None


def _name_at(items: Sequence[Item]) -> int | None:
    """The family's name is the first word that can be one; a child's name before an age gives way to "王妈妈"."""
    can = [index for index, item in enumerate(items) if isinstance(item, Word) and _can_be_name(item)]
    free = [index for index in can if not _word_at(items, index).is_joined] or can
    read = [index for index in free if signs.has_letters(_word_at(items, index).text)] or free
    if read and _is_age(items, read[0] + 1):
        families = [index for index in read if _word_at(items, index).text.lower().endswith(words.FAMILY_ENDINGS)]
        return next(iter(families), read[0])
    return read[0] if read else None


def _can_be_name(word: Word) -> bool:
    text = word.text.lower()
    known = (words.FILLERS, words.GENDER, words.SOME_CHILD, words.GROWN_UP)
    is_known = any(text in each for each in known) or telling.is_topic(text)
    return not (is_known or word.is_bracketed or word.is_brought or text == "+" or not signs.is_name(text))


def _word_at(items: Sequence[Item], index: int) -> Word:
    word = items[index]
    assert isinstance(word, Word)  # noqa: S101 -- the callers chose it for that
    return word


def _is_age(items: Sequence[Item], index: int) -> bool:
    item = items[index] if index < len(items) else None
    return item is not None and not isinstance(item, Word) and tokens.kind(item) in tokens.AGES


def _word(party: Party, word: Word, after: Item | None, before: Item | None) -> None:
    text = word.text.lower()
    party.is_joined |= word.is_joined
    if word.is_bracketed:
        party.names.append(word.text)
    elif text in words.SOME_CHILD or text in words.CALLED_CHILD or text in words.GENDER:
        _mention(party, word, before)
    elif text in words.GROWN_UP:
        party.roles.append(word)
    elif text in words.FILLERS or text == "+" or not signs.has_letters(text):
        return
    elif telling.is_topic(text):
        party.left.append(word.text)
    elif not text[0].isdigit() and (word.is_brought or _is_age((after,) if after else (), 0)):
        _named_child(party, word)
    else:
        _stranger(party, word)


def _mention(party: Party, word: Word, before: Item | None) -> None:
    """女宝, 大宝: the child whose age stands next to it."""
    if word.text.lower() in words.GENDER:
        party.left.append(word.text)
    if word.text in words.CALLED_CHILD:
        party.children.append(Child(word.text))
    elif before is None or isinstance(before, Word) or tokens.kind(before) not in tokens.AGES:
        party.children.append(Child())


def _named_child(party: Party, word: Word) -> None:
    name = phrases.BEFORE_A_CHILD.sub("", word.text)
    if party.children and party.children[-1] == Child():  # 孩子：小雨
        party.children[-1] = Child(name)
        return
    party.children.append(Child(name))
    if word.is_brought and party.kids is None:
        party.doubts.add(Doubt.PEOPLE_TWO_WAYS)


def _stranger(party: Party, word: Word) -> None:
    party.left.append(word.text)
    party.doubts.add(Doubt.LEFT_OVER)
    party.strangers += word.is_joined


def _token(party: Party, token: re.Match[str], before: Item | None, *, is_first_name: bool) -> None:
    kind = tokens.kind(token)
    if kind in tokens.AGES:
        _ages(party, token, kind, before)
    elif kind in {"phone", "no_phone"}:
        _phone(party, token[0].strip(), kind)
    elif kind == "expecting":
        party.left.append(token[0].strip())
        party.doubts.add(Doubt.EXPECTING)
    else:
        _people(party, token, kind, is_first_name=is_first_name)


def _ages(party: Party, token: re.Match[str], kind: str, before: Item | None) -> None:
    """Ages go to the child named right before them, else to further ones."""
    for age in ages.told(token, kind, children=party.kids, on=party.on):
        if not age.is_sure:
            party.doubts.add(Doubt.AGE_TWO_WAYS)
        if age.months is None:
            party.left.append(token[0].strip())
            continue
        last = party.children[-1] if party.children and isinstance(before, Word) else None
        if last is not None and last.months is None:
            party.children[-1] = replace(last, months=age.months, is_half_known=age.is_half_known)
        else:
            party.children.append(Child("", age.months, age.is_half_known))


def _phone(party: Party, text: str, kind: str) -> None:
    found = phones.normalise(text) if kind == "phone" else None
    if found is None:
        party.left.append(text)
        party.doubts.add(Doubt.PHONE_WRONG)
    elif party.phone and found != party.phone:
        party.left.append(text)
        party.doubts.add(Doubt.TWO_PHONES)
    else:
        party.phone = found


def _people(party: Party, token: re.Match[str], kind: str, *, is_first_name: bool) -> None:
    match kind:
        case "adults":
            party.adults = (party.adults or 0) + _number(token["adults_n"] or token["adults_after"])
            if token["adults_plus"] and is_first_name:
                party.doubts.add(Doubt.PEOPLE_TWO_WAYS)
        case "children":
            party.is_joined |= bool(token["children_plus"])
        case "both":
            party.adults = (party.adults or 0) + _number(token["both_adults"] or token["both_big"])
        case "reversed" | "ordinal" | "sum":
            party.adults = int(token["sum_adults"] or 1) if kind != "ordinal" else party.adults
            party.doubts.add(Doubt.PEOPLE_TWO_WAYS)
        case "mother_and_child" | "couple":
            party.adults = (party.adults or 0) + (1 if kind == "mother_and_child" else 2)
            party.doubts |= {Doubt.PEOPLE_TWO_WAYS} if kind == "mother_and_child" else set()
        case "family":
            party.family = _number(token["family_of"] or token["mouths"] or "0")
        case "total":
            party.stated = _number(token["total_n"])
        case "count" | "plus":
            told = token["count_n"] or token["count_after"] or token["times"] or token["plus_n"]
            party.total = (party.total or 0) + _number(told)
            party.doubts |= {Doubt.PEOPLE_TWO_WAYS} if kind == "plus" else set()
        case _:
            party.is_twins = True


def _number(text: str) -> int:
    return numerals.value(text) or 0
