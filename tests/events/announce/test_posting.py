from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from events.announce import links, posting, wires
from events.announce.channels import Message, feishu, known
from events.announce.posters import lettering
from events.announce.posters.lettering import NoFonts
from events.announce.tables import Announcement, ChannelName, Group, Part, Shape, Template
from events.catalog.tables import Event, Picture
from tests import make
from tests.standin import Standin

pytestmark = pytest.mark.usefixtures("engine")
BASE = "https://linju.example"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 100
APP = "cli_a1b2c3d4e5f6 s3cret-of-the-app-0123456789abcd"


@pytest.fixture(autouse=True)
def _no_token_of_another_test() -> None:
    feishu.TOKENS.clear()


async def drawn(group: Group, event: Event, base: str) -> bytes:
    assert (base, event.title) == (BASE, "剪纸鱼")
    return PICTURE


async def without_fonts(group: Group, event: Event, base: str) -> bytes:
    raise NoFonts("pillow's own")


@pytest.fixture
async def wire(standin: Standin) -> AsyncIterator[wires.Wire]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield wires.Wire(BASE, dict.fromkeys(known.ROBOTS, standin.address), client, poster=drawn)


@pytest.fixture
async def event() -> Event:
    return await make.event(title="剪纸鱼")


def announced(shape: Shape = Shape.WORDS, text: str = "周六来", **of: Any) -> Announcement:
    return Announcement(text=text, shape=shape, store=1, event=1, made_by=1, key="k", **of)


async def group_on(channel: ChannelName) -> Group:
    group = await make.group()
    group.channel = channel
    return group


POSTED_ALONE = [ChannelName.WECOM]


@pytest.mark.parametrize("channel", list(ChannelName))
def test_parts_are_words_and_a_poster_where_that_is_a_post_of_its_own(channel: ChannelName) -> None:
    assert list(posting.parts(channel, Shape.WORDS)) == list(posting.parts(channel, Shape.CARD)) == [Part.WORDS]
    both = [Part.WORDS, Part.POSTER] if channel in POSTED_ALONE else [Part.WORDS]
    assert list(posting.parts(channel, Shape.POSTER)) == both


@pytest.mark.parametrize("channel", list(ChannelName))
async def test_message_is_the_words_with_the_group_s_own_link(channel: ChannelName, event: Event, wire: wires.Wire) -> None:
    group = await group_on(channel)
    message = await posting.message(announced(), event, group, Part.WORDS, wire)
    assert message == Message("周六来", links.address(group, event.id, BASE), title="剪纸鱼")


@pytest.mark.parametrize("channel", list(ChannelName))
async def test_message_of_a_card_has_a_summary_and_the_event_s_picture(channel: ChannelName, event: Event, wire: wires.Wire) -> None:
    group = await group_on(channel)
    picture = Picture(store=event.store, digest="a" * 64, cover=b"", card=b"", chat=b"", width=1, height=1)
    await picture.save()
    event.picture = picture.id
    message = await posting.message(announced(Shape.CARD), event, group, Part.WORDS, wire)
    url = f"{BASE}/pictures/{'a' * 64}/cover.jpg"
    has_card = channel != ChannelName.BY_HAND
    assert (message.summary, message.picture_url) == (("周六来", url) if has_card else ("", ""))
    event.picture = None
    assert (await posting.message(announced(Shape.CARD), event, group, Part.WORDS, wire)).picture_url == ""


async def test_message_with_a_poster_is_what_the_channel_can_carry(event: Event, wire: wires.Wire) -> None:
    found: dict[str, tuple[bool, str, str]] = {}
    url = ""
    for channel in ChannelName:
        group = await group_on(channel)
        url = f"{BASE}/G/{group.code}/{event.id}/poster.png"
        message = await posting.message(announced(Shape.POSTER), event, group, Part.WORDS, wire)
        found[channel] = (bool(message.picture), message.picture_url.replace(url, "it"), message.poster_url.replace(url, "it"))
        assert message.text == "周六来"
    assert found == {
        "by_hand": (False, "", ""),
        "wecom": (False, "", ""),
        "dingtalk": (False, "it", ""),
        "feishu": (False, "", "it"),
        "broadcast": (True, "", ""),
    }


