"""What is said of a command line that cannot be read: what is wrong in the words of the house, and what to type."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

import click

from itil_cli.cli.table import COMMANDS
from itil_cli.errors import Malformed, did_you_mean

# What people type who come from other programs, and what it is here.
_HERE = (
    ("add create new open raise", "itil log -t TITLE"),
    ("ls incidents tickets issues", "itil list"),
    ("status home mine inbox todo", "itil"),
    ("view get cat info", "itil show ID"),
    ("start claim grab", "itil take ID"),
    ("comment worklog annotate", "itil note ID -m TEXT"),
    ("reply message mail answer", "itil tell ID -m TEXT"),
    ("wait hold pause suspend pending", "itil pend ID --reason R -m MESSAGE"),
    ("continue unpause", "itil resume ID"),
    ("fix done finish solve", "itil resolve ID --code C -m NOTES"),
    ("delete remove rm", "itil cancel ID --reason R -m WHY (nothing is ever deleted)"),
    ("undo revert", "itil correct ID --event N --set FIELD=VALUE -m WHY (nothing is undone, a mistake is corrected)"),
    ("reassign route transfer forward", "itil assign ID --group G"),
    ("priority prioritize triage set modify", "itil classify ID --impact I --urgency U"),
    ("push pull fetch commit", "itil sync (every command has committed already)"),
    ("find grep", "itil search TEXT"),
    ("blame changes", "itil history ID"),
    ("verify fsck validate", "itil check"),
    ("config settings", "itil policy show --all"),
    ("users user whoami", "itil people"),
    ("kpi stats metrics figures", "itil report"),
    ("due overdue deadlines", "itil sla"),
    ("kb knowledge", "itil article list"),
    ("kedb", "itil known-error list"),
    ("version", "itil --version"),
)
HERE = {word: command for words, command in _HERE for word in words.split()}


def unknown_command(words: Sequence[str]) -> Malformed:
    """The first word names no command: what it may have meant."""
    name = words[0]
    return Malformed(f"there is no command {name!r}.", remedy=_meant(name, words[1:]))


def _meant(name: str, rest: Sequence[str]) -> str:
    here = HERE.get(name.casefold())
    if here is not None:
        command, _, why = here.partition(" (")
        return f"Here it is `{command}`{f' ({why}' if why else ''}."
    if rest and rest[0] in COMMANDS:
        return f"The command comes first: `itil {shlex.join([rest[0], name, *rest[1:]])}`."
    if name.casefold().startswith(("inc-", "prb-", "ke-", "kb-")):
        return f"The command comes first: `itil show {shlex.quote(name)}`."
    return did_you_mean(name, COMMANDS) or "`itil --help` lists the commands."


def malformed(wrong: click.ClickException) -> Malformed:
    """One of click's errors, as itil says it: on one line, with what to do."""
    ctx = getattr(wrong, "ctx", None)
    see = f"See `{ctx.command_path} --help`." if ctx is not None else None
    if isinstance(wrong, click.NoSuchOption):
        return _no_option(wrong, see)
    if isinstance(wrong, click.MissingParameter) and isinstance(wrong.param, click.Argument):
        words = [one.metavar for one in ctx.command.params if isinstance(one, click.Argument)] if ctx else []
        if wrong.param.nargs == -1 and len(words) > 1:  # which of them are missing, nobody can tell
            return Malformed(f"it takes {' '.join(map(str, words))}, and some of that is missing.", remedy=see)
        return _missing(wrong.param, see, ctx.command_path.split()[1:2] if ctx else [])
    if isinstance(wrong, click.MissingParameter) and isinstance(wrong.param, click.Option):
        return Malformed(f"{wrong.param.opts[0]} is missing.", remedy=see)
    said = " ".join(wrong.format_message().split())
    if said == "Missing command." and isinstance(ctx, click.Context):
        return unknown_step(ctx)
    if said.startswith("Got unexpected extra argument") and isinstance(ctx, click.Context):
        return _too_many(ctx, said.partition("(")[2].rpartition(")")[0])
    return Malformed(said, remedy=see)


def unknown_step(ctx: click.Context, name: str = "") -> Malformed:
    """A family of commands, without the one that is wanted or with one that is not there."""
    names = ctx.command.list_commands(ctx) if isinstance(ctx.command, click.Group) else []
    near = did_you_mean(name, names) if name else ""
    path = ctx.command_path
    said = f"there is no `{path} {name}`." if name else f"{path} does several things: say which."
    return Malformed(said, remedy=near or f"There are: {', '.join(names)}. `{path} --help` explains them.")


def _no_option(wrong: click.NoSuchOption, see: str | None) -> Malformed:
    if wrong.option_name == "--priority" and _has(wrong.ctx, "--impact"):
        said = "the priority is never typed: it follows from impact and urgency (P08)."
        return Malformed(said, remedy="Give --impact and --urgency; `itil rules P08` says how.")
    names = {one.lstrip("-"): one for one in wrong.possibilities or ()}
    near = did_you_mean(wrong.option_name.lstrip("-"), names).removeprefix("Did you mean ").removesuffix("?")
    hint = f"Did you mean {names[near]}?" if near else ""
    return Malformed(f"there is no option {wrong.option_name!r}.", remedy=hint or see)


def _missing(argument: click.Argument, see: str | None, family: Sequence[str]) -> Malformed:
    shown = (argument.metavar or argument.name or "").rstrip(".")
    if shown == "ID":
        listed = next((f"{name} list" for name in family if name in ("problem", "known-error", "article")), "list")
        remedy = f"`itil {listed}` shows them; any unique part of an id will do."
        return Malformed("which one? An id is missing.", remedy=remedy)
    if isinstance(argument.type, click.Choice):
        return Malformed(f"say which: {_either([str(one) for one in argument.type.choices])}.", remedy=see)
    return Malformed(f"{shown} is missing.", remedy=see)


def _too_many(ctx: click.Context, said: str) -> Malformed:
    """Words that belong to no option: a title or a text, most of the time."""
    remedy = f"See `{ctx.command_path} --help`."
    if _has(ctx, "-t"):
        remedy = f"The title goes after -t: `{ctx.command_path} -t {shlex.quote(said)}`."
    elif _has(ctx, "-m"):
        remedy = f"A text goes after -m, between quotation marks: -m {shlex.quote(said)}."
    return Malformed(f"{said!r} is more than this command takes.", remedy=remedy)


def _has(ctx: click.Context | None, option: str) -> bool:
    return any(option in one.opts for one in (ctx.command.params if ctx else ()))


def _either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
