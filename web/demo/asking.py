"""An event's rules and questions in the demo, and what its families answer."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date

from events.catalog import questions, rules
from events.catalog.questions import Asked
from events.catalog.tables import Event
from events.people.tables import Staff
from events.signup import asking, questionnaires
from events.signup.parties import Party
from events.signup.questionnaires import Details, Line
from web.demo import story
from web.demo.made import Made


async def set_up(event: Event, happening: story.Happening, made: Made, *, by: Staff) -> Event:
    """As the desk does it, before the event is published."""
    event = await rules.save(event, happening.rules, [made.groups[name].code for name in happening.first], by=by)
    for ask in happening.asks:
        await questionnaires.add(event, await _details(event, ask), [Line(*option) for option in ask.options], by=by)
    return event


async def answered(party: Party, event: Event, happening: story.Happening, day: date) -> Party:
    """The party with what it answers: the story's answers in turn, each family beginning elsewhere."""
    asked = await questions.of(event.id)
    said = {ask.label: ask.said for ask in happening.asks}
    found: dict[str, dict[int, tuple[str, ...]]] = defaultdict(dict)
    for number, put in enumerate(asking.askable(party, asked, day), start=int(party.phone[-2:])):
        answers = said[put.asked.question.label]
        if answers and (words := answers[number % len(answers)]):
            found[put.at][put.asked.question.id] = (_value(put.asked, words),)
    people = tuple(replace(person, answers=found[at]) for at, person in zip(asking.seats(party.people), party.people, strict=True))
    return replace(party, people=people, answers=found[""])


async def _details(event: Event, ask: story.Ask) -> Details:
    earlier, words = ask.after
    before = next((each for each in await questions.of(event.id) if each.question.label == earlier), None)
    youngest, oldest = ask.ages or (None, None)
    return Details(
        kind=ask.kind,
        per=ask.per,
        label=ask.label,
        hint=ask.hint,
        is_required=ask.is_required,
        age_from=youngest,
        age_to=oldest,
        after=before.question.id if before else None,
        after_value=_value(before, words) if before else "",
    )


def _value(asked: Asked, words: str) -> str:
    """An option by its label; else the words themselves."""
    return next((str(option.id) for option in asked.options if option.label == words), words)
