"""Keep time: schedule, what runs by the clock."""

from __future__ import annotations

import click

from itil_cli.cli.context import App
from itil_cli.cli.groups import Family
from itil_cli.cli.params import pass_app

JOBS = ("sync", "mail", "sweep", "deliver", "reports")


def _times(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> dict[str, int]:
    """`JOB=DURATION`, each as seconds."""
    from itil_cli.process.time.instants import parse_duration

    found = {}
    for one in given:
        name, _, text = one.partition("=")
        try:
            duration = parse_duration(text)
        except ValueError as wrong:
            raise click.BadParameter(f"{one!r}: {wrong}. Write sweep=10m.") from None
        if name not in JOBS or duration.unit not in ("s", "m", "h"):
            raise click.BadParameter(f"{one!r} is not JOB=DURATION, such as sweep=10m. Jobs: {', '.join(JOBS)}.")
        found[name] = duration.amount
    return found


@click.group("schedule", cls=Family)
def schedule_command() -> None:
    """Have sweep, deliver, sync, mail and reports run by the clock: by systemd, cron or launchd.

    Example: itil schedule install
    """


@schedule_command.command("install")
@click.option(
    "--with", "scheduler", type=click.Choice(["systemd", "cron", "launchd"]), help="By what; else what is here."
)
@click.option("--job", "names", type=click.Choice(JOBS), multiple=True, help="Only these; else all that have work.")
@click.option("--every", metavar="JOB=TIME", multiple=True, callback=_times, help="How often, such as sweep=10m.")
@click.option(
    "--mail", metavar="FOLDER|URL", help="Where mail is: a Maildir, an mbox, imaps://…; else as receive.toml says."
)
@click.option("--print", "dry_run", is_flag=True, help="Print what would be written; write nothing.")
@pass_app
def install(
    app: App, scheduler: str | None, names: tuple[str, ...], every: dict[str, int], mail: str | None, dry_run: bool
) -> None:
    """Have the jobs of this store run as you, or with `--as` as that person; run again, it changes what is different.

    Passwords come from ~/.config/itil/schedule.env (systemd) or from deliver.toml, never from the command line.

    Example: itil --as helpdesk@example.com schedule install --mail ~/Maildir --every sweep=10m
    """
    from itil_cli.cli.answers.duties.scheduling import install as put

    put(app, scheduler, names, every, mail, dry_run=dry_run)


@schedule_command.command("show")
@pass_app
def show(app: App) -> None:
    """Show which jobs run by the clock and by what, when each ran last here and how it ended, and which could run.

    A job that has not run for three times as long as it should is LATE: its scheduler may be stopped.

    Example: itil schedule show
    """
    from itil_cli.cli.answers.duties.schedule_show import show as tell

    tell(app)


@schedule_command.command("remove")
@click.option("--print", "dry_run", is_flag=True, help="Say what would be removed; remove nothing.")
@pass_app
def remove(app: App, dry_run: bool) -> None:
    """Have no job of this store run any more, whatever ran them.

    Example: itil schedule remove
    """
    from itil_cli.cli.answers.duties.scheduling import remove as take_away

    take_away(app, dry_run=dry_run)
