"""Which repository a folder belongs to: the nearest, as git would say, and never one that lies in a trap."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from repo import Repo

from itil_cli.errors import NotFound
from itil_cli.store.git.discovery import Place, discover, parse_settings


def test_the_nearest_repository_upwards_counts(repo: Repo) -> None:
    inner = Repo(repo.path / "d/inner")
    deep = inner.path / "e/f"
    deep.mkdir(parents=True)
    assert discover(deep) == Place(inner.path / ".git", inner.path / ".git", inner.path)
    assert discover(repo.path / "d").root == repo.path


def test_a_file_or_a_missing_folder_within_will_do(repo: Repo) -> None:
    repo.write("a", "1")
    assert discover(repo.path / "a").root == repo.path
    assert discover(repo.path / "no/such").root == repo.path


def test_links_are_followed_to_where_they_lead(repo: Repo, tmp_path: Path) -> None:
    (repo.path / "d").mkdir()
    (tmp_path / "link").symlink_to(repo.path / "d")
    assert discover(tmp_path / "link").root == repo.path


def test_nothing_is_found_where_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as caught:
        discover(tmp_path)
    assert str(caught.value) == f"There is no git repository in {tmp_path} or above it. Make a store with `itil init`."
    assert caught.value.exit_code == 4


def test_a_linked_worktree_shares_the_common_folder(repo: Repo, tmp_path: Path) -> None:
    repo.commit()
    repo.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    common = repo.path / ".git"
    assert discover(tmp_path / "side") == Place(common / "worktrees/side", common, tmp_path / "side")


def test_a_git_file_may_name_its_folder_relatively(repo: Repo, tmp_path: Path) -> None:
    (repo.path / ".git").rename(repo.path / "elsewhere")
    (repo.path / ".git").write_text("gitdir: elsewhere\n")
    assert discover(repo.path).git_dir == repo.path / "elsewhere"
    assert repo.git("rev-parse", "--git-dir") == str(repo.path / "elsewhere")


@pytest.mark.parametrize("said", ["", "gitdir: nowhere\n", "nonsense", "gitdir: a\0b\n"])
def test_a_git_file_that_leads_nowhere_is_passed_by(repo: Repo, said: str) -> None:
    inner = repo.path / "inner"
    inner.mkdir()
    (inner / ".git").write_text(said)
    assert discover(inner).root == repo.path


def test_a_fifo_called_git_is_passed_by_without_waiting(repo: Repo) -> None:
    inner = repo.path / "inner"
    inner.mkdir()
    os.mkfifo(inner / ".git")
    assert discover(inner).root == repo.path


def test_a_bare_repository_is_used_where_it_is_named_itself(tmp_path: Path) -> None:
    bare = Repo(tmp_path / "bare.git", "--bare")
    assert discover(bare.path) == Place(bare.path, bare.path, None)
    with pytest.raises(NotFound):
        discover(bare.path / "refs")


def test_the_git_folder_itself_belongs_to_its_work_tree(repo: Repo) -> None:
    assert discover(repo.path / ".git").root == repo.path


def test_settings_are_git_s_with_includes(repo: Repo) -> None:
    repo.write(".git/more", '[itil]\n\tcolour = blue\n[Branch "Ab.C"]\n\tRemote = "a\\nb"\n[x]\n\tflag\n\tempty =\n')
    repo.git("config", "include.path", "more")
    repo.git("config", "itil.colour", "red")
    settings = parse_settings(repo.git("config", "--list", "-z").encode())
    assert settings["itil.colour"] == "red"  # of several values the last counts
    assert settings["branch.Ab.C.remote"] == "a\nb"
    assert settings["x.flag"] == "true"
    assert settings["x.empty"] == ""


def test_no_settings_are_no_settings() -> None:
    assert parse_settings(b"") == {}
