"""Writing what an event asks. Nothing a family answered is lost: what has answers keeps its meaning, and is put away, never deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from piccolo.columns import Column

from events import clock
from events.catalog import events, questions
from events.catalog.questions import Asked
from events.catalog.tables import WITH_OPTIONS, Event, EventState, Option, Per, Question, QuestionKind
from events.db import writing
from events.errors import NotThere, Refused, _
from events.facts import PlacesFreed, tell
from events.people import audit
from events.people.tables import Staff
from events.signup import capacity
from events.signup.tables import Answer

MOST = 20  # questions asked at a time, and options of one
LENGTHS = {"label": 120, "hint": 200}
LABEL = 60  # characters of an option
PLACES = 100_000
OLDEST = 99  # years
VALUES = {QuestionKind.YES_NO: ("yes", "no"), QuestionKind.CONSENT: ("yes",)}  # what a later question may hang on; of choices: options


@dataclass(frozen=True)
class Line:
    """An option as the desk writes it; `id` where it stood there before."""

    label: str
    places: int | None = None
    id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Details:
    """A question as the desk writes it; `after` is the id of an earlier one, `after_value` an option's id, "yes" or "no"."""

    kind: QuestionKind
    label: str
    per: Per = Per.FAMILY
    hint: str = ""
    is_required: bool = False
    age_from: int | None = None
    age_to: int | None = None
    after: int | None = None
    after_value: str = ""

    @classmethod
    def of(cls, question: Question) -> Details:
        values = {field.name: getattr(question, field.name) for field in fields(cls)}
        return cls(**{**values, "kind": QuestionKind(question.kind), "per": Per(question.per)})


async def add(event: Event, details: Details, lines: Sequence[Line] = (), *, by: Staff) -> Question:
    """One more question, asked last."""
    _check(details, lines)
    async with writing():
        event = await _hold(event.id, by)
        asked = await questions.of(event.id)
        if len(asked) >= MOST:
            raise Refused(_("一个活动最多问 %(n)s 个问题"), n=MOST)
        question = Question(event=event.id, position=_last(asked) + 1, **asdict(details))
        await question.save()
        await _write(question, lines if details.kind in WITH_OPTIONS else (), event)
        await _check_order(event)
        await audit.record(by, "question.added", question, store=event.store)
    return question


async def edit(question: Question, details: Details, lines: Sequence[Line] = (), *, by: Staff) -> Question:
    """The question in other words. Options that are no longer among the lines are put away; one written again comes back.

    Refused where it has answers and would mean something else: put it away then, and ask anew.
    """
    _check(details, lines)
    async with writing():
        event, question = await _hold_question(question, by)
        has_other_meaning = (details.kind, details.per) != (question.kind, question.per)
        if has_other_meaning and await Answer.exists().where(Answer.question == question.id):
            raise Refused(_("已经有人答了，问法不能换。收起这一问，再加一个新的"), field="kind" if details.kind != question.kind else "per")
        values: dict[Column | str, Any] = {getattr(Question, name): value for name, value in asdict(details).items()}
        await question.update_self(values)
        await _write(question, lines if details.kind in WITH_OPTIONS else (), event)
        await _check_order(event)
        await audit.record(by, "question.edited", question, store=event.store)
    return question


async def move(question: Question, by_places: int, *, by: Staff) -> None:
    """Earlier (-1) or later (1) among the questions asked; at either end nothing changes."""
    async with writing():
        event, question = await _hold_question(question, by)
        order = [asked.question for asked in await questions.of(event.id)]
        here = next((place for place, each in enumerate(order) if each.id == question.id), None)
        if here is None or not 0 <= here + by_places < len(order):
            return
        order.insert(here + by_places, order.pop(here))
        for position, each in enumerate(order):
            await Question.update({Question.position: position}).where(Question.id == each.id)
        await _check_order(event)
        await audit.record(by, "question.moved", question, store=event.store)


async def archive(question: Question, *, by: Staff) -> None:
    """Not asked any more; the answers given stay. Twice is the same as once."""
    async with writing():
        event, question = await _hold_question(question, by)
        if question.archived_at is not None:
            return
        await question.update_self({Question.archived_at: clock.now()})
        await _check_order(event)
        await audit.record(by, "question.archived", question, store=event.store)


async def restore(question: Question, *, by: Staff) -> None:
    """Asked again, last."""
    async with writing():
        event, question = await _hold_question(question, by)
        if question.archived_at is None:
            return
        asked = await questions.of(event.id)
        if len(asked) >= MOST:
            raise Refused(_("一个活动最多问 %(n)s 个问题"), n=MOST)
        await question.update_self({Question.archived_at: None, Question.position: _last(asked) + 1})
        await _check_order(event)
        await audit.record(by, "question.restored", question, store=event.store)


async def answered(event: int) -> set[int]:
    """The questions of an event that somebody has answered."""
    ids = [asked.question.id for asked in await questions.of(event, with_archived=True)]
    if not ids:
        return set()
    rows = await Answer.select(Answer.question).distinct().where(Answer.question.is_in(ids))
    return {row["question"] for row in rows}


