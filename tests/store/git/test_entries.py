"""Single entries of git's index: found in every form of the file, set without touching another."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from repo import Repo, age

from itil_cli.errors import GitTrouble
from itil_cli.store.git import entries
from itil_cli.store.git.entries import UNMERGED, Entry, entry, has_index, set_entries
from itil_cli.store.git.repository import Git

FILES = {"a": "1", "d/a": "2", "d/aa": "3", "incidents/x.md": "4", "é/ü": "5", "x" * 200: "6"}


def listed(repo: Repo) -> dict[str, Entry]:
    """The index as git lists it."""
    lines = repo.git("ls-files", "-s", "-t", "-z").split("\0")[:-1]
    found = {}
    for line in lines:
        head, _, path = line.partition("\t")
        tag, mode, oid, stage = head.split(" ")
        found[path] = Entry(oid if stage == "0" else UNMERGED, mode, tag == "S")
    return found


@pytest.fixture
def no_git(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks git fails."""

    def asked(git: Git, path: str) -> Entry | None:
        raise AssertionError(f"git was asked for {path}")

    monkeypatch.setattr(entries, "_from_git", asked)


def set_version(repo: Repo, version: int) -> None:
    """Version 3 comes of an entry that is added in intent only, version 4 by asking for it."""
    if version == 3:
        repo.write("intent", "x")
        repo.git("add", "-N", "intent")
    else:
        repo.git("update-index", "--index-version", str(version))
    assert (repo.path / ".git/index").read_bytes()[4:8] == version.to_bytes(4, "big")


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
@pytest.mark.parametrize("version", [2, 3])
def test_an_entry_is_read_from_the_file_itself(tmp_path: Path, no_git: None, version: int, algorithm: str) -> None:
    repo = Repo(tmp_path / "r", f"--object-format={algorithm}")
    repo.commit(**FILES)
    set_version(repo, version)
    with repo.open() as git:
        assert {path: entry(git, path) for path in FILES if path != "a"} == {
            path: one for path, one in listed(repo).items() if path in FILES and path != "a"
        }
        assert entry(git, "none") is None
        assert entry(git, "incidents/x.m") is None


@pytest.mark.parametrize("version", [2, 3, 4])
def test_every_entry_is_as_git_lists_it(repo: Repo, version: int) -> None:
    repo.write("run", "7").chmod(0o755)
    repo.write("link").unlink()
    (repo.path / "link").symlink_to("a")
    repo.commit(**FILES)
    set_version(repo, version)
    with repo.open() as git:
        for path, one in listed(repo).items():
            assert entry(git, path) == one, path


@pytest.mark.parametrize("seed", range(8))
def test_names_within_names_are_told_apart(repo: Repo, seed: int) -> None:
    """What ends like the path that is looked for is not taken for it."""
    pick = random.Random(seed)
    names = {"/".join(pick.choices(["a", "aa", "b.md", "ab.md"], k=pick.randint(1, 4))) for _ in range(40)}
    for name in names:
        if not any(other.startswith(f"{name}/") for other in names):
            repo.write(name, pick.choice("123"))
    repo.git("add", "-A")
    with repo.open() as git:
        known = listed(repo)
        for name in names | {"b.md", "a/b.md", "ab.md"}:
            assert entry(git, name) == known.get(name), name


def test_a_split_index_is_asked_of_git(repo: Repo) -> None:
    repo.commit(**FILES)
    repo.git("update-index", "--split-index")
    repo.write("d/a", "9")
    repo.git("add", "d/a")
    assert list((repo.path / ".git").glob("sharedindex.*"))
    with repo.open() as git:
        for path, one in listed(repo).items():
            assert entry(git, path) == one, path
        set_entries(git, {"d/aa": None})
    assert "d/aa" not in listed(repo)


@pytest.mark.parametrize("word", ["true", "1", "yes"])
@pytest.mark.parametrize("index", ["--no-sparse-index", "--sparse-index"])
def test_what_is_not_to_be_checked_out_is_absent_and_stays_so(repo: Repo, index: str, word: str) -> None:
    repo.commit(**{"keep/a": "1", "drop/b": "2", "drop/c": "3"})
    repo.git("sparse-checkout", "set", "--cone", index, "keep")
    repo.git("config", "--worktree", "core.sparseCheckout", word)
    with repo.open() as git:
        oid = git.write_object("blob", b"4")
        held = entry(git, "drop/b")
        assert held == Entry(git.loose.name("blob", b"2"), "100644", True)
        kept = entry(git, "keep/a")
        assert kept is not None and not kept.absent
        set_entries(git, {"drop/b": Entry(oid, "100644", True)})
        assert entry(git, "drop/b") == Entry(oid, "100644", True)
        assert entry(git, "drop/c") == Entry(git.loose.name("blob", b"3"), "100644", True)
    assert not (repo.path / "drop").exists()


