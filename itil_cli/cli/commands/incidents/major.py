"""Major incidents: the war room, and the steps from proposal to handover."""

from __future__ import annotations

from typing import Any

import click

from itil_cli.cli.answering import act
from itil_cli.cli.context import App
from itil_cli.cli.groups import DefaultGroup
from itil_cli.cli.params import complete_ids, message, one_id, pass_app

WATCH_EVERY = 10.0  # seconds


@click.group(cls=DefaultGroup)
def major_command() -> None:
    """Major incidents (M1 to M11, S12). Alone: the war room of all that are proposed or under way.

    Example: itil major
    """


@major_command.command("room")
@click.argument("incident", metavar="[ID]", required=False, shell_complete=complete_ids)
@click.option(
    "--watch",
    "seconds",
    metavar="[SECONDS]",
    type=click.FloatRange(0.1),
    is_flag=False,
    flag_value=WATCH_EVERY,
    help="Show it again every so many seconds (10), until interrupted.",
)
@pass_app
def room(app: App, incident: str | None, seconds: float | None) -> None:
    """The war room: running clock, next update, roles, tasks and actions left, last events (M7).

    Example: itil major 7kq --watch 30
    """
    from itil_cli.cli.answers.records.warroom import rooms, watch
    from itil_cli.render.majors.major import rooms_document, rooms_text

    if seconds is not None:
        watch(app, incident, seconds)
    found = rooms(app, app.snapshot, incident)
    app.emit(rooms_document(found) if app.json else None, rooms_text(found))


@major_command.command()
@one_id
@click.option("--criterion", metavar="C", help="The criterion that it meets.")
@message("Something to say with it.")
@pass_app
def propose(app: App, incident: str, **options: Any) -> None:
    """Declare it, with the criterion that it meets (M1).

    Example: itil major propose 7kq --criterion financial-application
    """
    act(app, "major propose", (incident,), **options)


@major_command.command()
@one_id
@message("The business impact.")
@click.option("--criterion", metavar="C", help="Needed where nobody proposed it.")
@click.option("--impact", metavar="I", help="Where it is not yet P1 or P2.")
@click.option("--urgency", metavar="U", help="Where it is not yet P1 or P2.")
@pass_app
def accept(app: App, incident: str, **options: Any) -> None:
    """Take it on: owner, shorter targets, communication clock (M2, M11).

    Example: itil major accept 7kq -m "No card payments in any shop; 40,000 EUR an hour."
    """
    act(app, "major accept", (incident,), **options)


@major_command.command()
@one_id
@message("Why.")
@pass_app
def reject(app: App, incident: str, **options: Any) -> None:
    """No major incident (M2).

    Example: itil major reject 7kq -m "One shop only."
    """
    act(app, "major reject", (incident,), **options)


@major_command.command()
@one_id
@message("Why.")
@pass_app
def demote(app: App, incident: str, **options: Any) -> None:
    """Major no more; the ordinary targets hold again.

    Example: itil major demote 7kq -m "The old gateway carries the load."
    """
    act(app, "major demote", (incident,), **options)


@major_command.command()
@one_id
@click.option("--open", "open", metavar="URL", help="Where people meet: a link or a number.")
@click.option("--close", is_flag=True, help="The bridge is closed.")
@message("Something to say with it.")
@pass_app
def bridge(app: App, incident: str, **options: Any) -> None:
    """Where people meet is opened, or closed (M3).

    Example: itil major bridge 7kq --open https://meet.example.com/major
    """
    act(app, "major bridge", (incident,), **options)


@major_command.command()
@one_id
@click.argument("step", type=click.Choice(["add", "list"]), default="list", required=False)
@click.argument("people", metavar="[P]...", nargs=-1)
@pass_app
def stakeholder(app: App, incident: str, step: str, people: tuple[str, ...]) -> None:
    """Who is to hear of it: people or groups (M5).

    Example: itil major stakeholder 7kq add frank ines support
    """
    if step == "add":
        act(app, "major stakeholder", (incident,), people=people)
        return
    from itil_cli.cli.answers.records.warroom import rooms
    from itil_cli.render.machine import document

    (found,) = rooms(app, app.snapshot, incident)
    names = list(found.stakeholders)
    app.emit(document("stakeholders", id=found.incident.id, stakeholders=names), "\n".join(names) or "There are none.")


@major_command.command()
@one_id
@click.option("--audience", metavar="TEXT", help="To whom updates go.")
@click.option("--channel", metavar="TEXT", help="How: mail, chat, phone, a page.")
@click.option("--interval", metavar="T", help="How often: 30m or 1h; the policy's, if never said.")
@message("Something to say with it.")
@pass_app
def plan(app: App, incident: str, **options: Any) -> None:
    """The communication plan: to whom, how, how often (M5).

    Example: itil major plan 7kq --audience "all shops" --channel mail --interval 20m
    """
    act(app, "major plan", (incident,), **options)