def hanging(asked: Asked) -> list[str]:
    """The answers to this question that a later one may hang on, as `after_value` says them."""
    kind = QuestionKind(asked.question.kind)
    return [str(option.id) for option in asked.options] if kind in WITH_OPTIONS else list(VALUES.get(kind, ()))


async def _hold(event: int, by: Staff) -> Event:
    held = await events.hold(event, by=by)
    if held.state == EventState.CANCELLED:
        raise Refused(_("取消了的活动不能再改，可以复制一份"))
    return held


async def _hold_question(question: Question, by: Staff) -> tuple[Event, Question]:
    event = await _hold(question.event, by)
    held = await Question.objects().where(Question.id == question.id).first()
    if held is None:
        raise NotThere
    return event, held


def _last(asked: Sequence[Asked]) -> int:
    return max((each.question.position for each in asked), default=-1)


async def _write(question: Question, lines: Sequence[Line], event: Event) -> None:
    """The question's options as these lines say, in their order."""
    before = await Option.objects().where(Option.question == question.id)
    mine = {option.id: option for option in before}
    away = {option.label: option for option in before if option.archived_at is not None}
    same = [mine.get(line.id or 0) or away.get(line.label.strip()) for line in lines]
    limits = {option.id: line.places for line, option in zip(lines, same, strict=True) if option and line.places is not None}
    coming = await events.hold_coming(event.id) if before else []
    await _check_places(coming, limits, [option.id if option else 0 for option in same])
    is_more = any(limits.get(option.id, PLACES + 1) > option.places for option in before if option.places is not None)
    kept = {option.id for option in same if option}
    for old in before:
        if old.id not in kept and old.archived_at is None:
            await old.update_self({Option.archived_at: clock.now()})
    for position, (line, option) in enumerate(zip(lines, same, strict=True)):
        row = option or Option(question=question.id)
        row.position, row.label, row.places, row.archived_at = position, line.label.strip(), line.places, None
        await row.save()
    for session in coming if is_more else ():
        await tell(PlacesFreed(session))


async def _check_places(sessions: Sequence[int], limits: dict[int, int], order: Sequence[int]) -> None:
    """Never fewer than what families hold in a session to come; its lock is held."""
    for session in sessions:
        for option, taken in (await capacity.option_counts(session, limits)).items():
            if taken > limits[option]:
                raise Refused(_("有一场已经选了 %(n)s 份，不能更少"), field=f"option-{order.index(option)}-places", n=taken)


async def _check_order(event: Event) -> None:
    """Whether each question that hangs on another one still comes after it, and after an answer it may have."""
    earlier: dict[int, Asked] = {}
    for asked in await questions.of(event.id):
        question = asked.question
        if question.after is not None:
            before = earlier.get(question.after)
            if before is None or question.after_value not in hanging(before):
                raise Refused(_("「%(question)s」要看前面一问的回答才问，先改它"), field="after", question=question.label)
            if before.question.per not in {Per.FAMILY, question.per} and (before.question.per != Per.PERSON or question.per == Per.FAMILY):
                raise Refused(_("「%(question)s」和它前面那一问，问的不是同样的人"), field="after", question=question.label)
        earlier[question.id] = asked


def _check(details: Details, lines: Sequence[Line]) -> None:
    if not details.label.strip():
        raise Refused(_("问什么，写一句"), field="label")
    for field, most in LENGTHS.items():
        if len(getattr(details, field)) > most:
            raise Refused(_("最多 %(n)s 个字"), field=field, n=most)
    _check_ages(details)
    if (details.after is None) != (not details.after_value):
        raise Refused(_("选前面哪一问的哪个回答"), field="after")
    _check_lines(lines if details.kind in WITH_OPTIONS else (), needed=details.kind in WITH_OPTIONS)


def _check_ages(details: Details) -> None:
    bounds = {"age_from": details.age_from, "age_to": details.age_to}
    for field, age in bounds.items():
        if age is not None and not 0 <= age <= OLDEST:
            raise Refused(_("年龄要在 0 到 %(n)s 岁之间"), field=field, n=OLDEST)
        if age is not None and details.per == Per.FAMILY:
            raise Refused(_("问全家的一问，不看年龄"), field=field)
    if details.age_from is not None and details.age_to is not None and details.age_from > details.age_to:
        raise Refused(_("最大年龄不能比最小的还小"), field="age_to")


def _check_lines(lines: Sequence[Line], *, needed: bool) -> None:
    if needed and not 2 <= len(lines) <= MOST:
        raise Refused(_("给 2 到 %(n)s 样让人选"), field="options", n=MOST)
    seen = set()
    for position, line in enumerate(lines):
        label = line.label.strip()
        if not label or len(label) > LABEL:
            raise Refused(_("每一样写 1 到 %(n)s 个字"), field=f"option-{position}-label", n=LABEL)
        if label in seen:
            raise Refused(_("这一样写了两遍"), field=f"option-{position}-label")
        if line.places is not None and not 1 <= line.places <= PLACES:
            raise Refused(_("份数写 1 到 %(n)s，不限就空着"), field=f"option-{position}-places", n=PLACES)
        seen.add(label)
