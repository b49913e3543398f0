"""After the branch has moved: file and index follow, what is the user's stays, what was interrupted is completed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from repo import ADA, Repo

from itil_cli.errors import GitTrouble
from itil_cli.store.checkout import following
from itil_cli.store.checkout.following import Following
from itil_cli.store.checkout.journal import Journal, Step
from itil_cli.store.git import entries
from itil_cli.store.git.repository import Git

A, B = "incidents/a.md", "incidents/b.md"


@pytest.fixture
def store(repo: Repo) -> Repo:
    """A repository with a file, and a folder for the journal."""
    repo.commit(**{A: "1"})
    (repo.path / ".git/itil").mkdir()
    return repo


def folder(store: Repo) -> Path:
    return store.path / ".git/itil"


def steps_for(git: Git, **files: bytes | None) -> list[Step]:
    """What a commit of these files on HEAD owes."""
    steps = []
    for path, data in files.items():
        held = git.object(f"HEAD:{path}")
        new = None if data is None else git.loose.write("blob", data)
        steps.append(Step(str(git.worktree), str(git.git_dir), path, (held[0] if held else None,), new))
    return steps


def swap(git: Git, steps: list[Step]) -> str:
    """Move the branch to where the steps lead."""
    head = git.head()
    assert head.ref and head.commit
    tree = git.edit_tree(head.commit, {step.path: step.new for step in steps})
    new = git.commit_tree(tree, [head.commit], "x\n", ADA, ADA)
    git.loose.settle()
    git.swap(head.ref, new, head.commit)
    return new


def carried_out(git: Git, follow: Following, **files: bytes | None) -> None:
    steps = steps_for(git, **files)
    follow.owe(steps)
    swap(git, steps)
    follow.follow(steps)


def journal(store: Repo) -> list[Step]:
    return Journal(folder(store)).load()


def recovered(store: Repo) -> list[str]:
    """What the next command completes, and what it says."""
    with store.open() as git:
        follow = Following(git, folder(store))
        follow.recover()
        return follow.notes


# --- the plain way


def test_files_and_entries_follow_and_the_journal_is_empty(store: Repo) -> None:
    with store.open() as git:
        follow = Following(git, folder(store))
        carried_out(git, follow, **{A: b"2", B: b"new"})
        assert len(journal(store)) == 2
        follow.settle()
        assert follow.notes == [] and follow.owed == []
    assert store.clean() and journal(store) == []
    assert (store.path / B).read_bytes() == b"new"


def test_a_removed_file_goes_from_both(store: Repo) -> None:
    store.commit(**{B: "1"})
    with store.open() as git:
        follow = Following(git, folder(store))
        carried_out(git, follow, **{A: None})
        follow.settle()
    assert store.clean() and not (store.path / A).exists()


def test_several_commits_on_one_file_are_one_entry_at_the_end(store: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[object] = []
    real = entries.set_entries
    monkeypatch.setattr(entries, "set_entries", lambda git, what: (calls.append(what), real(git, what)))
    with store.open() as git:
        follow = Following(git, folder(store))
        for number in range(5):
            carried_out(git, follow, **{A: b"v%d" % number, f"incidents/{number}.md": b"x"})
            assert (store.path / A).read_bytes() == b"v%d" % number
        assert calls == []
        follow.settle()
    assert len(calls) == 1
    assert store.clean() and journal(store) == []


def test_many_steps_are_settled_in_between(store: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "MOST", 3)
    with store.open() as git:
        follow = Following(git, folder(store))
        for number in range(4):
            carried_out(git, follow, **{f"incidents/{number}.md": b"x"})
        assert len(follow.owed) == len(journal(store)) == 1
        follow.settle()
    assert store.clean()


def test_an_executable_file_stays_one(store: Repo) -> None:
    (store.path / A).chmod(0o755)
    store.commit()
    with store.open() as git:
        follow = Following(git, folder(store))
        carried_out(git, follow, **{A: b"2"})
        follow.settle()
    assert store.clean()


# --- what is the user's


def test_a_file_that_the_user_changed_meanwhile_stays(store: Repo) -> None:
    with store.open() as git:
        follow = Following(git, folder(store))
        steps = steps_for(git, **{A: b"2"})
        follow.owe(steps)
        store.write(A, "mine")
        swap(git, steps)
        follow.follow(steps)
        follow.settle()
    assert (store.path / A).read_bytes() == b"mine"
    assert store.git("status", "--porcelain") == f" M {A}"
    assert journal(store) == []


def test_what_the_user_staged_meanwhile_stays(store: Repo) -> None:
    with store.open() as git:
        follow = Following(git, folder(store))
        steps = steps_for(git, **{A: b"2"})
        follow.owe(steps)
        store.write(A, "mine")
        store.git("add", A)
        swap(git, steps)
        follow.follow(steps)
        follow.settle()
    assert store.git("status", "--porcelain") == f"M  {A}"


def test_a_file_that_the_user_deleted_meanwhile_stays_deleted(store: Repo) -> None:
    with store.open() as git:
        follow = Following(git, folder(store))
        steps = steps_for(git, **{A: b"2"})
        follow.owe(steps)
        (store.path / A).unlink()
        swap(git, steps)
        follow.follow(steps)
        follow.settle()
    assert store.git("status", "--porcelain") == f" D {A}"


def test_a_file_of_the_user_s_where_a_new_one_belongs_stays(store: Repo) -> None:
    with store.open() as git:
        follow = Following(git, folder(store))
        steps = steps_for(git, **{B: b"2"})
        follow.owe(steps)
        store.write(B, "mine")
        swap(git, steps)
        follow.follow(steps)
        follow.settle()
    assert (store.path / B).read_bytes() == b"mine"


# --- what stands in the way


def test_a_stale_index_lock_leaves_the_entries_for_later(store: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "WAIT", 0.0)
    lock = store.write(".git/index.lock", b"")
    with store.open() as git:
        follow = Following(git, folder(store))
        carried_out(git, follow, **{A: b"2"})
        follow.settle()
        assert len(follow.notes) == 1
        assert follow.notes[0].startswith("committed; the work tree follows with the next command (")
        assert f"{lock} has been there for" in follow.notes[0]
        follow.settle()
        assert len(follow.notes) == 1
    assert (store.path / A).read_bytes() == b"2"
    assert [(one.file, one.index) for one in journal(store)] == [(False, True)]
    assert len(recovered(store)) == 1
    lock.unlink()
    assert recovered(store) == []
    assert store.clean() and journal(store) == []


def test_a_file_that_was_done_is_not_done_again_while_its_entry_is_owed(
    store: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user may have gone back to the old text by hand."""
    monkeypatch.setattr(entries, "WAIT", 0.0)
    lock = store.write(".git/index.lock", b"")
    with store.open() as git:
        follow = Following(git, folder(store))
        carried_out(git, follow, **{A: b"2"})
        follow.settle()
    store.write(A, "1")
    lock.unlink()
    assert recovered(store) == []
    assert (store.path / A).read_bytes() == b"1"
    assert store.git("status", "--porcelain") == f" M {A}"


