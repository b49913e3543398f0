"""The pictures of a report: each a drawing, a sentence that says what it shows, and its numbers as a table."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from itil_cli.process.figures import AGE_NAMES, Counted, Figure, Figures
from itil_cli.process.figures.values import nearest_rank
from itil_cli.process.time.zones import zone
from itil_cli.render.report import words
from itil_cli.render.report.paper import Paper
from itil_cli.render.report.svg import BLUE, GREEN, INK, MUTED, ORANGE, RED, Axes, drawing, headed, label
from itil_cli.render.text import seconds_text

WIDE, HALF = (9.6, 3.0), (4.7, 3.0)
MOST_BARS = 12
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Picture(NamedTuple):
    """A picture: its name (an id), title, what it shows in a sentence, the SVG element, and the numbers."""

    name: str
    title: str
    about: str
    svg: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    wide: bool = False


class Sketch(NamedTuple):
    """A picture before it is drawn: what it says beside its drawing, whether it wants the whole width, and how."""

    name: str
    title: str
    about: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    draw: Callable[[Axes], None]
    wide: bool = False


def pictures(paper: Paper) -> list[Picture]:
    """Every picture that there is something to draw for."""
    made = (_MADE[counted.table.chart or ""](paper, counted) for counted in paper.drawn)
    found = [sketch for sketch in made if sketch is not None]
    return [_picture(*pair) for pair in zip(found, _widths(found), strict=True)]


def _widths(sketches: Sequence[Sketch]) -> list[bool]:
    """Which take the whole width: those that want it, and whatever would have a gap beside it."""
    found: list[bool] = []
    for wide, run in groupby(sketches, key=lambda sketch: sketch.wide):
        count = len(list(run))
        found += [wide] * (count - 1) + [wide or count % 2 == 1]
    return found


def _picture(sketch: Sketch, wide: bool) -> Picture:
    name, title, about, headings, rows, draw, _ = sketch
    svg = headed(drawing(name, WIDE if wide else HALF, draw), name, title, about)
    return Picture(name, title, about, svg, headings, rows, wide)


def _flow(paper: Paper, counted: Counted) -> Sketch | None:
    """Bars of what came and went, a line of what stood open."""
    field = counted.table.by[0]
    held = {key[0]: figures for key, figures in counted.rows}
    names = list(_steps(paper, field))
    numbers = [[_of(held.get(name), what) for name in names] for what in ("created", "resolved", "backlog")]
    created, resolved, backlog = numbers
    about = f"By {field}: {sum(created)} created, {sum(resolved)} resolved, {backlog[-1]} open at the end."
    rows = [[name, *map(str, row)] for name, *row in zip(names, *numbers, strict=True) if any(row)]
    if not rows:
        return None

    def draw(axes: Axes) -> None:
        places = range(len(names))
        axes.bar([at - 0.2 for at in places], created, 0.4, color=BLUE, label="created")
        axes.bar([at + 0.2 for at in places], resolved, 0.4, color=GREEN, label="resolved")
        axes.plot(list(places), backlog, color=ORANGE, label="open", linewidth=1.6)
        shown = list(places)[:: -(-len(names) // 10)]
        axes.set_xticks(shown, [names[at] for at in shown])
        axes.grid(False, axis="x")
        _whole(axes.yaxis)
        axes.legend(ncols=3, loc="lower right", bbox_to_anchor=(1, 1))

    headings = (field, "created", "resolved", "open at its end")
    return Sketch("flow", counted.table.title, about, headings, rows, draw, wide=True)


def _of(figures: Figures | None, name: str) -> int:
    return figures[name].numerator if figures else 0


def _steps(paper: Paper, field: str) -> Iterator[str]:
    """Every day, week or month of the period up to the present, whether something happened in it or not."""
    timezone = zone(paper.period.zone)
    last = datetime.fromtimestamp(min(paper.period.end, max(paper.now, paper.period.start + 1)) - 1, timezone).date()
    day, seen = datetime.fromtimestamp(paper.period.start, timezone).date(), ""
    while day <= last:
        year, week, _ = day.isocalendar()
        name = {"day": day.isoformat(), "week": f"{year}-W{week:02d}", "month": f"{day:%Y-%m}"}[field]
        if name != seen:
            yield name
        seen = name
        day += timedelta(days=1)


def _sla(paper: Paper, counted: Counted) -> Sketch | None:
    """Shares by priority, with the goal where there is one."""
    found = [(key[0], figures) for key, figures in counted.rows if figures["sla_resolution"].denominator]
    if not found:
        return None
    names = [name for name, _ in found]
    rows = [[name, words.value(one["sla_response"]), words.value(one["sla_resolution"])] for name, one in found]
    goal = found[0][1]["sla_resolution"].goal
    wanted = f" The goal of resolution is {words.number(found[0][1]['sla_resolution'], goal)}." if goal else ""
    worst = [_worst(found, name) for name in ("sla_response", "sla_resolution")]
    least = ", ".join(f"{what} of {one}" for what, one in zip(_MET, worst, strict=True) if one)
    all_met = all(_is_full(one[name]) for _, one in found for name in ("sla_response", "sla_resolution"))
    about = f"{'All were in time' if all_met else f'Least in time: {least}'}.{wanted}"

    def draw(axes: Axes) -> None:
        for offset, name, colour in ((-0.2, "sla_response", BLUE), (0.2, "sla_resolution", GREEN)):
            values = [(one[name].value or 0) * 100 for _, one in found]
            axes.bar([at + offset for at in range(len(names))], values, 0.4, color=colour, label=name[4:])
        if goal:
            axes.axhline(float(goal) * 100, color=RED, linestyle="--", linewidth=1.2, label="goal of resolution")
        axes.set_xticks(range(len(names)), names)
        axes.set_ylim(0, 105)
        axes.set_ylabel("% met")
        axes.grid(False, axis="x")
        axes.legend(ncols=3, loc="lower right", bbox_to_anchor=(1, 1), fontsize=8)

    return Sketch("sla", counted.table.title, about, ("priority", "response", "resolution"), rows, draw)


def _is_full(share: Figure) -> bool:
    """Whether nothing of it was missed."""
    return share.numerator == share.denominator or not share.denominator


def _vendors(paper: Paper, counted: Counted) -> Sketch | None:
    """How many legs of each vendor were in time, and how many were not; the busiest first."""
    found = sorted(counted.rows, key=lambda row: (-(row[1]["uc"].denominator or 0), row[0]))[:MOST_BARS]
    if not found:
        return None
    rows = [[key[0], words.value(one["uc"]), words.made_of(one["uc"])] for key, one in found]
    worst = min(found, key=lambda row: (row[1]["uc"].value or 0, row[0]))
    least = f"Least in time: {worst[0][0]} ({words.value(worst[1]['uc'])})."
    about = "All were in time." if _is_full(worst[1]["uc"]) else least

    def draw(axes: Axes) -> None:
        met = [one["uc"].numerator for _, one in found]
        missed = [(one["uc"].denominator or 0) - one["uc"].numerator for _, one in found]
        names = [label(key[0]) for key, _ in found]
        places = range(len(found))
        axes.barh(list(places), met, 0.6, color=GREEN, label="in time")
        axes.barh(list(places), missed, 0.6, left=met, color=RED, label="late")
        axes.set_yticks(list(places), names)
        axes.invert_yaxis()
        axes.set_xlabel("answers")
        axes.grid(False, axis="y")
        _whole(axes.xaxis)
        axes.legend(ncols=2, loc="lower right", bbox_to_anchor=(1, 1))

    return Sketch("vendors", counted.table.title, about, ("vendor", "in time", "made of"), rows, draw, wide=True)


_MET = ("responses", "resolutions")


def _worst(found: Sequence[tuple[str, Figures]], name: str) -> str | None:
    """`P4 (85.7 %)`, the lowest share; None where there is none."""
    known = [(one[name].value or 0, priority, one[name]) for priority, one in found if one[name].denominator]
    _, priority, figure = min(known, key=lambda one: one[:2], default=(0, "", None))
    return f"{priority} ({words.value(figure)})" if figure else None


def _ages(paper: Paper, counted: Counted) -> Sketch | None:
    """A pyramid: the grave ones to the left, all others to the right, the oldest on top."""
    sides = {"P1 and P2": [0] * len(AGE_NAMES), "others": [0] * len(AGE_NAMES)}
    for (priority,), figures in counted.rows:
        side = sides["P1 and P2" if priority in ("P1", "P2") else "others"]
        for place, name in enumerate(AGE_NAMES):
            side[place] += figures["backlog"].parts[name]
    grave, others = sides.values()
    if not sum(grave) + sum(others):
        return None
    rows = [[name, str(a), str(b)] for name, a, b in zip(AGE_NAMES, grave, others, strict=True)]
    about = f"Open, by age in days: {', '.join(f'{name} {int(a) + int(b)}' for name, a, b in rows)}."

    def draw(axes: Axes) -> None:
        axes.barh(AGE_NAMES, [-count for count in grave], color=RED, label="P1 and P2")
        axes.barh(AGE_NAMES, others, color=BLUE, label="others")
        axes.axvline(0, color=MUTED, linewidth=0.8)
        axes.set_ylabel("days")
        left, right = max(grave), max(others)
        room = 0.05 * (left + right)
        axes.set_xlim(-left - room, right + room)
        _whole(axes.xaxis)
        axes.xaxis.set_major_formatter(lambda at, _: f"{abs(at):.0f}")
        axes.grid(False, axis="y")
        axes.legend(ncols=2, loc="lower right", bbox_to_anchor=(1, 1))

    return Sketch("ages", counted.table.title, about, ("days", "P1 and P2", "others"), rows, draw)


def _heat(paper: Paper, counted: Counted) -> Sketch | None:
    """Hours across, weekdays down; the darker, the more."""
    grid = [[0] * 24 for _ in DAYS]
    for (weekday, named), figures in counted.rows:
        grid[int(weekday) - 1][int(named)] = figures["created"].numerator
    most = max(map(max, grid))
    if not most:
        return None
    day = max(range(7), key=lambda at: sum(grid[at]))
    hour = max(range(24), key=lambda at: sum(row[at] for row in grid))
    about = f"Most are logged on {DAYS[day]} and from {hour:02d}:00 to {hour + 1:02d}:00, {paper.period.zone}."
    rows = [[name, *(str(count) for count in row)] for name, row in zip(DAYS, grid, strict=True)]

    def draw(axes: Axes) -> None:
        for at, row in enumerate(grid):
            for at_hour, count in enumerate(row):
                if count:
                    axes.bar(at_hour, 0.92, 0.94, bottom=5.54 - at, color=BLUE, alpha=count / most)
        axes.set_xticks(range(0, 24, 3), [f"{hour:02d}:00" for hour in range(0, 24, 3)])
        axes.set_yticks(range(7), reversed(DAYS))
        axes.set_xlim(-0.6, 23.6)
        axes.set_ylim(-0.6, 6.6)
        axes.grid(False)

    headings = ("", *(f"{hour:02d}" for hour in range(24)))
    return Sketch("heat", counted.table.title, about, headings, rows, draw)


_EDGES = (0, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400, 172_800, 345_600, 604_800, 1_209_600, 2_592_000)


def _spread(paper: Paper, counted: Counted) -> Sketch | None:
    """How many were resolved within what time, with the median and p90."""
    samples = counted.rows[0][1]["mttr_wall"].samples if counted.rows else ()
    if not samples:
        return None
    figure = counted.rows[0][1]["mttr_wall"]
    below = [*(bisect_left(samples, edge) for edge in _EDGES), len(samples)]
    counts = [end - start for start, end in pairwise(below)]
    names = [f"< {seconds_text(end)}" for end in _EDGES[1:]] + ["more"]
    about = (
        f"{len(samples)} resolved: half of them within {words.middle(figure)}, nine in ten within {words.high(figure)}."
    )
    rows = [[name, str(count)] for name, count in zip(names, counts, strict=True) if count]

    def draw(axes: Axes) -> None:
        axes.bar([at + 0.5 for at in range(len(names))], counts, 0.94, color=BLUE)
        for percent, name, colour in ((50, "median", GREEN), (90, "p90", RED)):
            at = nearest_rank(samples, percent) or 0
            said = words.middle(figure) if name == "median" else words.high(figure)
            axes.axvline(_place(at), color=colour, linewidth=1.6, label=f"{name} {said}")
        axes.set_xticks(range(1, len(_EDGES)), [seconds_text(edge) for edge in _EDGES[1:]], rotation=35)
        axes.grid(False, axis="x")
        _whole(axes.yaxis)
        axes.legend(ncols=2, loc="lower right", bbox_to_anchor=(1, 1))

    return Sketch("spread", counted.table.title, about, ("within", "incidents"), rows, draw)


def _place(seconds: int) -> float:
    """Where a time lies on the uneven scale."""
    at = max(place for place, edge in enumerate(_EDGES) if edge <= seconds)
    end = _EDGES[at + 1] if at + 1 < len(_EDGES) else _EDGES[-1] * 2
    return at + min(1.0, (seconds - _EDGES[at]) / (end - _EDGES[at]))


def _pareto(paper: Paper, counted: Counted) -> Sketch | None:
    """Categories by how many, and what they add up to."""
    found = [(key[0], figures["created"].numerator) for key, figures in counted.rows]
    total = sum(count for _, count in found)
    if not total:
        return None
    shown = found[:MOST_BARS]
    rest = total - sum(count for _, count in shown)
    shown += [("all others", rest)] if rest else []
    sums = [sum(count for _, count in shown[: place + 1]) for place in range(len(shown))]
    rows = [
        [name, str(count), f"{words.percent(upto, total)} %"] for (name, count), upto in zip(shown, sums, strict=True)
    ]
    few = next(place for place, upto in enumerate(sums, start=1) if upto * 5 >= total * 4)
    about = f"{few} of {len(found)} categories make up four fifths; the first is {shown[0][0]} with {shown[0][1]}."

    def draw(axes: Axes) -> None:
        places = range(len(shown))
        axes.bar(list(places), [count for _, count in shown], 0.8, color=BLUE)
        axes.set_xticks(list(places), [label(name) for name, _ in shown], rotation=30, ha="right")
        axes.grid(False, axis="x")
        _whole(axes.yaxis)
        line: Any = axes.twinx()
        line.plot(list(places), [upto * 100 / total for upto in sums], color=ORANGE, marker="o", markersize=3)
        line.axhline(80, color=INK, linewidth=0.8, linestyle=":")
        line.set_ylim(0, 105)
        line.set_ylabel("% of all")
        line.grid(False)
        line.tick_params(length=0)

    return Sketch("pareto", counted.table.title, about, ("category", "created", "added up"), rows, draw, wide=True)


def _whole(axis: Any) -> None:
    """Whole numbers only."""
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(nbins=6, integer=True))


_MADE: dict[str, Callable[[Paper, Counted], Sketch | None]] = {
    "flow": _flow,
    "sla": _sla,
    "vendors": _vendors,
    "ages": _ages,
    "heat": _heat,
    "spread": _spread,
    "pareto": _pareto,
}
