"""Files of the work tree: never through a link, never a wait, never over what somebody changed."""

from __future__ import annotations

import errno
import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from itil_cli.errors import GitTrouble
from itil_cli.store.checkout import worktree
from itil_cli.store.checkout.worktree import Found, look, put, remove

PATH = "incidents/2026/11/24/INC-20261124-7KQF2.md"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


@pytest.fixture
def aside(tmp_path: Path) -> Path:
    (tmp_path / "git").mkdir()
    return tmp_path / "git" / "tmp"


def lay(root: Path, data: bytes = b"old") -> Path:
    file = root / PATH
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file


# --- plain files


def test_a_file_is_looked_at_put_and_removed(root: Path, aside: Path) -> None:
    assert look(root, PATH) == Found(None)
    put(root, PATH, b"new", Found(None), aside)
    seen = look(root, PATH)
    assert seen.data == b"new" and not seen.executable
    put(root, PATH, b"newer", seen, aside)
    assert look(root, PATH).data == b"newer"
    remove(root, PATH, look(root, PATH))
    assert look(root, PATH) == Found(None)
    assert not aside.exists()


def test_a_file_at_the_root_needs_no_folder(root: Path, aside: Path) -> None:
    put(root, "itil.yaml", b"x", Found(None), aside)
    assert (root / "itil.yaml").read_bytes() == b"x"


def test_a_new_file_has_the_user_s_mode_and_an_executable_one_stays_so(root: Path, aside: Path) -> None:
    before = os.umask(0o027)
    try:
        put(root, PATH, b"new", Found(None), aside)
        assert stat.S_IMODE((root / PATH).stat().st_mode) == 0o640
        (root / PATH).chmod(0o755)
        put(root, PATH, b"newer", look(root, PATH), aside)
        assert stat.S_IMODE((root / PATH).stat().st_mode) == 0o750
    finally:
        os.umask(before)


def test_removing_what_is_gone_is_done_already(root: Path) -> None:
    remove(root, PATH, Found(None))
    lay(root).unlink()
    remove(root, PATH, Found(None))


def test_a_leftover_of_a_killed_command_is_replaced(root: Path, aside: Path) -> None:
    aside.write_bytes(b"half")
    put(root, PATH, b"new", Found(None), aside)
    assert (root / PATH).read_bytes() == b"new"


