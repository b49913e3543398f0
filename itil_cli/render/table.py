"""A list as a table: one line an incident, the columns asked for, as wide as the terminal is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from itil_cli.render.text import one_line, pad, shorten, when, width

Row = Mapping[str, Any]
DEFAULT_COLUMNS = ("id", "status", "priority", "sla", "due", "group", "assignee", "title")
CLOCKED = frozenset({"sla", "due", "remaining"})  # columns that need the clocks
NARROWEST_TITLE = 18  # so that 80 columns have room for what is due
GIVES_WAY = ("group", "assignee", "sla", "due")  # in this order, on a narrow terminal


def _plain(name: str) -> Callable[[Row], str]:
    def cell(row: Row) -> str:
        value = row.get(name)
        if isinstance(value, list):
            return " ".join(str(item) for item in value)
        return "" if value is None else str(value)

    return cell


def _instant(name: str) -> Callable[[Row], str]:
    return lambda row: when(row.get(name))


def _links(row: Row) -> str:
    return " ".join(f"{link['relation']}:{link['target']}" for link in row.get("links") or ())


def _marked_id(row: Row) -> str:
    return f"{row['id']}*" if row.get("uncommitted") else str(row["id"])


COLUMNS: dict[str, Callable[[Row], str]] = {
    **{
        name: _plain(name)
        for name in [
            "status",
            "priority",
            "highest_priority",
            "impact",
            "urgency",
            "service",
            "cis",
            "category",
            "product",
            "tenant",
            "group",
            "assignee",
            "requestor",
            "channel",
            "owner",
            "parent",
            "children",
            "major",
            "reassignments",
            "reopens",
            "contacts",
            "recurrences",
            "reason",
            "until",
            "title",
        ]
    },
    "id": _marked_id,
    "links": _links,
    "opened": _instant("logged_at"),
    "updated": _instant("last_at"),
    "resolved": _instant("resolved_at"),
    "closed": _instant("closed_at"),
    "due": _instant("due"),
    "sla": _plain("sla"),
    "remaining": _plain("remaining"),
}


def table(rows: Iterable[Row], columns: Sequence[str] = (), room: int | None = None) -> str:
    """The rows under their headings; `room` is the terminal's width, None for no limit. Columns are names of COLUMNS.

    Where the lines are too long, the title gives way; then, unless columns were asked for, those of GIVES_WAY."""
    asked, columns = bool(columns), columns or DEFAULT_COLUMNS
    cells = [[one_line(COLUMNS[name](row)) for name in columns] for row in rows]
    headings = [name.replace("_", " ") for name in columns]
    widths = _widths(headings, cells)
    if room is not None and not asked:
        kept = _kept(columns, widths, room)
        cells = [[row[place] for place in kept] for row in cells]
        columns, headings = [columns[place] for place in kept], [headings[place] for place in kept]
        widths = [widths[place] for place in kept]
    if room is not None and "title" in columns:
        place = columns.index("title")
        excess = sum(widths) + 2 * (len(widths) - 1) - room
        widths[place] = max(min(widths[place], NARROWEST_TITLE), widths[place] - max(0, excess))
    return "\n".join(_line(row, widths) for row in [headings, *cells])


def _kept(columns: Sequence[str], widths: Sequence[int], room: int) -> list[int]:
    """The places of the columns that fit beside the shortest title."""
    kept = list(range(len(columns)))
    named = zip(columns, widths, strict=True)
    least = [min(wide, NARROWEST_TITLE) if name == "title" else wide for name, wide in named]
    for name in GIVES_WAY:
        if sum(least[place] + 2 for place in kept) - 2 <= room:
            break
        kept = [place for place in kept if columns[place] != name]
    return kept


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(map(_fitted, row, widths)).rstrip()


def _fitted(cell: str, wide: int) -> str:
    return cell.ljust(wide) if cell.isascii() and len(cell) <= wide else pad(shorten(cell, wide), wide)


def _widths(headings: Sequence[str], cells: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(width, column)) for column in zip(headings, *cells, strict=True)]