def test_a_link_in_the_file_s_place_is_noted_and_tried_again(store: Repo, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"1")
    with store.open() as git:
        follow = Following(git, folder(store))
        steps = steps_for(git, **{A: b"2", B: b"3"})
        follow.owe(steps)
        (store.path / A).unlink()
        (store.path / A).symlink_to(victim)
        swap(git, steps)
        follow.follow(steps)
        follow.settle()
        assert "is a symbolic link" in follow.notes[0]
    assert victim.read_bytes() == b"1"
    assert (store.path / B).read_bytes() == b"3"
    assert [(one.path, one.file, one.index) for one in journal(store)] == [(A, True, False)]
    (store.path / A).unlink()
    store.write(A, "1")
    assert recovered(store) == []
    assert store.clean()


def test_a_journal_that_cannot_be_written_stops_before_the_branch_moves(store: Repo) -> None:
    with store.open() as git:
        follow = Following(git, folder(store))
        (folder(store) / "journal").mkdir()
        with pytest.raises(GitTrouble):
            follow.owe(steps_for(git, **{A: b"2"}))


# --- what was interrupted


def test_nothing_owed_is_nothing_done(store: Repo) -> None:
    assert recovered(store) == []
    assert not (folder(store) / "journal").exists()


def test_killed_before_the_branch_moved_nothing_has_changed(store: Repo) -> None:
    with store.open() as git:
        Following(git, folder(store)).owe(steps_for(git, **{A: b"2", B: b"3"}))
    assert recovered(store) == []
    assert store.clean() and journal(store) == []
    assert (store.path / A).read_bytes() == b"1" and not (store.path / B).exists()


def test_killed_after_the_branch_moved_the_next_command_completes_it(store: Repo) -> None:
    with store.open() as git:
        steps = steps_for(git, **{A: b"2", B: b"3"})
        Following(git, folder(store)).owe(steps)
        swap(git, steps)
    assert not store.clean()
    assert recovered(store) == []
    assert store.clean() and journal(store) == []


def test_killed_between_file_and_entry_the_next_command_completes_it(store: Repo) -> None:
    with store.open() as git:
        follow = Following(git, folder(store))
        carried_out(git, follow, **{A: b"2", B: b"3"})
    assert recovered(store) == []
    assert store.clean()


def test_interrupted_after_the_branch_moved_the_next_command_completes_it(store: Repo) -> None:
    """Ctrl-C reaches the program between the swap and the files; the transaction still settles."""
    with store.open() as git:
        follow = Following(git, folder(store))
        steps = steps_for(git, **{A: b"2", B: b"new"})
        follow.owe(steps)
        swap(git, steps)
        follow.settle()
    assert journal(store) == steps
    assert recovered(store) == []
    assert journal(store) == [] and store.git("status", "--porcelain") == ""


