"""The stand-in over HTTP: the platforms' own addresses, those that steer it, and a page for people."""

from litestar import Litestar
from litestar.di import Provide

from web.standin import pages, platforms, steering
from web.standin.world import World


def create_standin(world: World | None = None) -> Litestar:
    """One stand-in with a memory of its own. Broken connections need `server.py`; any other server ignores them."""
    the_world = world or World()
    return Litestar(
        [*platforms.handlers, *steering.handlers, *pages.handlers],
        dependencies={"world": Provide(lambda: the_world, sync_to_thread=False)},
        request_max_body_size=32 * 1024 * 1024,
        openapi_config=None,
        logging_config=None,  # the process's own stays as it is
    )