def test_the_root_may_be_reached_by_a_link(root: Path, aside: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(root)
    put(tmp_path / "link", PATH, b"new", Found(None), aside)
    assert (root / PATH).read_bytes() == b"new"


# --- what is no plain file


def make_link(place: Path, victim: Path) -> None:
    place.symlink_to(victim)


def make_dangling_link(place: Path, victim: Path) -> None:
    place.symlink_to(victim.parent / "nowhere")


def make_hard_link(place: Path, victim: Path) -> None:
    os.link(victim, place)


def make_fifo(place: Path, victim: Path) -> None:
    os.mkfifo(place)


def make_folder(place: Path, victim: Path) -> None:
    place.mkdir()


def make_socket(place: Path, victim: Path) -> None:
    here = Path.cwd()
    os.chdir(place.parent)  # a socket's name must be short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(place.name)
    finally:
        os.chdir(here)


def make_device(place: Path, victim: Path) -> None:
    try:
        os.mknod(place, stat.S_IFCHR | 0o666, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("devices cannot be made here")


STRANGE: dict[str, Callable[[Path, Path], None]] = {
    "a symbolic link": make_link,
    "a symbolic link ": make_dangling_link,
    "a file with several names (hard links)": make_hard_link,
    "a FIFO": make_fifo,
    "a folder": make_folder,
    "a socket": make_socket,
    "a device": make_device,
}


@pytest.mark.parametrize("kind", STRANGE)
def test_what_is_no_plain_file_is_refused_and_its_victim_unchanged(
    root: Path, aside: Path, tmp_path: Path, kind: str
) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine")
    place = lay(root)
    seen = look(root, PATH)
    place.unlink()
    STRANGE[kind](place, victim)
    with pytest.raises(GitTrouble) as caught:
        look(root, PATH)
    assert str(caught.value) == (
        f"{PATH} is {kind.strip()}, where a plain file belongs. Remove it, then `git checkout -- {PATH}`."
    )
    assert caught.value.code == "file-kind"
    for seen_before in (seen, Found(None)):
        with pytest.raises(GitTrouble, match="changed meanwhile"):
            put(root, PATH, b"new", seen_before, aside)
        with pytest.raises(GitTrouble, match="changed meanwhile"):
            remove(root, PATH, seen_before)
    assert victim.read_bytes() == b"mine"
    assert os.path.lexists(place)
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("level", range(4))
@pytest.mark.parametrize("what", ["link", "file", "fifo"])
def test_a_folder_on_the_way_that_is_none_is_refused(
    root: Path, aside: Path, tmp_path: Path, level: int, what: str
) -> None:
    outside = tmp_path / "outside"
    (outside / "2026/11/24").mkdir(parents=True)
    (outside / "11/24").mkdir(parents=True)
    (outside / "24").mkdir(parents=True)
    for folder in ("2026/11/24", "11/24", "24", "."):
        (outside / folder / Path(PATH).name).write_bytes(b"mine")
    place = root.joinpath(*PATH.split("/")[: level + 1])
    place.parent.mkdir(parents=True, exist_ok=True)
    if what == "link":
        place.symlink_to(outside)
    elif what == "file":
        place.write_bytes(b"x")
    else:
        os.mkfifo(place)
    for act in (
        lambda: look(root, PATH),
        lambda: put(root, PATH, b"new", Found(None), aside),
        lambda: remove(root, PATH, Found(b"mine")),
    ):
        with pytest.raises(GitTrouble) as caught:
            act()
        assert str(caught.value) == (
            f"{PATH}: a folder on the way is a link or a file. Put a plain folder in its place."
        )
    assert {file.read_bytes() for file in outside.rglob("*.md")} == {b"mine"}


def test_a_fifo_that_takes_the_file_s_place_while_we_look_does_not_stop_us(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = lay(root)
    real = os.stat

    def swapped(*words: object, **more: object) -> os.stat_result:
        monkeypatch.undo()
        found = real(*words, **more)  # type: ignore[arg-type]
        place.unlink()
        os.mkfifo(place)
        return found

    monkeypatch.setattr(os, "stat", swapped)
    with pytest.raises(GitTrouble, match="is a FIFO, where a plain file belongs"):
        look(root, PATH)


# --- what changed meanwhile


def edit(file: Path) -> None:
    file.write_bytes(b"theirs")


def replace_by_equal(file: Path) -> None:
    other = file.with_name("other")
    other.write_bytes(file.read_bytes())
    other.rename(file)


@pytest.mark.parametrize("change", [edit, replace_by_equal, Path.unlink])
def test_a_file_that_changed_since_it_was_looked_at_stays(
    root: Path, aside: Path, change: Callable[[Path], None]
) -> None:
    file = lay(root)
    seen = look(root, PATH)
    change(file)
    after = file.read_bytes() if file.exists() else None
    with pytest.raises(GitTrouble, match=r"changed meanwhile\. It was left as it is\."):
        put(root, PATH, b"ours", seen, aside)
    if after is not None:
        with pytest.raises(GitTrouble, match="changed meanwhile"):
            remove(root, PATH, seen)
    assert (file.read_bytes() if file.exists() else None) == after


def test_a_file_that_appeared_since_stays(root: Path, aside: Path) -> None:
    file = lay(root, b"theirs")
    with pytest.raises(GitTrouble, match="changed meanwhile"):
        put(root, PATH, b"ours", Found(None), aside)
    assert file.read_bytes() == b"theirs"


# --- trouble with the disk


def test_short_writes_are_gone_on_with(root: Path, aside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, rest: real(handle, bytes(rest)[:3]))
    put(root, PATH, b"a longer text", Found(None), aside)
    assert (root / PATH).read_bytes() == b"a longer text"


@pytest.mark.parametrize("call", ["write", "fsync", "rename", "mkdir"])
def test_a_disk_that_fails_leaves_the_old_file(
    root: Path, aside: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def fails(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    file = lay(root)
    seen = look(root, PATH)
    monkeypatch.setattr(os, call, fails)
    if call != "mkdir":  # the folders are there
        with pytest.raises(GitTrouble, match=f"^{PATH}: No space left on device\\.$"):
            put(root, PATH, b"new", seen, aside)
        assert file.read_bytes() == b"old"
    with pytest.raises(GitTrouble, match="No space left on device"):
        put(root, "incidents/2027/01/01/INC-20270101-7KQF2.md", b"new", Found(None), aside)


def test_a_git_directory_on_another_file_system_will_do(
    root: Path, aside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.rename

    def apart(old: object, new: object, **more: object) -> None:
        if str(old) == str(aside):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        real(old, new, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "rename", apart)
    file = lay(root)
    put(root, PATH, b"new", look(root, PATH), aside)
    assert file.read_bytes() == b"new"
    assert [one.name for one in file.parent.iterdir()] == [file.name]


def test_what_may_not_be_read_is_named(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(root)
    real = os.open

    def denied(path: str, *words: int, **more: int) -> int:
        if str(path).endswith(".md"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path, *words, **more)

    monkeypatch.setattr(worktree.os, "open", denied)
    with pytest.raises(GitTrouble, match=f"^{PATH}: Permission denied\\.$"):
        look(root, PATH)


def test_many_are_read_at_once_and_what_is_no_plain_file_reads_as_absent(root: Path) -> None:
    lay(root)
    (root / "a").mkdir()
    (root / "a/link.md").symlink_to(root / PATH)
    (root / "a/one.md").write_bytes(b"one")
    (root / "a/dir.md").mkdir()
    (root / "away").symlink_to(root / "a")
    (root / "top.md").write_bytes(b"top")
    wanted = [PATH, "a/one.md", "a/link.md", "a/dir.md", "a/none.md", "b/none.md", "away/one.md", "top.md"]
    found = dict(worktree.read_many(root, wanted))
    assert {path: one.data for path, one in found.items() if one.data is not None} == {
        PATH: b"old",
        "a/one.md": b"one",
        "top.md": b"top",
    }
    assert set(found) == set(wanted)
