"""What a ServiceNow log tells of its company's policy, as an `itil.yaml` (`--policy-out`).

- The matrix is what the log's rows say; a cell that no row shows takes the mirrored one, else the default
  (S19) held between the observed cells: never below a milder cell's priority, never above a graver's.
- A resolution target is the wall time that best tells `made_sla` true from false, where it tells it in four
  of five incidents; the log knows no response target.
- The desk is the group that most logs begin with; it escalates to the group it hands over to most often.
- Whatever the log does not tell is our default, and the file says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from itil_cli.intake.servicenow.fields import clean
from itil_cli.intake.servicenow.log import MISSING, Log, Row
from itil_cli.intake.servicenow.states import level_of, priority_of
from itil_cli.intake.servicenow.wall import wall_reader
from itil_cli.process.incident import LEVELS, PRIORITIES

Cell = tuple[str, str]

_MATRIX = ("P1 P1 P2 P3", "P1 P2 P3 P4", "P2 P3 P4 P5", "P3 P4 P5 P5")
DEFAULT_MATRIX: Mapping[Cell, str] = {
    (impact, urgency): priority
    for impact, line in zip(LEVELS, _MATRIX, strict=True)
    for urgency, priority in zip(LEVELS, line.split(), strict=True)
}
DEFAULT_TARGETS: Mapping[str, tuple[str, str, str]] = {
    "P1": ("15m", "4h", "always"),
    "P2": ("30m", "8h", "always"),
    "P3": ("4h", "24h", "business"),
    "P4": ("8h", "40h", "business"),
    "P5": ("16h", "80h", "business"),
}
_ENOUGH, _AGREEMENT = 40, 0.8


@dataclass(slots=True)
class Observed:
    """What the rows say: counts, and for each priority the hours to resolution with the verdict."""

    matrix: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    first_groups: Counter[str] = field(default_factory=Counter)
    handovers: Counter[tuple[str, str]] = field(default_factory=Counter)
    groups: Counter[str] = field(default_factory=Counter)
    categories: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    resolved: dict[str, list[tuple[float, bool]]] = field(default_factory=dict)


def policy_text(log: Log, zone: str) -> str:
    """An `itil.yaml` of the log's own levels, matrix, targets, groups, categories and codes."""
    seen = _observe(log, zone)
    name = log.name.rpartition("/")[2]
    parts = [
        f"# Read from {name}: {len(log.incidents):,} incidents, {log.rows:,} rows (itil import servicenow).",
        "# What the log does not tell is itil's default, and said to be so.",
        *("defaults: 1", "version: 1", f"name: {_quoted(name)}", f"zone: {zone}", ""),
        *_matrix_lines(seen),
        *_target_lines(seen),
        *_group_lines(seen),
        *_name_lines(seen),
    ]
    return "\n".join(parts) + "\n"


def _observe(log: Log, zone: str) -> Observed:
    seen, instant = Observed(), wall_reader(zone)
    for rows in log.incidents.values():
        last: dict[str, str] = {}
        for cells in _dicts(log.columns, rows):
            _count(seen, cells, last)
            last = cells
        opened, resolved = instant(last["opened_at"]), instant(last.get("resolved_at", MISSING))
        priority = priority_of(last.get("priority", MISSING))
        if priority and opened is not None and resolved is not None and "made_sla" in last:
            verdict = (resolved - opened) / 3600, last["made_sla"] == "true"
            seen.resolved.setdefault(priority, []).append(verdict)
        _note(seen.codes, last.get("closed_code"))
    return seen


