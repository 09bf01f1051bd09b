from __future__ import annotations

from dataclasses import replace

from events import db
from events.catalog import questions
from events.catalog.questions import Asked
from events.catalog.tables import Per, Question, QuestionKind
from events.signup import questionnaires
from events.signup.questionnaires import Details, Line
from events.signup.tables import Answer
from tests import make
from tests.browser import Browser
from tests.cast import Cast

APRON = Details(kind=QuestionKind.CHOICE, per=Per.CHILD, label="围裙要多大")
SIZES = (Line("小号", 8), Line("大号"))


def form(*lines: tuple[str, str], **of: object) -> dict[str, object]:
    options = {f"option-{n}-{part}": value for n, line in enumerate(lines) for part, value in zip(("label", "places"), line, strict=True)}
    return {"act": "save", "kind": "choice", "per": "child", "label": "围裙要多大", "options": str(len(lines)), **options, **of}


async def asked(cast: Cast) -> list[Asked]:
    return await questions.of(cast.event.id)


async def apron(cast: Cast) -> Question:
    return await questionnaires.add(cast.event, APRON, SIZES, by=cast.east_host)


async def test_index_says_what_is_asked_of_whom_and_when(cast: Cast, host_client: Browser, lead_client: Browser) -> None:
    empty = (await host_client.get(f"/desk/events/{cast.event.id}/questions")).text
    assert "报名时什么都不问" in empty
    question = await apron(cast)
    (first,) = await asked(cast)
    height = Details(kind=QuestionKind.TEXT, per=Per.CHILD, label="穿多大", is_required=True, age_from=4)
    hanging = replace(height, after=question.id, after_value=str(first.options[0].id))
    await questionnaires.add(cast.event, hanging, by=cast.east_host)
    for client in (host_client, lead_client):
        page = (await client.get(f"/desk/events/{cast.event.id}/questions")).text
        assert "每个孩子答 · 选一样" in page
        assert "小号（每场 8 份）" in page
        assert "每个孩子答 · 写几个字 · 一定要答" in page
        assert "只问 4 岁以上的，「围裙要多大」答「小号」才问" in page


async def test_index_asks_as_often_for_three_as_for_one(cast: Cast, host_client: Browser) -> None:
    async def queries() -> int:
        before = db.engine().get_query_id()
        assert (await host_client.get(f"/desk/events/{cast.event.id}/questions")).status_code == 200
        return db.engine().get_query_id() - before

    await apron(cast)
    few = await queries()
    for label in ("帽子要多大", "鞋套要多大"):
        await questionnaires.add(cast.event, replace(APRON, label=label), SIZES, by=cast.east_host)
    assert await queries() == few


async def test_create_keeps_the_lines_that_say_something(cast: Cast, host_client: Browser) -> None:
    done = await host_client.post(
        f"/desk/events/{cast.event.id}/questions", data=form(("", ""), ("小号", "8"), ("", "3"), ("大号", ""), is_required="1")
    )
    assert (done.status_code, done.headers["location"]) == (303, f"/desk/events/{cast.event.id}/questions")
    (found,) = await asked(cast)
    assert (found.question.label, found.question.kind, found.question.is_required) == ("围裙要多大", "choice", True)
    assert [(option.label, option.places) for option in found.options] == [("小号", 8), ("大号", None)]


async def test_create_adds_and_takes_away_lines_without_keeping_anything(cast: Cast, host_client: Browser) -> None:
    path = f"/desk/events/{cast.event.id}/questions"
    more = await host_client.post(path, data=form(("小号", "8"), ("大号", ""), act="add_option"))
    assert more.status_code == 200
    assert 'id="f-option-2-label"' in more.text
    less = await host_client.post(path, data=form(("小号", "8"), ("大号", ""), act="drop_option:0"))
    assert 'name="option-0-label" type="text" value="大号"' in less.text
    assert 'id="f-option-1-label"' not in less.text
    up = await host_client.post(path, data=form(("小号", "8"), ("大号", ""), act="up_option:1"))
    assert 'name="option-0-label" type="text" value="大号"' in up.text
    assert 'name="option-1-label" type="text" value="小号"' in up.text
    assert await asked(cast) == []


