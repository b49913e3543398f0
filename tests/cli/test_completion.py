"""Completion: of commands before click is imported, of ids from the index, by click's protocol."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from shell import Shell

from itil_cli.cli.answers.settings.completing import names
from itil_cli.cli.table import COMMANDS

ROOT = Path(__file__).resolve().parents[2]


def asked(shell: str, words: str, place: str) -> dict[str, str]:
    return {"_ITIL_COMPLETE": f"{shell}_complete", "COMP_WORDS": words, "COMP_CWORD": place}


def test_names_of_commands_by_their_beginning() -> None:
    assert names(asked("bash", "itil unl", "1")) == "plain,unlink"
    assert names(asked("zsh", "itil unl", "1")) == f"plain\nunlink\n{COMMANDS['unlink'].help}"
    assert names(asked("fish", "itil unl", "unl")) == f"plain,unlink\t{COMMANDS['unlink'].help}"
    for given in (asked("bash", "itil", "1"), asked("bash", "itil ", "1"), asked("fish", "itil ", "")):
        found = names(given)
        assert found is not None
        assert len(found.splitlines()) == len(COMMANDS)
    assert names(asked("bash", "itil nothing-like-it", "1")) == ""


@pytest.mark.parametrize(
    "given",
    [
        asked("bash", "itil show 7k", "2"),
        asked("bash", "itil --js", "1"),
        asked("fish", "itil show ", ""),
        asked("fish", "itil show 7k", "7k"),
        asked("bash", "itil", "x"),
        asked("tcsh", "itil sh", "1"),
        {"_ITIL_COMPLETE": "bash_source"},
    ],
)
def test_all_else_is_left_to_click(given: dict[str, str]) -> None:
    assert names(given) is None


def complete(words: str, place: str, folder: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "itil_cli"],
        env={**os.environ, **asked("bash", words, place), "PYTHONPATH": str(ROOT)},
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    return done.stdout.strip("\n").splitlines()


def test_names_are_answered_before_click_is_imported() -> None:
    code = (
        "import sys, os; os.environ.update(_ITIL_COMPLETE='bash_complete', COMP_WORDS='itil unl', COMP_CWORD='1');"
        "from itil_cli.__main__ import main; main();"
        "print(sorted({'click', 'yaml', 'sqlite3', 'subprocess'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "plain,unlink\n[]\n"


def test_ids_by_any_part_of_them(shell: Shell) -> None:
    first = shell.id("log", "-t", "One")
    second = shell.id("log", "-t", "Two")
    shutil.rmtree(shell.store / ".git/itil")
    assert complete(f"itil show {first[-4:].lower()}", "2", shell.store) == []  # which would have to be built
    shell("list")
    assert complete(f"itil show {first[-4:].lower()}", "2", shell.store) == [f"plain,{first}"]
    assert sorted(complete("itil note INC", "2", shell.store)) == sorted([f"plain,{first}", f"plain,{second}"])
    third = shell.id("log", "-t", "Three")
    assert complete(f"itil show {third[-5:]}", "2", shell.store) == [f"plain,{third}"]  # one commit behind


def test_an_index_that_cannot_be_read_is_no_answer(shell: Shell) -> None:
    shell.id("log", "-t", "One")
    shell("list")
    (shell.store / ".git/itil/index.sqlite").write_bytes(b"noise" * 1000)
    assert complete("itil show INC", "2", shell.store) == []


def test_outside_a_store_there_is_nothing_and_no_word(tmp_path: Path) -> None:
    assert complete("itil show INC", "2", tmp_path) == []


def test_options_are_click_s(shell: Shell) -> None:
    assert complete("itil note --min", "2", shell.store) == ["plain,--minutes"]


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_the_script_asks_by_the_protocol(shell: Shell, name: str) -> None:
    script = shell("completion", name)
    assert (script.code, script.err) == (0, "")
    assert f"_ITIL_COMPLETE={name}_complete" in script.out
    assert "COMP_WORDS=" in script.out and "COMP_CWORD=" in script.out


def test_the_bash_script_works(shell: Shell, tmp_path: Path) -> None:
    """With a real bash, where there is one."""
    script = shell("completion", "bash").out
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    program = bin_folder / "itil"
    program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m itil_cli "$@"\n')
    program.chmod(0o755)
    code = f'{script}\nCOMP_WORDS=(itil unl); COMP_CWORD=1; _itil_completion itil; echo "${{COMPREPLY[@]}}"'
    path = f"{bin_folder}:{os.environ['PATH']}"
    try:
        done = subprocess.run(["bash", "-c", code], env={**os.environ, "PATH": path}, capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("no bash on this machine")
    assert done.stdout == "unlink\n"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("itil assign INC --group s", "service-desk support"),
        ("itil assign INC --to a", "ada@example.com"),
        ("itil pend INC --reason awaiting-r", "awaiting-requestor"),
        ("itil cancel INC --reason w", "withdrawn"),
        ("itil escalate INC --reason cannot", "cannot-resolve"),
        ("itil escalate INC --to supp", "support"),
        ("itil resolve INC --code f", "fixed"),
        ("itil classify INC --impact ", "critical high medium low"),
        ("itil log --category ha", "hardware"),
        ("itil list --status p", "pending"),
        ("itil link INC ch", "child-of change"),
        ("itil note INC --as a", "ada@example.com"),
        ("itil people add --group s", "service-desk support"),
        ("itil problem ca", "candidates"),
        ("itil problem nothing-like-it", ""),
    ],
)
def test_values_by_their_beginning(shell: Shell, words: str, found: str) -> None:
    place = str(len(words.split(" ")) - 1)
    assert complete(words, place, shell.store) == [f"plain,{one}" for one in found.split()]


def test_values_outside_a_store_are_none_and_a_broken_policy_says_nothing(shell: Shell, tmp_path: Path) -> None:
    assert complete("itil assign INC --group s", "4", tmp_path) == []
    (shell.store / "itil.yaml").write_text("groups: [")
    shell.git("commit", "-qam", "broken")
    assert complete("itil assign INC --group s", "4", shell.store) == []
