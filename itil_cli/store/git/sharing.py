"""`core.sharedRepository`: what we make in git's directory may be used by whom git's own files may be used by."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from contextlib import suppress

_GROUP, _ALL = 0o660, 0o664
_NAMED = {"group": _GROUP, "true": _GROUP, "1": _GROUP, "all": _ALL, "world": _ALL, "everybody": _ALL, "2": _ALL}


def shared_bits(settings: Mapping[str, str]) -> int:
    """The permissions that the setting adds; 0 where the repository is one person's."""
    value = settings.get("core.sharedrepository", "").lower()
    if re.fullmatch("0[0-7]{3}", value):
        return int(value, 8) & 0o666
    return _NAMED.get(value, 0)


def share(path: str, bits: int) -> None:
    """Add the permissions to a file or folder of ours, as git does: what nobody may write, nobody will."""
    if not bits:
        return
    with suppress(FileNotFoundError, PermissionError):  # another's; he has shared it
        status = os.lstat(path)
        mode = stat.S_IMODE(status.st_mode)
        more = bits if mode & stat.S_IWUSR else bits & 0o444
        if stat.S_ISDIR(status.st_mode):
            more |= (more & 0o444) >> 2 | stat.S_ISGID
        if mode | more != mode and not stat.S_ISLNK(status.st_mode):
            os.chmod(path, mode | more)  # noqa: PTH101
