"""Keep time: calc, the business time of a calendar (S7)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

import click

from itil_cli.cli.context import App
from itil_cli.cli.groups import Family
from itil_cli.cli.params import pass_app
from itil_cli.errors import Malformed, NotFound, did_you_mean

if TYPE_CHECKING:
    from itil_cli.process.calendar import Calendar

F = TypeVar("F")
DEFAULT = "business"
_MINUS = "\u2212"  # the sign that is no option's dash
_NEGATIVE = re.compile(r"-[0-9]+[a-z]+")


def _complete_calendars(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    try:
        return [name for name in ctx.ensure_object(App).snapshot.policy.calendars if name.startswith(incomplete)]
    except Exception:  # completion never speaks
        return []


def _calendar_option(command: F) -> F:
    text = "The calendar to count on."
    decorate: Any = click.option(
        "--calendar", metavar="NAME", default=DEFAULT, show_default=True, help=text, shell_complete=_complete_calendars
    )
    chosen: F = decorate(command)
    return chosen


class _Signed(click.Command):
    """A command that takes `-4h` for a duration; click alone would take it for `-4` and `-h`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The words, with another sign before negative durations."""
        return super().parse_args(ctx, [_MINUS + word[1:] if _NEGATIVE.fullmatch(word) else word for word in args])


@click.group(cls=Family)
def calc_command() -> None:
    """Business time: between two instants, after a duration, and whether a calendar is open.

    A time is RFC 3339 or in your zone; `now` is the present, or what --now says.

    Example: itil calc add now 4h
    """


@calc_command.command()
@click.argument("start", metavar="A")
@click.argument("end", metavar="B")
@_calendar_option
@pass_app
def between(app: App, start: str, end: str, calendar: str) -> None:
    """How long a calendar is open from A to B; negative where B is before A.

    Example: itil calc between 2026-04-03T14:00:00Z 2026-04-07T10:00:00Z
    """
    from itil_cli.render.calc import between_text, calc_document

    found = _calendar(app, calendar)
    first, last = _when(app, start), _when(app, end)
    seconds = found.between(first, last)
    document = calc_document("between", calendar, found.timezone, from_=first, to=last, seconds=seconds)
    app.emit(document, between_text(calendar, found.timezone, first, last, seconds))


@calc_command.command(cls=_Signed)
@click.argument("start", metavar="START")
@click.argument("duration", metavar="DURATION")
@_calendar_option
@pass_app
def add(app: App, start: str, duration: str, calendar: str) -> None:
    """When a duration from START is over.

    Units are s, m and h of the calendar, bd (business days) and cd (calendar days): the same wall time on a
    later date. `-4h` counts back.

    Example: itil calc add "2026-04-03 16:00" 5bd
    """
    from itil_cli.render.calc import add_text, calc_document

    found, first = _calendar(app, calendar), _when(app, start)
    written = duration.replace(_MINUS, "-", 1)
    last = _added(found, first, written)
    seconds = found.between(first, last)
    document = calc_document("add", calendar, found.timezone, from_=first, to=last, duration=written, seconds=seconds)
    app.emit(document, add_text(calendar, found.timezone, first, last, written))


@calc_command.command("open")
@click.argument("time", metavar="[T]", default="now", required=False)
@_calendar_option
@pass_app
def is_open(app: App, time: str, calendar: str) -> None:
    """Whether a calendar is open at T, or now; else when it opens.

    Example: itil calc open "2026-04-06 10:00"
    """
    from itil_cli.render.calc import calc_document, open_text

    found, at = _calendar(app, calendar), _when(app, time)
    is_open = found.is_open(at)
    opens = None if is_open else _opening(found, at)
    document = calc_document("open", calendar, found.timezone, at=at, open=is_open, opens=opens)
    app.emit(document, open_text(calendar, found.timezone, at, is_open, opens))


def _calendar(app: App, name: str) -> Calendar:
    """The calendar of HEAD's policy. Raises NotFound."""
    from itil_cli.process.time.calendars import build

    known = build(app.snapshot.policy)
    if name not in known:
        hint = did_you_mean(name, known) or f"There are: {', '.join(known)}."
        raise NotFound(f"There is no calendar {name!r}.", remedy=hint)
    return known[name]


def _when(app: App, text: str) -> int:
    """A time of the command line, or `now`. Raises Malformed, also outside the years that calendars know."""
    from itil_cli.process.calendar import FIRST, LAST
    from itil_cli.process.time.instants import FIRST_YEAR, LAST_YEAR

    instant = app.now if text == "now" else app.when(text.replace(_MINUS, "-", 1))
    if not FIRST <= instant < LAST:
        raise Malformed(f"{text!r} is outside the years {FIRST_YEAR} to {LAST_YEAR}.", code="time")
    return instant


def _added(calendar: Calendar, start: int, text: str) -> int:
    from itil_cli.process.time.instants import parse_duration

    sign = -1 if text.startswith("-") else 1
    try:
        amount, unit = parse_duration(text.removeprefix("-"))
    except ValueError as wrong:
        raise Malformed(f"{wrong}.", code="duration") from None
    if unit == "s":
        return calendar.add(start, sign * amount)
    return calendar.add_days(start, sign * amount, business=unit == "bd")


def _opening(calendar: Calendar, closed_at: int) -> int | None:
    """The instant at which it opens next; None where it never does."""
    from itil_cli.process.calendar import NeverOpen

    try:
        return calendar.add(closed_at, 1) - 1
    except NeverOpen:
        return None
