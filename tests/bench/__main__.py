"""`bin/bench NAME [--quick] [--json] [--seconds N] [--engines sqlite,postgres] [--workers 1,2]`: one line a figure."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Iterator
from typing import Any

NAMES = ("pages", "signup", "rush", "door", "calendar", "announce")


def main() -> None:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--seconds", type=float, default=3.0, help="of load for each figure")
    parser.add_argument("--engines", default="sqlite,postgres")
    parser.add_argument("--workers", default="1,2")
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--quick", action="store_true", help="half a second of load on one worker: whether it runs, not how fast")
    asked = parser.parse_args()
    if asked.quick:
        asked.seconds, asked.workers = 0.5, "1"
    figures: Iterator[dict[str, Any]] = importlib.import_module(f"tests.bench.{asked.name}").run(
        engines=asked.engines.split(","),
        workers=[int(number) for number in asked.workers.split(",")],
        clients=asked.clients,
        seconds=asked.seconds,
    )
    for figure in figures:
        sys.stdout.write((json.dumps(figure) if asked.json else _words(figure)) + "\n")
        sys.stdout.flush()


def _words(figure: dict[str, Any]) -> str:
    if "limit_per_s" not in figure:
        return "  ".join(f"{name} {value}" for name, value in figure.items() if name != "bench")
    return (
        f"{figure['act']:<8} {figure['engine']:<9} {figure['workers']} worker(s) {figure['per_s']:>8.0f}/s "
        f"p50 {figure['p50_ms']:>6.1f} ms  p99 {figure['p99_ms']:>6.1f} ms  "
        f"limit {figure['limit_per_s']:>7.0f}/s  ratio {figure['ratio']:.2f}"
    )


if __name__ == "__main__":
    main()
