"""What is made in a repository that a group shares has the group's permissions, as git's own files have."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from repo import Repo
from shell import Shell

from itil_cli.cli.main import run
from itil_cli.store.git.sharing import share, shared_bits


@pytest.fixture(autouse=True)
def private() -> Iterator[None]:
    """A user whose own files nobody else may read."""
    before = os.umask(0o077)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(
    ("value", "bits"),
    [
        ("group", 0o660), ("true", 0o660), ("1", 0o660), ("all", 0o664), ("world", 0o664), ("everybody", 0o664),
        ("2", 0o664), ("0640", 0o640), ("0660", 0o660), ("umask", 0), ("false", 0), ("0", 0), ("nonsense", 0),
    ],
)  # fmt: skip
def test_the_setting_in_any_of_git_s_words(value: str, bits: int) -> None:
    assert shared_bits({"core.sharedrepository": value}) == bits


def test_what_git_makes_and_what_we_make_have_the_same_permissions(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "shared", "--shared=group")
    repo.commit(a="1")
    with repo.open() as git:
        ours = git.write_object("blob", b"ours")
    theirs = repo.blob(b"theirs")
    objects = repo.path / ".git/objects"
    for name in (lambda oid: objects / oid[:2], lambda oid: objects / oid[:2] / oid[2:]):
        assert mode(name(ours)) == mode(name(theirs))
    assert mode(objects / ours[:2] / ours[2:]) == 0o440


def test_lock_and_journal_are_the_groups_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = tmp_path / "shop"
    repo = Repo(store, "--shared=group")
    assert run(["init", str(store)]) == 0
    Shell(store, capsys).id("log", "-t", "x")
    folder = repo.path / ".git/itil"
    assert mode(folder) & 0o2770 == 0o2770
    assert mode(folder / "lock") & 0o660 == 0o660
    assert mode(folder / "journal") & 0o660 == 0o660


def test_one_person_s_repository_stays_his(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = tmp_path / "shop"
    assert run(["init", str(store)]) == 0
    Shell(store, capsys).id("log", "-t", "x")
    assert mode(store / ".git/itil/lock") == 0o600


def test_what_is_gone_or_a_link_is_left_alone(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("x")
    (tmp_path / "link").symlink_to(victim)
    share(str(tmp_path / "link"), 0o664)
    share(str(tmp_path / "gone"), 0o664)
    assert mode(victim) == 0o600
