"""A repository whose files mean harm: nothing crashes, stalls, leaves the repository or reaches the terminal.

Each file is committed with plain git beside a good incident. The good one can be read and written as before, what is
wrong is named by `check`, and what lies outside of the store is as it was (promises 5, 6 and 7).
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from itil_cli.cli.main import run
from tests.faults.ground import ITIL, NOW, git, new_store, shown

pytestmark = pytest.mark.slow
DAY = "incidents/2026/03/09"
EVIL = f"{DAY}/INC-20260309-EEEEE.md"
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
Harm = Callable[[Path, Path], None]
ALL: dict[str, Harm] = {}


def harm(function: Harm) -> Harm:
    """Note a function that puts something hostile into a store, given the store and a folder outside of it."""
    ALL[function.__name__] = function
    return function


def record(title: str = "x", *, head: str = "", record_id: str = "INC-20260309-EEEEE", body: str = "") -> str:
    """A file as the program writes it, with a title as YAML has it, more lines of the header, and a body."""
    event = "  - {at: '2026-03-09T10:00:00Z', by: ada@example.com, n: 1-aaaa, do: logged}\n"
    return f"---\nid: {record_id}\ntitle: {title}\nstatus: new\n{head}events:\n{event}---\n{body}"


def put(store: Path, path: str, data: str | bytes) -> None:
    """A file of the work tree."""
    file = store / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data if isinstance(data, bytes) else data.encode())


@harm
def an_alias_bomb(store: Path, outside: Path) -> None:
    rows = "".join(f"  a{row}: &a{row} [{', '.join([f'*a{row - 1}'] * 9)}]\n" for row in range(1, 12))
    put(store, EVIL, record(head=f"bomb:\n  a0: &a0 [x, x, x]\n{rows}"))


@harm
def merge_keys_that_expand(store: Path, outside: Path) -> None:
    put(store, EVIL, record(head="a: &a {x: 1}\nb: &b {<<: [*a, *a, *a]}\nc: {<<: [*b, *b]}\n"))


@harm
def deep_nesting(store: Path, outside: Path) -> None:
    put(store, EVIL, record("[" * 100_000))


@harm
def duplicate_keys(store: Path, outside: Path) -> None:
    put(store, EVIL, record(head="status: closed\n"))


@harm
def a_nul_in_the_header(store: Path, outside: Path) -> None:
    put(store, EVIL, record("a\0b"))


@harm
def escape_sequences_in_the_title(store: Path, outside: Path) -> None:
    put(store, EVIL, record('"\\e]0;owned\\a\\e[2J"'))


@harm
def escape_sequences_in_the_body(store: Path, outside: Path) -> None:
    put(store, EVIL, record(body="\x1b]0;owned\x07\x1b[2J \x9b31m\n"))


@harm
def bidirectional_overrides(store: Path, outside: Path) -> None:
    put(store, EVIL, record("a\u202eb", body="\u2066c\u202e\n"))


@harm
def an_id_that_climbs_out(store: Path, outside: Path) -> None:
    put(store, EVIL, record(record_id="../../../outside/victim"))


@harm
def a_link_that_climbs_out(store: Path, outside: Path) -> None:
    put(store, EVIL, record(head="parent: ../../../outside/victim\nlinks: [../../../../etc/passwd]\n"))


@harm
def a_python_object(store: Path, outside: Path) -> None:
    put(store, EVIL, record(f"!!python/object/apply:os.system ['touch {outside}/ran']"))


@harm
def a_record_that_is_a_link_to_the_outside(store: Path, outside: Path) -> None:
    (store / DAY).mkdir(parents=True, exist_ok=True)
    (store / EVIL).symlink_to(outside / "victim")


@harm
def a_folder_that_is_a_link_to_the_outside(store: Path, outside: Path) -> None:
    (outside / "day").mkdir()
    put(outside, "day/INC-20260308-EEEEE.md", record(record_id="INC-20260308-EEEEE"))
    (store / "incidents/2026/03/08").symlink_to(outside / "day")


@harm
def names_with_newlines(store: Path, outside: Path) -> None:
    put(store, f"{DAY}/INC-20260309-EEEEE\n.md", record())
    put(store, f"{DAY}/\x1b[2J\n.md", record())


@harm
def names_with_leading_dashes(store: Path, outside: Path) -> None:
    put(store, f"{DAY}/--help.md", record())
    put(store, f"{DAY}/-rf", record())
    put(store, "incidents/--upload-pack=touch ran/x.md", record())


@harm
def names_that_are_no_utf_8(store: Path, outside: Path) -> None:
    (store / DAY).mkdir(parents=True, exist_ok=True)
    (Path(os.fsdecode(bytes(store / DAY) + b"/INC-\xff\xfe.md"))).write_text(record())


@harm
def a_folder_in_place_of_a_file(store: Path, outside: Path) -> None:
    put(store, f"{EVIL}/inner.md", record())


@harm
def a_file_of_fifty_mebibytes(store: Path, outside: Path) -> None:
    put(store, EVIL, record(body="x" * 79 + "\n").encode() + (b"y" * 79 + b"\n") * (50 * 2**20 // 80))


@harm
def a_line_of_a_mebibyte(store: Path, outside: Path) -> None:
    put(store, EVIL, record("x" * 2**20))


@harm
def a_driver_that_runs_a_program(store: Path, outside: Path) -> None:
    put(store, ".gitattributes", "*.md filter=evil diff=evil merge=evil\n")
    put(store, ".gitmodules", f'[submodule "x"]\n\tpath = x\n\turl = ext::sh -c "touch {outside}/ran"\n')


@harm
def a_key_that_points_elsewhere(store: Path, outside: Path) -> None:
    put(store, "keys/" + "0" * 64, "../../../outside/victim\n" * 1000)


@harm
def a_model_that_is_a_bomb(store: Path, outside: Path) -> None:
    put(store, "models/bomb.md", "---\na: &a [x]\nb: [*a, *a]\n---\n")
    (store / "models/link.md").symlink_to(outside / "victim")


READS = (("list",), ("list", "--json"), ("check",), ("search", "x"), ("show", "INC-20260309-EEEEE"), ("audit",))


@pytest.mark.parametrize("name", ALL)
def test_hostile_files_harm_nothing(tmp_path: Path, name: str) -> None:
    store, good = new_store(tmp_path / "shop")
    git(store, "checkout", "-q", "--", "itil.yaml")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "victim").write_text("private\n")
    (outside / "victim.md").write_text("private\n")
    ALL[name](store, outside)
    git(store, "add", "-A")
    git(store, "commit", "-qm", "harm")
    before = {path: path.read_bytes() for path in outside.rglob("*") if path.is_file()}
    for words in READS:
        quiet(store, *words)
    code, out = quiet(store, "note", good, "-m", "still at work")
    assert code == 0, out
    assert shown(store, good)["worklog"][-1]["text"] == "still at work"
    assert {path: path.read_bytes() for path in outside.rglob("*") if path.is_file()} == before
    assert not (store / "ran").exists()


def quiet(store: Path, *words: str) -> tuple[int, str]:
    """Run a command; it says nothing that controls a terminal, and is no bug."""
    out, said = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(said):
        code = run(["-C", str(store), "--now", NOW, *words])
    text = out.getvalue() + said.getvalue()
    assert code in (0, 1, 4, 5, 6), (words, code, text[:2000])
    assert not CONTROLS.search(text), (words, text[:2000])
    assert "private" not in text, (words, text[:2000])
    return code, text


NAMED = [name for name in ALL if name not in {
    "a_driver_that_runs_a_program", "names_with_leading_dashes", "a_folder_that_is_a_link_to_the_outside",
    "escape_sequences_in_the_body",
}]  # fmt: skip


@pytest.mark.parametrize("name", NAMED)
def test_check_names_what_is_wrong(tmp_path: Path, name: str) -> None:
    store, _ = new_store(tmp_path / "shop")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "victim").write_text("private\n")
    ALL[name](store, outside)
    git(store, "add", "-A")
    git(store, "commit", "-qm", "harm")
    code, text = quiet(store, "check")
    assert code in (1, 5) and re.search("EEEEE|keys/|models/|INC-", text), (code, text[:500])


def test_a_large_file_costs_neither_memory_nor_time(tmp_path: Path) -> None:
    """50 MiB of one record, under a limit of memory: it is refused by its size, before it is read into values."""
    store, good = new_store(tmp_path / "shop")
    a_file_of_fifty_mebibytes(store, tmp_path)
    git(store, "add", "-A")
    git(store, "commit", "-qm", "large")
    limits = ["sh", "-c", 'ulimit -v 1048576 -t 60; exec "$@"', "sh"]
    for words in (["list", "--json"], ["check"], ["note", good, "-m", "on"]):
        done = subprocess.run([*limits, *ITIL, "-C", str(store), "--now", NOW, *words], capture_output=True, text=True)
        assert done.returncode in (0, 1, 5) and "Traceback" not in done.stderr, (words, done.stderr)
    assert (
        len(
            json.loads(subprocess.run([*ITIL, "-C", str(store), "list", "--json"], capture_output=True).stdout)[
                "incidents"
            ]
        )
        >= 1
    )


@pytest.mark.parametrize("words", [
    ("show", "../../etc/passwd"), ("show", "--", "-rf"), ("show", "INC-\n"), ("show", "\x1b[2J"), ("note", "../x", "-m", "y"),
    ("--as-of", "--upload-pack=x", "list"), ("list", "--as-of", "-1"), ("log", "-t", "\x1b]0;owned\x07", "-d", "\u202e"),
])  # fmt: skip
def test_hostile_words_are_answered_in_words(tmp_path: Path, words: tuple[str, ...]) -> None:
    store, _ = new_store(tmp_path / "shop")
    out, said = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(said):
        code = run(["-C", str(store), "--now", NOW, *words])
    assert code in (0, 2, 3, 4, 5), (code, said.getvalue())
    assert not CONTROLS.search(out.getvalue() + said.getvalue())
