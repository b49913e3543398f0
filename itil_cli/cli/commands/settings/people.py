"""Start: people (show, add, retire, away, duty, digest)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from itil_cli.cli.context import App
from itil_cli.cli.groups import Family
from itil_cli.cli.params import pass_app

if TYPE_CHECKING:
    from itil_cli.process.settings.people import Person

F = TypeVar("F", bound=Callable[..., Any])


def _complete_roles(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from itil_cli.process.transitions import ROLES

    return [role for role in ROLES if role.startswith(incomplete)]


def _complete_groups(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    try:
        return [name for name in ctx.ensure_object(App).snapshot.policy.groups if name.startswith(incomplete)]
    except Exception:  # completion never speaks
        return []


def _complete_people(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    try:
        return [one.email for one in ctx.ensure_object(App).snapshot.people.all() if one.email.startswith(incomplete)]
    except Exception:  # completion never speaks
        return []


@click.group(cls=Family, invoke_without_command=True)
@click.option("--role", metavar="R", help="Only who has this role.", shell_complete=_complete_roles)
@click.option("--group", metavar="G", help="Only who works in this group.", shell_complete=_complete_groups)
@click.pass_context
def people_command(ctx: click.Context, role: str | None, group: str | None) -> None:
    """Who is who: roles, groups, and what each answers for. `people show` tells what one of them may do.

    Changing them is the incident manager's, a commit each, as is every change of the settings.

    Example: itil people --role incident-manager
    """
    if ctx.invoked_subcommand is not None:
        return
    from itil_cli.process.transitions import ROLES
    from itil_cli.render.machine import document
    from itil_cli.render.policy.people import people_lines, person_document

    app = ctx.ensure_object(App)
    policy = app.snapshot.policy
    _check_known("role", role, ROLES)
    _check_known("group", group, policy.groups)
    everybody = [person_document(person, policy, app.now) for person in app.snapshot.people.all()]
    found = [one for one in everybody if role in (None, *one["roles"]) and group in (None, *one["groups"])]
    app.emit(document("people", people=found), people_lines(found) if found else "There are none.")


def _check_known(what: str, name: str | None, known: Any) -> None:
    from itil_cli.errors import NotFound, did_you_mean

    if name is not None and name not in known:
        hint = did_you_mean(name, known) or f"There are: {', '.join(known)}."
        raise NotFound(f"There is no {what} {name!r}.", remedy=hint)


@people_command.command("show")
@click.argument("person", metavar="P", shell_complete=_complete_people)
@pass_app
def show_person(app: App, person: str) -> None:
    """One person, by address, alias, or the part before the @; and every verb that the roles allow (S10).

    Example: itil people show dana
    """
    from itil_cli.render.machine import document
    from itil_cli.render.policy.people import person_card, person_document, rights

    policy = app.snapshot.policy
    said = person_document(_person(app, person), policy, app.now)
    may = rights(said["roles"])
    app.emit(document("person") | said | {"may": may}, person_card(said, may, policy))


def _person(app: App, text: str) -> Person:
    from itil_cli.errors import NotFound, did_you_mean

    people = app.snapshot.people
    wanted = text.casefold()
    near = [one for one in people.all() if wanted in (one.email.partition("@")[0].casefold(), one.name.casefold())]
    found = people.person(text) or (near[0] if len(near) == 1 else None)
    if found is not None:
        return found
    if near:
        raise NotFound(f"{text!r} is more than one: {', '.join(one.email for one in near)}.", remedy="Write it whole.")
    known = [word for one in people.all() for word in (one.email, one.email.partition("@")[0], one.name)]
    raise NotFound(f"There is no person {text!r}.", remedy=did_you_mean(text, known) or "`itil people` lists them.")


def _days_options(command: F) -> F:
    for name, words in (("--until", "The last day."), ("--from", "The first day, such as 2026-12-24.")):
        command = click.option(name, f"{name.strip('-')}_day", metavar="DATE", required=True, help=words)(command)
    return command


@people_command.command("add")
@click.argument("email", metavar="EMAIL")
@click.option("--name", metavar="NAME", help="The name in commits.")
@click.option("--role", "roles", metavar="R", multiple=True, help="A role.", shell_complete=_complete_roles)
@click.option("--group", "groups", metavar="G", multiple=True, help="A group.", shell_complete=_complete_groups)
@click.option("--alias", "aliases", metavar="EMAIL", multiple=True, help="Another address of the same person.")
@click.option("--key", "keys", metavar="KEY", multiple=True, help="A public key that signs this person's commits.")
@click.option("--tenant", metavar="T", help="Whom this person belongs to.")
@click.option("--answers-for", metavar="P|G", help="For a bot: who gets its messages.")
@pass_app
def add_person(app: App, email: str, **said: Any) -> None:
    """Add somebody to people.yaml.

    Example: itil people add bob@example.com --name "Bob Baker" --role support --group support
    """
    from itil_cli.cli.answers.settings.staffing import add
    from itil_cli.process.transitions import ROLES

    for what, names, known in (("role", said["roles"], ROLES), ("group", said["groups"], app.snapshot.policy.groups)):
        for name in names:
            _check_known(what, name, known)
    add(app, email, {name.replace("_", "-"): value for name, value in said.items() if value})
    show_changed(app, email)


@people_command.command("retire")
@click.argument("person", metavar="P", shell_complete=_complete_people)
@click.option("--from", "from_day", metavar="DATE", help="The first day without roles; today, if not given.")
@pass_app
def retire_person(app: App, person: str, from_day: str | None) -> None:
    """Take somebody's roles and groups away from a day on; the name stays known.

    Example: itil people retire bob --from 2026-12-31
    """
    from itil_cli.cli.answers.settings.staffing import retire

    found = _person(app, person)
    retire(app, found, from_day)
    show_changed(app, found.email)


@people_command.command("away")
@click.argument("person", metavar="P", shell_complete=_complete_people)
@_days_options
@click.option("--deputy", metavar="Q", help="Who gets the messages meanwhile.", shell_complete=_complete_people)
@pass_app
def away_person(app: App, person: str, from_day: str, until_day: str, deputy: str | None) -> None:
    """Say when somebody is not there, and who gets the messages meanwhile.

    Example: itil people away bob --from 2026-12-24 --until 2027-01-03 --deputy sue
    """
    from itil_cli.cli.answers.settings.staffing import away

    found = _person(app, person)
    away(app, found, from_day, until_day, _person(app, deputy) if deputy else None)
    show_changed(app, found.email)


@people_command.command("duty")
@click.argument("person", metavar="P", shell_complete=_complete_people)
@click.option("--group", metavar="G", required=True, help="The group.", shell_complete=_complete_groups)
@_days_options
@pass_app
def duty_person(app: App, person: str, group: str, from_day: str, until_day: str) -> None:
    """Say on which days somebody is the one whom a group's messages go to.

    Example: itil people duty bob --group support --from 2026-12-24 --until 2026-12-26
    """
    from itil_cli.cli.answers.settings.staffing import duty

    _check_known("group", group, app.snapshot.policy.groups)
    found = _person(app, person)
    duty(app, found, group, from_day, until_day)
    show_changed(app, found.email)


@people_command.command("digest")
@click.argument("person", metavar="P", shell_complete=_complete_people)
@click.argument("wanted", metavar="on|off", type=click.Choice(["on", "off"]))
@pass_app
def digest_person(app: App, person: str, wanted: str) -> None:
    """Have somebody's messages that may wait come as one letter, or each by itself (`messages.digest`).

    Example: itil people digest bob on
    """
    from itil_cli.cli.answers.settings.staffing import digest

    found = _person(app, person)
    digest(app, found, wanted == "on")
    show_changed(app, found.email)


def show_changed(app: App, email: str) -> None:
    """What the person's entry says now."""
    from itil_cli.render.machine import document
    from itil_cli.render.policy.people import people_lines, person_document

    said = person_document(app.snapshot.people.get(email), app.snapshot.policy, app.now)
    app.emit(document("person") | said, people_lines([said]))
