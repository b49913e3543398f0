"""An error as a person reads it, and as a script does."""

from __future__ import annotations

import json

from itil_cli.errors import ItilError
from itil_cli.render.text import safe


def failure_text(error: ItilError) -> str:
    """`error[P12]: pending needs a message to the requestor. Add -m "…".`"""
    return f"error[{error.code}]: {safe(str(error))}"


def failure_document(error: ItilError, exit_code: int) -> str:
    """The same as one JSON object."""
    document = {
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
    return json.dumps(document, ensure_ascii=False)
