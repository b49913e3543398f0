"""Start: policy (show, validate, schema) and people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from itil_cli.cli.context import App
from itil_cli.cli.params import pass_app

if TYPE_CHECKING:
    from itil_cli.process.settings.people import Person


@click.group()
def policy_command() -> None:
    """The settings of this store: what they say, whether they are good, what there is to say.

    Example: itil policy show --all
    """


@policy_command.command()
@click.option("--all", "everything", is_flag=True, help="Every setting in force, with what it means.")
@pass_app
def show(app: App, everything: bool) -> None:
    """What the store says; with --all also what comes from the defaults. With --json always everything.

    The text is YAML: what `--all` prints may be kept as an itil.yaml, and means the same.

    Example: itil policy show --all
    """
    from itil_cli.process.settings.policy import effective
    from itil_cli.render.machine import document
    from itil_cli.render.settings import all_text, given_text
    from itil_cli.store.files import yamlsafe
    from itil_cli.store.files.settings import POLICY
    from itil_cli.store.files.yamlwrite import lines

    defaults = app.snapshot.policy.defaults  # a broken policy is an error here, with its line
    given: Any = yamlsafe.load(app.snapshot.read(POLICY) or b"", path=POLICY).value
    settings = effective(given)
    text = all_text(settings, given, lines) if everything else given_text(given, defaults, lines)
    app.emit(document("policy") | settings, text)


@policy_command.command()
@click.argument("file", metavar="[FILE]", required=False)
@click.option("--worktree", is_flag=True, help="The files as they lie, committed or not.")
@pass_app
def validate(app: App, file: str | None, worktree: bool) -> None:
    """Everything that is wrong with itil.yaml, people.yaml and services.yaml, with its place. Exit 5 if anything is.

    A FILE is checked as it lies; one that is called neither people.yaml nor services.yaml is read as a policy.

    Example: itil policy validate --worktree
    """
    from itil_cli.cli.answers.validating import committed, lying, one_file, refuse
    from itil_cli.errors import Malformed
    from itil_cli.render.machine import findings_document

    if file and worktree:
        raise Malformed("--worktree and FILE do not go together.", remedy="A FILE is read as it lies anyway.")
    names, wrongs = one_file(app, file) if file else lying(app) if worktree else committed(app)
    if wrongs:
        raise refuse(wrongs)
    app.emit(findings_document([]), f"{', '.join(names)} {'is' if len(names) == 1 else 'are'} good.")


@policy_command.command()
@click.argument("file", type=click.Choice(["policy", "people", "services"]), default="policy", required=False)
@pass_app
def schema(app: App, file: str) -> None:
    """The JSON Schema (2020-12) of itil.yaml, people.yaml or services.yaml, for editors.

    A first line `# yaml-language-server: $schema=itil.schema.json` makes most of them use it.

    Example: itil policy schema people > people.schema.json
    """
    import json

    from itil_cli.process.settings.people import PEOPLE
    from itil_cli.process.settings.services import SERVICES
    from itil_cli.process.settings.table import SETTINGS
    from itil_cli.render.settings import schema_document

    tables = {"policy": SETTINGS, "people": PEOPLE, "services": SERVICES}
    document = schema_document(file, "itil.yaml" if file == "policy" else f"{file}.yaml", tables[file])
    app.emit(document, json.dumps(document, indent=2, ensure_ascii=False))


@policy_command.command()
@click.argument("place", metavar="COUNTRY[-REGION]")
@click.argument("year", type=click.IntRange(1970, 2200), metavar="YEAR")
@click.option("--calendar", metavar="NAME", default="business", show_default=True, help="The calendar they close.")
@click.option("--write", is_flag=True, help="Add those to come to itil.yaml, in one commit; incident managers only.")
@pass_app
def holidays(app: App, place: str, year: int, calendar: str, write: bool) -> None:
    """A country's holidays, as YAML for the policy; with --write pinned into it.

    The rest of itil.yaml stays as it is, byte by byte, but for `version`, which goes up by one. Dates that are
    past are not written, since what was counted stays (S5). Wants the package `holidays`: itil-cli[holidays].

    Example: itil policy holidays DE-BY 2027 --write
    """
    from itil_cli.cli.answers.holidays import Asked, calendar_of, dates, pin
    from itil_cli.render.machine import document
    from itil_cli.render.policy import holidays_text

    found = dates(place, year)
    calendar_of(app, calendar)
    listed = [{"date": day, "name": name} for day, name in found.items()]
    said = document("holidays", place=place, year=year, calendar=calendar, holidays=listed)
    if not write:
        app.emit(said, holidays_text(calendar, found))
        return
    pinned = pin(app, Asked(place, year, calendar), found)
    text = f"{len(pinned.added)} dates are added to {calendar}." if pinned.added else "There is nothing to add."
    if pinned.past:
        text += f" {len(pinned.past)} are past, and left out (S5): {', '.join(pinned.past)}."
    app.emit(said | {"commit": pinned.commit, "added": pinned.added, "past": pinned.past}, text)


@policy_command.command()
@click.argument("rev", metavar="REV")
@click.argument("other", metavar="[REV]", default="HEAD", required=False)
@pass_app
def diff(app: App, rev: str, other: str) -> None:
    """Which settings in force differ between two commits, or between one and HEAD.

    Example: itil policy diff HEAD~1
    """
    from itil_cli.process.settings.policy import effective
    from itil_cli.render.machine import document
    from itil_cli.render.policy import difference_lines, differences
    from itil_cli.store.files import yamlsafe
    from itil_cli.store.files.settings import POLICY
    from itil_cli.store.files.yamlwrite import flow

    snapshots = [app.store.snapshot(name) for name in (rev, other)]
    assert all(one.policy for one in snapshots)  # a broken policy is an error here, with its line
    before, after = (
        effective(yamlsafe.load(one.read(POLICY) or b"").value)  # type: ignore[arg-type]
        for one in snapshots
    )
    found = list(differences(before, after))
    changes = [one._asdict() for one in found]
    app.emit(document("policy-diff", **{"from": rev, "to": other, "changes": changes}), difference_lines(found, flow))


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


@click.group(invoke_without_command=True)
@click.option("--role", metavar="R", help="Only who has this role.", shell_complete=_complete_roles)
@click.option("--group", metavar="G", help="Only who works in this group.", shell_complete=_complete_groups)
@click.pass_context
def people_command(ctx: click.Context, role: str | None, group: str | None) -> None:
    """Who is who: roles, groups, and what each answers for. `people show` tells what one of them may do.

    Example: itil people --role incident-manager
    """
    if ctx.invoked_subcommand is not None:
        return
    from itil_cli.process.transitions import ROLES
    from itil_cli.render.machine import document
    from itil_cli.render.people import people_lines, person_document

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
    from itil_cli.render.people import person_card, person_document, rights

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
