"""`python -m tests.write_docs` writes the documents that are printed from the program: settings, commands, rules.

`tests/test_docs.py` compares, so that they cannot fall behind.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import click

from itil_cli.cli.main import itil
from itil_cli.cli.params import GLOBAL_OPTIONS
from itil_cli.cli.table import COMMANDS
from itil_cli.process.incident import OPEN, STATUSES
from itil_cli.process.rules import RULES
from itil_cli.process.settings.people import PEOPLE
from itil_cli.process.settings.schema import REQUIRED, Field, Kind, ListOf, MapOf, Struct
from itil_cli.process.settings.services import SERVICES
from itil_cli.process.settings.table import SETTINGS
from itil_cli.process.transitions import ALWAYS, ANY, ROLES, ROWS, Row
from itil_cli.render.policy.settings import setting_text
from itil_cli.store.yaml.yamlwrite import flow, lines

DOCS = Path(__file__).resolve().parent.parent / "docs"
EXAMPLE = re.compile(r"Example: (.+)")
_PRINTED = "*Printed from the program by `make docs`; a test compares.*"


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
        print(f"docs/{name}")


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; bars in cells are escaped."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def page(title: str, *parts: str) -> str:
    """A page with its title, and where it comes from."""
    return "\n\n".join([f"# {title}", _PRINTED, *parts]) + "\n"


# Settings


def settings_page() -> str:
    """Every key of the three files."""
    parts: dict[str, Struct] = {}
    return page(
        "Settings",
        "Three files at the root of a store say how it works: `itil.yaml`, `people.yaml` and `services.yaml` (which a\n"
        "store may do without). `itil policy validate` checks them, `itil policy show --all` prints what is in force,\n"
        "`itil policy schema` gives the JSON Schema for an editor.",
        "What `itil.yaml` does not say comes from the `defaults` that it pins. A mapping adds to its default, key by\n"
        "key; a list, a text or a number replaces it; `matrix` and `groups`, once given, stand alone. Where it says so,\n"
        "`off` takes a default entry out.",
        "## itil.yaml",
        *_sections(SETTINGS, parts),
        "## people.yaml",
        _fields(PEOPLE, parts),
        "## services.yaml",
        _fields(SERVICES, parts),
        "## Parts",
        *_parts(parts),
    )


def _sections(settings: Struct, parts: dict[str, Struct]) -> Iterator[str]:
    plain = {name: field for name, field in settings.fields.items() if not _is_section(field)}
    yield _fields(Struct(plain), parts)
    for name, field in settings.fields.items():
        if _is_section(field):
            assert isinstance(field.kind, Struct)
            yield f"### {name}"
            yield field.about
            yield _fields(field.kind, parts)


def _is_section(field: Field) -> bool:
    return isinstance(field.kind, Struct) and field.default is None


def _parts(parts: dict[str, Struct]) -> Iterator[str]:
    """Each part under its name; parts that they hold are found on the way."""
    done: set[str] = set()
    while left := [name for name in parts if name not in done]:
        done.add(left[0])
        yield f"### {left[0][0].upper()}{left[0][1:]}"
        yield _fields(parts[left[0]], parts)


def _fields(struct: Struct, parts: dict[str, Struct]) -> str:
    """A table of its keys; long defaults stand below it."""
    fields = struct.fields.items()
    rows = [(f"`{name}`", field.about, _words(field.kind, parts), _default(field)) for name, field in fields]
    long = [setting_text(name, field.default, lines) for name, field in fields if _is_long(field)]
    below = [f"Defaults that did not fit:\n\n```yaml\n{chr(10).join(long)}\n```"] if long else []
    return "\n\n".join([table(("key", "meaning", "value", "default"), rows), *below])


def _words(kind: Kind, parts: dict[str, Struct]) -> str:
    """What a value must be; a part's name links to its table."""
    if isinstance(kind, Struct):
        assert parts.setdefault(kind.words, kind) is kind, f"two parts are called {kind.words}"
        return f"[{kind.words}](#{kind.words.replace(' ', '-').lower()})"
    if isinstance(kind, ListOf):
        return f"a list, each {_words(kind.item, parts)}"
    if isinstance(kind, MapOf):
        names = f" ({', '.join(kind.keys)})" if kind.keys and len(kind.keys) < 6 else ""
        return f"by {kind.what}{names}: {_words(kind.item, parts)}"
    return kind.words


def _default(field: Field) -> str:
    if field.default is REQUIRED:
        return "*must be given*"
    if _is_long(field):
        return "*below*"
    return "" if field.default is None else f"`{flow(field.default)}`"


