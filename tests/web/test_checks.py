from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from events import clock, sealing
from events.announce.channels import feishu
from events.announce.posters import lettering
from events.announce.tables import ChannelName, Group
from events.db.engine import PooledEngine
from events.people.tables import Role, Staff
from tests import make
from tests.standin import Standin, standin, standin_running  # noqa: F401 -- fixtures
from web import checks, settings
from web.settings import Settings

SECRET = "a secret of 32 characters, or so"


def given(**of: Any) -> Settings:
    return Settings(**{"data": Path(), "database": "sqlite:///x", "secrets": (SECRET,), **of})


async def wrong(**of: Any) -> list[str]:
    return [finding.sentence for finding in await checks.everything(given(**of)) if not finding.is_well]


async def one_of_each() -> None:
    """What a database in use holds."""
    await make.staff(Role.OWNER)
    await make.store()


async def test_everything_names_the_first_step_on_an_empty_database(engine: PooledEngine) -> None:
    assert await wrong() == ["staff: no owner yet. Next: linju staff add --role owner --login NAME --name NAME"]


async def test_everything_names_the_second_step_once_there_is_an_owner(engine: PooledEngine) -> None:
    await make.staff(Role.OWNER)
    assert await wrong() == ["stores: none yet. Next: sign in as the owner and add one under 店铺 (Stores)."]


async def test_everything_counts_no_owner_who_left(engine: PooledEngine) -> None:
    await one_of_each()
    assert await wrong() == []
    await Staff.update({Staff.disabled_at: clock.now()}, force=True)
    assert [sentence[:19] for sentence in await wrong()] == ["staff: no owner yet"]


async def test_everything_is_well(engine: PooledEngine) -> None:
    await one_of_each()
    findings = await checks.everything(given())
    assert [finding.is_well for finding in findings] == [True] * 7
    named = ["LINJU_ADDRESS", "sqlite", "clock", "staff and stores", "families", "posters", "channels"]
    assert [finding.sentence.split(":")[0] for finding in findings] == named


async def test_everything_says_how_to_get_the_fonts(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    await one_of_each()
    monkeypatch.setattr(lettering, "PACKAGES", ("a_font_nobody_has", "manimgx_fonts"))
    assert await wrong() == ["posters: the Chinese fonts are missing, so no posters are drawn. Next: pip install a-font-nobody-has"]


async def test_everything_says_when_phones_will_open_no_camera(engine: PooledEngine) -> None:
    await one_of_each()
    assert await wrong(address="https://linju.example") == []
    assert await wrong(address="http://localhost:8000") == []
    (sentence,) = await wrong(address="http://192.168.1.7:8000")
    assert sentence.startswith("LINJU_ADDRESS: http://192.168.1.7:8000 is not https")


async def test_everything_says_when_the_address_makes_the_qr_too_fine(engine: PooledEngine) -> None:
    await one_of_each()
    assert await wrong(address="https://events.example.com") == []
    (sentence,) = await wrong(address="https://the-neighbourhood-gatherings.of-a-very-long.example.com")
    assert "QR of version 5" in sentence


async def test_everything_says_when_a_power_cut_may_lose_what_was_acknowledged(engine: PooledEngine) -> None:
    await one_of_each()
    if engine.engine_type == "sqlite":
        assert await wrong() == []
        return
    (server,) = await engine.run("SELECT current_setting('fsync') AS syncs, current_setting('synchronous_commit') AS commits")
    is_careful = server["syncs"] == "on" and server["commits"] != "off"
    found = await wrong(database="postgresql://127.0.0.1/linju")
    assert [sentence.startswith("postgresql: synchronous_commit or fsync is off") for sentence in found] == [True] * (not is_careful)


@pytest.mark.parametrize(("seconds", "is_well"), [(0, True), (60, False), (-60, False)])
async def test_everything_compares_the_clocks(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch, seconds: int, is_well: bool) -> None:
    await one_of_each()
    now = clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + timedelta(seconds=seconds))
    (finding,) = [each for each in await checks.everything(given()) if each.sentence.startswith("clock")]
    assert finding.is_well is is_well
    assert ("NTP" in finding.sentence) is not is_well


async def test_everything_asks_no_platform_that_no_group_uses(engine: PooledEngine) -> None:
    await one_of_each()
    await make.group()
    assert await wrong(wecom_address="http://127.0.0.1:9") == []


