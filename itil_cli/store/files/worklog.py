"""The body of a file: a description, and the work log below `## Work log`.

- The first line `## Work log` starts the log; what stands before it is the description.
- An entry starts with `### TIME PERSON (internal) #n` or `(public)`, and goes on to the next such line.
- Texts are kept without blank lines around them, without white space at their end, and with LF only.
- A line of a text that would read as the log's heading, as any `### ` heading, or as a conflict marker is
  written with a backslash before it, which reading takes away: a text never starts a new entry.
- What stands between the log's heading and its first entry stays where it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from itil_cli.errors import Broken
from itil_cli.process.incident import Entry
from itil_cli.process.time.instants import format_instant, parse_instant

HEADING = "## Work log"
_HEADING = re.compile(r"^## Work log[ \t]*\r?$", re.MULTILINE)
_ENTRY = re.compile(r"^### (\S+) (\S+) \((internal|public)\) #(\S+)[ \t]*\r?$", re.MULTILINE)
_TELLING = r"\\*(?:## Work log[ \t]*$|### |<<<<<<< |>>>>>>> )"
_TO_ESCAPE = re.compile(rf"^(?={_TELLING})", re.MULTILINE)
_ESCAPED = re.compile(rf"^\\(?={_TELLING})", re.MULTILINE)
_SPACE = " \t\r\n"


class Written(NamedTuple):
    """An entry as it stands in the body: it begins at `start`, its text is at `text_start:end`."""

    start: int
    text_start: int
    end: int
    at: str
    by: str
    public: bool
    n: str
    text: str


class Body(NamedTuple):
    """What a body holds. The description is at `start:end`; new entries may follow `head`, the index after
    the heading and what stands before the first entry (None without a heading)."""

    description: str
    start: int
    end: int
    heading: int | None
    head: int | None
    entries: tuple[Written, ...]


def read(body: str) -> Body:
    """Find the description and the entries of a body."""
    heading = _HEADING.search(body)
    top = len(body) if heading is None else heading.start()
    start, end = _core(body, 0, top)
    description = _text(body, start, end)
    if heading is None:
        return Body(description, start, end, None, None, ())
    headers = list(_ENTRY.finditer(body, heading.end()))
    ends = [*(header.start() for header in headers), len(body)]
    head = heading.start() + len(body[heading.start() : ends[0]].rstrip(_SPACE))
    entries = tuple(_written(body, header, end) for header, end in zip(headers, ends[1:], strict=True))
    return Body(description, start, end, heading.start(), head, entries)


def aside(body: str) -> str:
    """What stands between the log's heading and its first entry."""
    heading = _HEADING.search(body)
    if heading is None:
        return ""
    first = _ENTRY.search(body, heading.end())
    return body[heading.end() : first.start() if first else len(body)].strip(_SPACE)


def misnamed(body: str, entries: Mapping[str, Entry]) -> list[str]:
    """The names of the entries whose heading says another time, person or audience than it should (`entries`, by name).

    A time may be written with another offset: that is the same time."""
    heading = _HEADING.search(body)
    heads = _ENTRY.finditer(body, heading.end()) if heading else ()
    return [head[4] for head in heads if (made := entries.get(head[4])) and not _says(head, made)]


def _says(head: re.Match[str], made: Entry) -> bool:
    if (head[2], head[3] == "public") != (made.by, made.public):
        return False
    try:
        return head[1] == format_instant(made.at) or parse_instant(head[1]) == made.at
    except ValueError:
        return False


def _written(body: str, header: re.Match[str], limit: int) -> Written:
    at, by, audience, n = header.groups()
    start, end = _core(body, header.end(), limit)
    end = max(end, header.start() + len(header[0].rstrip(_SPACE)))
    return Written(header.start(), start, end, at, by, audience == "public", n, _text(body, start, end))


def _core(body: str, start: int, end: int) -> tuple[int, int]:
    """Leave the blank lines around a text out, but not the first line's indentation."""
    rest = body[start:end].lstrip(_SPACE)
    if not rest:
        return start, start
    first = body.rfind("\n", start, end - len(rest)) + 1
    return max(first, start), end - len(rest) + len(rest.rstrip(_SPACE))


def _text(body: str, start: int, end: int) -> str:
    text = body[start:end]
    if "\r" in text:
        text = tidy(text)
    return _ESCAPED.sub("", text) if "\\" in text else text


def tidy(text: str) -> str:
    """A text as a file keeps it: LF only, no blank lines around it, no white space at its end."""
    lines = "\n".join(line.rstrip("\r") for line in text.split("\n")) if "\r" in text else text
    start, end = _core(lines, 0, len(lines))
    return lines[start:end]


def shown(text: str, newline: str = "\n") -> str:
    """A text as it is written: tidy, and with nothing in it that would start an entry."""
    return _TO_ESCAPE.sub(r"\\", tidy(text)).replace("\n", newline)


def entry(made: Entry, newline: str = "\n") -> str:
    """An entry as it is written, without a line's end after it."""
    audience = "public" if made.public else "internal"
    header = f"### {format_instant(made.at)} {made.by} ({audience}) #{made.n}"
    return f"{header}{newline}{newline}{shown(made.text, newline)}"


def stray(body: str, written: Written, first_line: int) -> Entry:
    """An entry that no event knows, as a value. Raises Broken (`worklog-time`)."""
    try:
        at = parse_instant(written.at)
    except ValueError as wrong:
        line = first_line + body.count("\n", 0, written.start)
        raise Broken(
            f"the work-log entry #{written.n} has no good time: {wrong}.",
            code="worklog-time",
            line=line,
            column=5,
            remedy="Write it as 2026-11-24T08:59:00Z.",
        ) from None
    return Entry(written.n, at, written.by, written.public, written.text)
