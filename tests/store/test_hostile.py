"""Hostile input neither crashes nor stalls: patterns on 50,000 characters, files of 1 MiB. Resources are limited by
the system, not measured by a clock."""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from itil_cli.errors import Broken
from itil_cli.store.files import codec, settings
from itil_cli.store.files.amend import amend
from itil_cli.store.index.filling import rows
from itil_cli.store.yaml import yamlsafe

HERE = Path(__file__).resolve().parent
SIZE = 1024 * 1024
EVENT = b"- {at: '2026-11-24T08:59:00Z', by: dana@example.com, n: %d-7k3q, do: noted, public: true}\n"
HEAD = b"---\nid: INC-20261124-7KQF2\ntitle: x\n"


@pytest.mark.slow
def test_no_pattern_stalls_on_fifty_thousand_hostile_characters() -> None:
    """Each may use ten seconds of processor time for some 300 texts; it needs a fraction of one."""
    done = subprocess.run(
        [sys.executable, str(HERE / "hostile.py")], capture_output=True, text=True, cwd=HERE.parent.parent
    )
    assert done.returncode == 0, done.stderr
    count, *slow = done.stdout.split("\n")[:-1]
    assert int(count) > 30
    assert slow == []


# --- files of a mebibyte


def repeated(piece: bytes) -> bytes:
    return piece * (SIZE // len(piece))


def header(piece: bytes, tail: bytes = b"\n---\n") -> bytes:
    """A file whose header is that."""
    return HEAD + repeated(piece) + tail


def lined(piece: bytes) -> bytes:
    """The piece in lines of 8,000 bytes."""
    line = piece * (8000 // len(piece)) + b"\n"
    return line * (SIZE // len(line))


PIECES = [
    b"[",
    b"{a: ",
    b"- ",
    b"? ",
    b"a: b: ",
    b"!a ",
    b"&a ",
    b"*a ",
    b"'",
    b'"',
    b"a\n",
    b"#",
    b"\\",
    b"\x00",
    b"\xff",
]
PIECES += [
    b"\n",
    b"\r",
    b"\r\n",
    b" ",
    b"\t",
    b"---\n",
    b"\xe2\x80\xa8",
    b"x: 1\n",
    b"- {a: [b, {c: d}]}\n",
    b"### ",
    b"<<<<<<< ",
]
BODY = b"\n## Work log\n\n### 2026-11-24T09:10:00Z bob@example.com (internal) #1-7k3q\n\n"
FILES: dict[str, Callable[[], bytes]] = {
    **{f"only {piece!r}": (lambda piece=piece: repeated(piece)) for piece in PIECES},  # type: ignore[misc]
    **{f"lines of {piece!r}": (lambda piece=piece: lined(piece)) for piece in PIECES},  # type: ignore[misc]
    **{f"header of {piece!r}": (lambda piece=piece: header(piece)) for piece in PIECES},  # type: ignore[misc]
    "open header": lambda: header(b"x\n", b""),
    "events": lambda: HEAD + b"events:\n" + b"".join(EVENT % place for place in range(5700)) + b"---\n",
    "events of one name": lambda: HEAD + b"events:\n" + EVENT % 1 * 5700 + b"---\n",
    "body": lambda: HEAD + b"---\n" + lined(b"x "),
    "headings": lambda: HEAD + b"---\n" + repeated(b"## Work log\n"),
    "escapes": lambda: HEAD + b"---\n" + repeated(b"\\\\### \n"),
    "entries": lambda: HEAD + b"---\n" + repeated(BODY),
    "blank lines": lambda: HEAD + b"---\n" + BODY + repeated(b"\n"),
    "half an entry": lambda: HEAD + b"---\n" + BODY + repeated(b"### a b (internal) #"),
    "noise": lambda: random.Random(1).randbytes(SIZE),
    "noise of ASCII": lambda: bytes(random.Random(2).choices(b"ab:-[]{},'\"\\&*!|>#?%@ \n\t0", k=SIZE)),
    "noise in a header": lambda: HEAD + bytes(random.Random(3).choices(b"ab:- \n'\"#", k=SIZE)) + b"\n---\n",
    "noise in a body": lambda: HEAD + b"---\n" + bytes(random.Random(4).choices(b"#\\ -\n(Work log)", k=SIZE)),
}


def read_all(data: bytes) -> None:
    """Read it as a record, as settings and into the index, and write over it."""
    for load in (codec.parse, settings.load_policy, settings.load_people, settings.load_services):
        try:
            load(data, "x.md")  # type: ignore[operator]
        except Broken as broken:
            assert broken.line is not None or broken.code == "policy"
    rows.parsed(data, "x.md")
    try:
        yamlsafe.load(data)
        record = codec.parse(data, "x.md")
    except Broken:
        return
    amend(data, record, record)


def within_limits(act: Callable[[], None]) -> int:
    """0 when `act` ends well in a process that may use 20 s and 1 GiB more than this one has."""
    child = os.fork()
    if not child:
        code = 99
        try:
            used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_CPU, (20, 21))
            resource.setrlimit(resource.RLIMIT_AS, (used + 2**30, used + 2**30))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            act()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="limits of memory need /proc")
def test_a_file_of_a_mebibyte_is_read_or_refused_whatever_it_holds() -> None:
    wrong = [name for name, make in FILES.items() if within_limits(lambda make=make: read_all(make())) != 0]  # type: ignore[misc]
    assert wrong == []
