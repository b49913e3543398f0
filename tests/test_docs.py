"""The documents that are printed from the program say what the program says (`make docs` writes them anew)."""

from __future__ import annotations

import re

import click
import pytest

from itil_cli.cli.main import run
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
