"""A ServiceNow incident log as rows: CSV, or a zip that holds one CSV.

- The first line names the columns; `number`, `incident_state`, `opened_at` and `sys_updated_at` are needed.
- A row belongs to the incident that its `number` names; the rows of one need not stand together.
- File order counts: rows share minutes, so nothing is ever sorted.
- A cell is kept as it is written, double spaces and all; `?` is a missing value.
- What cannot be read is refused with its line, before anything is written.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from itil_cli.errors import Broken

MISSING = "?"
NEEDED = ("number", "incident_state", "opened_at", "sys_updated_at")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the log: where it stands in the file (the header is line 1) and its cells."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Log:
    """The whole log: what errors call it, its columns, and the rows of each incident, both in file order."""

    name: str
    columns: tuple[str, ...]
    incidents: dict[str, list[Row]]

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return sum(len(rows) for rows in self.incidents.values())


def read(file: BinaryIO, name: str) -> Log:
    """The log in `file` (CSV in UTF-8, or a zip with one `.csv`); `name` is what errors call it.

    Raises Broken with the line where a row has too few or too many cells, or is no text."""
    with _csv(file, name) as stream:
        reader = csv.reader(stream, strict=True)
        try:
            return _group(reader, name)
        except csv.Error as wrong:
            raise _broken(f"No CSV: {wrong}.", name, reader.line_num) from None
        except UnicodeDecodeError:
            raise _broken("Not UTF-8.", name, reader.line_num + 1) from None


def _csv(file: BinaryIO, name: str) -> io.TextIOWrapper:
    start = file.read(4)
    file.seek(0)
    data = _unzipped(file, name) if start == b"PK\x03\x04" else file
    return io.TextIOWrapper(data, encoding="utf-8-sig", newline="")


def _unzipped(file: BinaryIO, name: str) -> BinaryIO:
    from zipfile import BadZipFile, ZipFile

    try:
        archive = ZipFile(file)
    except BadZipFile:
        raise _broken("A damaged zip.", name) from None
    members = [member for member in archive.namelist() if member.lower().endswith(".csv")]
    if len(members) != 1:
        raise _broken(f"The zip holds {len(members)} CSV files, not one.", name)
    return archive.open(members[0])  # type: ignore[return-value]


def _group(reader: Iterator[list[str]], name: str) -> Log:
    columns = tuple(next(reader, ()))
    _check_columns(columns, name)
    place = columns.index("number")
    known: dict[str, str] = {}  # one string object for all cells of the same text: a fifth of the memory
    incidents: dict[str, list[Row]] = {}
    for cells in reader:
        line: int = reader.line_num  # type: ignore[attr-defined]
        if len(cells) != len(columns):
            raise _broken(f"The row has {len(cells)} cells, the first line names {len(columns)}.", name, line)
        row = Row(line, tuple([known.setdefault(cell, cell) for cell in cells]))
        incidents.setdefault(cells[place], []).append(row)
    if MISSING in incidents or "" in incidents:
        lost = incidents.get(MISSING) or incidents[""]
        raise _broken("The row has no number.", name, lost[0].line)
    return Log(name, columns, incidents)


def _check_columns(columns: Sequence[str], name: str) -> None:
    lacking = [column for column in NEEDED if column not in columns]
    if lacking:
        raise _broken(f"Not a ServiceNow incident log: no column {', '.join(lacking)}.", name, 1)
    double = next((column for column in columns if columns.count(column) > 1), None)
    if double is not None:
        raise _broken(f"The column {double} stands twice.", name, 1)


def _broken(text: str, name: str, line: int | None = None) -> Broken:
    return Broken(text, code="import", path=name, line=line, remedy="Export the incident log as CSV in UTF-8 again.")