async def test_message_of_the_poster_s_own_part_is_the_picture_alone(event: Event, wire: wires.Wire) -> None:
    group = await group_on(ChannelName.WECOM)
    assert await posting.message(announced(Shape.POSTER), event, group, Part.POSTER, wire) == Message("", picture=PICTURE)


async def broken(_group: Group, _event: Event, _base: str) -> bytes:
    raise RuntimeError("a font with a hole")


@pytest.mark.parametrize(("poster", "code"), [(None, posting.NO_FONTS), (without_fonts, posting.NO_FONTS), (broken, posting.NO_POSTER)])
async def test_message_goes_without_a_poster_where_none_can_be_drawn(
    event: Event, wire: wires.Wire, monkeypatch: pytest.MonkeyPatch, poster: Any, code: str
) -> None:
    monkeypatch.setattr(lettering, "missing", lambda: ["noto-sans-sc"])
    bare = replace(wire, poster=poster)
    for channel in ChannelName:
        message = await posting.message(announced(Shape.POSTER), event, await group_on(channel), Part.WORDS, bare)
        assert (message.text, message.picture, message.picture_url, message.poster_url) == ("周六来", b"", "", "")
    with pytest.raises(posting.NoPoster) as none:
        await posting.message(announced(Shape.POSTER), event, await group_on(ChannelName.WECOM), Part.POSTER, bare)
    assert none.value.code == code  # the desk says which, and what to do


async def test_message_for_feishu_shows_the_poster_where_an_app_may_upload_it(event: Event, wire: wires.Wire, standin: Standin) -> None:
    with_app = replace(wire, apps={"feishu": APP})
    group = await group_on(ChannelName.FEISHU)
    message = await posting.message(announced(Shape.POSTER), event, group, Part.WORDS, with_app)
    assert message.picture_key.startswith("img_v2_")
    assert "img_key" in str(feishu._body(message))
    assert "poster.png" not in str(feishu._body(message))
    standin.options(feishu_app_secret="another")
    feishu.TOKENS.clear()
    message = await posting.message(announced(Shape.POSTER), event, group, Part.WORDS, with_app)
    assert (message.picture_key, message.poster_url.endswith("/poster.png")) == ("", True)


async def test_message_rings_everybody_only_where_that_can_be(event: Event, wire: wires.Wire) -> None:
    rings = {
        channel: (await posting.message(announced(mention_all=True), event, await group_on(channel), Part.WORDS, wire)).mention_all
        for channel in ChannelName
    }
    assert rings == {"by_hand": False, "wecom": True, "dingtalk": True, "feishu": True, "broadcast": False}


async def test_message_of_a_digest_has_each_event_s_own_link_and_none_beside(event: Event, wire: wires.Wire) -> None:
    text = f"周六 {links.mark(event.id)}\n周日 {links.mark(7)}"
    for channel in ChannelName:
        group = await group_on(channel)
        message = await posting.message(announced(Shape.CARD, text, template=Template.DIGEST), event, group, Part.WORDS, wire)
        filled = f"周六 {links.address(group, event.id, BASE)}\n周日 {links.address(group, 7, BASE)}"
        assert (message.text, message.link, message.summary) == (filled, "", "")
    typed = await posting.message(announced(text=links.mark(7)), event, group, Part.WORDS, wire)
    assert typed.text == links.mark(7)


async def test_draft_shows_another_channel_than_the_group_s_own(event: Event) -> None:
    group = await make.group()
    message = posting.draft(announced(Shape.POSTER), event, group, BASE, channel="dingtalk")
    assert message.picture_url == f"{BASE}/G/{group.code}/{event.id}/poster.png"
