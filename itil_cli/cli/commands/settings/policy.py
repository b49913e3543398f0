"""Start: policy (show, validate, schema, diff, holidays)."""

from __future__ import annotations

from typing import Any

import click

from itil_cli.cli.context import App
from itil_cli.cli.groups import Family
from itil_cli.cli.params import pass_app


@click.group(cls=Family)
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
    from itil_cli.render.policy.settings import all_text, given_text
    from itil_cli.store.files.settings import POLICY
    from itil_cli.store.yaml import yamlsafe
    from itil_cli.store.yaml.yamlwrite import lines

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
    from itil_cli.cli.answers.settings.validating import committed, lying, one_file, refuse
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
    from itil_cli.render.policy.settings import schema_document

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
    from itil_cli.cli.answers.settings.holidays import Asked, calendar_of, dates, pin
    from itil_cli.render.machine import document
    from itil_cli.render.policy.policy import holidays_text

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
    from itil_cli.render.policy.policy import difference_lines, differences
    from itil_cli.store.files.settings import POLICY
    from itil_cli.store.yaml import yamlsafe
    from itil_cli.store.yaml.yamlwrite import flow

    snapshots = [app.store.snapshot(name) for name in (rev, other)]
    assert all(one.policy for one in snapshots)  # a broken policy is an error here, with its line
    before, after = (
        effective(yamlsafe.load(one.read(POLICY) or b"").value)  # type: ignore[arg-type]
        for one in snapshots
    )
    found = list(differences(before, after))
    changes = [one._asdict() for one in found]
    app.emit(document("policy-diff", **{"from": rev, "to": other, "changes": changes}), difference_lines(found, flow))
