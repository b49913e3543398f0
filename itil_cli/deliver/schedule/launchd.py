"""Jobs as launchd's agents of a user."""

from __future__ import annotations

import plistlib
from collections.abc import Mapping
from shlex import join
from typing import Any
from xml.parsers.expat import ExpatError

from itil_cli.deliver.schedule.jobs import DAY, HOUR, MINUTE, Installed, Job, Plan


def agents(plan: Plan) -> dict[str, str]:
    """The files by name."""
    return {f"{plan.name}-{job.name}.plist": _agent(job, plan) for job in plan.jobs}


def _agent(job: Job, plan: Plan) -> str:
    said: dict[str, Any] = {
        "Label": f"{plan.name}-{job.name}",
        "ProgramArguments": list(job.words),
        "StartCalendarInterval": _when(job),
    }
    if plan.path:
        said["EnvironmentVariables"] = {"PATH": plan.path}
    return plistlib.dumps(said).decode("utf-8")


def installed(files: Mapping[str, str], plan: Plan) -> list[Installed]:
    """The jobs that these files are, by name; one that is no agent any more is left out."""
    found = []
    for name, text in files.items():
        try:
            said = plistlib.loads(text.encode())
            words, when = [str(one) for one in said["ProgramArguments"]], said["StartCalendarInterval"]
            every = (DAY if "Hour" in when[0] else HOUR) // len(when)
        except (plistlib.InvalidFileException, ExpatError, KeyError, TypeError, IndexError):
            continue
        found.append(Installed(join(words), every, name.removeprefix(f"{plan.name}-").removesuffix(".plist")))
    return found


def _when(job: Job) -> list[dict[str, int]]:
    if job.every < HOUR:
        return [{"Minute": minute} for minute in range(0, 60, job.every // MINUTE)]
    return [{"Hour": hour, "Minute": 0} for hour in range(0, DAY // HOUR, job.every // HOUR)]
