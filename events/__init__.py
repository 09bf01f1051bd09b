"""The domain of Linju: what a store's offline events are and what must stay true about them. Knows no HTTP and no HTML."""

import os

os.environ.setdefault("PICCOLO_CONF", "events.piccolo_conf")
