"""The kit list of a session: what to lay out, counted from who comes and what they answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from events.catalog import questions
from events.catalog.questions import Asked
from events.catalog.tables import Event, Option, Question, QuestionKind, Session
from events.people import ages
from events.signup import answers, asking, mentions
from events.signup.parties import Party, Person
from events.signup.tables import Answer, Attendee, AttendeeKind, Consent, Registration, State


@dataclass(frozen=True)
class Family:
    """What a session knows of one registration; `people` without those given back."""

    name: str
    is_refused: bool  # its children's details may not be kept: nobody knows what they must not eat
    people: Sequence[Attendee]
    answers: Sequence[Answer]


@dataclass(frozen=True)
class Tally:
    """How often something was said, how many of these are children, and by whom."""

    words: str
    count: int
    children: int = 0
    who: tuple[str, ...] = ()


@dataclass(frozen=True)
class Counted:
    """One question's answers: tallies of its options or of yes and no, the sum of its numbers, its texts as they are."""

    question: Question
    tallies: tuple[Tally, ...] = ()
    total: int | None = None
    texts: tuple[tuple[str, str], ...] = ()  # who, and what they wrote
    unanswered: int = 0


@dataclass(frozen=True)
class Kit:
    """What the people of a session need."""

    families: int = 0
    adults: int = 0
    children: int = 0
    parties: tuple[tuple[int, int, int], ...] = ()  # adults, children, how many families are so many; the most frequent first
    ages: tuple[tuple[int, int], ...] = ()  # years on the day, how many children
    answers: tuple[Counted, ...] = ()
    allergies: tuple[Tally, ...] = ()
    diets: tuple[Tally, ...] = ()
    to_ask: int = 0  # children nobody told anything about
    to_ask_of: tuple[str, ...] = ()  # their families

    def portions(self, child: int) -> int:
        """In hundredths of a grown-up's portion, as `child` is, which is what one child eats."""
        return portions(self.adults, self.children, child)


def portions(adults: int, children: int, child: int) -> int:
    """What so many eat, in hundredths of a grown-up's portion."""
    return adults * 100 + children * child


async def of_session(session: Session, event: Event, day: date) -> tuple[Kit, Kit]:
    """Of the families that have their places, and of those still to answer an offer. `day` is the session's, where the store is."""
    asked = await questions.of(event.id, with_archived=True)
    placed, offered = [await _families(session.id, state) for state in (State.PLACED, State.OFFERED)]
    return count(placed, asked, day), count(offered, asked, day)


async def heads(sessions: Mapping[int, date]) -> dict[int, Kit]:
    """Of the families that have places in each of these sessions, without what they answered; the day of each is the store's.

    The same number of queries however many.
    """
    if not sessions:
        return {}
    placed = Registration.session.is_in(sorted(sessions)) & (Registration.state == State.PLACED)
    rows = await Registration.objects().where(placed).order_by(Registration.queued_at, Registration.id)
    told = list(zip(rows, await _told(rows), strict=True))
    return {id: count([family for row, family in told if row.session == id], [], day) for id, day in sessions.items()}


async def among(attendees: Collection[int], event: Event, day: date) -> Kit:
    """Of these people alone, whatever session they signed up for."""
    if not attendees:
        return Kit()
    rows = await Attendee.select(Attendee.registration).where(Attendee.id.is_in(list(attendees)))
    families = await _told(await Registration.objects().where(Registration.id.is_in(sorted({row["registration"] for row in rows}))))
    only = [replace(family, people=[person for person in family.people if person.id in attendees]) for family in families]
    return count(only, await questions.of(event.id, with_archived=True), day)


def count(families: Sequence[Family], asked: Sequence[Asked], day: date) -> Kit:
    """Pure: everything counted by people, never by mentions."""
    people = [person for family in families for person in family.people]
    children = [person for person in people if person.kind == AttendeeKind.CHILD]
    unknown = [family for family in families if family.is_refused and _children(family.people)]
    silent = _silent(families, asked, day)
    known = Counter(ages.age_on(child.birth_month, day) for child in children if child.birth_month is not None)
    return Kit(
        families=len(families),
        adults=len(people) - len(children),
        children=len(children),
        parties=_parties(families),
        ages=tuple(sorted(known.items())),
        answers=tuple(each for each in (_counted(one, families, silent[one.question.id]) for one in asked) if each is not None),
        allergies=_tallied((mentions.of(person.allergies), family, person) for family in families for person in family.people),
        diets=_tallied((mentions.of(person.diet), family, person) for family in families for person in family.people),
        to_ask=sum(_children(family.people) for family in unknown),
        to_ask_of=tuple(family.name for family in unknown),
    )


async def _families(session: int, state: State) -> list[Family]:
    rows = (
        await Registration.objects()
        .where((Registration.session == session) & (Registration.state == state))
        .order_by(Registration.queued_at, Registration.id)
    )
    return await _told(rows)


