"""Where Piccolo looks for the engine and the tables; PICCOLO_CONF names this module."""

from __future__ import annotations

from piccolo.conf.apps import AppRegistry

from events import db
from events.db.engine import PooledEngine

APP_REGISTRY = AppRegistry(apps=["events.piccolo_app"])


def __getattr__(name: str) -> PooledEngine:
    """`DB` is whatever engine is in use when Piccolo asks."""
    if name == "DB":
        return db.engine()
    raise AttributeError(name)
