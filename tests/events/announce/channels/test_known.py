from events.announce.channels import Message
from events.announce.channels.known import CHANNELS, ROBOTS
from events.announce.tables import ChannelName


def test_channels_are_those_a_group_may_name() -> None:
    assert set(CHANNELS) == {name.value for name in ChannelName}
    assert set(ROBOTS) == {"wecom", "dingtalk", "feishu"}


def test_words_of_every_channel_fit_and_keep_the_link() -> None:
    link = "https://linju.example/G/7QX3/41"
    for channel in CHANNELS.values():
        words = channel.words(Message("鱼" * 5000, link))
        assert words.endswith(f"…\n{link}")
        assert channel.CARRIES.max_bytes - 3 < len(words.encode()) <= channel.CARRIES.max_bytes
