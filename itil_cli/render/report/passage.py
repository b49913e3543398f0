"""The way of one incident as one HTML file that asks nothing of any network: a picture, its numbers, what happened."""

from __future__ import annotations

from collections.abc import Sequence

from itil_cli.process.incident import PENDING, RESOLVED, Incident
from itil_cli.render.incidents.events import event_lines
from itil_cli.render.incidents.passage import ENDED, Stretch, stretches
from itil_cli.render.report.html import rendered
from itil_cli.render.report.svg import BLUE, GREEN, ORANGE, Axes, drawing, headed, label
from itil_cli.render.text import one_line, safe, seconds_text, when

HOUR = 3600
DAYS = 72  # hours from which on the picture counts days


def passage_html(incident: Incident, now: int, as_of: str) -> str:
    """The whole page. Raises Malformed (html) where the extra is not installed."""
    found = stretches(incident, now)
    about = " → ".join(f"{one.named} at {one.group}" for one in found)
    svg = headed(drawing("way", (9.6, 0.9 + 0.4 * len(_groups(found))), lambda axes: _draw(axes, found)), "way",
                 "Where it was", about)  # fmt: skip
    said = (incident.status, incident.priority, incident.service, incident.category, incident.code)
    return rendered(
        "passage.html",
        title=one_line(f"{incident.id} {incident.title}"),
        facts=" · ".join(one for one in said if one),
        svg=svg,
        about=about,
        rows=[(when(one.start), _length(one), one.named, one.group, one.assignee or "")
              for one in found],
        events=[(next(event_lines(event, incident.voids.get(event.n), text=False)), safe(event.text or ""))
                for event in incident.events],
        provenance=f"As of commit {as_of}, at {when(now)}.",
    )  # fmt: skip


def _length(one: Stretch) -> str:
    return "" if one.status in ENDED else seconds_text(one.end - one.start)


def _groups(found: Sequence[Stretch]) -> list[str]:
    return list(dict.fromkeys(one.group for one in found))


def _draw(axes: Axes, found: Sequence[Stretch]) -> None:
    groups, first = _groups(found), found[0].start
    hours = (found[-1].end - first) / HOUR
    unit, name = (24 * HOUR, "days") if hours > DAYS else (HOUR, "hours")
    for colour, kind in ((BLUE, "worked on"), (ORANGE, "pending"), (GREEN, "resolved")):
        own = [one for one in found if _colour(one) == colour and one.status not in ENDED]
        bars = [(one.end - one.start) / unit for one in own]
        lefts = [(one.start - first) / unit for one in own]
        if own:
            axes.barh([groups.index(one.group) for one in own], bars, left=lefts, color=colour, height=0.6, label=kind)
    ends = [((one.start - first) / unit, groups.index(one.group)) for one in found if one.status in ENDED]
    if ends:
        axes.plot(*zip(*ends, strict=True), "D", color=GREEN, label="ended")
    axes.set_yticks(range(len(groups)), [label(group) for group in groups])
    axes.invert_yaxis()
    axes.grid(False, axis="y")
    axes.set_xlabel(f"{name} since it was logged")
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=4, fontsize=8)


def _colour(one: Stretch) -> str:
    return {PENDING: ORANGE, RESOLVED: GREEN}.get(one.status, BLUE)
