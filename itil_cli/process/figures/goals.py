"""What the policy wants of a figure beside what it is (S19): `95%`, `15m`, or a number."""

from __future__ import annotations

from dataclasses import replace

from itil_cli.process.figures.values import Figure, Number
from itil_cli.process.time.instants import parse_seconds


def judged(figure: Figure, better: int, goal: str | None) -> Figure:
    """The figure with its goal, and whether it is met; one that is n/a neither meets nor misses it."""
    if goal is None:
        return figure
    wanted = wish(goal)
    if figure.value is None or not better:
        return replace(figure, goal=wanted)
    met = figure.value >= wanted if better > 0 else figure.value <= wanted
    return replace(figure, goal=wanted, met=met)


def wish(text: str) -> Number:
    """A goal as a number: a share, seconds, or itself."""
    if text.endswith("%"):
        return float(text[:-1]) / 100
    if text[-1] in "smh":
        return parse_seconds(text)
    return float(text) if "." in text else int(text)
