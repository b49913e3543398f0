"""Loose objects: git reads them, none is ever half there, and one that is there is kept."""

from __future__ import annotations

import errno
import os
import stat
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from repo import Repo, sound

from itil_cli.errors import GitTrouble
from itil_cli.store.git import objects
from itil_cli.store.git.objects import TreeEntry, parse_tree, tree_bytes, write_new


def place(repo: Repo, oid: str) -> Path:
    return repo.path / ".git/objects" / oid[:2] / oid[2:]


def leftovers(repo: Repo) -> list[Path]:
    return list((repo.path / ".git/objects").rglob("tmp_obj_*"))


@pytest.mark.parametrize("data", [b"", b"x", b"a\0b\r\n", os.urandom(100_000), b"y" * 3_000_000])
def test_a_blob_is_as_git_writes_it(repo: Repo, data: bytes) -> None:
    with repo.open() as git:
        oid = git.write_object("blob", data)
        assert oid == repo.git("hash-object", "--stdin", data=data) == git.loose.name("blob", data)
        assert git.blob(oid) == data
    assert stat.S_IMODE(place(repo, oid).stat().st_mode) == 0o444
    assert sound(repo) == ""
    assert leftovers(repo) == []


def test_short_writes_are_gone_on_with(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    real, data = os.write, os.urandom(5_000)
    monkeypatch.setattr(os, "write", lambda handle, rest: real(handle, bytes(rest)[:7]))
    with repo.open() as git:
        oid = git.write_object("blob", data)
        monkeypatch.undo()
        assert git.blob(oid) == data


def test_a_write_that_fails_leaves_nothing(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    real, count = os.write, iter(range(100))

    def full(handle: int, rest: bytes) -> int:
        if next(count):
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(handle, bytes(rest)[:7])

    with repo.open() as git:
        monkeypatch.setattr(os, "write", full)
        with pytest.raises(GitTrouble, match=r"/objects/[0-9a-f]{2}: No space left on device\. Nothing has changed\.$"):
            git.write_object("blob", os.urandom(100))
    assert leftovers(repo) == []
    assert repo.git("count-objects") == "0 objects, 0 kilobytes"


@pytest.mark.parametrize("call", ["fsync", "open"])
def test_any_other_failure_leaves_nothing_too(repo: Repo, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    def fails(*_: object, **__: object) -> int:
        raise OSError(errno.EIO, "Input/output error")

    with repo.open() as git:
        monkeypatch.setattr(os, call, fails)
        with pytest.raises(GitTrouble, match="Input/output error"):
            git.write_object("blob", b"x")
        monkeypatch.undo()
    assert leftovers(repo) == []
    assert repo.git("count-objects") == "0 objects, 0 kilobytes"


def test_a_file_that_is_not_as_long_as_what_was_written_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "write", lambda handle, rest: len(rest))
    with pytest.raises(OSError, match="not as long"):
        write_new(str(tmp_path / "x"), b"abc", 0o666)


def test_an_object_that_is_there_is_kept_and_made_young(repo: Repo) -> None:
    oid = repo.blob(b"x")
    file = place(repo, oid)
    os.utime(file, (1, 1))
    before = file.stat()
    with repo.open() as git:
        assert git.write_object("blob", b"x") == oid
    after = file.stat()
    assert after.st_ino == before.st_ino
    assert time.time() - after.st_mtime < 3600


def test_an_empty_object_is_written_anew(repo: Repo) -> None:
    """A power cut leaves such of git's own, which it does not fsync."""
    oid = repo.blob(b"x")
    place(repo, oid).chmod(0o644)
    place(repo, oid).write_bytes(b"")
    with repo.open() as git:
        assert git.write_object("blob", b"x") == oid
        assert git.blob(oid) == b"x"
    assert sound(repo) == ""


def test_a_link_in_an_object_s_place_is_replaced_and_not_followed(repo: Repo, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine")
    with repo.open() as git:
        oid = git.loose.name("blob", b"x")
        place(repo, oid).parent.mkdir()
        place(repo, oid).symlink_to(victim)
        git.write_object("blob", b"x")
    assert victim.read_bytes() == b"mine"
    assert not place(repo, oid).is_symlink()


def test_an_object_of_somebody_else_s_that_may_not_be_touched_is_no_obstacle(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    oid = repo.blob(b"x")

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "utime", denied)
    with repo.open() as git:
        assert git.write_object("blob", b"x") == oid
        assert git.blob(oid) == b"x"


def test_an_object_in_a_pack_is_written_all_the_same(repo: Repo) -> None:
    """A pack may be dropped by a `gc` under way."""
    repo.commit(a="1")
    repo.git("gc", "-q")
    with repo.open() as git:
        oid = git.write_object("blob", b"1")
    assert place(repo, oid).exists()
    assert sound(repo) == ""


def test_folders_are_made_durable_once(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    monkeypatch.setattr(objects, "sync_folder", synced.append)
    with repo.open() as git:
        oids = {git.loose.write("blob", b"%d" % number) for number in range(5)} | {git.loose.write("blob", b"0")}
        assert synced == []
        git.loose.settle()
        folder = repo.path / ".git/objects"
        assert sorted(synced) == sorted([str(folder), *{str(folder / oid[:2]) for oid in oids}])
        synced.clear()
        git.loose.settle()
        assert synced == []


def test_a_folder_that_cannot_be_synced_is_an_error(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(folder: str) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(objects, "sync_folder", fails)
    with repo.open() as git, pytest.raises(GitTrouble, match="Input/output error"):
        git.write_object("blob", b"x")


names = st.binary(min_size=1, max_size=6).filter(lambda name: not set(name) & set(b"\0/") and name not in (b".", b".."))
modes = st.sampled_from(["40000", "100644", "100755", "120000", "160000"])


@given(st.dictionaries(names, modes, max_size=8))
def test_a_tree_reads_as_it_was_written(entries: dict[bytes, str]) -> None:
    made = [TreeEntry(mode, name, f"{place:040x}") for place, (name, mode) in enumerate(entries.items())]
    assert sorted(parse_tree(tree_bytes(made), 20)) == sorted(made)


def test_a_folder_is_sorted_as_if_its_name_ended_with_a_slash() -> None:
    made = [TreeEntry("100644", name, "1" * 40) for name in (b"a.b", b"a0", b"a-b")] + [
        TreeEntry("40000", b"a", "2" * 40)
    ]
    assert [entry.name for entry in parse_tree(tree_bytes(made), 20)] == [b"a-b", b"a.b", b"a", b"a0"]
