"""How git is run: an absolute path, a clean environment, no shell, bytes in and out.

- `GIT_*` of the caller's environment never reaches git: an inherited GIT_INDEX_FILE has deleted files. Only how to
  reach a server, which is the user's to say, goes on to a git that talks to one.
- No hook, file-system monitor, pager or external program that a repository could name is started.
- An exit code other than 0 and a signal are both errors; the text is git's own.
- Silence proves nothing: git may exit 0 after a failed write, so absence is asked of `cat-file`.
- What a repository holds costs no more than so much: a listing has an end, git's memory for one too, and of an object
  that is larger than any file of a store its beginning is read.
- A long-lived git complains into a file, since a full pipe that nobody reads would stop it for ever.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from threading import Thread
from typing import IO

from itil_cli.errors import GitTrouble

LOCK_WAIT_MS = 2000  # how long git's own locks are waited for
AGAIN = "Run the command again."
PIECE = 60  # object ids sent at once: they must fit into the smallest pipe (4 KiB), else both sides wait for ever

LISTED = 128 << 20  # bytes of a listing: more than a million files
LARGEST = 256 << 20  # bytes that are read of any object
MOST = 4 << 20  # bytes that are read of each of many: a record has 2 MiB at most (yamltext)
_MEMORY = {"diff-tree": 512 << 20, "ls-tree": 512 << 20, "cat-file": 2 << 30}  # bytes that such a git may ask for
_LISTING = frozenset({"diff-tree", "ls-tree"})
_TOO_MANY = "its trees stand for more files than any store has"

_SETTINGS = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "safe.bareRepository": "explicit",
    "protocol.ext.allow": "never",
    "core.fsync": "committed,reference",  # by default git leaves the branch itself to chance
    "core.warnAmbiguousRefs": "false",
    "core.pager": "cat",
    "diff.external": "",
    "gpg.program": "gpg",
    "gpg.ssh.program": "ssh-keygen",
    "core.filesRefLockTimeout": str(LOCK_WAIT_MS),
    "core.quotePath": "false",
}
FLAGS = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
_ENVIRONMENT = {
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


@lru_cache(maxsize=1)
def program() -> str:
    """The absolute path of git. Raises GitTrouble where there is none."""
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = f"{folder}/git"
        if folder.startswith("/") and os.access(path, os.X_OK) and not Path(path).is_dir():
            return path
    raise GitTrouble("git is not installed, or not in PATH.", remedy="Install git 2.30 or newer.")


# How the user reaches a server: programs and certificates of his environment, never of the repository.
_TRANSPORT = re.compile(r"GIT_(SSH|SSH_COMMAND|SSH_VARIANT|ASKPASS|SSL_[A-Z_]+|PROXY_[A-Z_]+|HTTP_[A-Z_]+)")
_TALKING = frozenset({"fetch", "push", "clone"})
_kept: set[str] = set()


def keep(*names: str) -> None:
    """Hand these variables of git's on, in a hook that git itself has started (a quarantine, another index)."""
    _kept.update(names)


