"""Files that a command attaches to an incident: read, and refused where they are none, too large, or hold secrets."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence

from itil_cli.cli.context import App
from itil_cli.cli.masking import refuse_secrets
from itil_cli.errors import Malformed, NotFound
from itil_cli.process.attachments import stored_name
from itil_cli.process.settings.mailing import MIB, MOST_FILES


def read(app: App, paths: Sequence[str]) -> dict[str, bytes]:
    """The bytes of these files by stored name. Raises NotFound, Malformed, or Refused (secrets); nothing is written."""
    limit = app.snapshot.policy.mail.max_attachment
    if len(paths) > MOST_FILES:
        raise Malformed(f"{len(paths)} files are more than {MOST_FILES} at once.", remedy="Attach them in parts.")
    found = {}
    for path in paths:
        data = _bytes(path, limit)
        refuse_secrets(path, data)
        found[stored_name(os.path.basename(path), data)] = data  # noqa: PTH119
    return found


def _bytes(path: str, limit: int) -> bytes:
    try:
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe without a writer would wait for ever
    except OSError as trouble:
        raise NotFound(f"{path} cannot be read: {trouble.strerror}.", remedy="--attach names a file.") from None
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise Malformed(f"{path} is no file.", remedy="--attach names a file.")
        data = _read(file, limit + 1)
    finally:
        os.close(file)
    if len(data) > limit:
        raise Malformed(
            f"{path} is larger than {limit // MIB} MiB.", remedy="`mail: {max-attachment: …}` says how much."
        )
    return data


def _read(file: int, most: int) -> bytes:
    pieces = []
    while most > 0 and (piece := os.read(file, min(most, MIB))):
        pieces.append(piece)
        most -= len(piece)
    return b"".join(pieces)
