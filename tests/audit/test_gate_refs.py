"""The gate judges what a push brings to its branch, whichever other refs of the server have it already."""

from __future__ import annotations

import time

import pytest

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
