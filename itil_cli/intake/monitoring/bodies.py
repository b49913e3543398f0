"""The bodies that senders post: JSON, read strictly, and asked for what must be there.

What is wrong with one is a Malformed that says where: `alerts[0].labels: …`. Numbers are no texts, and nothing is
taken for something else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from itil_cli.errors import Malformed

DEPTH = 64
Body = Mapping[str, Any]


def parse(data: bytes, where: str) -> Any:
    """The value of a JSON document in UTF-8. Raises Malformed with line and column."""
    try:
        return _shallow(json.loads(data.decode("utf-8"), parse_constant=_refuse))
    except UnicodeDecodeError as wrong:
        raise Malformed(f"{where}: not UTF-8 at byte {wrong.start}.", remedy="Send JSON in UTF-8.") from None
    except json.JSONDecodeError as wrong:
        raise Malformed(
            f"{where}: not JSON: {wrong.msg} (line {wrong.lineno}, column {wrong.colno}).", remedy="Send one document."
        ) from None
    except (RecursionError, ValueError) as wrong:
        said = "it is nested too deeply" if isinstance(wrong, RecursionError) else str(wrong)
        raise Malformed(f"{where}: not JSON: {said}.", remedy="Send one document.") from None


def _shallow(value: Any) -> Any:
    """The value, if it is not nested more deeply than DEPTH."""
    level = [value]
    for _ in range(DEPTH):
        parts = (one.values() if isinstance(one, dict) else one for one in level if isinstance(one, (dict, list)))
        level = [part for found in parts for part in found]
        if not level:
            return value
    raise RecursionError


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def mapping(value: Any, where: str) -> Body:
    """An object. Raises Malformed."""
    if not isinstance(value, dict):
        raise wrong(where, f"{_shown(value)} is not an object")
    return value


def listed(body: Body, name: str, where: str) -> list[Any]:
    """A list under a name. Raises Malformed."""
    value = body.get(name)
    if not isinstance(value, list):
        raise wrong(f"{where}{name}", "there is no list" if value is None else f"{_shown(value)} is not a list")
    return value


def text(body: Body, name: str, where: str) -> str:
    """A text that is not empty, under a name. Raises Malformed."""
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise wrong(f"{where}{name}", "it is missing" if value is None else f"{_shown(value)} is not a text")
    return value


def texts(body: Body, name: str, where: str) -> dict[str, str]:
    """An object of texts under a name; absent, it is empty. Raises Malformed."""
    value = body.get(name)
    if value is None:
        return {}
    found = mapping(value, f"{where}{name}")
    for key, item in found.items():
        if not isinstance(item, str):
            raise wrong(f"{where}{name}.{key}", f"{_shown(item)} is not a text")
    return dict(found)


def wrong(where: str, what: str) -> Malformed:
    """The error about a place in a body."""
    return Malformed(f"{where}: {what}.", code="body", remedy="docs/monitoring.md says what is taken.")


def _shown(value: Any) -> str:
    said = json.dumps(value, ensure_ascii=True)
    return said if len(said) <= 40 else f"{said[:39]}…"
