"""A stand-in for the chat platforms and an SMS gateway, on loopback: it answers as they do, shows what people would read, fails on demand.

The demo and the tests post to it over real HTTP. Its rules are gathered from the platforms' documents and from answers seen
in the wild; `python -m web.standin --help` runs it alone.
"""

from web.standin.app import create_standin
from web.standin.server import listening, running

__all__ = ["create_standin", "listening", "running"]