def _is_long(field: Field) -> bool:
    return field.default is not REQUIRED and len(flow(field.default)) > 72


# Commands


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command and subcommand by its full name, groups before what they hold."""
    for name in COMMANDS:
        command = itil.get_command(_context(), name)
        assert command is not None
        yield from _with_children(name, command)


def _context(command: click.Command | None = None) -> click.Context:
    """A context as the program makes it: a command keeps the names of its help option from the first one."""
    parent = click.Context(itil, info_name="itil", **itil.context_settings)
    return click.Context(command, parent=parent) if command else parent


def _with_children(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        for child in sorted(command.commands):
            yield from _with_children(f"{name} {child}", command.commands[child])


def own_options(command: click.Command) -> list[click.Option]:
    """The options of a command without the global ones."""
    return [one for one in command.params if isinstance(one, click.Option) and one not in GLOBAL_OPTIONS]


def help_of(command: click.Command) -> str:
    """The help text as it is written."""
    return inspect.cleandoc(command.help or "").replace("\f", "")


def example_of(command: click.Command) -> str | None:
    """The command line of its example."""
    found = EXAMPLE.search(help_of(command))
    return found[1] if found else None


def commands_page() -> str:
    """Every command with its help, options and example."""
    families: dict[str, list[str]] = {}
    for name, command in commands():
        families.setdefault(COMMANDS[name.split()[0]].family, []).append(_command(name, command))
    sections = [part for family, found in families.items() for part in (f"## {family}", *found)]
    return page(
        "Commands",
        "`itil` alone shows what waits for you. Every command takes these options, before or after the verb:",
        _options(GLOBAL_OPTIONS),
        *sections,
    )


def _command(name: str, command: click.Command) -> str:
    usage = " ".join(["itil", name, *command.collect_usage_pieces(_context(command))])
    said = EXAMPLE.sub("", help_of(command)).strip()
    example = example_of(command)
    options = own_options(command)
    parts = [f"### itil {name}", f"`{usage}`", said]
    parts += [_options(options)] if options else []
    parts += [f"Example:\n\n```sh\n{example}\n```"] if example else []
    return "\n\n".join(parts)


def _options(options: Sequence[click.Option]) -> str:
    return table(("option", "meaning"), [(f"`{_option(option)}`", _meaning(option)) for option in options])


def _option(option: click.Option) -> str:
    names = ", ".join([*option.opts, *option.secondary_opts])
    if option.is_flag or option.count:
        return names
    return f"{names} {option.make_metavar(_context())}"


def _meaning(option: click.Option) -> str:
    shown = option.show_default and option.default not in (None, "", False)
    return f"{option.help or ''} (default: `{option.default}`)" if shown else option.help or ""


# Rules

_FAMILIES = {
    "P": "Policy",
    "D": "Detection and recording",
    "C": "Classification and initial support",
    "I": "Investigation and diagnosis",
    "R": "Resolution and recovery",
    "F": "Confirmation and closure",
    "M": "Major incidents",
    "S": "Semantics",
}


def rules_page() -> str:
    """Every rule, and who may do what."""
    sections: list[str] = []
    for letter, title in _FAMILIES.items():
        rows = [(rule.code, rule.text, f"`{rule.remedy}`") for rule in RULES.values() if rule.code[0] == letter]
        sections += [f"## {title}", table(("code", "what it demands", "how"), rows)]
    return page(
        "Rules",
        "A rule's code is what the program prints when it refuses something (`error[P12]: …`). `itil rules CODE`\n"
        "tells one of them, with the verbs that it judges.",
        *sections,
        "## Who may do what (S10)",
        "One table judges a command now and a commit later. With several roles the most permissive counts; on an\n"
        "accepted major incident its manager may do whatever the incident manager may. `itil people show PERSON`\n"
        "tells what it means for one person. Open are new, assigned, in-progress and pending.",
        table(("verb", "from", "to", *ROLES), dict.fromkeys(_right(row) for row in ROWS if not row.rule)),
    )


def _right(row: Row) -> tuple[str, ...]:
    rights = [{None: "–", ANY: "yes"}.get(row.may.get(role), str(row.may.get(role))) for role in ROLES]
    return row.verb, _origin(row), row.to or "the same", *rights


def _origin(row: Row) -> str:
    if row.origin in (ALWAYS, OPEN):
        return "any" if row.origin == ALWAYS else "open"
    return ", ".join(status for status in STATUSES if status in row.origin) or "–"


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "commands.md": commands_page,
    "rules.md": rules_page,
}

if __name__ == "__main__":
    main()
