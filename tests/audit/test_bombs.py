"""Trees that hold each other and files without end, in a clone that no gate protects: nothing takes all memory."""

from __future__ import annotations

import sys
import time

import pytest

from itil_cli.errors import GitTrouble
from itil_cli.store.git import process
from itil_cli.store.git.repository import Git
from tests.audit.hub import Hub, git

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="no prlimit: memory cannot be bound here"),
]


def _plus(hub: Hub, tree: str, inner: str, name: str) -> str:
    """A tree with one more folder in it."""
    there = [line for line in git(hub.work, "ls-tree", tree).split("\n") if line and not line.endswith(f"\t{name}")]
    return git(
        hub.work, "mktree", data="".join(f"{one}\n" for one in [*there, f"040000 tree {inner}\t{name}"]).encode()
    )


def _grafted(hub: Hub, tree: str, path: str) -> str:
    """A commit by Ada that has one folder more."""
    top, _, rest = path.partition("/")
    root = _plus(hub, "HEAD", _plus(hub, f"HEAD:{top}", tree, rest) if rest else tree, top)
    commit = git(hub.work, "commit-tree", "-p", "HEAD", "-m", "x", root, **hub.stamp("ada", int(time.time())))
    git(hub.work, "update-ref", "refs/heads/main", commit)
    return commit


def _nested(hub: Hub, levels: int, names: str) -> str:
    """A tree of trees, each with as many names for the next one as there are letters."""
    oid, mode, kind = git(hub.work, "hash-object", "-w", "--stdin", data=b"x"), "100644", "blob"
    for _ in range(levels):
        listed = "".join(f"{mode} {kind} {oid}\t{name}\n" for name in names)
        oid, mode, kind = git(hub.work, "mktree", data=listed.encode()), "040000", "tree"
    return oid


@pytest.fixture(autouse=True)
def little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """An end that is reached soon; the same code, only smaller numbers."""
    monkeypatch.setattr(process, "LISTED", 4 << 20)
    monkeypatch.setattr(process, "_MEMORY", dict.fromkeys(process._MEMORY, 64 << 20))


def test_the_audit_names_the_commit_whose_trees_have_no_end(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    commit = _grafted(hub, _nested(hub, 20, "abcdefghij"), "reports")
    assert hub.audit()["exit"] == 6
    said = capsys.readouterr().err
    assert f"the commit {commit[:10]} cannot be compared with its parent: git diff-tree does not come to an end" in said
    assert "its trees stand for more files than any store has" in said


def test_records_without_end_are_an_error_and_writing_goes_on(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    _grafted(hub, _nested(hub, 20, "abcdefghij"), "incidents/2027")
    hub.itil("dana", "list", code=6)
    said = capsys.readouterr().err
    assert "git ls-tree does not come to an end: its trees stand for more files than any store has." in said
    assert "`itil audit` names the commit" in said
    hub.itil("bob", "note", hub.jam.stem, "-m", "All the same.")


def test_folders_in_folders_without_end_are_refused(hub: Hub) -> None:
    _grafted(hub, _nested(hub, 1500, "a"), "reports")
    pushed = " ".join(hub.push().replace("remote: ", "").split())
    assert "error[size]: the tree " in pushed and "folders deep, more than 64." in pushed


def test_of_a_file_without_end_the_beginning_is_read(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused as any record that is too large, in the memory of its beginning; the next answer is its own."""
    blob = git(hub.work, "hash-object", "-w", "--stdin", data=b"x" * (9 << 20))
    path = hub.jam.with_name(f"{hub.jam.stem[:-5]}ZZZZZ.md").relative_to(hub.work).as_posix()
    git(hub.work, "update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
    git(hub.work, "commit", "-q", "-m", "x", **hub.stamp("bob", int(time.time())))
    found = hub.audit()
    assert [one["path"] for one in found["findings"] if one["code"] == "file-size"] == [path]
    assert len(hub.itil("dana", "list")["incidents"]) == 2
    other = git(hub.work, "rev-parse", f"HEAD:{hub.jam.relative_to(hub.work).as_posix()}")
    with Git(hub.work) as opened:
        first, second, third = opened.blobs([blob, other, blob])
        assert (len(first), second, len(third)) == (process.MOST, hub.jam.read_bytes(), process.MOST)
        monkeypatch.setattr(process, "LARGEST", 1 << 20)
        assert opened.blob(blob) == b"x" * (9 << 20)  # a whole attachment, where it is asked for by itself


def test_what_is_killed_for_its_memory_is_told_as_that() -> None:
    with pytest.raises(GitTrouble, match="git ls-tree does not come to an end") as told:
        process.check("ls-tree", 128, b"fatal: Out of memory, malloc failed (tried to allocate 48 bytes)\n")
    assert told.value.code == "size"
