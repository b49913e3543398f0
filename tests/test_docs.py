"""The documents that are printed from the program say what the program says (`make docs` writes them anew)."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from itil_cli.cli.context import App
from itil_cli.cli.main import itil, run
from itil_cli.errors import NotFound
from itil_cli.process.settings.schema import walk
from itil_cli.process.settings.table import SETTINGS
from tests.write_docs import DOCS, PAGES, commands, example_of, help_of, own_options

ALL = dict(commands())


@pytest.mark.parametrize("name", PAGES)
def test_a_printed_page_is_what_the_program_says(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "run `make docs`"


@pytest.mark.parametrize("name", ALL)
def test_every_command_has_help_with_an_example(name: str) -> None:
    command = ALL[name]
    assert help_of(command)
    if isinstance(command, click.Group) and not command.invoke_without_command:
        return  # its subcommands have theirs
    assert (example_of(command) or "").strip(), f"itil {name} has no `Example: …`"


@pytest.mark.parametrize("name", ALL)
def test_an_example_is_a_command_line_of_this_command(name: str) -> None:
    example = example_of(ALL[name])
    if example is not None:
        assert re.search(rf"\bitil\b.*\b{re.escape(name.split()[0])}\b", example)


def _lines(example: str) -> list[list[str]]:
    """The command lines of itil in an example, as a shell reads them: without redirections, each of a pipe or list."""
    reader = shlex.shlex(example, posix=True, punctuation_chars="|&;<>")
    reader.whitespace_split = True
    found: list[list[str]] = [[]]
    aside = False
    for word in reader:
        if set(word) <= set("|&;"):
            found.append([])
        elif set(word) <= set("<>"):
            aside = True
        elif not aside:
            found[-1].append(word)
        else:
            aside = False
    return [words[1:] for words in found if words[:1] == ["itil"]]


@pytest.mark.parametrize("name", ALL)
def test_an_example_is_taken_by_the_program_as_it_is_printed(name: str) -> None:
    """Its options, choices and numbers of words are those of today; files and ids are the reader's own."""
    example = example_of(ALL[name]) or ""
    assert not re.search(r"\S[<>]", re.sub(r"""'[^']*'|"[^"]*\"""", "", example)), "a shell would write into a file"
    for words in _lines(example):
        context = itil.make_context("itil", list(words), obj=App())
        while isinstance(context.command, click.Group) and (rest := [*context._protected_args, *context.args]):
            _, command, left = context.command.resolve_command(context, rest)
            assert command is not None
            try:
                context = command.make_context(command.name, left, parent=context)
            except NotFound as missing:
                assert missing.text.startswith("There is no file")
                break


@pytest.mark.parametrize("name", ALL)
def test_every_option_has_help(name: str) -> None:
    assert [option.opts for option in own_options(ALL[name]) if not option.help] == []


@pytest.mark.parametrize("name", ALL)
def test_every_command_prints_its_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*name.split(), "-h"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith(f"Usage: itil {name} ") and err == ""


def test_every_setting_has_a_sentence() -> None:
    for path, field in walk(SETTINGS):
        assert field.about.endswith("."), ".".join(path)
