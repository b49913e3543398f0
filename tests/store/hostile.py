"""Tries every pattern of the program on hostile texts, each in a process that may use ten seconds.

Prints the names of the patterns that took longer. Run by test_hostile.py."""

from __future__ import annotations

import importlib
import os
import pkgutil
import re
import resource
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import itil_cli

LENGTH, SECONDS = 50_000, 10
PIECES = [
    "a",
    "A",
    "0",
    "9",
    "-",
    "_",
    ".",
    ",",
    ":",
    ";",
    "/",
    "\\",
    "'",
    '"',
    "#",
    "?",
    "!",
    "*",
    "+",
    "=",
    "<",
    ">",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "|",
    "&",
    "%",
    "@",
    "~",
    "`",
    "^",
    "$",
    "é",
    "😀",
    "x-",
    "-",
    "-",
    "a:",
    "a=b",
    "ab",
    "\\#",
    "\\###",
    "###",
    "---",
    "...",
    "2026-11-24T08:59:00Z",
    "1-7k3q",
    "4h",
    "INC-20261124-7KQF2",
    "a@b.c",
    "<a>",
    "<<<<<<<",
    "a<",
    "?x",
    "1.1",
    "0_",
    "00:",
    "true",
    "{a:",
    "[a,",
    '"a',
    "'a",
]
PIECES += [
    " ",
    "\t",
    "\n",
    "\r",
    "\r\n",
    "\0",
    "\x1b",
    "\u2028",
    " \n",
    "\n ",
    "a ",
    " a",
    "a\n",
    "\n### ",
    "\n\\",
    "\n---",
]
PIECES += [
    "- ",
    " <",
    "> 1 +0000",
    "### a b (internal) #",
    "## Work log ",
    "\\\\### ",
    " #",
    ": ",
    ", ",
    "a, ",
    "<a> 1 ",
]


WAYS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "split")
SOURCE = "\n".join(file.read_text(encoding="utf-8") for file in Path(itil_cli.__path__[0]).rglob("*.py"))


def patterns() -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    """Every compiled pattern that a module holds, by its name."""
    seen: set[int] = set()
    for module in pkgutil.walk_packages(itil_cli.__path__, "itil_cli."):
        if module.name.endswith("__main__"):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern) and id(value) not in seen:
                seen.add(id(value))
                yield f"{module.name}.{name}", value


def texts(of: re.Pattern[str] | re.Pattern[bytes]) -> Iterator[str]:
    """Repetitions of a piece, alone, after and before something else."""
    source = of.pattern if isinstance(of.pattern, str) else of.pattern.decode("latin-1")
    literal = re.sub(r"\\[a-zA-Z]|[\[\](){}?*+|^$\\]", "", source)
    for piece in dict.fromkeys([*PIECES, *(source[place] for place in range(0, len(source), 3)), literal]):
        if piece:
            body = piece * (LENGTH // len(piece))
            yield body
            yield body + "\x07"
            yield literal[:20] + body


def ways_of(name: str) -> list[str]:
    """How the program uses it: a pattern may be slow to search with, and still quick to match with."""
    return [way for way in WAYS if re.search(rf"\b{name.rpartition('.')[2]}\.{way}\b", SOURCE)] or list(WAYS)


def attempt(name: str, pattern: re.Pattern[str] | re.Pattern[bytes]) -> None:
    ways = ways_of(name)
    for text in texts(pattern):
        data = text.encode() if isinstance(pattern.pattern, bytes) else text
        for way in ways:
            found = getattr(pattern, way)(*([data[:0], data] if way == "sub" else [data]))
            if way == "finditer":
                list(found)


def survives(name: str, pattern: re.Pattern[str] | re.Pattern[bytes]) -> bool:
    child = os.fork()
    if not child:
        signal.signal(signal.SIGXCPU, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        attempt(name, pattern)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


if __name__ == "__main__":
    known = list(patterns())
    print(len(known))
    for name, pattern in known:
        if not survives(name, pattern):
            print(name)
    sys.exit(0)