async def test_everything_says_by_what_codes_go(engine: PooledEngine) -> None:
    await one_of_each()
    both = {"sms_address": "https://sms.example.com/send/secret", "sms_token": "secret"}
    both |= {"smtp": "smtp://me:secret@mail.example.com", "smtp_from": "hello@example.com"}
    sentences = []
    for settings_given in (given(), given(**both)):
        sentences += [each.sentence for each in await checks.everything(settings_given) if each.sentence.startswith("families")]
    assert sentences == [
        "families: no codes and no notices, every change is a call; set LINJU_SMS_ADDRESS or LINJU_SMTP to reach them.",
        "families: codes and notices go by SMS through sms.example.com, e-mail through mail.example.com, from hello@example.com.",
    ]


async def with_robot() -> Group:
    sealing.use((SECRET,))
    await one_of_each()
    return await make.group(channel=ChannelName.WECOM)


async def test_everything_asks_a_platform_in_use_and_posts_nothing(
    engine: PooledEngine,
    standin: Standin,  # noqa: F811 -- the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await with_robot()
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):  # a machine that reaches the world through one
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    findings = await checks.everything(given(wecom_address=standin.address))
    assert findings[-1] == checks.Finding(True, f"channels: WeCom answers (a stand-in at {standin.address}).")
    assert [entry for entry in standin.log() if entry["method"] == "POST"] == []


async def test_everything_says_when_a_platform_does_not_answer(engine: PooledEngine) -> None:
    group = await with_robot()
    (sentence,) = await wrong(wecom_address="http://127.0.0.1:9")
    assert sentence == "channels: http://127.0.0.1:9 does not answer (ConnectError)."
    await Group.update({Group.archived_at: clock.now()}).where(Group.id == group.id)
    assert await wrong(wecom_address="http://127.0.0.1:9") == []


@pytest.mark.parametrize("app", ["", "cli_a1b2c3d4e5f6 s3cret-of-the-app-0123456789"])
@pytest.mark.parametrize("secret", ["s3cret-of-the-app-0123456789", "another"])
async def test_everything_says_how_feishu_shows_posters(
    engine: PooledEngine,
    standin: Standin,  # noqa: F811 -- the fixture
    app: str,
    secret: str,
) -> None:
    sealing.use((SECRET,))
    await one_of_each()
    await make.group(channel=ChannelName.FEISHU, robot="4d2f8a6c-1b3e-4c5d-9e7f-0a1b2c3d4e5f")
    feishu.TOKENS.clear()
    standin.options(feishu_app_secret=secret)
    finding = (await checks.everything(given(feishu_address=standin.address, feishu_app=app)))[-1]
    assert finding.is_well == (not app or secret in app)
    assert ("a button leads to the poster" in finding.sentence, "s3cret" in finding.sentence) == (not app, False)


async def test_everything_asks_lark_where_a_group_is_at_lark(engine: PooledEngine, standin: Standin) -> None:  # noqa: F811
    sealing.use((SECRET,))
    await one_of_each()
    await make.group(
        channel=ChannelName.FEISHU, robot="https://open.larksuite.com/open-apis/bot/v2/hook/4d2f8a6c-1b3e-4c5d-9e7f-0a1b2c3d4e5f"
    )
    findings = await checks.everything(given(lark_address=standin.address, feishu_address="http://127.0.0.1:9"))
    assert findings[-1] == checks.Finding(True, f"channels: Lark answers (a stand-in at {standin.address}).")


def test_the_vendors_own_address_is_the_default() -> None:
    assert given().platforms == settings.VENDORS


async def test_everything_counts_groups_that_took_nothing(engine: PooledEngine, standin: Standin) -> None:  # noqa: F811 -- the fixture
    sealing.use((SECRET,))
    await one_of_each()
    well, ill, away = [await make.group(channel=ChannelName.WECOM) for _each in range(3)]
    await Group.update({Group.trouble: "robot_gone"}).where(Group.id.is_in([ill.id, away.id]))
    await Group.update({Group.archived_at: clock.now()}).where(Group.id == away.id)
    wanted = "groups: 1 took nothing the last time. Next: 社群 (Groups) at the desk says why."
    assert await wrong(wecom_address=standin.address) == [wanted]
    await Group.update({Group.trouble: ""}).where(Group.id == ill.id)
    assert await wrong(wecom_address=standin.address) == []
    assert well.trouble == ""
