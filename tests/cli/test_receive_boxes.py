"""Mail from an mbox and a Maildir that others use, too: each message once, whole, and none lost."""

from __future__ import annotations

import errno
import fcntl
import mailbox
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from shell import Shell

from itil_cli.intake.mail import boxes
from itil_cli.intake.mail.boxes import letters
from tests.cli.test_receive_mail import BOT, desk, letter

__all__ = ["desk"]


def test_an_mbox_is_taken_in_message_by_message(desk: Shell) -> None:
    path = desk.store.parent / "box"
    box = mailbox.mbox(path)
    for number in range(3):
        box.add(letter(f"Number {number}", id=f"b{number}"))
    box.close()
    answer = desk("receive", "mail", str(path), "--json", who=BOT)
    assert [one["words"] for one in answer.json["mails"]] == ["a new incident"] * 3
    again = desk("receive", "mail", str(path), "--json", who=BOT)
    assert [one["words"] for one in again.json["mails"]] == ["taken in before"] * 3


def test_what_is_new_in_a_maildir_is_seen_once_it_is_taken_in(desk: Shell) -> None:
    box = mailbox.Maildir(desk.store.parent / "Maildir")
    box.add(letter(id="d1"))
    assert desk("receive", "mail", str(desk.store.parent / "Maildir"), who=BOT).code == 0
    (key,) = box.keys()
    assert box[key].get_flags() == "S" and box[key].get_subdir() == "cur"
    assert desk("receive", "mail", str(desk.store.parent / "Maildir"), who=BOT).out == "No mail.\n"


@pytest.fixture
def box(desk: Shell) -> mailbox.Maildir:
    return mailbox.Maildir(desk.store.parent / "Maildir")


def folder(box: mailbox.Maildir) -> Path:
    return Path(box._path)  # type: ignore[attr-defined]


def lie(box: mailbox.Maildir, name: str, id: str) -> Path:
    """A message in the Maildir under this name."""
    path = folder(box) / name
    path.write_bytes(letter(f"Number {id}", id=id).as_bytes())
    return path


def names(box: mailbox.Maildir) -> list[str]:
    return sorted(f"{part}/{one.name}" for part in ("new", "cur") for one in (folder(box) / part).iterdir())


def test_what_a_mail_program_has_only_listed_is_taken_once_and_keeps_its_flags(
    desk: Shell, box: mailbox.Maildir
) -> None:
    lie(box, "new/1.host", "c1")
    lie(box, "cur/2.host,S=300:2,", "c2")
    lie(box, "cur/3.host", "c3")  # without flags at all
    lie(box, "cur/4.host:2,Fab", "c4")  # flagged, with keywords of dovecot's
    for number, flags in enumerate(("S", "RS", "T", "D", "ST"), 5):  # read, answered, thrown away, a draft
        lie(box, f"cur/{number}.host:2,{flags}", f"c{number}")
    answer = desk("receive", "mail", str(folder(box)), "--json", who=BOT)
    assert [one["message_id"] for one in answer.json["mails"]] == [f"c{number}@example.com" for number in (1, 2, 3, 4)]
    assert names(box)[:4] == ["cur/1.host:2,S", "cur/2.host,S=300:2,S", "cur/3.host:2,S", "cur/4.host:2,FSab"]
    assert names(box)[4:] == [
        "cur/5.host:2,S", "cur/6.host:2,RS", "cur/7.host:2,T", "cur/8.host:2,D", "cur/9.host:2,ST"
    ]  # fmt: skip
    assert desk("receive", "mail", str(folder(box)), who=BOT).out == "No mail.\n"


def test_what_a_mail_program_moves_meanwhile_is_taken_and_marked_where_it_is(box: mailbox.Maildir) -> None:
    first, second, third = (lie(box, f"new/{number}.host", f"c{number}") for number in (1, 2, 3))
    given = letters(folder(box), 1 << 20)
    one = next(given)
    first.rename(folder(box) / "cur/1.host:2,F")
    second.rename(folder(box) / "cur/2.host:2,")
    third.unlink()
    one.done()
    two = next(given)
    two.done()
    assert b"Number c2" in two.raw and list(given) == []
    assert names(box) == ["cur/1.host:2,FS", "cur/2.host:2,S"]


