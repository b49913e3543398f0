"""Run the benchmarks that were named, or all."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Iterator

from benchmarks import audit, calendar, matching, report, scale, signatures, startup, write

ALL: dict[str, Callable[[], Iterator[str]]] = {
    "startup": startup.report,
    "write": write.report,
    "report": report.report,
    "calendar": calendar.report,
    "scale": scale.report,
    "matching": matching.report,
    "audit": audit.report,
    "signatures": signatures.report,
}


def main() -> None:
    """Print every table."""
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    for name in sys.argv[1:] or ALL:
        print()
        for line in ALL[name]():
            print(line, flush=True)


main()
