"""`itil schedule show`: which jobs run by the clock, which could, and when each ran last and how it ended.

- What is installed is read from the schedulers themselves, as it stands there.
- When a job ran last tells this clone, whoever ran it (`ran.py`). One that is installed and has not run for three times
  as long as it should is late.
"""

from __future__ import annotations

import shlex
from typing import Any, NamedTuple

from itil_cli.cli.answers.duties.ran import Ran, last
from itil_cli.cli.answers.duties.scheduling import JOBS, lacks_of, mailbox_of, often, place_of
from itil_cli.cli.context import App
from itil_cli.deliver.schedule.jobs import Installed, Plan
from itil_cli.deliver.schedule.schedulers import ALL
from itil_cli.process.time.instants import format_instant
from itil_cli.render.text import one_line

LATE = 3  # times as long as it should take


class Standing(NamedTuple):
    """A job: what runs it, as it is installed there (None: nothing does), why it has no work, and its last run."""

    name: str
    scheduler: str | None
    installed: Installed | None
    lacks: str | None
    ran: Ran | None

    def is_late(self, now: int) -> bool:
        """Whether it should have run again by now (epoch seconds)."""
        every = self.installed.every if self.installed else None
        return bool(every and self.ran and now - self.ran.at > LATE * every)


def show(app: App) -> None:
    """Tell how each job stands. Raises GitTrouble where a scheduler does not answer."""
    plan = Plan(place_of(app), ())
    remarks: list[str] = []
    standing: list[Standing] = []
    found: dict[str, list[tuple[str, Installed] | tuple[None, None]]] = {}
    for scheduler in ALL.values():
        for one in scheduler.installed(plan) if scheduler.is_here() else ():
            found.setdefault(one.name or _job_of(one.command), []).append((scheduler.name, one))
            remarks += [remark] if (remark := scheduler.remark()) and remark not in remarks else []
    lacks = lacks_of(app, mailbox_of(None))
    for name in dict.fromkeys((*JOBS, *found)):
        for by, installed in found.get(name, [(None, None)]):
            standing.append(Standing(name, by, installed, lacks.get(name), last(app, name)))
    for remark in remarks:
        app.say(remark)
    app.emit(_document(plan, standing, app.now), _text(standing, app.now))


def _job_of(command: str) -> str:
    """Which job a line of a crontab is."""
    try:
        words = shlex.split(command)
    except ValueError:
        words = command.split()
    return next((name for name, (said, _) in JOBS.items() if _holds(words, said)), "?")


def _holds(words: list[str], said: tuple[str, ...]) -> bool:
    return any(tuple(words[at : at + len(said)]) == said for at in range(len(words)))


def _text(standing: list[Standing], now: int) -> str:
    lines = []
    for one in standing:
        if one.installed:
            lines.append(f"  {one.name:8} {one.scheduler:8} {_often(one.installed):>6}  {_last(one, now)}")
            lines.append(f"           {one_line(one.installed.command)}")
    lines = ["These run by the clock:", *lines] if lines else ["Nothing runs by the clock."]
    could = [one for one in standing if not one.installed]
    lines += ["", "These do not:"] if could else []
    lines += [f"  {one.name:8} {_why(one)}  {_last(one, now)}" for one in could]
    return "\n".join(lines)


def _why(one: Standing) -> str:
    return f"({one.lacks})" if one.lacks else "(`itil schedule install`)"


def _often(one: Installed) -> str:
    return often(one.every) if one.every else "?"


def _last(one: Standing, now: int) -> str:
    if one.ran is None:
        return "has not run here"
    ended = "done" if one.ran.code == 0 else f"exit {one.ran.code}"
    trouble = f": {one.ran.trouble}" if one.ran.trouble else ""
    return f"{'LATE, ' if one.is_late(now) else ''}last {format_instant(one.ran.at)}, {ended}{trouble}"


def _document(plan: Plan, standing: list[Standing], now: int) -> dict[str, Any]:
    jobs = [
        {
            "name": one.name,
            "with": one.scheduler,
            "every": one.installed.every if one.installed else None,
            "command": one.installed.command if one.installed else None,
            "lacks": one.lacks,
            "last": one.ran._asdict() | {"at": format_instant(one.ran.at), "trouble": one.ran.trouble or None}
            if one.ran
            else None,
            "late": one.is_late(now),
        }
        for one in standing
    ]
    return {"schema": "itil/1", "kind": "schedule", "name": plan.name, "jobs": jobs}
