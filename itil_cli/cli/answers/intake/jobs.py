"""`itil ci`: a job runs, and what came of it becomes an event that is delivered to the store.

- The exit code is the command's. Only `--strict` tells a store's trouble by one, and never over the command's own.
- What a signal ended that came from outside was canceled; it says nothing about the job.
- A signal that comes when the command has ended already ends the delivery, and changes no exit code.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from itil_cli.cli.answers.intake.spooling import Delivered, deliver
from itil_cli.cli.answers.intake.taking import document
from itil_cli.cli.context import App
from itil_cli.errors import GitTrouble, Malformed, Refused
from itil_cli.intake.ci import event
from itil_cli.intake.ci.environments import PLAIN, Place, place
from itil_cli.intake.ci.event import Facts
from itil_cli.intake.ci.masking import Masker, secrets_of
from itil_cli.intake.ci.running import interrupting
from itil_cli.intake.ci.running import run as run_command
from itil_cli.process.time.instants import format_instant
from itil_cli.store.git.process import GitProcess

INTERRUPTED = 130


def run(app: App, words: Sequence[str], *, strict: bool, **options: Any) -> None:
    """Run the command and pass its exit code on; then deliver what came of it. Raises Refused before it runs."""
    where, facts = _about(options)
    secrets = secrets_of(os.environ)
    ended = run_command(words)
    app.exit_code = ended.code
    mask = Masker([*secrets, *ended.masks])
    command = event.command_line(words, mask)
    if ended.is_canceled:
        app.say(f"itil: `{command}` was canceled; nothing is recorded.")
        return
    outcome = event.Outcome(command, ended.code, ended.output, ended.is_cut)
    try:
        with interrupting():
            done = deliver(app, event.of_run(where, facts, outcome, mask, format_instant(app.now)), mask)
    except KeyboardInterrupt:
        app.say("itil: interrupted; what is not recorded yet waits, and the next run delivers it.")
        app.exit_code = ended.code or (INTERRUPTED if strict else 0)
        return
    app.exit_code = ended.code or _strictly(done, strict)


def tell(app: App, *, firing: bool, strict: bool, message: str | None, **options: Any) -> None:
    """Deliver that something is wrong, or right again, and answer what became of it."""
    where, facts = _about(options, message)
    if facts.key is None and where.system == PLAIN and not where.job:
        raise Malformed("nothing here says which job this is.", remedy="Add --dedup-key K, or --job NAME.")
    mask = Masker(secrets_of(os.environ))
    done = deliver(app, event.of_word(where, facts, firing, mask, format_instant(app.now)), mask)
    app.emit(document(done.taken), "")
    app.exit_code = _strictly(done, strict)


def _strictly(done: Delivered, strict: bool) -> int:
    return done.trouble.exit_code if strict and done.trouble is not None else 0


def _about(options: dict[str, Any], message: str | None = None) -> tuple[Place, Facts]:
    """Where the job runs, and what the command line says about it."""
    names = {name: options.pop(name) for name in ("pipeline", "job", "branch")}
    facts = Facts(message=message, **options)
    if bool(facts.impact) != bool(facts.urgency):
        raise Refused("impact and urgency go together.", code="C3", remedy="Give both, or neither.")
    found = place(os.environ)
    return (_plain() if found.system == PLAIN else found).named(**names), facts


def _plain() -> Place:
    """Without a CI system: the folder, and what git says of it."""
    folder = Path.cwd()
    asked = {"branch": ("symbolic-ref", "--quiet", "--short", "HEAD"), "commit": ("rev-parse", "--verify", "HEAD")}
    known: dict[str, Any] = {}
    for name, words in asked.items():
        with suppress(GitTrouble):
            known[name] = GitProcess(folder).run(*words).decode("utf-8", "replace").strip()
    return Place(PLAIN, pipeline=folder.name, **known)
