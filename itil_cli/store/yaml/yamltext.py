"""What a text must be before its YAML is looked at: its size, its characters, its lines, its keys.

- Every error is `Broken` with a code, line and column; both count from 1, columns in characters.
- A line ends with LF or CRLF. CR alone, NEL, U+2028 and U+2029, which YAML takes for line ends, are refused.
- A key is one plain or quoted text; `? key` is refused here, since the events no longer show it.
"""

from __future__ import annotations

import re
from typing import Any

from yaml._yaml import CParser
from yaml.error import YAMLError
from yaml.tokens import (
    BlockEndToken,
    BlockMappingStartToken,
    BlockSequenceStartToken,
    FlowMappingEndToken,
    FlowMappingStartToken,
    FlowSequenceEndToken,
    FlowSequenceStartToken,
    KeyToken,
)

from itil_cli.errors import Broken
from itil_cli.store.yaml.yamlwrite import UNSAFE

FILE_LIMIT = 2 * 1024 * 1024  # bytes
HEADER_LIMIT = 512 * 1024  # bytes
LINE_LIMIT = 8 * 1024  # bytes
DEPTH_LIMIT = 8  # the outermost mapping is the first level

_RAW = re.compile(rf"{UNSAFE.pattern[:-1]}\r\u2028\u2029\ufeff\ufffe\uffff]")
_QUESTION = re.compile(r"(?:^|[\s,\[{-])\?(?:\s|$)", re.MULTILINE)
BAD_KEY = ("yaml-key", "a key must be one plain or quoted text.", "Write `key: value`.")


def decode(data: bytes, first_line: int = 1) -> str:
    """The text of a file. Raises Broken (`file-size`, `utf-8`)."""
    if len(data) > FILE_LIMIT:
        said = f"the file has {len(data):,} bytes; 2 MiB is the limit."
        raise broken(first_line, 1, "file-size", said, "Move long text elsewhere.")
    try:
        return data.decode()
    except UnicodeDecodeError as wrong:
        before = data[: wrong.start].decode()
        raise broken(
            *_place(before, len(before), first_line),
            "utf-8",
            f"byte 0x{data[wrong.start]:02x} is not UTF-8.",
            "Save the file as UTF-8.",
        ) from None


def check_text(text: str, first_line: int) -> None:
    if len(text) > HEADER_LIMIT or len(text.encode(errors="surrogatepass")) > HEADER_LIMIT:
        raise broken(first_line, 1, "yaml-size", "more than 512 KiB of YAML.", "Move long text to the body.")
    if (found := _RAW.search(text.replace("\r\n", " \n") if "\r" in text else text)) is not None:
        raise broken(*_place(text, found.start(), first_line), "yaml-character", *why(found[0]))
    if len(text) > LINE_LIMIT // 4:
        _check_lines(text, first_line)
    if "?" in text and _QUESTION.search(text) is not None:
        _check_explicit_keys(text, first_line)


def why(character: str) -> tuple[str, str]:
    name = f"U+{ord(character):04X}"
    if character == "\ufeff":
        return f"a byte order mark ({name}) stands here.", "Save the file as UTF-8 without it."
    if "\ud800" <= character <= "\udfff":
        return f"half a surrogate pair ({name}) stands here.", "Take it out."
    if character in "\r\x85\u2028\u2029":
        return f"a line break that only YAML knows ({name}) stands here.", "End lines with LF or CRLF."
    return f"a control or bidirectional character ({name}) stands here.", "Take it out."


def _check_lines(text: str, first_line: int) -> None:
    for number, line in enumerate(text.split("\n"), first_line):
        if len(line) > LINE_LIMIT // 4 and len(line.encode()) > LINE_LIMIT:
            raise broken(number, 1, "yaml-line", "a line of more than 8 KiB.", "Move long text to the body.")


_DEEPER: dict[type, int] = {
    BlockMappingStartToken: 1,
    BlockSequenceStartToken: 1,
    FlowMappingStartToken: 1,
    FlowSequenceStartToken: 1,
    BlockEndToken: -1,
    FlowMappingEndToken: -1,
    FlowSequenceEndToken: -1,
}


def _check_explicit_keys(text: str, first_line: int) -> None:
    """Only tokens tell `? a : b` from `a: b`: the former's key token is one character long.

    What else is wrong with the text is left to the composer, which says it better."""
    parser, depth = CParser(text), 0
    token: Any
    try:
        while (token := parser.get_token()) is not None:
            depth += _DEEPER.get(type(token), 0)
            if depth > DEPTH_LIMIT:
                return
            if type(token) is KeyToken and token.start_mark.index != token.end_mark.index:
                raise broken_at(token.start_mark, first_line, *BAD_KEY)
    except YAMLError:
        return


def broken_at(mark: Any, first_line: int, code: str, text: str, remedy: str | None) -> Broken:
    return broken(first_line + mark.line, mark.column + 1, code, text, remedy)


def broken(line: int, column: int, code: str, text: str, remedy: str | None) -> Broken:
    return Broken(text, code=code, line=line, column=column, remedy=remedy)


def _place(text: str, index: int, first_line: int) -> tuple[int, int]:
    """Line and column of a character, counted from 1."""
    return first_line + text.count("\n", 0, index), index - text.rfind("\n", 0, index)
