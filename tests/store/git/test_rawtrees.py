"""Trees read strictly: each way in which one is not as git writes it, in words."""

from __future__ import annotations

import pytest

from itil_cli.store.git.rawtrees import wrong

OID = bytes(range(20))


def tree(*entries: tuple[bytes, bytes]) -> bytes:
    return b"".join(mode + b" " + name + b"\0" + OID for mode, name in entries)


FILE, FOLDER = b"100644", b"40000"


@pytest.mark.parametrize("data", [
    tree((FILE, b"a"), (FILE, b"b")),
    tree((FILE, b"a-b"), (FOLDER, b"a"), (FILE, b"a0")),  # a folder is sorted as if its name ended with a slash
    tree((b"100755", b"run"), (b"120000", b"to"), (b"160000", b"zlib")),  # judged by their modes elsewhere
    tree((FILE, b"..."), (FILE, b".gitattributes"), (FILE, b".gitignore")),
])  # fmt: skip
def test_as_git_writes_it(data: bytes) -> None:
    assert wrong(data, 20) is None


@pytest.mark.parametrize(("data", "said"), [
    (b"", "it is empty."),
    (tree((FILE, b"a"))[:-1], "it is cut off."),
    (b"100644 a", "it is cut off."),
    (tree((FILE, b"a"), (FILE, b"a")), "a name stands in it twice."),
    (tree((FILE, b"a"), (FILE, b"a.b"), (FOLDER, b"a")), "a name stands in it twice."),
    (tree((FILE, b"b"), (FILE, b"a")), "its names are not in git's order."),
    (tree((FOLDER, b"a"), (FILE, b"a-b")), "its names are not in git's order."),
    (tree((b"100664", b"a")), "a mode in it is none that git writes."),
    (tree((b"040000", b"a")), "a mode in it is none that git writes."),
    (tree((FILE, b"a/b")), "a name in it is none of a file or folder."),
    (tree((FILE, b"")), "a name in it is none of a file or folder."),
    (tree((FOLDER, b".")), "a name in it is none of a file or folder."),
    (tree((FOLDER, b"..")), "a name in it is none of a file or folder."),
    (tree((FOLDER, b".GIT")), "a name in it is none of a file or folder."),
    (tree((FOLDER, b".git . ")), "a name in it is none of a file or folder."),
    (tree((FOLDER, b"git~1")), "a name in it is none of a file or folder."),
    (tree((FILE, b".git::$INDEX_ALLOCATION")), "a name in it is none of a file or folder."),
])  # fmt: skip
def test_as_no_git_writes_it(data: bytes, said: str) -> None:
    assert wrong(data, 20) == said
