"""A machine that stands in the way: full, read-only, short of files, other locales, other outputs (promise 1).

Each row: the command says what is wrong and exits with 6, or works; nothing is lost, and the next command works.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.ground import ITIL, NOW, Shop, answer, git, shown, under
from tests.faults.injecting import STRACE, can_trace

pytestmark = pytest.mark.slow
PRLIMIT, SETPRIV = shutil.which("prlimit"), shutil.which("setpriv")
needs_prlimit = pytest.mark.skipif(PRLIMIT is None, reason="prlimit is not on this machine")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def refused(done: subprocess.CompletedProcess[str], where: object) -> bool:
    """Whether it was refused as it should be: exit 6, in words."""
    said = f"{where}: exit {done.returncode}\n{done.stderr}"
    assert done.returncode in (0, 6) and "Traceback" not in done.stderr and "our bug" not in done.stderr, said
    assert done.returncode == 0 or done.stderr.startswith("error["), said
    return done.returncode == 6


@contextmanager
def mounted(place: Path, *words: str) -> Iterator[None]:
    """A file system at `place` for a while."""
    place.mkdir(exist_ok=True)
    made = subprocess.run(["mount", *words, str(place)], capture_output=True)
    if made.returncode:
        pytest.skip("mounting is not allowed on this machine")
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)


@needs_prlimit
def test_files_that_may_not_grow(shop: Shop) -> None:
    codes = set()
    for size in (0, 1, 40, 200, 400, 800, 1200, 2000, 4096, 16384):
        store = shop.copy()
        done = under([str(PRLIMIT), f"--fsize={size}"], store, *shop.resolve)
        codes.add(refused(done, size))
        assert shop.judge(store, str(size)) or done.returncode
    assert codes == {True, False}


@needs_prlimit
def test_too_few_open_files(shop: Shop) -> None:
    codes = set()
    for most in (7, 8, 9, 10, 11, 12, 14, 16, 20, 32):
        store = shop.copy()
        done = under([str(PRLIMIT), f"--nofile={most}"], store, *shop.resolve)
        codes.add(refused(done, most))
        assert shop.judge(store, str(most)) or done.returncode
    assert codes == {True, False}


def test_a_disk_that_is_full_at_eighteen_sizes(shop: Shop) -> None:
    place, codes = shop.folder / "small", set()
    for free in range(0, 18 * 4096, 4096):
        with mounted(place, "-t", "tmpfs", "-o", "size=4m", "tmpfs"):
            store = shop.copy(place / "shop")
            fill(place / "fill", free)
            done = under([], store, *shop.resolve)
            codes.add(refused(done, free))
            (place / "fill").unlink()
            assert shop.judge(store, str(free)) or done.returncode
    assert codes == {True, False}


def fill(path: Path, free: int) -> None:
    """Fill the file system but for so many bytes."""
    try:
        with path.open("wb", buffering=0) as file:
            while file.write(bytes(4096)):
                pass
    except OSError:
        pass
    os.truncate(path, max(0, path.stat().st_size - free))


def test_a_read_only_store_is_read_and_not_written(shop: Shop) -> None:
    store = shop.copy()
    with mounted(store, "--bind", str(store)):
        subprocess.run(["mount", "-o", "remount,ro,bind", str(store)], check=True)
        done = under([], store, *shop.resolve)
        assert refused(done, "read-only")
        assert done.stderr == (f"error[git]: {store}/.git/itil/lock: Read-only file system. Nothing has changed.\n")
        assert shown(store, shop.incident)["status"] == "in-progress"
        assert under([], store, "list").returncode == 0 and under([], store, "check").returncode == 0
    assert not shop.judge(store, "read-only")


def test_folders_that_may_not_be_written(shop: Shop) -> None:
    """Root may write everywhere; it gives that right up first."""
    if os.geteuid() == 0 and SETPRIV is None:
        pytest.skip("setpriv is not on this machine, and root may write everywhere")
    drop = [str(SETPRIV), "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    refusals = 0
    for folder in (".git", ".git/itil", ".git/objects", ".git/refs/heads", ".git/logs/refs/heads", "incidents", "."):
        store = shop.copy()
        place = store / folder
        closed = [place, *(one for one in place.rglob("*") if one.is_dir())]
        for one in closed:
            one.chmod(0o555)
        done = under(drop, store, *shop.resolve)
        refusals += refused(done, folder)
        if folder == "incidents":
            assert "committed; the work tree follows with the next command" in done.stderr, folder
        for one in closed:
            one.chmod(0o755)
        assert shop.judge(store, folder) or done.returncode, folder
    assert refusals >= 4


def test_a_stale_lock_of_the_index_stops_no_write(shop: Shop) -> None:
    store = shop.copy()
    lock = store / ".git/index.lock"
    lock.touch()
    done = under([], store, *shop.resolve)
    assert done.returncode == 0
    assert "committed; the work tree follows with the next command" in done.stderr and str(lock) in done.stderr
    lock.unlink()
    assert shop.judge(store, "index.lock")


def test_a_stale_lock_of_the_branch_is_named_with_its_age_and_the_way_out(shop: Shop) -> None:
    store = shop.copy()
    lock = store / ".git/refs/heads/main.lock"
    lock.touch()
    os.utime(lock, (0, 0))
    done = under([], store, *shop.resolve)
    assert done.returncode == 6
    assert f"{lock} has been there for " in done.stderr and "Nothing has changed." in done.stderr
    assert "`itil doctor --break-locks` removes it." in done.stderr
    assert not shop.judge(store, "main.lock")
    assert not lock.exists()


@pytest.mark.parametrize("locale", ["POSIX", "C", "en_US.ISO-8859-1", "tr_TR.UTF-8", "tr_TR.ISO-8859-9", "nonsense"])
def test_any_locale_gives_the_same_bytes(shop: Shop, locale: str) -> None:
    words = ("--now", NOW, "resolve", shop.incident, "--code", "fixed", "-m", "Größe geprüft: İstanbul ıi — ✓")
    environment = {**os.environ, "LC_ALL": locale, "LANG": locale, "PYTHONIOENCODING": "", "ITIL_SEED": "1"}
    stores = [shop.copy(), shop.copy(shop.folder / "other")]
    trees = []
    for store, env in zip(stores, (environment, {**os.environ, "ITIL_SEED": "1"}), strict=True):
        done = subprocess.run([*ITIL, "-C", str(store), *words], env=env, capture_output=True)
        assert done.returncode == 0 and b"Traceback" not in done.stderr, done.stderr
        assert shown(store, shop.incident)["worklog"][-1]["text"] == words[-1]
        trees.append(git(store, "rev-parse", "HEAD^{tree}"))
    assert trees[0] == trees[1]


def test_an_argument_that_is_no_utf_8_is_refused_in_words(shop: Shop) -> None:
    store = shop.copy()
    words = [*ITIL, "-C", str(store), "--now", NOW, "note", shop.incident, "-m", b"Gr\xf6\xdfe"]
    done = subprocess.run(words, capture_output=True)
    assert done.returncode in (0, 2, 3) and b"Traceback" not in done.stderr and b"our bug" not in done.stderr
    assert not shop.judge(store, "latin 1") or done.returncode == 0


def test_a_finished_write_stays_finished_whatever_becomes_of_its_answer(shop: Shop) -> None:
    words = [*ITIL, "--now", NOW]
    with Path("/dev/full").open("w") as full:
        store = shop.copy()
        done = subprocess.run([*words, "-C", str(store), *shop.resolve], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 6 and done.stderr == "error[disk]: No space left on device: output.\n"
    assert shop.judge(store, "/dev/full")
    store = shop.copy()
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([*words, "-C", str(store), *shop.resolve], stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")
    assert shop.judge(store, "closed pipe")
    store = shop.copy()
    script = f'exec {" ".join(words)} -C "$1" {" ".join(shop.resolve[:-1])} fixed >&- 2>&-'
    assert subprocess.run(["sh", "-c", script, "sh", str(store)]).returncode in (0, 6)
    assert shop.judge(store, "no output at all")


def test_without_an_identity_nothing_is_written_and_it_says_how_to_set_one(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = shop.copy()
    with monkeypatch.context() as patch:
        patch.setenv("HOME", str(tmp_path / "nobody"))
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nobody"))
        done = under([], store, *shop.resolve)
    assert done.returncode == 6 and done.stderr.startswith("error[identity]: git does not know who you are. Run ")
    assert not shop.judge(store, "no identity")


def test_hooks_of_the_clone_neither_run_nor_refuse(shop: Shop) -> None:
    store = shop.copy()
    for name in ("pre-commit", "commit-msg", "post-commit", "reference-transaction", "post-checkout"):
        hook = store / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {shop.folder}/ran\nexit 1\n")
        hook.chmod(0o755)
    assert under([], store, *shop.resolve).returncode == 0
    assert not (shop.folder / "ran").exists()
    shutil.rmtree(store / ".git/hooks")
    assert shop.judge(store, "hooks")


def test_a_linked_worktree_writes_and_the_other_one_stays(shop: Shop) -> None:
    store = shop.copy()
    git(store, "worktree", "add", "-q", "-b", "side", str(shop.folder / "side"))
    assert under([], shop.folder / "side", *shop.resolve).returncode == 0
    assert shown(shop.folder / "side", shop.incident)["status"] == "resolved"
    assert git(shop.folder / "side", "status", "--porcelain") == ""
    assert not shop.judge(store, "worktree")


def test_the_clock_up_to_ten_minutes_behind_is_stamped_with_the_last_event(shop: Shop) -> None:
    store = shop.copy()
    assert answer(store, "--now", "2026-03-09T09:50:01Z", "note", shop.incident, "-m", "late clock") == (0, "")
    assert shown(store, shop.incident)["events"][-1]["at"] == NOW


def test_a_clock_further_behind_is_refused_with_both_times(shop: Shop) -> None:
    store = shop.copy()
    code, said = answer(store, "--now", "2026-03-09T09:00:00Z", "note", shop.incident, "-m", "lost clock")
    assert code in (3, 6) and NOW in said and "2026-03-09T09:00:00Z" in said, said
    assert not shop.judge(store, "clock")


def test_a_python_without_a_home_or_a_terminal(shop: Shop) -> None:
    store = shop.copy()
    bare = {"PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1"}
    git(store, "config", "user.name", "Ada Test")
    git(store, "config", "user.email", "ada@example.com")
    words = [sys.executable, "-m", "itil_cli", "-C", str(store), "--now", NOW, *shop.resolve]
    done = subprocess.run(words, env=bare, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert shop.judge(store, "bare environment")


@pytest.mark.skipif(not can_trace(), reason="strace is not here, or may not trace")
def test_only_what_names_a_remote_talks_to_a_network(shop: Shop) -> None:
    """Records and settings may name any address; nothing is ever looked up or fetched for it."""
    store = shop.copy()
    git(store, "remote", "add", "origin", "https://itil.invalid/store.git")
    git(store, "checkout", "-q", "--", "itil.yaml")
    log = shop.folder / "sockets"
    trace = [str(STRACE), "-f", "-qq", "-o", str(log), "-e", "trace=socket,connect"]
    text = "See https://itil.invalid/x.png and ![this](http://itil.invalid/y.png)"
    for words in (
        ("note", shop.incident, "-m", text),
        ("list",),
        ("show", shop.incident),
        ("check",),
        ("audit",),
        ("doctor",),
    ):
        done = under(trace, store, *words)
        assert done.returncode in (0, 1), done.stderr  # the audit finds that --now is long ago
        assert "AF_INET" not in log.read_text(), words