def test_an_unmerged_path_equals_nothing(repo: Repo) -> None:
    repo.commit(**{"a.md": "1\n"})
    repo.git("checkout", "-q", "-b", "side")
    repo.commit(**{"a.md": "2\n"})
    repo.git("checkout", "-q", "main")
    repo.commit(**{"a.md": "3\n"})
    repo.git("merge", "-q", "side", check=False)
    with repo.open() as git:
        found = entry(git, "a.md")
        assert found is not None and found.oid == UNMERGED


def test_a_path_unmerged_on_one_side_only_equals_nothing(repo: Repo) -> None:
    repo.git("update-index", "-z", "--index-info", data=f"100644 {repo.blob(b'x')} 2\ta.md\0".encode())
    with repo.open() as git:
        found = entry(git, "a.md")
        assert found is not None and found.oid == UNMERGED


@pytest.mark.parametrize("version", [2, 4])
def test_a_folder_in_a_file_s_place_is_not_the_file(repo: Repo, version: int) -> None:
    repo.commit(**{"x.md/y": "1"})
    set_version(repo, version)
    with repo.open() as git:
        assert entry(git, "x.md") is None


def test_without_an_index_there_is_no_entry(repo: Repo) -> None:
    with repo.open() as git:
        assert not has_index(git)
        assert entry(git, "a") is None


def test_an_index_that_is_no_index_is_git_s_error(repo: Repo) -> None:
    repo.commit(a="1")
    for noise in (b"noise" * 100, b""):
        repo.write(".git/index", noise)
        with repo.open() as git, pytest.raises(GitTrouble, match="git ls-files: "):
            entry(git, "a")


def test_a_linked_worktree_has_its_own_index(repo: Repo, tmp_path: Path) -> None:
    repo.commit(a="1")
    repo.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    with Git(tmp_path / "side") as git:
        set_entries(git, {"b": Entry(git.write_object("blob", b"2"), "100644", False)})
        assert entry(git, "b") is not None
    with repo.open() as git:
        assert entry(git, "b") is None


# --- setting


def test_only_the_named_entries_are_set(repo: Repo) -> None:
    repo.commit(**FILES)
    repo.write("staged", "mine")
    repo.git("add", "staged")
    repo.write("a", "staged too")
    repo.git("add", "a")
    before = listed(repo)
    with repo.open() as git:
        oid = git.write_object("blob", b"9")
        set_entries(git, {"d/a": Entry(oid, "100644", False), "new/é": Entry(oid, "100755", False), "d/aa": None})
        set_entries(git, {"none": None})
        set_entries(git, {})
    del before["d/aa"]
    assert listed(repo) == {**before, "d/a": Entry(oid, "100644", False), "new/é": Entry(oid, "100755", False)}


def test_a_stale_lock_of_the_index_is_named_with_its_age(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit(**FILES)
    lock = repo.write(".git/index.lock", b"")
    age(lock, 600)
    assert entries.WAIT == 2.0
    monkeypatch.setattr(entries, "WAIT", 0.0)
    with repo.open() as git, pytest.raises(GitTrouble) as caught:
        set_entries(git, {"d/a": None})
    assert caught.value.code == "lock"
    assert str(caught.value).startswith(f"{lock} has been there for 60")
    assert lock.exists()
    assert "d/a" in listed(repo)


def test_a_lock_that_goes_away_is_waited_for(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit(**FILES)
    lock = repo.write(".git/index.lock", b"")
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        lock.unlink(missing_ok=True)

    monkeypatch.setattr(entries.time, "sleep", sleep)
    with repo.open() as git:
        set_entries(git, {"d/a": None})
    assert len(waits) == 1
    assert "d/a" not in listed(repo)


def test_other_trouble_is_not_waited_for(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries.time, "sleep", lambda _: pytest.fail("it waited"))
    with repo.open() as git, pytest.raises(GitTrouble, match="git update-index: "):
        set_entries(git, {"a": Entry("nonsense", "100644", False)})
