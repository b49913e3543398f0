"""Reading many files of a commit at once gives what reading each by itself does."""

from __future__ import annotations

from pathlib import Path

import pytest
from repo import Repo

from itil_cli.store.snapshot import MANY, Snapshot


@pytest.mark.parametrize("count", [0, 1, MANY - 1, MANY, 3 * MANY])
def test_many_files_are_read_as_each_is(count: int, tmp_path: Path) -> None:
    repo = Repo(tmp_path / "r")
    repo.git("config", "user.name", "Ada")
    repo.git("config", "user.email", "ada@example.com")
    paths = [f"deliveries/incidents/2026/{place % (MANY + 7):02d}/ä {place}" for place in range(3 * MANY)]
    for place, path in enumerate(paths):
        repo.write(path, f"{place}\n".encode())
    repo.commit()
    wanted = [*paths[:count], "deliveries/incidents/2026", "deliveries/none/INC", "none"]
    with repo.open() as git:
        head = git.head().commit
        assert head
        snapshot = Snapshot(git, head, is_head=True)
        one_by_one = {path: data for path in wanted if (data := snapshot.read(path)) is not None}
        assert snapshot.read_many(wanted) == one_by_one and len(one_by_one) == count
