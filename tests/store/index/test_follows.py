"""Whatever git does to the tree, the index says what one made anew would say."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from repo import Repo
from shelf import any_file, everything, file_of, incident

from itil_cli.store.git.repository import Git
from itil_cli.store.index.index import Index

Act = tuple[str, int]
acts = st.tuples(
    st.sampled_from(
        ["add", "add", "edit", "delete", "rename", "odd", "commit", "branch", "back", "reset", "merge", "gc"]
    ),
    st.integers(0, 10**6),
)


class Scene:
    """A store to which random things happen."""

    def __init__(self, folder: Path) -> None:
        self.repo = Repo(folder)
        self.number = 0
        for _ in range(3):
            self.act("add", self.number)
        self.act("commit", 0)

    def files(self) -> list[Path]:
        return sorted(path for path in self.repo.path.rglob("*.md") if ".git" not in path.parts and not path.is_dir())

    def act(self, what: str, seed: int) -> None:
        getattr(self, f"_{what}")(random.Random(seed))

    def _add(self, pick: random.Random) -> None:
        self.number += 1
        self.repo.write(*any_file(pick, self.number))

    def _edit(self, pick: random.Random) -> None:
        for path in self.files()[:1]:
            _, data = any_file(pick, self.number)
            path.unlink()
            path.write_bytes(data)

    def _delete(self, pick: random.Random) -> None:
        for path in pick.sample(self.files(), min(1, len(self.files()))):
            path.unlink()

    def _rename(self, pick: random.Random) -> None:
        for path in pick.sample(self.files(), min(1, len(self.files()))):
            path.rename(path.with_name(f"{path.stem[:-1]}{pick.choice('XYZ')}.md"))

    def _odd(self, pick: random.Random) -> None:
        """A link, a folder called like a record, names that are no UTF-8, other files."""
        folder = self.repo.path / "incidents"
        folder.mkdir(exist_ok=True)
        name = folder / pick.choice(["link.md", "dir.md", "caf\udce9.md", "notes.txt"])
        if not name.exists() and not name.is_symlink():
            if name.stem == "link":
                name.symlink_to("../nowhere")
            elif name.stem == "dir":
                name.mkdir()
                (name / "x.md").write_bytes(b"x")
            else:
                name.write_bytes(b"x")

    def _commit(self, pick: random.Random) -> None:
        self.repo.commit()

    def _branch(self, pick: random.Random) -> None:
        self.repo.git("checkout", "-q", "-f", "-B", pick.choice("abc"))

    def _back(self, pick: random.Random) -> None:
        self.repo.commit()
        branches = self.repo.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split("\n")
        self.repo.git("checkout", "-q", "-f", pick.choice(branches))

    def _reset(self, pick: random.Random) -> None:
        commits = self.repo.git("rev-list", "--all").split("\n")
        self.repo.git("reset", "-q", "--hard", pick.choice(commits))

    def _merge(self, pick: random.Random) -> None:
        self.repo.commit()
        branches = self.repo.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split("\n")
        self.repo.git("merge", "-q", "-s", "ours", "--no-edit", pick.choice(branches))

    def _gc(self, pick: random.Random) -> None:
        """Trees that the index has seen may be gone."""
        self.repo.git("reflog", "expire", "--expire=now", "--all")
        self.repo.git("gc", "-q", "--prune=now")


def check_same(git: Git, tree: str, *, keep: bool = True) -> None:
    with Index(git, tree, keep=keep) as held, Index(git, tree, memory=True) as fresh:
        assert everything(held) == everything(fresh)


@settings(max_examples=15)
@given(st.lists(acts, min_size=1, max_size=9))
def test_the_index_equals_a_fresh_one_whatever_happened(happened: list[Act]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        scene = Scene(Path(folder))
        with scene.repo.open() as git:
            for what, seed in happened:
                scene.act(what, seed)
                check_same(git, _tree(git))
                check_same(git, _tree(git, f"HEAD~{seed % 2}") or _tree(git), keep=False)
            scene.act("commit", 0)
            check_same(git, _tree(git))


def _tree(git: Git, rev: str = "HEAD") -> str:
    found = git.object(f"{rev}^{{tree}}")
    return found[0] if found else ""


@pytest.fixture
def store(repo: Repo) -> Repo:
    for number in range(4):
        repo.write(*file_of(incident(number, f"Printer {number}")))
    repo.commit()
    return repo


def test_a_tree_that_is_held_is_not_read_again(store: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.open() as git:
        tree = _tree(git)
        Index(git, tree).close()
        monkeypatch.setattr(git, "run", lambda *_, **__: pytest.fail("git was asked"))
        monkeypatch.setattr(git, "blobs", lambda *_: pytest.fail("a blob was read"))
        with Index(git, tree) as index:
            assert len(index.ids()) == 4


def test_only_what_was_never_seen_is_parsed(store: Repo) -> None:
    seen: list[tuple[int, int]] = []
    with store.open() as git:
        Index(git, _tree(git), progress=lambda done, total: seen.append((done, total))).close()
        assert seen == [(4, 4)]
        seen.clear()
        first = _tree(git)
        store.write(*file_of(incident(9)))
        store.commit()
        Index(git, _tree(git), progress=lambda done, total: seen.append((done, total))).close()
        assert seen == [(1, 1)]
        seen.clear()
        Index(git, first, progress=lambda done, total: seen.append((done, total))).close()
        assert seen == []


def test_a_tree_that_is_not_to_be_kept_leaves_the_held_one(store: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.open() as git:
        first = _tree(git)
        store.write(*file_of(incident(9)))
        store.commit()
        second = _tree(git)
        Index(git, second).close()
        with Index(git, first, keep=False) as old:
            assert len(old.ids()) == 4
        monkeypatch.setattr(git, "run", lambda *_, **__: pytest.fail("git was asked"))
        with Index(git, second) as index:
            assert len(index.ids()) == 5


def test_an_index_answers_for_its_tree_whatever_others_do(store: Repo) -> None:
    with store.open() as git, Index(git, _tree(git)) as index:
        before = everything(index)
        store.write(*file_of(incident(9, "New")))
        store.commit()
        with store.open() as other:
            check_same(other, _tree(other))
        assert everything(index) == before


def test_a_bare_repository_and_a_linked_worktree_have_an_index_too(store: Repo, tmp_path: Path) -> None:
    store.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    store.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    for place in (tmp_path / "bare.git", tmp_path / "side"):
        with Git(place) as git:
            check_same(git, _tree(git))
    assert (tmp_path / "bare.git/itil/index.sqlite").exists()
    assert (store.path / ".git/itil/index.sqlite").exists()


def test_an_empty_store_has_an_empty_index(repo: Repo) -> None:
    with repo.open() as git:
        repo.git("hash-object", "-t", "tree", "-w", "/dev/null")
        check_same(git, git.empty_tree)