@major_command.command()
@one_id
@click.argument("group", metavar="GROUP")
@message("What they are told.")
@pass_app
def inform(app: App, incident: str, group: str, **options: Any) -> None:
    """Call a support group in (M4); who has the incident stays the same.

    Example: itil major inform 7kq network -m "Please look at the uplink."
    """
    act(app, "major inform", (incident,), group=group, **options)


@major_command.command()
@one_id
@message("The update, as it is sent.")
@click.option("--status", metavar="TEXT", help="Where it stands: investigating, identified, mitigated, …")
@click.option("--impact", metavar="TEXT", help="What is hit.")
@click.option("--actions", metavar="TEXT", help="What is being done.")
@click.option("--next-update", metavar="T", help="When the next one comes: 10:05, `in 30m`, or a time.")
@click.option("--audience", metavar="TEXT", help="To whom it goes; the plan's, if not given.")
@pass_app
def update(app: App, incident: str, next_update: str | None, **options: Any) -> None:
    """Status, impact and actions go to the audience (M6).

    Example: itil major update 7kq -m "Gateway restarted; watching." --status mitigated
    """
    from itil_cli.process.time.instants import format_instant

    promised = format_instant(app.when(next_update)) if next_update else None
    act(app, "major update", (incident,), next_update=promised, **options)


@major_command.command()
@one_id
@click.argument("name", metavar="MILESTONE")
@click.option("--at", metavar="TIME", help="When it was really reached.")
@message("How that is known.")
@pass_app
def milestone(app: App, incident: str, name: str, at: str | None, **options: Any) -> None:
    """When it began, was detected, proposed, accepted, mitigated or resolved; corrects what events say.

    Example: itil major milestone 7kq began --at 2026-11-24T08:55Z -m "First 502 in the gateway's log."
    """
    from itil_cli.process.time.instants import format_instant

    when = format_instant(app.when(at, past=True)) if at else None
    act(app, "major milestone", (incident,), name=name, at=when, **options)


@major_command.command()
@one_id
@click.option("--attended", metavar="P", multiple=True, help="Who was there; may stand several times.")
@message("What came of it.")
@pass_app
def rca(app: App, incident: str, **options: Any) -> None:
    """The call about the root cause: who attended, what came of it (M8). May follow closure.

    Example: itil major rca 7kq --attended pia --attended ines -m "Nobody owned the certificate."
    """
    act(app, "major rca", (incident,), **options)


@major_command.command()
@one_id
@click.argument("step", type=click.Choice(["start", "finish", "waive"]))
@message("What was learned, or why it is waived; one line will do.")
@click.option("--presented-to", metavar="P", multiple=True, help="To whom it was presented.")
@pass_app
def review(app: App, incident: str, step: str, **options: Any) -> None:
    """The review begins, is held, or is waived with a reason (M8).

    Example: itil major review 7kq finish -m "Certificates are watched from now on." --presented-to ines
    """
    act(app, "major review", (incident,), step=step, **options)


@major_command.command()
@one_id
@click.argument("problem", metavar="[PRB]", required=False)
@message("The synopsis.")
@pass_app
def handover(app: App, incident: str, problem: str | None, **options: Any) -> None:
    """A synopsis for the problem manager; proposes a problem where none is linked (M10). May follow closure.

    Example: itil major handover 7kq -m "Certificates have no owner; see the review."
    """
    whole = app.whole(problem, "PRB") if problem else None
    act(app, "major handover", (incident,), problem=whole, **options)


@major_command.command()
@one_id
@click.option("--format", "form", type=click.Choice(["markdown", "html"]), default="markdown", help="As what.")
@click.option("-o", "--output", metavar="FILE", help="Into this file.")
@pass_app
def report(app: App, incident: str, form: str, output: str | None) -> None:
    """Its report, generated from events: times, timeline, who was told what, lessons, actions (M8).

    Example: itil major report 7kq --format html -o major.html
    """
    from pathlib import Path

    from itil_cli.cli.answers.records.warroom import rooms
    from itil_cli.cli.output import into
    from itil_cli.render.majors.postmortem import markdown, page, report_document

    (found,) = rooms(app, app.snapshot, incident)
    text = page(found) if form == "html" else markdown(found)
    if output:
        whole = f"{text}\n"
        into(Path(output), lambda aside: aside.write_text(whole, encoding="utf-8"))
        text = f"Written to {output}."
    app.emit(report_document(found) if app.json else None, text)
