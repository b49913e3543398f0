"""What the settings files of a commit say, kept as JSON beside the index, so that most commands need no YAML.

- Kept by blob, and by the code that read it; only what JSON gives back as it was, and only what was right.
- It may be thrown away at any time; what cannot be read or written is read from YAML again, and nobody is told.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from itil_cli.store.git.repository import Git

_FOLDER = "settings"
_MOST = 32  # files that are kept; more are thrown away together


def recall(git: Git, oid: str) -> Any:
    """The value that this blob says, or None where nobody kept it."""
    try:
        return json.loads(_file(git, oid).read_bytes())
    except (OSError, ValueError):
        return None


def remember(git: Git, oid: str, value: Any) -> None:
    """Keep the value of this blob."""
    with suppress(OSError, TypeError, ValueError):
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        if json.loads(text) != value:
            return
        file = _file(git, oid)
        file.parent.mkdir(parents=True, exist_ok=True)
        _prune(file.parent)
        aside = file.with_name(f"{file.name}.{os.getpid()}")
        aside.write_text(text, encoding="utf-8")
        aside.replace(file)


def _file(git: Git, oid: str) -> Path:
    reader = Path(__file__).parent / "yaml" / "yamlsafe.py"
    return Path(git.common_dir) / "itil" / _FOLDER / f"{oid}-{reader.stat().st_size}.json"


def _prune(folder: Path) -> None:
    held = list(folder.iterdir())
    if len(held) >= _MOST:
        for one in held:
            one.unlink(missing_ok=True)
