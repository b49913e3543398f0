"""The journal: what is owed is written before the branch moves; a torn line takes nothing else with it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from itil_cli.errors import GitTrouble
from itil_cli.store.checkout.journal import Journal, Step, merged


def step(path: str = "a.md", old: str | None = "1", new: str | None = "2", **more: bool) -> Step:
    return Step("/root", "/root/.git", path, (old,), new, **more)


def test_what_is_added_is_loaded_in_order(tmp_path: Path) -> None:
    assert Journal(tmp_path).load() == []
    journal = Journal(tmp_path)
    journal.add([step("a"), step("é\udce9", None, "3")])
    journal.add([step("a", "2", "4", file=False)])
    assert Journal(tmp_path).load() == [step("a"), step("é\udce9", None, "3"), step("a", "2", "4", file=False)]


def test_only_what_is_kept_is_left(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.add([step("a"), step("b")])
    journal.keep([step("b", index=False)])
    assert Journal(tmp_path).load() == [step("b", index=False)]
    journal.add([step("c")])
    assert Journal(tmp_path).load() == [step("b", index=False), step("c")]
    journal.keep([])
    assert Journal(tmp_path).load() == []
    assert (tmp_path / "journal").stat().st_size == 0


def test_a_journal_torn_anywhere_has_the_lines_before(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.add([step("a")])
    first = (tmp_path / "journal").read_bytes()
    journal.add([step("b"), step("c")])
    whole = (tmp_path / "journal").read_bytes()
    for length in range(len(whole)):
        (tmp_path / "journal").write_bytes(whole[:length])
        assert Journal(tmp_path).load() == ([] if length < len(first) else [step("a")])


def test_after_a_torn_line_the_next_one_is_found(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.add([step("a")])
    with (tmp_path / "journal").open("ab") as file:
        file.write(b"0badc0de [half a li" + b"x" * 500)
    later = Journal(tmp_path)
    assert later.load() == [step("a")]
    later.add([step("b")])
    assert Journal(tmp_path).load() == [step("a"), step("b")]


@pytest.mark.parametrize(
    "line",
    [b"noise\n", b"\n", b"00000000 []\n", b"zz []\n", b" \n", b"\xff\xff\n", b"ffffffff " + b"[" * 9999 + b"\n"],
)
def test_a_line_whose_checksum_is_wrong_ends_the_journal(tmp_path: Path, line: bytes) -> None:
    (tmp_path / "journal").write_bytes(line)
    assert Journal(tmp_path).load() == []


@pytest.mark.parametrize("body", [b"{}x", b"[1]", b'[{"root":"r"}]', b'[{"olds":["1"],"nonsense":1}]', b"7"])
def test_a_line_of_another_version_ends_the_journal(tmp_path: Path, body: bytes) -> None:
    import zlib

    (tmp_path / "journal").write_bytes(b"%08x %s\n" % (zlib.crc32(body), body))
    assert Journal(tmp_path).load() == []


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    Journal(tmp_path).add([step("abc")])
    data = (tmp_path / "journal").read_bytes()
    (tmp_path / "journal").write_bytes(data.replace(b"abc", b"abd"))
    assert Journal(tmp_path).load() == []


def test_a_disk_that_is_full_refuses_and_keeps_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path)
    journal.add([step("a")])
    real = os.pwrite

    def full(handle: int, rest: bytes, place: int) -> int:
        if place > 150:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(handle, rest[:20], place)

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(GitTrouble, match=r"journal: No space left on device\. Nothing has changed\.$"):
        journal.add([step("b")])
    monkeypatch.undo()
    assert Journal(tmp_path).load() == [step("a")]
    journal.add([step("c")])
    assert Journal(tmp_path).load() == [step("a"), step("c")]


def test_short_writes_are_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda handle, rest, place: real(handle, rest[:5], place))
    Journal(tmp_path).add([step("a")])
    assert Journal(tmp_path).load() == [step("a")]


def test_what_cannot_be_dropped_is_done_once_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    journal = Journal(tmp_path)
    journal.add([step("a"), step("b")])
    for call in ("truncate", "open"):
        monkeypatch.setattr(os, call, fails)
    journal.keep([])
    journal.keep([step("a")])
    monkeypatch.undo()
    assert Journal(tmp_path).load() == [step("a"), step("b")]


def test_a_folder_in_the_journal_s_place_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "journal").mkdir()
    with pytest.raises(GitTrouble, match="journal: Is a directory"):
        Journal(tmp_path).load()


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine")
    (tmp_path / "journal").symlink_to(victim)
    with pytest.raises(GitTrouble):
        Journal(tmp_path).add([step()])
    assert victim.read_bytes() == b"mine"


def test_steps_on_one_file_become_one() -> None:
    assert merged([step("a", "1", "2"), step("b")], [step("a", "2", "3"), step("a", "3", None)]) == [
        Step("/root", "/root/.git", "a", ("1", "2", "3"), None),
        step("b"),
    ]


def test_the_same_path_in_two_worktrees_is_two_files() -> None:
    other = Step("/side", "/root/.git/worktrees/side", "a.md", ("1",), "2")
    assert merged([step()], [other]) == [step(), other]
