"""The index may be damaged, deleted, forbidden or shared at any time: the answers are the same."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from repo import Repo
from shelf import any_file, everything, file_of, incident

from itil_cli.store.index import index as index_module
from itil_cli.store.index import schema
from itil_cli.store.index.filling import update
from itil_cli.store.index.index import Filter, Index


@pytest.fixture
def store(repo: Repo) -> Repo:
    pick = random.Random(7)
    for number in range(12):
        repo.write(*any_file(pick, number))
    repo.commit()
    return repo


def file(store: Repo) -> Path:
    return store.path / ".git/itil/index.sqlite"


def built(store: Repo) -> dict[str, Any]:
    """The answers of the index, kept in its file."""
    with store.open() as git:
        tree = git.commit("HEAD")
        found = git.object(f"{tree}^{{tree}}")
        assert found
        with Index(git, found[0]) as index:
            return everything(index)


def fresh(store: Repo) -> dict[str, Any]:
    """The answers without a file."""
    with store.open() as git:
        found = git.object("HEAD^{tree}")
        assert found
        with Index(git, found[0], memory=True) as index:
            return everything(index)


def held(store: Repo) -> str | None:
    with sqlite3.connect(file(store)) as connection:
        found = connection.execute("SELECT value FROM meta WHERE key = 'tree'").fetchone()
    connection.close()
    return found[0] if found else None


# --- damage


def truncated(data: bytes) -> bytes:
    return data[: len(data) // 2]


def odd_end(data: bytes) -> bytes:
    return data[:-100]


def empty(data: bytes) -> bytes:
    return b""


def noise(data: bytes) -> bytes:
    return random.Random(1).randbytes(len(data))


def noise_after_the_first_page(data: bytes) -> bytes:
    return data[:4096] + random.Random(2).randbytes(len(data) - 4096)


def zeros(data: bytes) -> bytes:
    return data[:4096] + bytes(len(data) - 4096)


def text(data: bytes) -> bytes:
    return b"this is no database\n" * 300


@pytest.mark.parametrize("damage", [truncated, odd_end, empty, noise, noise_after_the_first_page, zeros, text])
def test_a_damaged_file_is_built_anew(store: Repo, damage: Callable[[bytes], bytes]) -> None:
    right = built(store)
    assert right == fresh(store)
    file(store).write_bytes(damage(file(store).read_bytes()))
    assert built(store) == right
    assert held(store) == store.git("rev-parse", "HEAD^{tree}")  # and it is whole again


def test_a_page_of_noise_changes_no_answer(store: Repo) -> None:
    right = built(store)
    for page in range(file(store).stat().st_size // 4096):
        data = file(store).read_bytes()
        hurt = data[: page * 4096] + random.Random(page).randbytes(4096) + data[page * 4096 + 4096 :]
        file(store).write_bytes(hurt)
        assert built(store) == right, page


def test_a_file_that_breaks_while_it_is_asked_is_built_anew(store: Repo) -> None:
    right = built(store)
    with store.open() as git:
        found = git.object("HEAD^{tree}")
        assert found
        with Index(git, found[0]) as index:
            file(store).write_bytes(noise_after_the_first_page(file(store).read_bytes()))
            assert everything(index) == right


@pytest.mark.parametrize("version", [2, 99])
def test_a_file_of_another_version_is_built_anew(store: Repo, version: int) -> None:
    right = built(store)
    with sqlite3.connect(file(store)) as connection:
        connection.execute("DROP TABLE blob")
        connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    assert built(store) == right


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE blob SET summary = '{'",
        "UPDATE record SET doc = '{'",
        "UPDATE record SET doc = x'789c030000000001'",
        "UPDATE blob SET summary = CAST(x'ff' AS TEXT)",
        "DROP TABLE record",
        "DROP TABLE entry",
        "DROP TABLE words",
        "DROP TABLE meta",
    ],
)
def test_contents_that_make_no_sense_are_built_anew(store: Repo, harm: str) -> None:
    right = built(store)
    with sqlite3.connect(file(store)) as connection:
        connection.execute(harm)
    connection.close()
    assert built(store) == right


def test_a_blob_that_is_gone_from_the_file_is_parsed_again(store: Repo) -> None:
    built(store)
    with sqlite3.connect(file(store)) as connection:
        connection.execute("UPDATE meta SET value = ?", (store.git("rev-parse", "HEAD^{tree}")[::-1],))
        connection.execute("DELETE FROM entry")
        connection.execute("DELETE FROM blob WHERE seq > 5")
    connection.close()
    assert built(store)["ids"] == fresh(store)["ids"]


def test_a_tree_that_git_has_no_longer_is_no_obstacle(store: Repo) -> None:
    built(store)
    for value in ("f" * 40, "--help", ""):
        with sqlite3.connect(file(store)) as connection:
            connection.execute("UPDATE meta SET value = ?", (value,))
        connection.close()
        store.write(*file_of(incident(30 + len(value))))
        store.commit()
        assert built(store) == fresh(store)


def test_a_deleted_file_is_made_again(store: Repo) -> None:
    right = built(store)
    schema.throw_away(file(store))
    assert not file(store).exists()
    assert built(store) == right
    assert file(store).exists()


def test_a_log_left_by_a_killed_process_is_taken_in_or_thrown_away(store: Repo) -> None:
    right = built(store)
    for suffix in ("-wal", "-shm", "-journal"):
        Path(f"{file(store)}{suffix}").write_bytes(random.Random(3).randbytes(5000))
        assert built(store) == right


# --- where nothing can be written


def test_a_folder_in_the_file_s_place_is_no_obstacle(store: Repo) -> None:
    file(store).mkdir(parents=True)
    assert built(store) == fresh(store)
    assert file(store).is_dir()


def test_a_read_only_folder_is_no_obstacle(store: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and real(path, mode))
    right = fresh(store)
    monkeypatch.undo()
    built(store)
    before = file(store).read_bytes()
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and real(path, mode))
    assert built(store) == right
    store.write(*file_of(incident(31)))
    store.commit()
    assert built(store) == fresh(store)
    assert file(store).read_bytes() == before


NOBODY = 65534


def as_nobody(store: Repo, act: Callable[[], Any]) -> Any:
    """What `act` answers in a process of nobody's."""
    home = Path(os.environ["HOME"])
    (home / ".gitconfig").write_text("[safe]\n\tdirectory = *\n")
    for folder in (store.path, *store.path.parents, home, *home.parents):
        if folder.owner() == "root" and len(folder.parts) > 2:
            folder.chmod(0o755)
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            os.write(writing, repr(act()).encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        return pipe.read().decode()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become nobody")
@pytest.mark.parametrize("known", [True, False])
def test_who_may_not_write_gets_the_same_answers(store: Repo, known: bool) -> None:
    """For real, as another user; everything is imported before."""
    ids = (built if known else fresh)(store)["ids"]
    before = file(store).read_bytes() if known else None
    assert as_nobody(store, lambda: built(store)["ids"]) == repr(ids)
    assert (file(store).read_bytes() if known else None) == before
    assert file(store).exists() is known


@pytest.mark.parametrize("code", [sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY])
def test_trouble_that_building_anew_does_not_mend_leaves_the_file(
    store: Repo, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    right = built(store)
    before = file(store).read_bytes()
    store.write(*file_of(incident(31)))
    store.commit()

    def fails(*_: object) -> None:
        trouble = sqlite3.OperationalError("no")
        trouble.sqlite_errorcode = code
        raise trouble

    real = update._learn
    monkeypatch.setattr(
        update, "_learn", lambda connection, *more: fails() if _is_file(connection) else real(connection, *more)
    )
    answers = built(store)
    assert answers == fresh(store) != right
    assert file(store).read_bytes() == before


def _is_file(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("PRAGMA database_list").fetchall()[0][2])


# --- several at once


def test_a_build_that_was_killed_goes_on_where_it_stopped(store: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(update, "PIECE", 5)

    def killed(done: int, total: int) -> None:
        if done >= 5:
            raise KeyboardInterrupt

    with store.open() as git:
        found = git.object("HEAD^{tree}")
        assert found
        with pytest.raises(KeyboardInterrupt):
            Index(git, found[0], progress=killed)
        seen: list[tuple[int, int]] = []
        Index(git, found[0], progress=lambda done, total: seen.append((done, total))).close()
    assert seen[0][1] == seen[-1][0] <= 7
    assert built(store) == fresh(store)


def test_another_process_that_moves_the_entries_meanwhile_changes_nothing(
    store: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between finding the difference and moving, at each try: in the end a table of our own answers."""
    trees = [store.git("rev-parse", "HEAD^{tree}")]
    for number in range(30, 34):
        store.write(*file_of(incident(number)))
        store.commit()
        trees.append(store.git("rev-parse", "HEAD^{tree}"))
    real, count = update._learn, iter(range(100))

    with store.open() as git, store.open() as rival:

        def interfered(*words: Any) -> None:
            real(*words)
            monkeypatch.setattr(update, "_learn", real)
            Index(rival, trees[next(count) % 4]).close()
            monkeypatch.setattr(update, "_learn", interfered)

        monkeypatch.setattr(update, "_learn", interfered)
        with Index(git, trees[4]) as index:
            found = everything(index)
        assert next(count) > update.TRIES
        monkeypatch.undo()
    assert found == fresh(store)


MANY = """
import sys
from pathlib import Path
from itil_cli.store.git.repository import Git
from itil_cli.store.index.index import Index
trees = sys.argv[2:]
with Git(Path(sys.argv[1])) as git:
    for turn in range(25):
        tree = trees[turn % len(trees)]
        with Index(git, tree) as index, Index(git, tree, memory=True) as fresh:
            assert list(index.records()) == list(fresh.records()), turn
            assert list(index.search("printer")) == list(fresh.search("printer")), turn
"""


def test_several_processes_at_once_all_answer_right(store: Repo) -> None:
    trees = [store.git("rev-parse", "HEAD^{tree}")]
    for number in range(30, 33):
        store.write(*file_of(incident(number)))
        store.commit()
        trees.append(store.git("rev-parse", "HEAD^{tree}"))
    words = [[*trees[turn:], *trees[:turn]] for turn in range(3)]
    running = [
        subprocess.Popen([sys.executable, "-c", MANY, str(store.path), *each], stderr=subprocess.PIPE) for each in words
    ]
    assert [one.communicate()[1] for one in running] == [b""] * 3
    assert built(store) == fresh(store)


def test_records_come_in_pages(store: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    right = fresh(store)["records"]
    for size in (1, 2, 5, len(right)):
        monkeypatch.setattr(index_module, "_PAGE", size)
        assert built(store)["records"] == right


def test_a_filter_that_makes_no_sense_does_not_cost_the_file(store: Repo) -> None:
    built(store)
    before = file(store).stat().st_ino
    with store.open() as git:
        found = git.object("HEAD^{tree}")
        assert found
        with Index(git, found[0]) as index:
            for wanted in (Filter(equal={"nonsense": ["x"]}),):
                with pytest.raises(ValueError, match="there is no field 'nonsense'"):
                    index.rows(wanted)
            with pytest.raises(ValueError, match="there is no field 'nonsense' to sort by"):
                index.rows(Filter(), ("nonsense",))
            for text in (
                '"',
                "*",
                "a OR",
                "NEAR(",
                "^x",
                "a\0b",
                "-",
                "'",
                "title:",
                "()",
                "\ud800".encode("utf-8", "replace").decode(),
            ):
                list(index.search(text))
                index.rows(Filter(text=text))
                index.holding(("INC",), text)
    assert file(store).stat().st_ino == before
