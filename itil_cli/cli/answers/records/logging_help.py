"""What `log` does before it logs: ask for what is missing, and look for an existing record (D3, D4).

- Only a terminal is asked; in a pipe what is missing is an error that names it.
- `-` as title and description: the first line of standard input is the title, the rest the description.
- What is alike is recorded in the `logged` event and told on stderr, with what to do about it. A person at a terminal
  is asked before: the same requestor's becomes a contact with the open incident, another's its child.
- Machines with a key look by their key.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from itil_cli.cli.answering import act
from itil_cli.cli.context import App
from itil_cli.process.matching.offers import CHILD, CONTACT, offer
from itil_cli.process.transitions import BOT

if TYPE_CHECKING:
    from itil_cli.process.matching.score import Score
    from itil_cli.render.knowledge.matching import Candidate

SHOWN = 5
RECENT = 30 * 86_400  # seconds


def complete(app: App, options: dict[str, Any]) -> dict[str, Any]:
    """The options with what standard input or the person at the terminal adds."""
    options = _from_stdin(options)
    if not _may_ask(app):
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


def log(app: App, options: dict[str, Any]) -> None:
    """Log it, or do what the person at the terminal chose instead; what is alike is told with what to do about it."""
    near = _existing(app, options)
    requestor = _requestor(app, options.get("requestor")) if near else None
    chosen = _chosen(app, [(score, said, offer(said, requestor)) for score, said in near]) if near else None
    if chosen is not None and chosen[2].kind == CONTACT:
        message = options["description"] or options["title"]
        said = {"from": options["requestor"], "channel": options["channel"], "message": message}
        act(app, "contact", (chosen[0].id,), **said)
        return
    act(app, "log", **options, candidates=[score.id for score, _ in near])
    if chosen is not None:
        act(app, "link", (str(app.logged),), relation="child-of", target=chosen[1].get("parent") or chosen[0].id)
    elif near:
        _tell(app, [(score, said, offer(said, requestor, app.logged)) for score, said in near])


def _existing(app: App, options: dict[str, Any]) -> list[tuple[Score, dict[str, Any]]]:
    """What may be the same or may help (D4, P06)."""
    title = options.get("title") or ""
    if options.get("dedup_key") or not title.strip() or BOT in app.person.roles:
        return []
    from itil_cli.cli.finding import candidates
    from itil_cli.process.matching.offers import may_be_the_same
    from itil_cli.process.matching.score import query

    service, category = options.get("service"), options.get("category")
    wanted = query(title, app.now, service=service, category=category, cis=options.get("cis") or ())
    snapshot = app.bench.transaction if app.bench else app.snapshot
    ranked = candidates(snapshot, wanted, since=app.now - RECENT)
    return [(score, said) for score, said in ranked if may_be_the_same(score)][:SHOWN]


def _tell(app: App, shown: Sequence[Candidate]) -> None:
    from itil_cli.render.knowledge.matching import candidate_lines

    app.say("\n".join(("Like it:", *candidate_lines(shown, explain=False))))


def _chosen(app: App, shown: Sequence[Candidate]) -> Candidate | None:
    """The open incident that the person at the terminal says it is the same as, if any."""
    numbers = {str(place): one for place, one in enumerate(shown, start=1) if one[2].kind in (CONTACT, CHILD)}
    if not _may_ask(app) or not numbers:
        return None
    _tell(app, shown)
    choice = click.Choice(["", *numbers])
    asked = f"The same as {' or '.join(numbers)}? Enter logs it as a new one"
    return numbers.get(click.prompt(asked, type=choice, default="", show_default=False, show_choices=False, err=True))


def _may_ask(app: App) -> bool:
    return sys.stdin.isatty() and not app.json and not app.quiet and app.bench is None


def _requestor(app: App, given: str | None) -> str | None:
    """The address of the requestor, where it can be told by now."""
    if given is None:
        return app.actor
    if "@" in given:
        return app.snapshot.people.get(given).email
    near = [known.email for known in app.snapshot.people.all() if known.email.split("@")[0] == given.casefold()]
    return near[0] if len(near) == 1 else None
