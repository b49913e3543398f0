"""A commit object read strictly, for the audit and the server: what git itself lets pass is refused here.

- One tree, parents, one author, one committer, in this order; further headers may follow, none of these again.
- UTF-8, without NUL and ESC; names and addresses on their line; no other `encoding`.
- Times between 1970 and 2200, offsets as there are on earth.
- A signature is taken out of the header as git does: what remains is what was signed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from itil_cli.store.git.commits import trailers_of

LAST = 7_289_654_399  # 2200-12-31T23:59:59Z
_ZONE = rb"[+-](?:0[0-9]|1[0-4])[0-5][0-9]"  # what there is on earth
_WHO = rb"(?:([^\n<>]*) )?<([^\n<>]*)> (0|[1-9][0-9]{0,11}) " + _ZONE + rb"\n"
_HEAD = re.compile(
    rb"tree ([0-9a-f]{40}|[0-9a-f]{64})\n((?:parent (?:[0-9a-f]{40}|[0-9a-f]{64})\n)*)author "
    + _WHO
    + rb"committer "
    + _WHO
    + rb"((?:[^\n]+\n)*)\n"
)
_AGAIN = re.compile(rb"(?ms)^(?:tree|parent|author|committer) |^(encoding|gpgsig|gpgsig-sha256) .*^\1 ")
_ENCODING = re.compile(rb"(?m)^encoding (?!(?i:utf-?8)$)")
_SIGNATURE = re.compile(rb"(?m)^gpgsig(?:-sha256)? ([^\n]*\n(?: [^\n]*\n)*)")


@dataclass(frozen=True, slots=True)
class RawCommit:
    """A commit as its bytes say. Addresses as written, times in epoch seconds; `signature` is the armoured one."""

    oid: str
    parents: tuple[str, ...]
    author: str
    at: int
    committer: str
    committed_at: int
    message: str
    signature: bytes | None
    data: bytes

    @property
    def trailers(self) -> tuple[tuple[str, str], ...]:
        """The `Key: value` lines at the end of the message."""
        return trailers_of(self.message)

    @property
    def signed(self) -> bytes:
        """What the signature is of."""
        head, _, message = self.data.partition(b"\n\n")
        return _SIGNATURE.sub(b"", head + b"\n", count=1) + b"\n" + message


def read(oid: str, data: bytes) -> RawCommit | str:
    """The commit, or why it is refused, in words."""
    match = _HEAD.match(data)
    if match is None:
        return _why(data)
    _, parents, _, author, at, _, committer, committed_at, more = match.groups()
    if b"\0" in data or b"\x1b" in data:
        return "it holds NUL or ESC."
    if more and (_AGAIN.search(more) or _ENCODING.search(more)):
        return "a header stands twice, or the encoding is not UTF-8."
    if not (int(at) <= LAST and int(committed_at) <= LAST):
        return "its date is not plausible."
    try:
        data.decode()
    except UnicodeDecodeError:
        return "it is not UTF-8."
    found = _SIGNATURE.search(more) if more else None
    signature = found[1].replace(b"\n ", b"\n") if found else None
    named = tuple(line[7:].decode() for line in parents.split(b"\n")[:-1])
    message = data[match.end() :].decode()
    return RawCommit(
        oid, named, author.decode(), int(at), committer.decode(), int(committed_at), message, signature, data
    )


def _why(data: bytes) -> str:
    head = data.partition(b"\n\n")[0] + b"\n"
    for name in (b"author", b"committer", b"tree"):
        count = len(re.findall(rb"(?m)^" + name + rb" ", head))
        if count != 1:
            return f"it has {count or 'no'} {name.decode()}{'s' if count > 1 else ''}."
    return "its header is not as git writes it: names, addresses, dates."