def test_what_somebody_has_read_or_thrown_away_meanwhile_is_left_to_him(box: mailbox.Maildir) -> None:
    first, second = (lie(box, f"new/{number}.host", f"c{number}") for number in (1, 2))
    given = letters(folder(box), 1 << 20)
    one = next(given)
    second.rename(folder(box) / "cur/2.host:2,S")
    first.unlink()
    one.done()
    assert list(given) == [] and names(box) == ["cur/2.host:2,S"]


def test_a_maildir_that_cannot_be_changed_is_told_and_the_mail_counts_once(
    desk: Shell, box: mailbox.Maildir, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = lie(box, "new/1.host", "c1")

    def read_only(self: Path, target: Path) -> Path:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(self))

    with monkeypatch.context() as broken:
        broken.setattr(Path, "rename", read_only)
        answer = desk("receive", "mail", str(folder(box)), who=BOT)
    assert answer.code == 1 and answer.out.endswith(": a new incident.\n")
    assert answer.err == (
        f"{path}: taken in, but not marked as seen ({path}: Read-only file system); it is known when it comes again.\n"
    )
    answer = desk("receive", "mail", str(folder(box)), who=BOT)
    assert answer.code == 0 and answer.out.endswith(": taken in before.\n")
    assert names(box) == ["cur/1.host:2,S"]


def written(path: Path, *ids: str) -> Path:
    box = mailbox.mbox(path)
    for id in ids:
        box.add(letter(f"Number {id}", id=id))
    box.close()
    return path


LOCKED = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    fcntl.lockf(file, fcntl.LOCK_EX)
    print("locked", flush=True)
    sys.stdin.readline()
"""


@pytest.mark.parametrize("way", ["fcntl", "dotlock"])
def test_an_mbox_that_another_program_has_locked_waits(
    desk: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    path, lock = written(tmp_path / "box", "b1"), tmp_path / "box.lock"
    monkeypatch.setattr(boxes, "PATIENCE", 0.2)
    words = [sys.executable, "-c", LOCKED, str(path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout and other.stdout.readline() == b"locked\n"
        if way == "dotlock":
            lock.touch()
            other.communicate(b"\n")
        answer = desk("receive", "mail", str(path), who=BOT)
        assert (answer.code, answer.out) == (75, "")
        assert answer.err == f"error[mailbox]: {path}: another program has it locked. Try again.\n"
        lock.unlink(missing_ok=True)
        if way == "fcntl":
            other.communicate(b"\n")
    assert desk("receive", "mail", str(path), who=BOT).out.endswith(": a new incident.\n")


def test_our_own_lock_lets_others_in_again_at_once(tmp_path: Path) -> None:
    path = written(tmp_path / "box", "b1", "b2")
    given = letters(path, 1 << 20)
    next(given)
    with path.open("r+b") as file:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # of this process, so that it says little
    done = subprocess.run([sys.executable, "-c", LOCKED, str(path)], input=b"\n", capture_output=True, timeout=60)
    assert done.stdout == b"locked\n"
    assert len(list(given)) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-50]),
        lambda path: written(path, "b3"),
        lambda path: path.unlink(),
    ],
    ids=["emptied", "cut off", "grown", "gone"],
)
def test_what_happens_to_an_mbox_while_it_is_read_changes_no_message(
    desk: Shell, tmp_path: Path, change: Callable[[Path], object]
) -> None:
    path = written(tmp_path / "box", "b1", "b2")
    given = letters(path, 1 << 20)
    found = [next(given).raw]
    change(path)
    found += [one.raw for one in given]
    assert [one.split(b"Number ")[1][:2] for one in found] == [b"b1", b"b2"]


def test_an_mbox_that_is_written_to_is_read_when_that_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program without a lock: what is copied meanwhile is copied again."""
    path, copy = written(tmp_path / "box", "b1"), boxes.shutil.copyfileobj
    tries = []

    def grown(source: object, target: object) -> None:
        copy(source, target)  # type: ignore[misc]
        tries.append(source)
        if len(tries) == 1:
            written(path, "b2")

    monkeypatch.setattr(boxes.shutil, "copyfileobj", grown)
    assert len(list(letters(path, 1 << 20))) == len(tries) == 2
