"""The ledger: audit."""

from __future__ import annotations

from pathlib import Path

import click

from itil_cli.cli.context import App
from itil_cli.cli.params import pass_app
from itil_cli.errors import Malformed

FORMATS = ("text", "json", "sarif", "markdown")


@click.command("audit")
@click.argument("revisions", metavar="[REV..REV]", required=False)
@click.option("--signed", is_flag=True, help="Every commit is signed by its author's key of that time.")
@click.option("--path", metavar="P", help="Only findings about files whose path holds this, such as an id.")
@click.option("--rule", metavar="CODE", help="Only findings under this rule.")
@click.option("--evidence", is_flag=True, help="List the events under --rule, each with what was found.")
@click.option("--sample", type=click.IntRange(1), metavar="N", help="Of the evidence, so many drawn at random.")
@click.option("--seed", type=int, default=0, show_default=True, metavar="S", help="What the drawing follows from.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="text, json, sarif or markdown.")
@click.option("--anchor", type=click.Path(dir_okay=False, path_type=Path), help="File that keeps the last audited tip.")
@pass_app
def audit_command(
    app: App,
    revisions: str | None,
    signed: bool,
    path: str | None,
    rule: str | None,
    evidence: bool,
    sample: int | None,
    seed: int,
    form: str | None,
    anchor: Path | None,
) -> None:
    """Was every commit legal, by the policy and people of its time (S17)? Exit 1 with findings of severity error.

    Every commit and every merge of the range (all of HEAD's history, if not given) is judged against its parents.

    Example: itil audit --anchor .git/audited --format sarif
    """
    from itil_cli.cli.answers.ledger.auditing import Asked, audit
    from itil_cli.process.auditing.codes import rule as known_rule
    from itil_cli.render.ledger.audit import render

    if evidence and rule is None:
        raise Malformed("--evidence needs a rule.", remedy="Add --rule P12; `itil rules` lists them.")
    if sample is not None and not evidence:
        raise Malformed("--sample is of the evidence.", remedy="Add --evidence and --rule CODE.")
    rule = known_rule(rule) if rule else None
    found = audit(app, Asked(revisions, signed, path, rule, sample, seed, anchor))
    app.exit_code = found.exit_code
    said = render(found, "json" if app.json else form or "text", evidence=evidence, quiet=app.quiet)
    if said:
        app.put(said)
