"""Files and folders that a command line names (DESIGN.md): one that is not there is a name not found."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from shell import Shell


@pytest.mark.parametrize(
    "words",
    [
        ("batch", "none"),
        ("import", "jsonl", "none"),
        ("import", "servicenow", "none"),
        ("receive", "alertmanager", "none"),
        ("receive", "mail", "none"),
        ("service", "import", "none"),
    ],
)
def test_a_file_that_is_not_there_is_a_name_not_found(shell: Shell, words: tuple[str, ...]) -> None:
    refused = shell(*words)
    assert (refused.code, refused.out) == (4, "")
    assert refused.err == "error[not-found]: There is no file 'none'. Name one that is there.\n"


@pytest.mark.parametrize("words", [("export",), ("report",), ("timeline", "INC")])
def test_a_folder_that_is_not_there_is_named_not_a_file_aside(
    shell: Shell, words: tuple[str, ...], tmp_path: Path
) -> None:
    shell("log", "-t", "X")
    refused = shell(*words, "-o", str(tmp_path / "none" / "x"))
    assert refused.code == 4
    assert refused.err == (
        f"error[not-found]: There is no folder '{tmp_path}/none'. Make it, or name another file with -o.\n"
    )


def test_a_batch_that_is_not_utf_8_is_refused_by_the_line(shell: Shell, tmp_path: Path) -> None:
    """It was our bug (exit 70)."""
    lines = tmp_path / "lines"
    lines.write_bytes(b'log -t "first"\nlog -t "a\xffb"\n')
    refused = shell("batch", str(lines), "--one-commit")
    assert refused.code == 2
    assert refused.err == "error[usage]: line 2: it is not UTF-8. Write the file in UTF-8.\n"
    assert shell("list", "--json").json["incidents"] == []


def test_an_empty_mbox_is_no_mail(shell: Shell, tmp_path: Path) -> None:
    """It was an incident without a word."""
    box = tmp_path / "mbox"
    box.touch()
    shell("people", "add", "bot@example.com", "--role", "bot")
    found = shell("receive", "mail", str(box), who="bot@example.com")
    assert (found.code, found.out) == (0, "No mail.\n")


def test_an_empty_message_is_refused(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell("people", "add", "bot@example.com", "--role", "bot")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\n")))
    refused = shell("receive", "mail", who="bot@example.com")
    assert (refused.code, refused.err) == (2, "error[usage]: standard input is empty. Send a message.\n")
