"""The stand-in alone: `python -m web.standin --robot KEY=NAME`. Prints its address as its first line; ends on SIGTERM."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from web.standin import running


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m web.standin", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--robot", action="append", default=[], metavar="KEY=NAME", help="a group and its robot's key; may be repeated")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="remember the groups' messages here")
    asked = parser.parse_args()
    stops = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stops)
    with running(dict(robot.split("=", 1) for robot in asked.robot), port=asked.port, keep=asked.keep) as address:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        signal.sigwait(stops)


if __name__ == "__main__":
    main()
