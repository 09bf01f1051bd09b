"""The duties with what this side gives them: addresses, senders, words and pictures. The server runs them, and `linju worker` alone."""

from __future__ import annotations

import asyncio

from events import duties
from web import language, letters, reach, settings
from web.desk import digest_words, posters


async def run(given: settings.Settings, stop: asyncio.Event) -> None:
    """Until `stop` is set."""
    await duties.run(
        stop,
        address=given.address,
        platforms=given.platforms,
        senders=reach.senders(given),
        say=language.say,
        digest=digest_words.written,
        poster=posters.drawn,
        letter=letters.written,
        apps=given.apps,
    )
