"""A tree with a few files changed is the tree that git itself would make."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from repo import Repo, sound

from itil_cli.errors import GitTrouble
from itil_cli.store.git.repository import Git

NAMES = ["a", "a.md", "a-", "b", "ab", "é", "z z"]
paths = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map("/".join)
contents = st.integers(0, 5).map(lambda number: b"%d\n" % number)


def fits(known: dict[str, bytes], path: str) -> bool:
    """Whether a file may lie there: no file where a folder is needed, and no folder in its place."""
    parts = path.split("/")
    above = {"/".join(parts[:count]) for count in range(1, len(parts))}
    return not above & known.keys() and not any(other.startswith(f"{path}/") for other in known)


@st.composite
def trees(draw: st.DrawFn) -> tuple[dict[str, bytes], dict[str, bytes | None]]:
    """Files, and changes to them that leave a tree possible."""
    files: dict[str, bytes] = {}
    for path in draw(st.lists(paths, max_size=8)):
        if fits(files, path):
            files[path] = draw(contents)
    changes: dict[str, bytes | None] = {path: None for path in files if draw(st.integers(0, 3)) == 0}
    there = dict(files.items())
    for path in draw(st.lists(paths, max_size=4)):
        others = {known: data for known, data in there.items() if known != path}
        if fits(others, path):
            changes[path] = there[path] = draw(contents)
    return files, changes


def tree_by_git(repo: Repo, base: str, changes: Mapping[str, bytes | None]) -> str:
    """What `update-index` and `write-tree` make of it."""
    repo.git("read-tree", "--empty")
    repo.git("read-tree", base)
    gone = "".join(f"0 {'0' * 40}\t{path}\0" for path, data in changes.items() if data is None)
    new = "".join(f"100644 {repo.blob(data)}\t{path}\0" for path, data in changes.items() if data is not None)
    repo.git("update-index", "-z", "--index-info", data=(gone + new).encode())
    return repo.git("write-tree")


def edited(git: Git, base: str, changes: Mapping[str, bytes | None]) -> str:
    return git.edit_tree(
        base, {path: None if data is None else git.loose.write("blob", data) for path, data in changes.items()}
    )


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """One repository for all examples: objects do not get in each other's way."""
    return Repo(tmp_path_factory.mktemp("shelf") / "r")


@settings(max_examples=60)
@given(case=trees())
def test_an_edited_tree_is_the_one_that_git_makes(
    shelf: Repo, case: tuple[dict[str, bytes], dict[str, bytes | None]]
) -> None:
    files, changes = case
    with shelf.open() as git:
        base = edited(git, git.empty_tree, files)
        assert base == tree_by_git(shelf, git.empty_tree, files)
        assert edited(git, base, changes) == tree_by_git(shelf, base, changes)


def test_all_those_trees_are_sound(shelf: Repo) -> None:
    assert sound(shelf) == ""


def test_a_sha_256_tree_is_git_s_too(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "r", "--object-format=sha256")
    repo.commit(**{"d/a": "1", "d/b": "2"})
    with repo.open() as git:
        tree = edited(git, "HEAD", {"d/a": b"3", "e/f/g": b"4", "d/b": None})
    repo.write("d/a", "3")
    repo.write("e/f/g", "4")
    (repo.path / "d/b").unlink()
    repo.git("add", "-A")
    assert tree == repo.git("write-tree")


def test_a_file_keeps_its_mode_and_a_new_one_is_plain(repo: Repo) -> None:
    repo.write("run", "1").chmod(0o755)
    repo.commit()
    with repo.open() as git:
        tree = edited(git, "HEAD", {"run": b"2", "new": b"3"})
        assert [(entry.name, entry.mode) for entry in git.tree(tree)] == [(b"new", "100644"), (b"run", "100755")]


def test_what_is_not_named_stays_whatever_it_is(repo: Repo, tmp_path: Path) -> None:
    inner = Repo(tmp_path / "inner")
    inner.commit(a="1")
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.path), "sub")
    (repo.path / "link").symlink_to("a")
    repo.write("d/x", "1").chmod(0o755)
    repo.commit(a="1")
    before = repo.git("ls-tree", "-r", "HEAD").split("\n")
    with repo.open() as git:
        tree = edited(git, "HEAD", {"d/y": b"2"})
    after = repo.git("ls-tree", "-r", tree).split("\n")
    assert [line for line in after if not line.endswith("\td/y")] == before


def test_a_folder_that_loses_its_last_file_is_gone(repo: Repo) -> None:
    repo.commit(**{"d/e/f": "1", "a": "2"})
    with repo.open() as git:
        assert [entry.name for entry in git.tree(edited(git, "HEAD", {"d/e/f": None}))] == [b"a"]
        assert edited(git, "HEAD", {"d/e/f": None, "a": None}) == git.empty_tree
        assert edited(git, "HEAD", {"no/such/file": None}) == repo.git("rev-parse", "HEAD^{tree}")


def test_removing_the_last_file_stores_the_empty_tree(repo: Repo) -> None:
    repo.commit(a="1")
    with repo.open() as git:
        tree = edited(git, "HEAD", {"a": None})
    assert repo.git("cat-file", "-t", tree) == "tree"


@pytest.mark.parametrize("change", [b"2", None])
def test_a_link_or_folder_where_a_file_should_be_refuses(repo: Repo, change: bytes | None) -> None:
    repo.write("d/x", "1")
    (repo.path / "link").symlink_to("d")
    repo.commit()
    with repo.open() as git:
        for path in ("link", "d"):
            with pytest.raises(GitTrouble, match=f"^{path} is no file in HEAD"):
                edited(git, "HEAD", {path: change})


def test_a_file_or_link_where_a_folder_should_be_refuses(repo: Repo) -> None:
    repo.write("d/x", "1")
    (repo.path / "link").symlink_to("d")
    repo.commit()
    with repo.open() as git:
        for folder in ("d/x", "link"):
            with pytest.raises(GitTrouble, match=f"^{folder} is no folder in HEAD"):
                edited(git, "HEAD", {f"{folder}/y": b"2"})


def test_a_tree_with_a_name_twice_is_not_edited(repo: Repo) -> None:
    """Nothing is dropped silently."""
    line = b"100644 a\0" + bytes.fromhex(repo.blob(b"1"))
    tree = repo.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", data=line * 2)
    with repo.open() as git, pytest.raises(GitTrouble, match="has a name twice"):
        edited(git, tree, {"b": b"2"})


def test_names_that_are_no_utf_8_stay_and_can_be_edited(repo: Repo) -> None:
    repo.write("caf\udce9.md", b"1")
    repo.commit()
    with repo.open() as git:
        tree = edited(git, "HEAD", {"b": b"2"})
        assert [entry.name for entry in git.tree(tree)] == [b"b", b"caf\xe9.md"]
        tree = edited(git, "HEAD", {"caf\udce9.md": b"3"})
        assert git.blob(f"{tree}:caf\udce9.md") == b"3"