def _dicts(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[dict[str, str]]:
    return (dict(zip(columns, row.cells, strict=True)) for row in rows)


def _count(seen: Observed, cells: Mapping[str, str], last: Mapping[str, str]) -> None:
    impact, urgency = (level_of(cells.get(column, MISSING)) for column in ("impact", "urgency"))
    priority = priority_of(cells.get("priority", MISSING))
    if impact and urgency and priority:
        seen.matrix[impact, urgency, priority] += 1
    group, before = (
        clean(cells.get("assignment_group", MISSING)),
        clean(last.get("assignment_group", MISSING)),
    )
    if group and not last:
        seen.first_groups[group] += 1
    if group and before and group != before:
        seen.handovers[before, group] += 1
    _note(seen.groups, cells.get("assignment_group"))
    _note(seen.categories, cells.get("category"))


def _note(counter: Counter[str], cell: str | None) -> None:
    name = clean(cell or MISSING)
    if name:
        counter[name.replace("/", "-")] += 1


def matrix_of(counts: Mapping[tuple[str, str, str], int]) -> tuple[dict[Cell, str], frozenset[Cell]]:
    """The whole matrix, and which of its cells the log shows (by the most frequent priority)."""
    shown: dict[Cell, str] = {}
    for (impact, urgency, priority), _ in sorted(counts.items(), key=lambda item: item[1]):
        shown[impact, urgency] = priority
    whole = {cell: shown.get(cell) or _between(cell, shown) for cell in DEFAULT_MATRIX}
    return whole, frozenset(shown)


def _between(cell: Cell, shown: Mapping[Cell, str]) -> str:
    if (mirrored := shown.get((cell[1], cell[0]))) is not None:
        return mirrored
    graver = [priority for other, priority in shown.items() if _grave(other, cell)]
    milder = [priority for other, priority in shown.items() if _grave(cell, other)]
    return max([min([DEFAULT_MATRIX[cell], *milder]), *graver])


def _grave(one: Cell, other: Cell) -> bool:
    """Whether `one` is at least as grave as `other` on both axes."""
    return all(LEVELS.index(a) <= LEVELS.index(b) for a, b in zip(one, other, strict=True))


def _matrix_lines(seen: Observed) -> list[str]:
    whole, shown = matrix_of(seen.matrix)
    lines = ["matrix:  # impact: {urgency: priority}"]
    for impact in LEVELS:
        cells = ", ".join(f"{urgency}: {whole[impact, urgency]}" for urgency in LEVELS)
        guessed = [urgency for urgency in LEVELS if (impact, urgency) not in shown]
        lines.append(f"  {impact}: {{{cells}}}" + (f"  # not in the log: {', '.join(guessed)}" if guessed else ""))
    return [*lines, ""]


def split_at(verdicts: Sequence[tuple[float, bool]]) -> tuple[int, float] | None:
    """The whole hours that best tell met from missed and the share they tell; None where none tells."""
    if len(verdicts) < _ENOUGH:
        return None
    wrong = sum(met for _, met in verdicts)
    best, at = wrong, 0.0
    for hours, met in sorted(verdicts):
        wrong += -1 if met else 1
        if wrong < best:
            best, at = wrong, hours
    share = 1 - best / len(verdicts)
    useful = not all(met for _, met in verdicts) and at >= 1 and share >= _AGREEMENT
    return (int(at), share) if useful else None


def _target_lines(seen: Observed) -> list[str]:
    lines = ["targets:  # response: the log has none, these are defaults"]
    for priority in PRIORITIES:
        response, resolution, calendar = DEFAULT_TARGETS[priority]
        found = split_at(seen.resolved.get(priority, ()))
        why = "default: the log does not tell"
        if found:
            resolution, calendar = f"{found[0]}h", "always"
            why = f"made_sla agrees in {found[1]:.0%} of {len(seen.resolved[priority]):,} incidents"
        lines.append(f"  {priority}: {{response: {response}, resolution: {resolution}, calendar: {calendar}}}  # {why}")
    return [*lines, ""]


def _group_lines(seen: Observed) -> list[str]:
    if not seen.groups:
        return []
    desk = max(seen.first_groups or seen.groups, key=lambda name: (seen.first_groups[name], name))
    onward = {to: count for (origin, to), count in seen.handovers.items() if origin == desk}
    ladder = f", escalates-to: {_quoted(max(onward, key=lambda name: onward[name]))}" if onward else ""
    lines = ["groups:", f"  {_quoted(desk)}: {{level: 1{ladder}, desk: true}}  # most logs begin here"]
    others = sorted((name for name in seen.groups if name != desk), key=_natural)
    return [*lines, *(f"  {_quoted(name)}: {{level: 2}}" for name in others), ""]


def _name_lines(seen: Observed) -> list[str]:
    lines = ["categories:", *(f"  - {_quoted(name)}" for name in sorted(seen.categories, key=_natural)), ""]
    if not seen.codes:
        return lines
    codes = [f"    {_quoted(name)}: permanent" for name in sorted(seen.codes, key=_natural)]
    return [*lines, "closure:", "  codes:  # the log does not tell their kinds", *codes]


def _natural(name: str) -> tuple[str, int, str]:
    """Orders `Group 9` before `Group 10`."""
    head, _, tail = name.rpartition(" ")
    return (head, int(tail), "") if tail.isascii() and tail.isdigit() else (name, -1, "")


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