async def _told(rows: Sequence[Registration]) -> list[Family]:
    """Families with their people and answers."""
    ids = [row.id for row in rows]
    people: dict[int, list[Attendee]] = {id: [] for id in ids}
    if ids:
        for person in (
            await Attendee.objects()
            .where(Attendee.registration.is_in(ids) & Attendee.given_back_at.is_null())
            .order_by(Attendee.kind, Attendee.id)
        ):
            people[person.registration].append(person)
    given = await answers.of(ids)
    return [Family(row.name, row.consent == Consent.REFUSED, people[row.id], given.get(row.id, [])) for row in rows]


def _counted(asked: Asked, families: Sequence[Family], unanswered: int) -> Counted | None:
    """A question's answers by those who come; none of a question that was put away before anybody answered."""
    question = asked.question
    said = [(family, person, answer) for family in families for person, answer in _answers(question, family)]
    if not said and question.archived_at is not None:
        return None
    match question.kind:
        case QuestionKind.CHOICE | QuestionKind.CHOICES:
            return Counted(question, tallies=_options(asked.options, said), unanswered=unanswered)
        case QuestionKind.NUMBER:
            return Counted(
                question, total=sum(int(answer.text) for *_who, answer in said if answer.text.isdecimal()), unanswered=unanswered
            )
        case QuestionKind.YES_NO | QuestionKind.CONSENT:
            return Counted(question, tallies=_yes_and_no(said), unanswered=unanswered)
    texts = tuple((_named(family, person), answer.text) for family, person, answer in said if answer.text)
    return Counted(question, texts=texts, unanswered=unanswered)


Said = Sequence[tuple[Family, Attendee | None, Answer]]


def _answers(question: Question, family: Family) -> Iterable[tuple[Attendee | None, Answer]]:
    """A family's answers to a question, with the person each is of; those of people who do not come any more are left out."""
    coming = {person.id: person for person in family.people}
    for answer in family.answers:
        if answer.question == question.id and (answer.attendee is None or answer.attendee in coming):
            yield (coming[answer.attendee] if answer.attendee is not None else None), answer


def _options(options: Sequence[Option], said: Said) -> tuple[Tally, ...]:
    """Every option in its order, those nobody wants too: a zero tells the host what to leave at home."""
    tallies = []
    for option in options:
        chosen = [(family, person) for family, person, answer in said if answer.option == option.id]
        if chosen or option.archived_at is None:
            tallies.append(_tally(option.label, chosen))
    return tuple(tallies)


def _yes_and_no(said: Said) -> tuple[Tally, ...]:
    return tuple(_tally(word, [(family, person) for family, person, answer in said if answer.text == word]) for word in ("yes", "no"))


def _tally(words: str, chosen: Sequence[tuple[Family, Attendee | None]]) -> Tally:
    people = [person for _family, person in chosen if person is not None]
    return Tally(words, len(chosen), _children(people), tuple(_named(family, person) for family, person in chosen))


def _tallied(told: Iterable[tuple[list[str], Family, Attendee]]) -> tuple[Tally, ...]:
    """The most frequent first."""
    found: dict[str, list[tuple[Family, Attendee | None]]] = {}
    for said, family, person in told:
        for word in said:
            found.setdefault(word, []).append((family, person))
    return tuple(sorted((_tally(word, who) for word, who in found.items()), key=lambda tally: -tally.count))


def _silent(families: Sequence[Family], asked: Sequence[Asked], day: date) -> Counter[int]:
    """By question, how many it is put to and who said nothing: they signed up before it was asked, or did not want to."""
    return Counter(put.asked.question.id for family in families for put in asking.put(_party(family), asked, day) if not put.answer)


def _party(family: Family) -> Party:
    """As the family's form would tell it."""
    people = [
        Person(
            AttendeeKind(person.kind),
            birth_month=person.birth_month,
            is_birth_month_approximate=person.is_birth_month_approximate,
            answers=answers.told(answer for answer in family.answers if answer.attendee == person.id),
        )
        for person in family.people
    ]
    own = answers.told(answer for answer in family.answers if answer.attendee is None)
    return Party(family.name, "", tuple(people), Consent.REFUSED if family.is_refused else Consent.GIVEN, answers=own)


def _named(family: Family, person: Attendee | None) -> str:
    """The person with its family, or the family alone where the person has no name."""
    return f"{person.name} · {family.name}" if person is not None and person.name else family.name


def _parties(families: Sequence[Family]) -> tuple[tuple[int, int, int], ...]:
    kinds = Counter((len(family.people) - _children(family.people), _children(family.people)) for family in families if family.people)
    return tuple((adults, children, n) for (adults, children), n in sorted(kinds.items(), key=lambda kind: (-kind[1], kind[0])))


def _children(people: Sequence[Attendee]) -> int:
    return sum(person.kind == AttendeeKind.CHILD for person in people)
