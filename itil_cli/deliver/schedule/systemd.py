"""Jobs as systemd's user units: a service and a timer each."""

from __future__ import annotations

import re
from collections.abc import Mapping

from itil_cli.deliver.schedule.jobs import DAY, HOUR, MINUTE, Installed, Job, Plan

_SERVICE = """\
# Written by `itil schedule install`; `itil schedule remove` takes it away.
[Unit]
Description=itil {job} in {place}

[Service]
Type=oneshot
{environment}EnvironmentFile=-%E/itil/schedule.env
ExecStart={words}
"""
_TIMER = """\
# Written by `itil schedule install`; `itil schedule remove` takes it away.
[Unit]
Description=itil {job} in {place}

[Timer]
OnCalendar={when}
Persistent=true

[Install]
WantedBy=timers.target
"""


def units(plan: Plan) -> dict[str, str]:
    """The files by name."""
    found: dict[str, str] = {}
    for job in plan.jobs:
        facts = {"job": job.name, "place": _plain(plan.store), "words": " ".join(map(_quoted, job.words))}
        environment = f'Environment="PATH={_plain(plan.path)}"\n' if plan.path else ""
        found[f"{plan.name}-{job.name}.service"] = _SERVICE.format(**facts, environment=environment)
        found[f"{plan.name}-{job.name}.timer"] = _TIMER.format(**facts, when=_when(job))
    return found


def installed(files: Mapping[str, str], plan: Plan) -> list[Installed]:
    """The jobs that these files are, by name."""
    found = []
    for name, text in files.items():
        if name.endswith(".timer"):
            job = name.removeprefix(f"{plan.name}-").removesuffix(".timer")
            service = files.get(f"{plan.name}-{job}.service", "")
            found.append(Installed(_value(service, "ExecStart"), _seconds(_value(text, "OnCalendar")), job))
    return found


def _value(text: str, key: str) -> str:
    return next((line.partition("=")[2] for line in text.split("\n") if line.startswith(f"{key}=")), "")


def _seconds(when: str) -> int | None:
    """How often, where it says so as we write it."""
    found = re.fullmatch(r"(?:\*:0/([0-9]{1,4})|0/([0-9]{1,2}):00)", when)
    if found:
        return int(found[1]) * MINUTE if found[1] else int(found[2]) * HOUR
    return DAY if when == "daily" else None


def _when(job: Job) -> str:
    if job.every < HOUR:
        return f"*:0/{job.every // MINUTE}"
    return "daily" if job.every == DAY else f"0/{job.every // HOUR}:00"


def _quoted(word: str) -> str:
    """A word of a command line: quoted, with what systemd would expand doubled."""
    safe = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{safe}"'


def _plain(text: str) -> str:
    return text.replace("%", "%%")
