"""Clocks for reading: one incident's, the list by what breaches next, explained, split, and what if."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from itil_cli.process.clock import Clock, Interval, Part, Threshold
from itil_cli.process.clocks.outlook import Glance
from itil_cli.process.incident import Incident
from itil_cli.process.time.instants import format_instant
from itil_cli.render.machine import Document, clock_documents
from itil_cli.render.text import hours_text, one_line, when

if TYPE_CHECKING:
    from itil_cli.process.clocks.whatif import Flip, Totals, Verdict

BAR = 10  # characters


def clock_line(clock: Clock | Glance) -> str:
    """`resolution  ██████░░░░  62.5 %  running  2h 30m of 4h on always  due 2026-11-24 12:59Z`."""
    name = f"{clock.name} {clock.group or clock.vendor or ''}".strip()
    used = f"{hours_text(clock.elapsed)} of {hours_text(clock.target)} on {clock.calendar}"
    return f"{name:<18} {bar(clock)} {clock.percent:>6} %  {word(clock):<9} {used}{_when_due(clock)}"


def bar(clock: Clock | Glance) -> str:
    """How much of the target is used, in ten characters; a breach is `!` all along."""
    if clock.breached_at is not None or clock.percent > 100:
        return "!" * BAR
    full = min(BAR, int(clock.percent) * BAR // 100)
    return "#" * full + "-" * (BAR - full)


def word(clock: Clock | Glance) -> str:
    """The state in a word: met, missed, breached, running, paused or stopped."""
    if clock.verdict:
        return clock.verdict
    return "breached" if clock.breached_at is not None else clock.state


def cells(clock: Clock | Glance | None) -> dict[str, Any]:
    """What a list shows of the clock that matters now: a word with the percent, when it is due, what remains."""
    if clock is None:
        return {"sla": None, "due": None, "remaining": None}
    remaining = None if clock.state == "stopped" else hours_text(clock.remaining)
    return {"sla": f"{word(clock)} {clock.percent} %", "due": clock.due, "remaining": remaining}


def _when_due(clock: Clock | Glance) -> str:
    parts = []
    if clock.state == "running" and clock.breached_at is None and clock.due is not None:
        parts.append(f"due {when(clock.due)}, {hours_text(clock.remaining)} left")
    if clock.state == "paused":
        resumed = f", due {when(clock.due_if_resumed_now)} if resumed now" if clock.due_if_resumed_now else ""
        parts.append(f"{hours_text(clock.remaining)} left{resumed}")
    if clock.breached_at is not None:
        parts.append(f"breached {when(clock.breached_at)}{f' by {clock.cause}' if clock.cause else ''}")
    if clock.verdict and clock.first_verdict not in (None, clock.verdict):
        parts.append(f"first {clock.first_verdict}")
    if clock.downgraded:
        parts.append("downgraded after breach")
    return "".join(f"  {part}" for part in parts)


def sla_card(incident: Incident, clocks: Sequence[Clock], show: Sequence[int]) -> str:
    """The clocks of one incident, with the thresholds of the resolution."""
    head = one_line(f"{incident.id}  {incident.status}  {incident.priority or '–'}  {incident.title}")
    lines = [head, *(f"  {clock_line(clock)}" for clock in clocks)]
    for clock in clocks:
        crossings = "  ".join(_crossing(one) for one in clock.crossings(show) if one.at is not None)
        if clock.name == "resolution" and crossings:
            lines.append(f"  thresholds: {crossings}")
    return "\n".join(lines)


def _crossing(one: Any) -> str:
    return f"{one.percent} % {when(one.at)}{' ✓' if one.crossed else ''}"


def explanation(clock: Clock, intervals: Iterable[Interval]) -> str:
    """Every stretch of a clock's life: from, to, status, seconds, counted or not and why."""
    lines = [clock_line(clock)]
    for one in intervals:
        state = f"{one.status} ({one.reason})" if one.reason else one.status
        mark = "+" if one.counted else " "
        holder = one.assignee or one.group or ""
        lines.append(
            one_line(
                f"  {when(one.start)} → {when(one.end)}  {mark}{hours_text(one.seconds):>8} of {one.calendar:<9} "
                f"{state:<30} {holder}  {one.why} [{one.event}]"
            )
        )
    return "\n".join(lines)