def environment(command: str = "") -> dict[str, str]:
    """The caller's environment without `GIT_*`, and with our own; for a command that talks to a server with its way."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name in _kept or (command in _TALKING and _TRANSPORT.fullmatch(name))
    }
    return kept | _ENVIRONMENT


def verifies(allowed: str, principal: str, signature: str, data: bytes) -> bool:
    """Whether ssh-keygen finds the signature in the file `signature` good, by a key of the file `allowed`."""
    words = ["ssh-keygen", "-Y", "verify", "-f", allowed, "-I", principal, "-n", "git", "-s", signature]
    try:
        done = subprocess.run(words, input=data, capture_output=True, env=environment(), timeout=20)
    except FileNotFoundError:
        raise GitTrouble("ssh-keygen is not installed.", remedy="Install OpenSSH 8.2 or newer.") from None
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def openpgp(signature: str, data: bytes) -> tuple[bool, str | None]:
    """Whether gpg finds the signature in a file good and its key in force, and the fingerprint of the key's owner;
    None where the signature is not of `data`, or gpg does not know the key."""
    words = ["gpg", "--batch", "--no-tty", "--status-fd", "1", "--verify", signature, "-"]
    try:
        done = subprocess.run(words, input=data, capture_output=True, env=environment(), timeout=20)
    except FileNotFoundError:
        raise GitTrouble("gpg is not installed.", remedy="Install GnuPG, or sign by SSH keys.") from None
    except subprocess.TimeoutExpired:
        return False, None
    said = [line.split() for line in done.stdout.decode("utf-8", "replace").split("\n")]
    valid = [words[-1] for words in said if words[:2] == ["[GNUPG:]", "VALIDSIG"]]
    good = any(words[:2] == ["[GNUPG:]", "GOODSIG"] for words in said)
    return (good and done.returncode == 0, valid[0].upper()) if len(valid) == 1 else (False, None)


class GitProcess:
    """Where git runs, and how: `folder` is its current directory, `first` the words before the command."""

    def __init__(self, folder: str | Path, first: Sequence[str] = ()) -> None:
        self.folder = str(folder)
        self._words = [*FLAGS, *first]

    def start(self, *words: str, complain: int = subprocess.PIPE) -> subprocess.Popen[bytes]:
        """A running git with three pipes; or with two, and its complaints go to the descriptor `complain`."""
        try:
            running = subprocess.Popen(
                [program(), *self._words, *words],
                cwd=self.folder,
                env=environment(words[0]),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complain,
                close_fds=False,  # Python's descriptors are not inherited anyway; this start is cheaper
            )
        except OSError as wrong:
            raise GitTrouble(f"git cannot be started: {wrong.strerror}.") from None
        if words[0] in _MEMORY:
            _bound(running.pid, _MEMORY[words[0]])
        return running

    def run(self, *words: str, data: bytes | None = None) -> bytes:
        """What git answers. Raises GitTrouble with git's words."""
        if words[0] in _LISTING and data is None:
            return self._listing(words)
        running = self.start(*words)
        out, said = running.communicate(data or b"")
        check(words[0], running.returncode, said)
        return out

    def _listing(self, words: Sequence[str]) -> bytes:
        """The same of what lists files, if there are not too many."""
        pieces, length = [], 0
        for piece in self.answer(words, ()):
            pieces.append(piece)
            length += len(piece)
            if length > LISTED:
                raise _too_many(words[0])
        return b"".join(pieces)

    def feed(self, words: Sequence[str], stream: Iterable[bytes]) -> None:
        """Send a long stream to git; its answer is ignored. Raises GitTrouble with git's words."""
        running = self.start(*words)
        assert running.stdin and running.stdout and running.stderr
        try:
            for piece in stream:
                running.stdin.write(piece)
            running.stdin.close()
        except BrokenPipeError:
            pass  # git has given up; its words follow
        except BaseException:
            running.kill()
            raise
        finally:
            said = running.stderr.read()
            _close(running)
        check(words[0], running.returncode, said)

    def answer(self, words: Sequence[str], stream: Iterable[bytes]) -> Iterator[bytes]:
        """Pieces of git's answer as it comes, while another thread sends `stream`. Raises GitTrouble at the end."""
        scratch = _scratch()
        running = self.start(*words, complain=scratch.fileno())
        assert running.stdin and running.stdout
        sender = Thread(target=_send, args=(running.stdin, stream), daemon=True)
        sender.start()
        try:
            while piece := running.stdout.read1(1 << 16):  # type: ignore[attr-defined]
                yield piece
            running.wait()
            check(words[0], running.returncode, os.pread(scratch.fileno(), 4096, 0))
        finally:
            running.kill()
            sender.join()
            _close(running)
            scratch.close()


def _bound(pid: int, limit: int) -> None:
    """No more memory of its own than so much for a process; where the system cannot say so, as much as there is."""
    import resource

    if hasattr(resource, "prlimit"):
        with suppress(ProcessLookupError, PermissionError, ValueError):  # it is over; or less is the limit already
            resource.prlimit(pid, resource.RLIMIT_DATA, (limit, limit))


def _too_many(command: str) -> GitTrouble:
    said = f"git {command} does not come to an end: {_TOO_MANY}."
    return GitTrouble(said, code="size", remedy="`itil audit` names the commit; `git ls-tree` shows its trees.")


def _send(pipe: IO[bytes], stream: Iterable[bytes]) -> None:
    try:
        for piece in stream:
            pipe.write(piece)
        pipe.close()
    except (BrokenPipeError, ValueError):
        pass  # git has ended; its exit code says why


def check(command: str, code: int, said: bytes) -> None:
    """Raise GitTrouble unless git exited with 0."""
    if code and b"ut of memory" in said:
        raise _too_many(command)
    if code < 0:
        raise GitTrouble(f"git {command} was killed by signal {-code}.", remedy=AGAIN)
    if code:
        raise GitTrouble(f"git {command}: {words_of(said) or f'exit {code}'}.")