async def test_create_says_what_is_wrong_at_its_line(cast: Cast, host_client: Browser) -> None:
    path = f"/desk/events/{cast.event.id}/questions"
    page = await host_client.post(path, data=form(("", ""), ("小号", ""), ("小号", "")))
    assert page.status_code == 422
    assert 'id="e-option-1-label"' in page.text
    page = await host_client.post(path, data=form(("小号", "")))
    assert 'id="e-options"' in page.text
    page = await host_client.post(path, data=form(("小号", ""), ("大号", ""), after="99=yes"))
    assert 'id="e-after"' in page.text
    assert await asked(cast) == []


async def test_update_changes_the_words_and_keeps_the_answers(cast: Cast, host_client: Browser) -> None:
    question = await apron(cast)
    (before,) = await asked(cast)
    option = before.options[0]
    await Answer(registration=cast.chens_registration.id, question=question.id, option=option.id).save()
    page = (await host_client.get(f"/desk/questions/{question.id}")).text
    assert "已经有人答了，问法不能换" in page
    ids = {f"option-{n}-id": str(each.id) for n, each in enumerate(before.options)}
    done = await host_client.post(f"/desk/questions/{question.id}", data=form(("120 以下", "8"), ("大号", ""), **ids))
    assert done.status_code == 303
    (after,) = await asked(cast)
    assert [(each.id, each.label) for each in after.options] == [(option.id, "120 以下"), (before.options[1].id, "大号")]
    refused = await host_client.post(f"/desk/questions/{question.id}", data=form(("120 以下", ""), ("大号", ""), **ids, kind="number"))
    assert refused.status_code == 422
    assert 'id="e-kind"' in refused.text


async def test_questions_move_and_are_put_away_and_asked_again(cast: Cast, host_client: Browser) -> None:
    first, second = await make.question(cast.event.id, label="谁来接"), await make.question(cast.event.id, label="几点来接")

    async def order() -> list[int]:
        return [each.question.id for each in await asked(cast)]

    for act, expected in (("up", [second.id, first.id]), ("down", [first.id, second.id])):
        assert (await host_client.post(f"/desk/questions/{second.id}/position", data={"act": act})).status_code == 303
        assert await order() == expected
    assert (await host_client.post(f"/desk/questions/{first.id}/archive")).status_code == 303
    assert await order() == [second.id]
    assert "接着问" in (await host_client.get(f"/desk/events/{cast.event.id}/questions")).text
    assert (await host_client.post(f"/desk/questions/{first.id}/return")).status_code == 303
    assert await order() == [second.id, first.id]


async def test_the_list_says_why_a_question_cannot_go(cast: Cast, host_client: Browser) -> None:
    first = await make.question(cast.event.id, QuestionKind.YES_NO, label="自己走吗")
    await make.question(cast.event.id, label="谁来接", after=first.id, after_value="no")
    for path, fields in (("archive", {}), ("position", {"act": "down"})):
        page = await host_client.post(f"/desk/questions/{first.id}/{path}", data=fields)
        assert page.status_code == 422
        assert "「谁来接」要看前面一问的回答才问" in page.text
    assert len(await asked(cast)) == 2


async def test_questions_stay_within_the_store(cast: Cast, host_client: Browser, foreign_client: Browser) -> None:
    question = await apron(cast)
    assert (await host_client.get(f"/desk/questions/{question.id}")).status_code == 200
    assert (await foreign_client.get(f"/desk/questions/{question.id}")).status_code == 404
    assert (await foreign_client.post(f"/desk/questions/{question.id}/archive")).status_code == 404
    assert (await foreign_client.get(f"/desk/events/{cast.event.id}/questions")).status_code == 404
