from __future__ import annotations

from io import BytesIO

from PIL import Image

from events.checkin import qr, tickets
from events.checkin.tables import Flag, Scan, Ticket
from events.people.tables import Audit
from tests import make
from tests.browser import ADDRESS, Browser
from tests.cast import Cast
from tests.web.door.conftest import ESCAPED, HOSTILE


def photo(payload: str) -> tuple[str, bytes, str]:
    return ("票.png", qr.png(payload), "image/png")


def of(ticket: Ticket) -> tuple[str, bytes, str]:
    return photo(qr.address_payload(ADDRESS, f"/T/{ticket.secret}"))


def path(cast: Cast, what: str = "photo") -> str:
    return f"/door/{cast.session.id}/{what}"


async def test_create_leads_to_the_arrival_page_at_this_door(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    for picture in (of(chens), photo(chens.secret)):
        answer = await host_client.post(path(cast), files={"photo": picture})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/tickets/{chens.id}?session={cast.session.id}&how=photo")


async def test_create_finds_our_ticket_among_other_codes(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    codes = ["HTTPS://MENU.EXAMPLE/42", "ABCDEFGHJKMNPQRS", chens.secret]
    drawn = [Image.open(BytesIO(qr.png(code))).resize((300, 300)) for code in codes]
    for order in (drawn, drawn[::-1]):
        table = Image.new("L", (1100, 400), 150)
        for place, each in enumerate(order):
            table.paste(each, (40 + 350 * place, 50))
        stream = BytesIO()
        table.save(stream, "JPEG")
        answer = await host_client.post(path(cast), files={"photo": ("票.jpg", stream.getvalue(), "image/jpeg")})
        assert (answer.status_code, f"/desk/tickets/{chens.id}?" in answer.headers.get("location", "")) == (303, True)


async def test_create_of_another_sessions_ticket_says_so_at_this_door(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    other = await make.session(cast.event, starts_at=make.at(0, "15:00"))
    theirs = await make.ticket_of(await make.registration(other))
    answer = await host_client.post(path(cast), files={"photo": of(theirs)})
    page = (await host_client.follow(answer)).text
    assert "不是这场" in page
    assert "下午3:00" in page


async def test_create_says_that_a_code_is_none_of_ours(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    for picture in (photo("HTTPS://MENU.EXAMPLE/42"), photo("ABCDEFGHJKMNPQRS")):
        answer = await host_client.post(path(cast), files={"photo": picture})
        assert (answer.status_code, "不认识这个码" in answer.text) == (200, True)
        for way in ("search", "misses", "photo"):
            assert f'action="{path(cast, way)}"' in answer.text
        assert f'href="{path(cast, "walk-ins")}"' in answer.text
        assert "ABCDEFGHJKMNPQRS" not in answer.text


async def test_create_knows_no_ticket_of_another_store(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    foreign = await make.ticket_of(await make.registration(await make.session(await make.event(cast.west))))
    answer = await host_client.post(path(cast), files={"photo": of(foreign)})
    assert (answer.status_code, "不认识这个码" in answer.text) == (200, True)


async def test_create_at_another_stores_door_is_not_there(cast: Cast, chens: Ticket, foreign_client: Browser) -> None:
    assert (await foreign_client.post(path(cast), files={"photo": of(chens)})).status_code == 404
    assert (await foreign_client.post(path(cast, "misses"), data={"heads": "1", "nonce": "N1"})).status_code == 404


async def test_create_says_what_is_wrong_with_a_picture(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    blank = BytesIO()
    Image.new("RGB", (300, 300), "grey").save(blank, "JPEG")
    for data, said in ((blank.getvalue(), "没找到码"), (b"\0\0\0\x18ftypheic" + b"\0" * 99, "不是能用的图片"), (b"", "先拍一张票")):
        answer = await host_client.post(path(cast), files={"photo": ("票.jpg", data, "image/jpeg")})
        assert (answer.status_code, said in answer.text) == (422, True)
    answer = await host_client.post(path(cast), data={"photo": "no file"})
    assert (answer.status_code, "先拍一张票" in answer.text) == (422, True)


async def test_create_refuses_what_is_far_too_large(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    answer = await host_client.post(path(cast), files={"photo": ("票.jpg", b"\xff\xd8" + b"\0" * 13_000_000, "image/jpeg")})
    assert (answer.status_code, "12 MB" in answer.text) == (422, True)
    answer = await host_client.post(path(cast), files={"photo": ("票.jpg", b"\xff\xd8" + b"\0" * 41_000_000, "image/jpeg")})
    assert answer.status_code == 413


async def test_miss_lets_in_to_be_checked(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    form = {"heads": "3", "told": "林女士，尾号 1234", "nonce": "N1N1N1N1", "code": tickets.digest("ABC"), "how": "photo"}
    for _ in range(2):
        answer = await host_client.post(path(cast, "misses"), data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/door/{cast.session.id}")
    (scan,) = await Scan.objects()
    assert (scan.act, scan.heads, scan.told, scan.flag, scan.how) == ("miss", 3, form["told"], Flag.CHECK, "photo")
    assert (scan.code, scan.ruled, scan.made_by, scan.ticket) == (form["code"], "unknown", cast.east_host.id, None)
    assert await Audit.count().where(Audit.act == "arrival.unknown") == 1


async def test_miss_asks_how_many(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    for heads in ("", "0", "13", "many"):
        answer = await host_client.post(path(cast, "misses"), data={"heads": heads, "told": HOSTILE, "nonce": "N1N1N1N1"})
        assert (answer.status_code, ESCAPED in answer.text, HOSTILE in answer.text) == (422, True, False)
    assert await Scan.count() == 0