@pytest.mark.parametrize("trouble", [KeyboardInterrupt(), OSError(5, "Input/output error")])
def test_interrupted_between_two_files_the_next_command_completes_it(
    store: Repo, trouble: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = following.bring

    def bring(git: Git, step: Step, aside: Path) -> None:
        if step.path == B:
            raise trouble
        real(git, step, aside)

    with store.open() as git, monkeypatch.context() as patch:
        patch.setattr(following, "bring", bring)
        follow = Following(git, folder(store))
        try:
            carried_out(git, follow, **{A: b"2", B: b"new"})
        except KeyboardInterrupt:
            assert follow.notes == []
        else:
            assert follow.notes == ["committed; the work tree follows with the next command (Input/output error)."]
        follow.settle()
    assert [step.path for step in journal(store)] == [B]
    assert recovered(store) == []
    assert journal(store) == [] and store.git("status", "--porcelain") == ""


def test_killed_in_a_second_commit_the_first_is_completed(store: Repo) -> None:
    """The journal then holds a step that was never committed, on a file whose entry is still owed."""
    with store.open() as git:
        follow = Following(git, folder(store))
        carried_out(git, follow, **{A: b"2"})
        follow.owe(steps_for(git, **{A: b"3", B: b"4"}))
    assert recovered(store) == []
    assert store.clean() and journal(store) == []
    assert (store.path / A).read_bytes() == b"2" and not (store.path / B).exists()


def test_killed_in_the_third_of_three_commits_the_second_is_completed(store: Repo) -> None:
    with store.open() as git:
        follow = Following(git, folder(store))
        carried_out(git, follow, **{A: b"2"})
        steps = steps_for(git, **{A: b"3"})
        follow.owe(steps)
        swap(git, steps)
    assert recovered(store) == []
    assert store.clean() and (store.path / A).read_bytes() == b"3"


def test_back_and_forth_ends_where_head_is(store: Repo) -> None:
    with store.open() as git:
        follow = Following(git, folder(store))
        carried_out(git, follow, **{A: b"2"})
        carried_out(git, follow, **{A: b"1"})
        carried_out(git, follow, **{A: b"2"})
    assert recovered(store) == []
    assert store.clean()


def test_a_command_after_the_user_moved_on_leaves_his_files(store: Repo) -> None:
    with store.open() as git:
        steps = steps_for(git, **{A: b"2"})
        Following(git, folder(store)).owe(steps)
        swap(git, steps)
    store.git("reset", "-q", "--hard", "HEAD^")
    assert recovered(store) == []
    assert store.clean() and (store.path / A).read_bytes() == b"1"


def test_what_a_swap_that_failed_left_behind_is_dropped(store: Repo) -> None:
    with store.open() as git:
        follow = Following(git, folder(store))
        follow.owe(steps_for(git, **{A: b"2"}))
        follow.settle()
    assert recovered(store) == []
    assert journal(store) == [] and store.clean() and (store.path / A).read_bytes() == b"1"


# --- several worktrees


@pytest.fixture
def side(store: Repo, tmp_path: Path) -> Path:
    store.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    return tmp_path / "side"


def interrupt(place: Path, store: Repo) -> None:
    with Git(place) as git:
        steps = steps_for(git, **{A: b"2"})
        Following(git, folder(store)).owe(steps)
        swap(git, steps)


def status(place: Path) -> str:
    with Git(place) as git:
        return git.run("status", "--porcelain").decode()


def test_what_another_worktree_owes_is_done_there(store: Repo, side: Path) -> None:
    interrupt(side, store)
    assert status(side) != ""
    assert recovered(store) == []
    assert status(side) == "" and store.clean() and journal(store) == []
    assert (side / A).read_bytes() == b"2" and (store.path / A).read_bytes() == b"1"


def test_what_a_removed_worktree_owes_is_dropped(store: Repo, side: Path) -> None:
    interrupt(side, store)
    store.git("worktree", "remove", "--force", str(side))
    assert recovered(store) == []
    assert journal(store) == []


def test_what_a_worktree_owes_that_is_out_of_reach_is_kept(store: Repo, side: Path) -> None:
    interrupt(side, store)
    side.rename(side.with_name("away"))
    assert recovered(store) == []
    assert len(journal(store)) == 1
    with store.open() as git:
        follow = Following(git, folder(store))
        follow.recover()
        carried_out(git, follow, **{B: b"3"})
        follow.settle()
    assert store.clean() and len(journal(store)) == 1
    side.with_name("away").rename(side)
    assert recovered(store) == []
    assert status(side) == "" and journal(store) == []


# --- sparse checkouts


def test_what_is_not_checked_out_is_not_written_and_stays_so(store: Repo) -> None:
    store.commit(**{"keep/x": "1"})
    store.git("sparse-checkout", "set", "keep")
    assert not (store.path / A).exists()
    with store.open() as git:
        follow = Following(git, folder(store))
        steps = [replace(step, file=False) for step in steps_for(git, **{A: b"2"})]
        follow.owe(steps)
        swap(git, steps)
        follow.follow(steps)
        follow.settle()
    assert not (store.path / A).exists()
    assert store.clean()
    assert store.git("ls-files", "-t", A) == f"S {A}"
