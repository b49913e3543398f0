"""Jobs as lines of a crontab, between two marks; what else stands there stays as it is."""

from __future__ import annotations

import re
from shlex import quote

from itil_cli.deliver.schedule.jobs import DAY, HOUR, MINUTE, Installed, Job, Plan

_NOTE = "written by `itil schedule install`; `itil schedule remove` takes it away"


def block(plan: Plan) -> str:
    """The lines of the plan with their marks; empty where it has no jobs."""
    lines = [f"{_when(job)} {_command(job, plan)}" for job in plan.jobs]
    return "".join(f"{line}\n" for line in [_begin(plan), *lines, _end(plan)]) if lines else ""


def installed(table: str, plan: Plan) -> list[Installed]:
    """The plan's lines as they stand in a crontab; none where a mark has no other."""
    if _begin(plan) not in (lines := table.split("\n")) or _end(plan) not in lines:
        return []
    inside = lines[lines.index(_begin(plan)) + 1 : lines.index(_end(plan))]
    split = [line.split(" ", 5) for line in inside if len(line.split(" ", 5)) == 6]
    return [Installed(words[5].replace("\\%", "%"), _seconds(words[:5])) for words in split]


def _seconds(when: list[str]) -> int | None:
    """How often, where it says so as we write it."""
    found = re.fullmatch(r"(0 )?\*/([0-9]{1,4})((?: \*)+)", " ".join(when))
    if found:
        return int(found[2]) * (HOUR if found[1] else MINUTE)
    return DAY if when == ["0", "0", "*", "*", "*"] else None


def replaced(table: str, plan: Plan) -> str:
    """The crontab with the plan's lines instead of those that it had. ValueError where a mark has no other."""
    lines, kept, inside = table.split("\n"), [], False
    for line in lines:
        if line == _begin(plan) and not inside:
            inside = True
        elif line == _end(plan) and inside:
            inside = False
        elif line in (_begin(plan), _end(plan)):
            raise ValueError(line)
        elif not inside:
            kept.append(line)
    if inside:
        raise ValueError(_begin(plan))
    rest = "\n".join(kept)
    return f"{rest}\n{block(plan)}" if rest and not rest.endswith("\n") else rest + block(plan)


def _begin(plan: Plan) -> str:
    return f"# {plan.name} begin: {_NOTE}"


def _end(plan: Plan) -> str:
    return f"# {plan.name} end"


def _when(job: Job) -> str:
    if job.every < HOUR:
        return f"*/{job.every // MINUTE} * * * *"
    return "0 0 * * *" if job.every == DAY else f"0 */{job.every // HOUR} * * *"


def _command(job: Job, plan: Plan) -> str:
    """For the shell, and for cron itself, to which `%` is a new line."""
    words = " ".join(map(quote, job.words))
    return (f"PATH={quote(plan.path)} {words}" if plan.path else words).replace("%", "\\%")
