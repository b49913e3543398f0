"""`itil schedule`: sweep, deliver, sync, mail and reports run by the clock, by what this machine has for that."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from itil_cli.cli.context import App
from itil_cli.deliver.schedule.jobs import HOUR, MINUTE, Job, Plan, fits
from itil_cli.deliver.schedule.schedulers import ALL, chosen
from itil_cli.errors import Malformed, NotFound

# In the order in which they stand: the command, and how often unless `--every` says otherwise.
JOBS: Mapping[str, tuple[tuple[str, ...], int]] = {
    "sync": (("sync",), 5 * MINUTE),
    "mail": (("receive", "mail"), 2 * MINUTE),
    "sweep": (("sweep",), 5 * MINUTE),
    "deliver": (("deliver",), 2 * MINUTE),
    "reports": (("report", "--due"), HOUR),
}
USUAL = {"/usr/bin", "/bin"}  # where everybody looks for git


def install(
    app: App, scheduler: str | None, names: Sequence[str], every: Mapping[str, int], mail: str | None, *, dry_run: bool
) -> None:
    """Have the jobs run, and no others of this store; `dry_run` prints what would be written."""
    plan, left_out = _plan(app, names, every, mailbox_of(mail))
    runs = ALL[scheduler] if scheduler and dry_run else chosen(scheduler)
    for line in left_out:
        app.say(line)
    changed = False
    if not dry_run:
        changed = runs.put(plan)
        if plan.jobs and (remark := runs.remark()):
            app.say(remark)
        for one in ALL.values():
            if one is not runs and one.is_here() and one.put(plan._replace(jobs=())):
                app.say(f"{one.name} runs them no more.")
    said = runs.text(plan) if dry_run else _summary(plan, runs.name, changed)
    app.emit(_document(plan, runs.name, changed), said)


def remove(app: App, *, dry_run: bool) -> None:
    """Have no job of this store run."""
    plan = Plan(place_of(app), ())
    if dry_run:
        app.emit(_document(plan, None, False), f"{plan.name}: whatever is scheduled would be removed.")
        return
    removed = [one.name for one in ALL.values() if one.is_here() and one.put(plan)]
    app.emit(_document(plan, None, bool(removed)), f"Removed from {', '.join(removed)}." if removed else "Nothing ran.")


def _plan(app: App, names: Sequence[str], every: Mapping[str, int], mail: str | None) -> tuple[Plan, list[str]]:
    lacks = lacks_of(app, mail)
    wanted = names or [name for name in JOBS if name not in lacks]
    if "mail" in names and mail is None:
        raise Malformed("the job `mail` needs to know where mail is.", remedy="Add --mail FOLDER, or --mail imaps://…")
    for name, seconds in every.items():
        if name not in wanted:
            raise Malformed(f"--every {name}: there is no such job here.", remedy=f"There are: {', '.join(wanted)}.")
        if not fits(seconds):
            raise Malformed(
                f"--every {name}: an hour is not so many times that long, nor a day.",
                remedy="Write 1m, 2m, 5m, 10m, 15m, 30m, 1h, 6h, 12h or 24h.",
            )
    head = (*_program(), "-q", "-C", place_of(app), *(("--as", app.actor) if app.as_person else ()))
    jobs = tuple(
        Job(name, (*head, *words, *_source(name, mail)), every.get(name, usual))
        for name, (words, usual) in JOBS.items()
        if name in wanted
    )
    left_out = [] if names else [f"left out: {name} ({why})." for name, why in lacks.items()]
    return Plan(place_of(app), jobs, _path()), left_out


def mailbox_of(mail: str | None) -> str | None:
    """Where mail is taken in from: what `--mail` says, else (empty) the mailbox of receive.toml, where there is one."""
    from itil_cli.intake.mail.configuration import place

    return "" if mail is None and place().exists() else mail


def _source(name: str, mail: str | None) -> tuple[str, ...]:
    if name != "mail" or mail is None:
        return ()
    if not mail:
        return ("--imap",)
    return ("--imap", mail) if "://" in mail else (str(Path(mail).resolve()),)


def lacks_of(app: App, mail: str | None) -> dict[str, str]:
    """The jobs that there is nothing to do for, and why."""
    from itil_cli.deliver.configuration import place
    from itil_cli.store.git.network import upstream_of

    found = {}
    try:
        upstream_of(app.store.git, app.store.git.head().ref or "")
    except NotFound:
        found["sync"] = "there is no remote"
    if mail is None:
        found["mail"] = "--mail says where mail is"
    if not place().exists():
        found["deliver"] = f"there is no {place()}"
    if not app.snapshot.policy.reports:
        found["reports"] = "the policy has no `reports`"
    return found


def place_of(app: App) -> str:
    """Where the store lies. Raises Malformed for one that no schedule can name."""
    if app.store_url or (os.environ.get("ITIL_STORE") and not app.directory):
        raise Malformed("schedule needs a clone of its own.", remedy="Clone the store, and run it there.")
    place = str(app.store.git.worktree or app.store.git.common_dir)
    if not place.isprintable():
        raise Malformed(f"{place!r} cannot stand in a schedule.", remedy="Move the store to a plainer place.")
    return place


def _program() -> tuple[str, ...]:
    """This program, by its full path."""
    beside = Path(sys.executable).with_name("itil")
    found = str(beside) if beside.exists() else shutil.which("itil")
    return (found,) if found else (sys.executable, "-m", "itil_cli")


def _path() -> str | None:
    """Where git is, where a scheduler would not look for it."""
    folder = os.path.dirname(shutil.which("git") or "/usr/bin/git")  # noqa: PTH120
    return None if folder in USUAL else f"{folder}:/usr/bin:/bin"


def _summary(plan: Plan, scheduler: str, changed: bool) -> str:
    lines = [f"  {job.name:8} {often(job.every):>4}  {' '.join(job.words)}" for job in plan.jobs]
    return "\n".join([f"{scheduler} runs{'' if changed else ', as before'}:", *lines])


def often(every: int) -> str:
    """So many seconds as `5m` or `1h`."""
    return f"{every // HOUR}h" if every % HOUR == 0 else f"{every // MINUTE}m"


def _document(plan: Plan, scheduler: str | None, changed: bool) -> dict[str, Any]:
    jobs = [{"name": job.name, "every": job.every, "command": list(job.words)} for job in plan.jobs]
    return {
        "schema": "itil/1",
        "kind": "schedule",
        "name": plan.name,
        "with": scheduler,
        "changed": changed,
        "jobs": jobs,
    }
