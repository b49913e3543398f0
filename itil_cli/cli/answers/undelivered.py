"""What did not arrive when this clone last sent messages, for `itil` alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from itil_cli.cli.context import App
from itil_cli.process.time.instants import format_instant
from itil_cli.render.text import one_line

_LAST = "delivered"  # a file beside the lock


def remember_failures(app: App, failures: Sequence[str]) -> None:
    """Keep what has failed so far, in words."""
    said = {"at": format_instant(app.now), "failed": list(failures)}
    (app.store.folder / _LAST).write_text(json.dumps(said), encoding="utf-8")


def last_failures(app: App) -> Mapping[str, Any]:
    """When this clone last sent and what had failed then: `at`, `failed`; empty where it never did."""
    try:
        said = json.loads((app.store.folder / _LAST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def failed_lines(app: App) -> list[str]:
    """The section of `itil` alone; nothing where everything arrived."""
    last = last_failures(app)
    failed = last.get("failed") or []
    head = ["", f"Not delivered at {last['at']} ({len(failed)})"] if failed else []
    return [*head, *(f"  {one_line(one)}" for one in failed)]
