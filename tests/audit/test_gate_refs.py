"""The gate judges what a push brings to its branch, whichever other refs of the server have it already."""

from __future__ import annotations

import time

import pytest

from itil_cli.errors import GitTrouble
from itil_cli.store.gate.guard import Push, judge
from itil_cli.store.git.repository import Git
from tests.audit.hub import Hub, codes, git
from tests.audit.test_tamperings import with_data

pytestmark = pytest.mark.slow


def test_a_commit_that_another_ref_of_the_server_has_is_judged_all_the_same(hub: Hub) -> None:
    hub.alter(hub.jam, 1, with_data(impact="low"))
    commit = hub.commit(at=int(time.time()))
    git(hub.bare, "fetch", "-q", str(hub.work), "HEAD:refs/heads/side")
    before = git(hub.bare, "rev-parse", "main")
    assert "error[event-changed]" in hub.push()
    assert git(hub.bare, "rev-parse", "main") == before
    with Git(hub.bare) as bare:
        found = [one.code for one in judge(bare, [Push(before, commit, "refs/heads/main")])]
    assert found == ["event-changed"]
    assert codes(hub.audit()["findings"], commit) == {"event-changed"}


def test_trees_that_hold_each_other_are_not_walked_to_their_end(hub: Hub) -> None:
    """Twenty trees of ten times the next one: no machine has room for their names."""
    oid = git(hub.work, "hash-object", "-w", "--stdin", data=b"x")
    mode, kind = "100644", "blob"
    for _ in range(20):
        listed = "".join(f"{mode} {kind} {oid}\t{name}\n" for name in "abcdefghij")
        oid = git(hub.work, "mktree", data=listed.encode())
        mode, kind = "040000", "tree"
    there = git(hub.work, "ls-tree", "HEAD") + "\n"
    tree = git(hub.work, "mktree", data=f"{there}040000 tree {oid}\treports\n".encode())
    commit = git(hub.work, "commit-tree", "-p", "HEAD", "-m", "x", tree, **hub.stamp("ada", int(time.time())))
    git(hub.work, "update-ref", "refs/heads/main", commit)
    pushed = " ".join(hub.push().replace("remote: ", "").split())
    assert "error[size]: the tree " in pushed
    assert "files, more than 500,000." in pushed


def test_a_commit_of_too_many_files_is_not_judged(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from itil_cli.store.ledger import compared, walk

    monkeypatch.setattr(compared, "MOST", 2)  # `init` writes three files
    root = git(hub.work, "rev-list", "--max-parents=0", "HEAD")
    said = f"the commit {root[:10]} changes more than 2 files, which no command does."
    with Git(hub.work) as opened, pytest.raises(GitTrouble, match=said):
        list(walk.Walk(opened, walk.listed(opened, opened.commit("HEAD")), lambda path: False))