def words_of(said: bytes) -> str:
    """git's words on one line, without `fatal:` and the final full stop."""
    lines = said.decode("utf-8", "replace").strip().split("\n")
    text = " ".join(line.strip() for line in lines if not line.startswith("hint:"))
    return text.removeprefix("fatal: ").removeprefix("error: ").rstrip(".")


def _close(running: subprocess.Popen[bytes]) -> None:
    for pipe in (running.stdin, running.stdout, running.stderr):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:
                pass  # what was still to be sent; nobody reads it any more
    running.wait()


def _scratch() -> IO[bytes]:
    """A file without a name."""
    if hasattr(os, "memfd_create"):
        return open(os.memfd_create("git"), "r+b", buffering=0)  # noqa: PTH123
    from tempfile import TemporaryFile

    return TemporaryFile(buffering=0)


class Objects:
    """One long-lived `cat-file --batch`: objects by name, in order.

    Answers have no names: where one was not asked or heard to its end, the process is started anew, or each later
    question would get its neighbour's answer."""

    def __init__(self, process: GitProcess) -> None:
        self._process = process
        self._start()

    def _start(self) -> None:
        self._said = _scratch()
        self._heard = 0
        self._running = self._process.start("cat-file", "--batch", complain=self._said.fileno())
        assert self._running.stdin and self._running.stdout
        self._to: IO[bytes] = self._running.stdin
        self._from: IO[bytes] = self._running.stdout
        self._owed = 0  # answers that were asked for, and not yet heard

    def get(self, spec: str) -> tuple[str, str, bytes] | None:
        """Id, type and bytes of `spec` (any name that git knows); None where git says that it is missing."""
        if "\n" in spec or "\0" in spec:
            return None
        self._send(spec.encode("utf-8", "surrogateescape") + b"\n", 1)
        return self._receive()

    def many(self, oids: Sequence[str], most: int = LARGEST) -> Iterator[bytes]:
        """The bytes of many objects by full id, of each the first `most`. Raises GitTrouble where one is missing."""
        for start in range(0, len(oids), PIECE):
            piece = oids[start : start + PIECE]
            self._send("".join(f"{oid}\n" for oid in piece).encode("ascii"), len(piece))
            for _ in piece:
                answer = self._receive(most)
                if answer is None:
                    raise GitTrouble("an object is missing.", remedy="`git fsck` names it.")
                yield answer[2]

    def close(self) -> None:
        """End the process."""
        if self._owed:
            self._running.kill()
        _close(self._running)
        self._said.close()

    def _send(self, request: bytes, answers: int) -> None:
        if self._owed:
            self.close()
            self._start()
        self._owed = answers
        try:
            self._to.write(request)
            self._to.flush()
        except BrokenPipeError:
            self._died()
        except OSError as wrong:
            raise GitTrouble(f"git cat-file cannot be asked: {wrong.strerror}.", remedy=AGAIN) from None

    def _receive(self, most: int = LARGEST) -> tuple[str, str, bytes] | None:
        head = self._from.readline()
        if not head.endswith(b"\n"):
            self._died()
        words = head[:-1].rsplit(b" ", 2)
        if len(words) != 3 or not words[2].isdigit():
            self._owed -= 1
            self._check_damage()
            return None  # `… missing`, `… ambiguous`
        size = int(words[2])
        data = self._from.read(min(size, most))
        if len(data) != min(size, most) or not self._pass_by(size - len(data) + 1):
            self._died()
        self._owed -= 1
        return words[0].decode("ascii"), words[1].decode("ascii"), data

    def _pass_by(self, rest: int) -> bool:
        """Read on to the answer's end without keeping it; whether it came."""
        while rest:
            piece = self._from.read(min(rest, 1 << 20))
            if not piece:
                return False
            rest -= len(piece)
        return True

    def _check_damage(self) -> None:
        """A damaged object is `missing` too, but not without a complaint."""
        said = os.pread(self._said.fileno(), 4096, self._heard)
        self._heard = os.fstat(self._said.fileno()).st_size
        if said.startswith((b"error: ", b"fatal: ")):
            raise GitTrouble(f"git cat-file: {words_of(said)}.", remedy="`git fsck` says what is damaged.")

    def _died(self) -> None:
        code = self._running.wait()
        check("cat-file", code, os.pread(self._said.fileno(), 4096, self._heard))
        raise GitTrouble("git cat-file ended early.", remedy=AGAIN)