def split_lines(parts: Iterable[Part]) -> str:
    """Seconds of the resolution by group, assignee, status and reason."""
    return "\n".join(
        one_line(
            f"  {hours_text(part.seconds):>10}  {part.group or '–':<16} {part.assignee or '–':<24} "
            f"{part.status}{f' ({part.reason})' if part.reason else ''}"
        )
        for part in parts
    )


def interval_document(one: Interval) -> Document:
    """One interval of `--explain`, as in examples/outputs.md."""
    return {
        "from": format_instant(one.start),
        "to": format_instant(one.end),
        "status": one.status,
        "reason": one.reason,
        "group": one.group,
        "assignee": one.assignee,
        "calendar": one.calendar,
        "seconds": one.seconds,
        "counted": one.counted,
        "why": one.why,
        "event": one.event,
    }


def explained_documents(clocks: Sequence[Clock], intervals: Mapping[int, Sequence[Interval]]) -> Document:
    """The clocks with their intervals; `intervals` goes by the place of the clock."""
    documents = clock_documents(clocks)
    legs: dict[str, int] = {}
    for place, clock in enumerate(clocks):
        held = documents[clock.name]
        if isinstance(held, list):
            leg = legs.get(clock.name, 0)
            legs[clock.name] = leg + 1
            held = held[leg]
        held["intervals"] = [interval_document(one) for one in intervals.get(place, ())]
    return documents


def threshold_documents(clocks: Sequence[Clock], show: Sequence[int]) -> Document:
    """By clock of the SLA: each threshold, when it was or will be crossed (null: not foreseen), and whether it was."""
    return {clock.name: [_threshold(one) for one in clock.crossings(show)] for clock in clocks if _is_sla(clock)}


def _threshold(one: Threshold) -> Document:
    at = None if one.at is None else format_instant(one.at)
    return {"percent": one.percent, "at": at, "crossed": one.crossed}


def flag_documents(clocks: Sequence[Clock]) -> Document:
    """By clock of the SLA: what a verdict does not tell (S4, S5); clocks without are left out."""
    flags = {clock.name: _flags(clock) for clock in clocks if _is_sla(clock)}
    return {name: said for name, said in flags.items() if said}


def _flags(clock: Clock) -> list[str]:
    held = {
        "downgraded-after-breach": clock.downgraded,
        "corrected": clock.corrected,
        "unclassified-breach": clock.unclassified_breached_at is not None,
    }
    return [name for name, holds in held.items() if holds]


def _is_sla(clock: Clock) -> bool:
    return not (clock.group or clock.vendor)


def flip_lines(flips: Sequence[Flip], totals: Mapping[str, Sequence[Totals]]) -> str:
    """Which verdicts flip, and the totals before and after."""
    return "\n".join([*map(_flip_line, flips), *_total_lines(totals, len(flips))])


def _flip_line(flip: Flip) -> str:
    return one_line(f"{flip.id}  {flip.clock:<11} {_verdict(flip.before)} → {_verdict(flip.after)}  {flip.title}")


def _verdict(one: Verdict) -> str:
    return f"{one.verdict} ({hours_text(one.elapsed)} of {hours_text(one.target)})"


def _total_lines(totals: Mapping[str, Sequence[Totals]], count: int) -> Iterator[str]:
    yield f"{count} {'verdict flips' if count == 1 else 'verdicts flip'}."
    for name, (before, after) in sorted(totals.items()):
        yield f"{name:<11} met {before.met} of {sum(before)} before, {after.met} of {sum(after)} after"
