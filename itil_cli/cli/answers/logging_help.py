"""What `log` does before it logs: ask for what is missing, and look for an existing record (D3, D4).

- Only a terminal is asked; in a pipe what is missing is an error that names it.
- `-` as title and description: the first line of standard input is the title, the rest the description.
- What is alike is shown on stderr and recorded in the `logged` event; machines with a key look by their key.
"""

from __future__ import annotations

import sys
from typing import Any

import click

from itil_cli.cli.context import App
from itil_cli.process.transitions import BOT

SHOWN = 5
RECENT = 30 * 86_400  # seconds
COVERED = 0.5  # of the title's words, rare ones counting more, that a candidate has too


def complete(app: App, options: dict[str, Any]) -> dict[str, Any]:
    """The options with what standard input or the person at the terminal adds."""
    options = _from_stdin(options)
    if not sys.stdin.isatty() or app.json or app.bench is not None:
        return options
    for name in app.snapshot.policy.mandatory.get("log", ()):
        if not options.get(name.replace("-", "_")) and name.replace("-", "_") in options:
            options[name.replace("-", "_")] = _ask(app, name)
    return options


def _from_stdin(options: dict[str, Any]) -> dict[str, Any]:
    if options["title"] == "-":
        text = sys.stdin.read().strip("\n")
        title, _, rest = text.partition("\n")
        more = {"description": rest.strip("\n")} if options["description"] == "-" else {}
        return {**options, "title": title, **more}
    return options


def _ask(app: App, name: str) -> Any:
    policy = app.snapshot.policy
    choices: tuple[str, ...] = tuple(policy.criteria.get(name, ())) or (policy.categories if name == "category" else ())
    for choice in choices:
        about = policy.criteria.get(name, {}).get(choice)
        click.echo(f"  {choice}{f': {about}' if about else ''}", err=True)
    return click.prompt(name.capitalize(), err=True)


def existing(app: App, options: dict[str, Any]) -> list[str]:
    """The ids of what may be the same or may help, shown on stderr with what to do about each (D4, P06)."""
    title = options.get("title") or ""
    if options.get("dedup_key") or not title.strip() or BOT in app.person.roles:
        return []
    from itil_cli.cli.finding import candidates
    from itil_cli.process.matching.offers import offer
    from itil_cli.process.matching.score import query
    from itil_cli.render.knowledge.matching import candidate_lines

    service, category = options.get("service"), options.get("category")
    wanted = query(title, app.now, service=service, category=category, cis=options.get("cis") or ())
    snapshot = app.bench.transaction if app.bench else app.snapshot
    ranked = candidates(snapshot, wanted, since=app.now - RECENT)
    near = [(score, said) for score, said in ranked if score.covered >= COVERED][:SHOWN]
    if near:
        app.say("Like it:")
        requestor = _requestor(app, options.get("requestor"))
        shown = [(score, said, offer(said, requestor)) for score, said in near]
        app.say("\n".join(candidate_lines(shown, explain=False)))
    return [score.id for score, _ in near]


def _requestor(app: App, given: str | None) -> str | None:
    """The address of the requestor, where it can be told by now."""
    if given is None:
        return app.actor
    if "@" in given:
        return app.snapshot.people.get(given).email
    near = [known.email for known in app.snapshot.people.all() if known.email.split("@")[0] == given.casefold()]
    return near[0] if len(near) == 1 else None
