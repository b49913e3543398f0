"""Figures in words: values, what they are made of, where a report comes from.

- n/a stands for an empty denominator. Shares are in percent, cut to one decimal, never rounded up to 100.0 (S3).
- Wall time is in days and hours, a calendar's time in hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from itil_cli.process.figures import EVERY, Figure, Measure
from itil_cli.process.figures.values import Number
from itil_cli.process.time.period import Period
from itil_cli.process.time.zones import zone
from itil_cli.render.report.paper import Paper
from itil_cli.render.text import hours_text, seconds_text, when

NOTHING = "n/a"
_OF_A_CALENDAR = frozenset({"mttr_sla", "ola_time", "uc_time", "uc_target", "response_target", "resolution_target"})


def value(figure: Figure) -> str:
    """`95.0 %`, `3h 20m`, `1.25`, `17` or `n/a`."""
    if figure.unit == "share" and figure.denominator:
        return f"{percent(figure.numerator, figure.denominator)} %"
    return number(figure, figure.value)


def number(figure: Figure, said: Number | None) -> str:
    """A number in the figure's unit."""
    if said is None:
        return NOTHING
    if figure.unit == "seconds":
        return hours_text(int(said)) if figure.id in _OF_A_CALENDAR else seconds_text(int(said))
    if figure.unit == "share":
        return f"{_cut(said * 100)} %"
    return str(said) if isinstance(said, int) else f"{said:.2f}"


def percent(numerator: int, denominator: int) -> float:
    """The share in percent, cut to one decimal."""
    return numerator * 1000 // denominator / 10


def _cut(said: Number) -> float:
    return int(round(said * 10, 6)) / 10


def made_of(figure: Figure) -> str:
    """`3 of 4`, `n 12`; for seconds by seconds the two spans; empty for a count."""
    if figure.n is not None:
        return f"n {figure.n}"
    if figure.denominator is None:
        return ""
    if EVERY[figure.id].kind == "ratio":
        return f"{seconds_text(figure.numerator)} of {seconds_text(figure.denominator)}"
    return f"{figure.numerator} of {figure.denominator}"


def middle(figure: Figure) -> str:
    """The median, where there is one."""
    return number(figure, figure.median) if figure.n is not None else ""


def high(figure: Figure) -> str:
    """The ninth decile, where there is one."""
    return number(figure, figure.p90) if figure.n is not None else ""


def goal(figure: Figure) -> str:
    """`95.0 % (met)`, `5.0 % (missed)`."""
    if figure.goal is None:
        return ""
    judged = "" if figure.met is None else " (met)" if figure.met else " (missed)"
    return f"{number(figure, figure.goal)}{judged}"


def beside(figure: Figure, *, zeros: bool = False) -> Iterator[str]:
    """`3 never accepted`; nothing of what did not happen, unless `zeros`."""
    for name, count in figure.beside.items():
        if count or zeros:
            yield f"{count:,} {_counted(spoken(name), count)}"


_ONE = {"actions": "action", "breaches": "breach", "incidents": "incident", "proposals": "proposal"}


def _counted(words: str, count: int) -> str:
    """`1 incident with findings`, `2 incidents with findings`."""
    return " ".join(_ONE.get(word, word) for word in words.split(" ")) if count == 1 else words


def parts(figure: Figure) -> Iterator[str]:
    """`[0,1) 3`, `awaiting-vendor 12.5 %`: what divides it."""
    for name, count in figure.parts.items():
        if figure.denominator:
            yield f"{name} {percent(count, figure.denominator)} %"
        elif figure.denominator is None:
            yield f"{name} {count}"


def spoken(name: str) -> str:
    """`resolution_open_breached` as words; what it stands beside says of which clock."""
    words = name.removeprefix("resolution_").removeprefix("response_")
    return words.replace("_", " ")


def titled(measure: Measure) -> str:
    """A measure's title; the words of its id where it has none."""
    return measure.title if measure.title != measure.id else measure.id.replace("_", " ")


def span(period: Period) -> str:
    """`2026-10 (2026-10-01 00:00 to 2026-11-01 00:00, Europe/Paris)`."""
    start, end = (
        f"{datetime.fromtimestamp(at, zone(period.zone)):%Y-%m-%d %H:%M}" for at in (period.start, period.end)
    )
    return f"{period.name} ({start} to {end}, {period.zone})"


def provenance(paper: Paper) -> str:
    """The commit, the present, the versions: what these bytes are promised for (S18)."""
    said = ", ".join(f"{name} {number}" for name, number in paper.versions.items())
    return f"As of commit {paper.as_of}, at {when(paper.now)}; {said}."


def remarks(paper: Paper) -> Iterator[str]:
    """What was asked beside the name: filters, another policy."""
    if paper.filters:
        yield f"Only {', '.join(paper.filters)}."
    if paper.what_if:
        yield f"What if: under the policy {paper.what_if}, not the one that was in force."
