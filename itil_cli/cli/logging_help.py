"""What `log` does before it logs: ask for what is missing, and look for an existing record (D3, D4).

- Only a terminal is asked; in a pipe what is missing is an error that names it.
- `-` as title and description: the first line of standard input is the title, the rest the description.
- Similar incidents are shown on stderr and recorded in the `logged` event; machines with a key look by their key.
"""

from __future__ import annotations

import re
import sys
from typing import Any

import click

from itil_cli.cli.context import App
from itil_cli.process.transitions import BOT

SHOWN = 5
RECENT = 30 * 86_400  # seconds
SHARED = 0.5  # of the title's longer words, that a candidate's title has too


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
    """The ids of incidents that may be the same, shown on stderr (D4)."""
    title = options.get("title") or ""
    if options.get("dedup_key") or not title.strip() or BOT in app.person.roles:
        return []
    index = (app.bench.transaction if app.bench else app.snapshot).index
    words = _words(title)
    near = [
        row
        for row in index.similar(title, 4 * SHOWN, app.now - RECENT)
        if len(words & _words(str(row.summary["title"]))) >= max(1, SHARED * len(words))
    ][:SHOWN]
    if near:
        app.say("Like it (`itil contact ID`, or `itil link NEW child-of ID`, if it is the same):")
    for row in near:
        app.say(f"  {row.id}  {row.summary['status']}  {_safe(row.summary['title'])}")
    return [row.id for row in near]


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in re.findall(r"\w+", text.casefold()) if len(word) > 2)


def _safe(text: Any) -> str:
    from itil_cli.render.text import one_line

    return one_line(str(text))
