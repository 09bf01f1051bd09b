from events.announce.channels import Message
from events.announce.channels.known import CHANNELS, ROBOTS
from events.announce.tables import ChannelName


def test_channels_are_those_a_group_may_name() -> None:
    assert set(CHANNELS) == {name.value for name in ChannelName}
    assert set(ROBOTS) == {"wecom", "dingtalk", "feishu", "broadcast"}


def test_words_of_every_channel_fit_and_keep_the_link() -> None:
    link = "https://linju.example/G/7QX3/41"
    for channel in CHANNELS.values():
        words = channel.words(Message("鱼" * 5000, link))
        assert words.endswith(f"…\n{link}")
        assert channel.CARRIES.max_bytes - 3 < len(words.encode()) <= channel.CARRIES.max_bytes


def test_a_home_is_the_vendor_s_own_for_what_a_host_pastes() -> None:
    token, lark = "4d2f8a6c-1b3e-4c5d-9e7f-0a1b2c3d4e5f", "https://open.larksuite.com/open-apis/bot/v2/hook/"
    homes = {name: robot.home("anything")[0] for name, robot in ROBOTS.items()}
    assert homes == {"wecom": "wecom", "dingtalk": "dingtalk", "feishu": "feishu", "broadcast": "wecom"}
    assert ROBOTS["feishu"].home(ROBOTS["feishu"].credential(lark + token)) == ("lark", "https://open.larksuite.com")


def test_what_a_channel_can_carry() -> None:
    carried = {name: (c.CARRIES.poster.value, c.CARRIES.card, c.CARRIES.mention_all, c.CARRIES.markdown) for name, c in CHANNELS.items()}
    assert carried == {
        "by_hand": ("by_hand", False, False, False),
        "wecom": ("own_post", True, True, True),
        "dingtalk": ("fetched", True, True, True),
        "feishu": ("link", True, True, True),
        "broadcast": ("within", True, False, False),
    }
