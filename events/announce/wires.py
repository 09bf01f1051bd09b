"""What leaves by: addresses, a client, and the words and pictures that only the web can make."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import httpx

from events.announce import claiming
from events.announce.channels import known
from events.announce.programmes import Programme
from events.announce.tables import Group
from events.catalog.tables import Event
from events.notices.letters import Told
from events.people.senders import Senders


@dataclass(frozen=True, slots=True)
class Wire:
    """What sending needs from outside: our address for links, the platforms' by channel (none: their own), one client.

    `senders` take messages to families, by kind of contact. Of us, only the web speaks any language: `say` has a sentence in one, `poster`
    draws an event for a group (with our address in the link), `letter` writes what a family is told, `digest` what is on this week.
    `lanes` are this process's.
    """

    address: str
    platforms: Mapping[str, str]
    client: httpx.AsyncClient
    senders: Senders = field(default_factory=dict)
    say: Callable[[str, str], str] = lambda language, sentence: sentence
    poster: Callable[[Group, Event, str], Awaitable[bytes]] | None = None
    letter: Callable[[Told], str] | None = None
    digest: Callable[[Programme], str] | None = None
    lanes: claiming.Lanes = field(default_factory=claiming.Lanes)
    apps: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By channel: the id and, after a space, the secret of the operator's app that hands pictures over."""

    def address_of(self, channel: str, credential: str = "") -> str:
        """Where the platform of this robot is reached."""
        platform, own = known.ROBOTS[channel].home(credential)
        return self.platforms.get(platform) or own


def client() -> httpx.AsyncClient:
    """What posts: a proxy named in the environment is used, but not to a stand-in on this machine."""
    return httpx.AsyncClient(mounts={"all://127.0.0.1": None})
