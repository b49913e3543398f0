"""An error as a person reads it, and as a script does."""

from __future__ import annotations

import json
from typing import Any

from itil_cli.errors import Broken, ItilError
from itil_cli.render.text import safe


def failure_text(error: ItilError) -> str:
    """`error[P12]: pending needs a message to the requestor. Add -m "…".`"""
    return f"error[{error.code}]: {safe(str(error))}"


def failure_document(error: ItilError, exit_code: int) -> str:
    """The same as one JSON object."""
    document: dict[str, Any] = {
        "schema": "itil/1",
        "kind": "error",
        "code": error.code,
        "exit": exit_code,
        "text": error.text,
        "allowed": list(error.allowed),
        "who": list(error.who),
        "remedy": error.remedy,
        "path": getattr(error, "path", None),
        "line": getattr(error, "line", None),
        "column": getattr(error, "column", None),
    }
    found = getattr(error, "findings", ())
    return json.dumps(document | ({"findings": [_finding(one) for one in found]} if found else {}), ensure_ascii=False)


def _finding(broken: Broken) -> dict[str, Any]:
    """One of several things that are wrong, with the names that findings have."""
    place = {"path": broken.path, "line": broken.line, "column": broken.column}
    return {"code": broken.code, "severity": "error", "text": broken.text, "remedy": broken.remedy} | place
