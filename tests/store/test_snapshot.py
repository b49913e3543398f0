"""Reading many files of a commit at once gives what reading each by itself does."""

from __future__ import annotations

from pathlib import Path

import pytest
from repo import Repo

from itil_cli.store.git.process import Objects
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


def test_what_git_calls_missing_once_is_read_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """git says `missing` of what it cannot read, too: a store without people would let nobody do anything."""
    repo = Repo(tmp_path / "r")
    repo.commit(**{"people.yaml": "people: [{email: ada@example.com, name: Ada, roles: [support]}]\n"})
    asked: list[str] = []
    get = Objects.get

    def first_time_missing(self: Objects, spec: str) -> tuple[str, str, bytes] | None:
        asked.append(spec)
        return None if asked.count(spec) == 1 and spec.endswith(".yaml") else get(self, spec)

    with repo.open() as git:
        head = git.head().commit
        assert head
        monkeypatch.setattr(Objects, "get", first_time_missing)
        snapshot = Snapshot(git, head, is_head=True, use_index=False)
        assert [one.name for one in snapshot.people.all()] == ["Ada"]
        assert snapshot.has("people.yaml") and not snapshot.has("services.yaml")
    assert f"{head}:people.yaml" in asked
