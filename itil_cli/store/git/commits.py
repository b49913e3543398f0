"""Commits as bytes and as values; who wrote them, and what their trailers say.

- Names and addresses are cleaned, so that no text can forge a header line or another person.
- A message is a subject of one line, a blank line, and trailers `Key: value`, one a line.
- Reading never fails for what a message holds: bytes that are no UTF-8 are replaced.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_NOT_IN_NAMES = re.compile(r"[<>\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_NOT_IN_ADDRESSES = re.compile(r"[<>\s\x00-\x1f\x7f-\x9f]+")
_CRUD = " .,:;<>\"\\'"  # what git strips from both ends of a name
_STAMP = re.compile(r"(.*?) ?<([^<>]*)> (-?[0-9]{1,15}) [+-][0-9]{4}")
_TRAILER = re.compile(r"([A-Za-z][A-Za-z0-9-]*): (.*)")


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who and when: `at` in epoch seconds, always written in UTC."""

    name: str
    email: str
    at: int

    def line(self) -> str:
        """`Name <address> seconds +0000`."""
        email = _NOT_IN_ADDRESSES.sub("", self.email)
        name = " ".join(_NOT_IN_NAMES.sub(" ", self.name).split()).strip(_CRUD)
        return f"{name or email.partition('@')[0] or 'unknown'} <{email}> {self.at} +0000"


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit as its object says. `author` and `committer` are e-mail addresses, times are epoch seconds."""

    oid: str
    tree: str
    parents: tuple[str, ...]
    author: str
    author_name: str
    at: int
    committer: str
    committed_at: int
    subject: str
    trailers: tuple[tuple[str, str], ...]
    message: str


def commit_bytes(tree: str, parents: Iterable[str], message: str, author: Stamp, committer: Stamp) -> bytes:
    """A commit object."""
    head = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
    head += [f"author {author.line()}", f"committer {committer.line()}"]
    return ("\n".join(head) + f"\n\n{message}").encode("utf-8", "replace")


def message_of(subject: str, trailers: Sequence[tuple[str, str]]) -> str:
    """Subject, blank line, trailers; each on one line, whatever it holds."""
    lines = [one_line(subject) or "itil"]
    if trailers:
        lines += ["", *(f"{key}: {one_line(value)}" for key, value in trailers)]
    return "\n".join(lines) + "\n"


def one_line(text: str) -> str:
    """The text with every run of control characters and blanks made one blank."""
    return _UNPRINTABLE.sub(" ", text).strip()


def parse_commit(oid: str, data: bytes) -> Commit:
    """What a commit object says; a header that is not as git writes it reads as empty, never as an error."""
    head, _, message = data.decode("utf-8", "replace").partition("\n\n")
    fields: dict[str, list[str]] = {}
    for line in head.split("\n"):
        key, _, value = line.partition(" ")
        fields.setdefault(key, []).append(value)
    author, committer = (_stamp(fields.get(role, [""])[0]) for role in ("author", "committer"))
    return Commit(
        oid,
        fields.get("tree", [""])[0],
        tuple(fields.get("parent", ())),
        author.email,
        author.name,
        author.at,
        committer.email,
        committer.at,
        message.split("\n", 1)[0],
        trailers_of(message),
        message,
    )


def _stamp(line: str) -> Stamp:
    match = _STAMP.fullmatch(line)
    return Stamp(match[1], match[2], int(match[3])) if match else Stamp("", "", 0)


def trailers_of(message: str) -> tuple[tuple[str, str], ...]:
    """The `Key: value` lines of the last paragraph, if it has nothing else and is not the subject."""
    paragraphs = [part for part in message.strip("\n").split("\n\n") if part]
    if len(paragraphs) < 2:
        return ()
    found = [_TRAILER.fullmatch(line) for line in paragraphs[-1].strip("\n").split("\n")]
    return tuple((match[1], match[2]) for match in found if match) if all(found) else ()
