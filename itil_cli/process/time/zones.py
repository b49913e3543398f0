"""Time zones by their IANA names, read from the `tzdata` package and never from the system (S1).

So the same store gives the same instants on every machine. `zoneinfo` is imported only for a zone that
is not UTC: a write on a 24x7 calendar does without it.
"""

from __future__ import annotations

import re
from datetime import UTC, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Any

from itil_cli.errors import Malformed, did_you_mean

_UTC = frozenset({"UTC", "Etc/UTC", "Etc/UCT", "Etc/Zulu", "Etc/Universal", "UCT", "Universal", "Zulu"})
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*")


@lru_cache(maxsize=64)
def zone(name: str) -> tzinfo:
    """The zone of that name. Raises Malformed (code `zone`) for a name that tzdata does not know."""
    if name in _UTC:
        return UTC
    from zoneinfo import ZoneInfo

    path = _folder().joinpath(*name.split("/"))
    try:
        if _NAME.fullmatch(name):
            with path.open("rb") as file:
                return ZoneInfo.from_file(file, key=name)
    except (OSError, ValueError):
        pass
    raise Malformed(
        f"There is no time zone {name!r}.",
        code="zone",
        remedy=near(name),
    )


def exists(name: str) -> bool:
    """Whether tzdata knows the name."""
    return name in _UTC or name in names()


def near(name: str) -> str:
    """Which zone was meant, or how one is written."""
    return did_you_mean(name, names()) or "Write an IANA name such as Europe/Paris."


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Every name that tzdata knows."""
    return tuple((_folder().parent / "zones").read_text(encoding="ascii").split())


@lru_cache(maxsize=1)
def version() -> str:
    """The version of the zone data, as reports print it (S18)."""
    return str(_tzdata().IANA_VERSION)


def _folder() -> Path:
    return Path(_tzdata().__path__[0]) / "zoneinfo"


def _tzdata() -> Any:
    import tzdata  # type: ignore[import-untyped]

    return tzdata
