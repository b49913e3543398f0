"""One repository: where HEAD stands, what objects say, and a branch that moves by compare-and-swap only."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from repo import ADA, Repo, age, sound

from itil_cli.errors import GitTrouble, NotFound
from itil_cli.store.git import process, repository
from itil_cli.store.git.repository import Changed, Git, Head, Identity

FORMATS = ["sha1", "sha256"]


@pytest.fixture
def quick_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """git gives up a locked branch at once, not after two seconds."""
    assert "core.filesRefLockTimeout=2000" in process.FLAGS
    flags = [flag.replace("LockTimeout=2000", "LockTimeout=10") for flag in process.FLAGS]
    monkeypatch.setattr(process, "FLAGS", flags)


def commit_on(git: Git, parent: str | None, **files: str) -> str:
    """A commit that no branch has yet."""
    blobs = {path: git.loose.write("blob", text.encode()) for path, text in files.items()}
    tree = git.edit_tree(parent or git.empty_tree, blobs)
    new = git.commit_tree(tree, [parent] if parent else [], "A change\n\nActor: ada@example.com\n", ADA, ADA)
    git.loose.settle()
    return new


# --- HEAD


def test_head_on_a_branch(repo: Repo) -> None:
    tip = repo.commit()
    with repo.open() as git:
        assert git.head() == Head("refs/heads/main", tip)


def test_head_before_the_first_commit(repo: Repo) -> None:
    with repo.open() as git:
        assert git.head() == Head("refs/heads/main", None)


def test_head_detached(repo: Repo) -> None:
    tip = repo.commit()
    repo.git("checkout", "-q", "--detach")
    with repo.open() as git:
        assert git.head() == Head(None, tip)


def test_head_on_a_branch_of_any_name(repo: Repo) -> None:
    tip = repo.commit()
    repo.git("checkout", "-q", "-b", "féature/a b".replace(" ", "."))
    with repo.open() as git:
        assert git.head() == Head("refs/heads/féature/a.b", tip)


def test_head_on_a_packed_branch(repo: Repo) -> None:
    tip = repo.commit()
    repo.git("pack-refs", "--all")
    with repo.open() as git:
        assert git.head() == Head("refs/heads/main", tip)


def test_head_follows_what_others_do(repo: Repo) -> None:
    first = repo.commit("first")
    with repo.open() as git:
        assert git.head().commit == first
        second = repo.commit("second")
        assert git.head().commit == second
        repo.git("gc", "-q")
        repo.git("checkout", "-q", "--detach", first)
        assert git.head() == Head(None, first)


def test_head_that_is_a_link(repo: Repo) -> None:
    """As very old gits wrote it."""
    head = repo.path / ".git" / "HEAD"
    head.unlink()
    head.symlink_to("refs/heads/main")
    with repo.open() as git:
        assert git.head() == Head("refs/heads/main", None)
    tip = repo.commit()
    with repo.open() as git:
        assert git.head() == Head("refs/heads/main", tip)


def test_head_in_a_linked_worktree(repo: Repo, tmp_path: Path) -> None:
    tip = repo.commit()
    repo.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    with Git(tmp_path / "side") as git:
        assert git.head() == Head("refs/heads/side", tip)
        assert git.worktree == tmp_path / "side"
        assert git.common_dir == repo.path / ".git"
        assert git.git_dir == repo.path / ".git/worktrees/side"


def test_head_in_a_bare_repository(repo: Repo, tmp_path: Path) -> None:
    tip = repo.commit()
    repo.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    with Git(tmp_path / "bare.git") as git:
        assert git.head() == Head("refs/heads/main", tip)
        assert git.worktree is None


def test_a_linked_worktree_of_a_bare_repository_has_files(repo: Repo, tmp_path: Path) -> None:
    repo.commit()
    bare = tmp_path / "bare.git"
    repo.git("clone", "-q", "--bare", ".", str(bare))
    subprocess.run(["git", "worktree", "add", "-q", tmp_path / "side", "main"], cwd=bare, check=True)
    with Git(tmp_path / "side") as git:
        assert git.worktree == tmp_path / "side"


def test_head_in_a_reftable(tmp_path: Path) -> None:
    done = subprocess.run(["git", "init", "-q", "--ref-format=reftable", tmp_path / "r"], capture_output=True)
    if done.returncode:
        pytest.skip("this git has no reftable")
    repo = Repo(tmp_path / "r")
    with repo.open() as git:
        assert git.head() == Head("refs/heads/main", None)
        new = commit_on(git, None, a="1")
        git.swap("refs/heads/main", new, None)
        assert git.head() == Head("refs/heads/main", new)
        repo.git("checkout", "-q", "--detach")
        assert git.head() == Head(None, new)


def test_a_bare_switch_in_any_of_git_s_words(repo: Repo) -> None:
    repo.git("config", "core.bare", "yes")
    with repo.open() as git:
        assert git.is_on("core.bare")
        assert git.worktree is None


def test_a_work_tree_elsewhere_is_refused(repo: Repo, tmp_path: Path) -> None:
    repo.git("config", "core.worktree", str(tmp_path))
    with pytest.raises(GitTrouble, match=r"core\.worktree says"):
        repo.open()


def test_a_submodule_s_work_tree_is_its_own(repo: Repo, tmp_path: Path) -> None:
    inner = Repo(tmp_path / "inner")
    inner.commit(a="1")
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.path), "sub")
    with repo.open("sub") as git:
        assert git.settings["core.worktree"] == "../../../sub"
        assert git.worktree == repo.path / "sub"


# --- who


def test_the_identity_is_git_s(repo: Repo) -> None:
    with repo.open() as git:
        assert git.identity() == Identity("Ada Test", "ada@example.com")


def test_the_committer_s_own_settings_come_first(repo: Repo) -> None:
    repo.git("config", "committer.email", "desk@example.com")
    with repo.open() as git:
        assert git.identity() == Identity("Ada Test", "desk@example.com")


def test_without_an_identity_it_says_how_to_set_one(repo: Repo) -> None:
    repo.git("config", "user.email", "")
    with repo.open() as git, pytest.raises(GitTrouble) as caught:
        git.identity()
    assert caught.value.code == "identity"
    assert "git config --global user.email" in str(caught.value)


# --- objects


@pytest.mark.parametrize("algorithm", FORMATS)
def test_what_we_write_git_reads(tmp_path: Path, algorithm: str) -> None:
    repo = Repo(tmp_path / "r", f"--object-format={algorithm}")
    with repo.open() as git:
        assert git.object_format == algorithm
        assert len(git.no_oid) == 2 * git.oid_bytes == {"sha1": 40, "sha256": 64}[algorithm]
        first = commit_on(git, None, a="1", d="2")
        git.swap("refs/heads/main", first, None)
        second = commit_on(git, first, a="3")
        git.swap("refs/heads/main", second, first)
        assert git.empty_tree == repo.git("hash-object", "-t", "tree", "/dev/null")
    assert sound(repo) == ""
    assert repo.git("rev-list", "--objects", "HEAD").count("\n") == 7 - 1
    assert repo.git("show", "HEAD:a") == "3"
    assert repo.git("log", "--format=%an %ae %at %ai", "-1") == (
        "Ada Test ada@example.com 1795511700 2026-11-24 09:15:00 +0000"
    )


def test_objects_by_any_name(repo: Repo) -> None:
    tip = repo.commit(**{"a b/c": "1"})
    with repo.open() as git:
        assert git.object("HEAD") == git.object("main") == git.object(tip)
        assert git.blob("HEAD:a b/c") == b"1"
        assert git.commit("main") == git.commit(tip[:10]) == git.commit("HEAD@{0}") == tip


@pytest.mark.parametrize(
    "spec", ["", "-h", "--batch", "nonsense", "HEAD:none", "HEAD:", "a\nHEAD", "HEAD\n", "\0", "x blob 3"]
)
def test_a_name_that_means_no_file_has_no_bytes(repo: Repo, spec: str) -> None:
    repo.commit(a="1")
    with repo.open() as git:
        assert git.blob(spec) is None
        assert git.blob("HEAD:a") == b"1"  # and the next question gets its own answer


def unreadable(repo: Repo, oid: str) -> None:
    """Take a loose object away: as where the disk fails, git says `missing` without another word."""
    (repo.path / ".git/objects" / oid[:2] / oid[2:]).unlink()


@pytest.mark.parametrize("name", ["HEAD:a/b.md", "HEAD:a", "HEAD^{tree}"])
def test_what_is_there_and_cannot_be_read_is_an_error_not_an_absence(repo: Repo, name: str) -> None:
    repo.commit(**{"a/b.md": "text\n"})
    oid = repo.git("rev-parse", name).strip()
    unreadable(repo, oid)
    with repo.open() as git:
        with pytest.raises(GitTrouble) as caught:
            git.blob("HEAD:a/b.md")
        assert oid in caught.value.text
        assert git.blob("HEAD:a.md") is None if name != "HEAD^{tree}" else True


def test_a_branch_whose_commit_cannot_be_read_is_not_an_empty_branch(repo: Repo) -> None:
    oid = repo.commit(a="1")
    unreadable(repo, oid)
    with repo.open() as git:
        for ask in (git.head, lambda: git.commit("HEAD"), lambda: git.blob("HEAD:a")):
            with pytest.raises(GitTrouble) as caught:
                ask()
            assert f"({oid}) cannot be read." in caught.value.text
            assert caught.value.remedy == "`git fsck` says what is damaged."


@pytest.mark.parametrize("rev", ["", "nonsense", "HEAD:a", "--all", "-n1", "HEAD\n", "f" * 40, "HEAD~7"])
def test_a_name_that_means_no_commit_is_not_found(repo: Repo, rev: str) -> None:
    repo.commit(a="1")
    with repo.open() as git, pytest.raises(NotFound):
        git.commit(rev)


def test_a_closed_repository_starts_again_when_asked(repo: Repo) -> None:
    repo.commit(a="1")
    git = repo.open()
    git.close()
    assert git.blob("HEAD:a") == b"1"
    git.close()
    git.close()


def test_a_missing_tree_is_an_error(repo: Repo) -> None:
    with repo.open() as git:
        assert git.tree(git.empty_tree) == []
        with pytest.raises(GitTrouble, match=r"the tree f+ is missing"):
            git.tree("f" * 40)


def test_a_tree_that_is_no_tree_is_an_error(repo: Repo) -> None:
    oid = repo.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", data=b"100644 without an end")
    with repo.open() as git, pytest.raises(GitTrouble, match=r"the tree [0-9a-f]+ is damaged"):
        git.tree(oid)


# --- two trees


def test_diff_tree_tells_every_kind_of_change(repo: Repo) -> None:
    old = repo.commit(**{"d/changed": "1", "gone": "2", "kind": "3", "run": "4", "same": "5", "é\nx": "6"})
    ids = {path: repo.git("rev-parse", f"HEAD:{path}") for path in ("d/changed", "gone", "kind", "run", "é\nx")}
    (repo.path / "gone").unlink()
    (repo.path / "kind").unlink()
    (repo.path / "kind").symlink_to("same")
    (repo.path / "run").chmod(0o755)
    (repo.path / "é\nx").rename(repo.path / "y")
    new = repo.commit(**{"d/changed": "7"})
    none = "0" * 40
    with repo.open() as git:
        assert git.diff_tree(old, new) == [
            Changed("M", "d/changed", ids["d/changed"], git.loose.name("blob", b"7"), "100644"),
            Changed("D", "gone", ids["gone"], none, "000000"),
            Changed("T", "kind", ids["kind"], git.loose.name("blob", b"same"), "120000"),
            Changed("M", "run", ids["run"], ids["run"], "100755"),
            Changed("A", "y", none, ids["é\nx"], "100644"),
            Changed("D", "é\nx", ids["é\nx"], none, "000000"),
        ]
        assert git.diff_tree(new, new) == []
        assert {one.status for one in git.diff_tree(git.empty_tree, new)} == {"A"}


def test_diff_tree_of_what_is_no_tree_is_an_error(repo: Repo) -> None:
    with repo.open() as git, pytest.raises(GitTrouble, match="git diff-tree"):
        git.diff_tree("--root", "HEAD")


# --- history


def test_log_gives_the_newest_first_and_by_file(repo: Repo) -> None:
    first = repo.commit("first", a="1")
    second = repo.commit("second", b="1")
    third = repo.commit("third", a="2")
    with repo.open() as git:
        assert [one.oid for one in git.log("HEAD")] == [third, second, first]
        assert [one.subject for one in git.history("a")] == ["third", "first"]
        assert [one.subject for one in git.history("a", first)] == ["first"]
        assert [one.oid for one in git.log(third, f"^{first}")] == [third, second]
        assert git.history("none") == []


def test_log_shows_what_a_merge_changed(repo: Repo) -> None:
    repo.commit("base", a="1")
    repo.git("checkout", "-q", "-b", "side")
    repo.commit("side", b="2")
    repo.git("checkout", "-q", "main")
    repo.commit("main", c="2")
    repo.git("merge", "-q", "--no-commit", "side")
    repo.commit("merge with a change", a="3")
    with repo.open() as git:
        assert [one.subject for one in git.history("a")] == ["merge with a change", "base"]
        assert len(next(git.log("HEAD")).parents) == 2


def test_a_wrong_clock_hides_nothing(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit("first", a="1")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "1970-01-02T00:00:00Z")
    repo.commit("second", a="2")
    with repo.open() as git:
        assert [one.subject for one in git.history("a")] == ["second", "first"]


# --- the swap


def test_swap_makes_a_branch_and_moves_it(repo: Repo) -> None:
    with repo.open() as git:
        first = commit_on(git, None, a="1")
        git.swap("refs/heads/main", first, None)
        second = commit_on(git, first, a="2")
        git.swap("refs/heads/main", second, first, reason="itil: A\nsecond\x00line")
        assert git.head().commit == second
    assert repo.git("log", "--format=%H") == f"{second}\n{first}"
    assert repo.git("log", "-g", "--format=%gs").split("\n")[0] == "itil: A second line"


def test_swap_refuses_where_the_branch_has_moved(repo: Repo) -> None:
    first = repo.commit("first")
    second = repo.commit("second")
    with repo.open() as git:
        new = commit_on(git, first, a="1")
        with pytest.raises(GitTrouble) as caught:
            git.swap("refs/heads/main", new, first)
        assert git.head().commit == second
    assert caught.value.code == "moved"
    assert str(caught.value) == f"main moved to {second[:10]} meanwhile; nothing has changed. Run the command again."


def test_swap_refuses_where_the_branch_should_not_be(repo: Repo) -> None:
    tip = repo.commit()
    with repo.open() as git, pytest.raises(GitTrouble, match=f"main moved to {tip[:10]} meanwhile"):
        git.swap("refs/heads/main", commit_on(git, None, a="1"), None)


def test_swap_refuses_where_the_branch_is_gone(repo: Repo) -> None:
    tip = repo.commit()
    repo.git("checkout", "-q", "--detach")
    repo.git("branch", "-q", "-D", "main")
    with repo.open() as git, pytest.raises(GitTrouble, match="main moved to nothing meanwhile"):
        git.swap("refs/heads/main", commit_on(git, tip, a="1"), tip)


def test_swap_refuses_what_is_no_commit(repo: Repo) -> None:
    tip = repo.commit(a="1")
    with repo.open() as git:
        for new in ("f" * 40, git.loose.write("blob", b"x")):
            with pytest.raises(GitTrouble, match="git update-ref"):
                git.swap("refs/heads/main", new, tip)
        assert git.head().commit == tip


@pytest.mark.parametrize("lock", ["refs/heads/main.lock", "HEAD.lock"])
def test_a_stale_lock_of_the_branch_is_named_with_its_age(repo: Repo, quick_locks: None, lock: str) -> None:
    tip = repo.commit()
    file = repo.write(f".git/{lock}", b"")
    age(file, 3600)
    with repo.open() as git:
        with pytest.raises(GitTrouble) as caught:
            git.swap("refs/heads/main", commit_on(git, tip, a="1"), tip)
        assert git.head().commit == tip
    assert caught.value.code == "lock"
    said = str(caught.value)
    assert said.startswith(f"{file} has been there for 36")
    assert said.endswith(" s. Nothing has changed. If no git is at work, `itil doctor --break-locks` removes it.")
    assert file.exists()


def test_a_git_that_was_killed_after_the_swap_has_done_it(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    tip = repo.commit()
    with repo.open() as git:
        real = git.run

        def killed(*words: str, input: bytes | None = None) -> bytes:
            real(*words, input=input)
            raise GitTrouble("git update-ref was killed by signal 9.")

        new = commit_on(git, tip, a="1")
        monkeypatch.setattr(git, "run", killed)
        git.swap("refs/heads/main", new, tip)
        assert git.head().commit == new


def test_any_other_trouble_comes_in_git_s_words(repo: Repo) -> None:
    tip = repo.commit()
    with repo.open() as git, pytest.raises(GitTrouble, match=r"git update-ref: .*refs/heads/main/x"):
        git.swap("refs/heads/main/x", commit_on(git, tip, a="1"), None)


def test_the_branch_is_made_durable(repo: Repo) -> None:
    """By default git does not fsync a ref."""
    with repo.open() as git:
        assert git.run("config", "core.fsync") == b"committed,reference\n"


def test_the_age_of_a_lock_that_just_went_is_nothing(tmp_path: Path) -> None:
    assert "has been there for 0 s" in str(repository.stale_lock(tmp_path / "gone.lock", "x"))
