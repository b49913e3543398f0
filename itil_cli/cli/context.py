"""What a command has at hand: the store, the people, the clock; each opened on first use."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from itil_cli.errors import GitTrouble, NotFound

if TYPE_CHECKING:
    from itil_cli.cli.bench import Bench
    from itil_cli.cli.spool import Spool
    from itil_cli.process.settings.people import Person
    from itil_cli.store.snapshot import Snapshot
    from itil_cli.store.store import Store
    from itil_cli.store.sync.borrowed import Borrowed


class App:
    """One run of the program. Only this object reads the clock and the user's name (S1)."""

    def __init__(self) -> None:
        self.directory: str | None = None
        self.store_url: str | None = None
        self.borrowed: Borrowed | None = None  # the store of `--store URL`, while it is ours
        self.now_text: str | None = None
        self.as_person: str | None = None
        self.json = False
        self.quiet = False
        self.debug = False
        self.no_index = False
        self.exit_code = 0
        self.unwritten = (GitTrouble.exit_code, "")  # where the disk fails under the answer: code, remedy
        self.logged: str | None = None  # the id that `log` gave
        self.job: str | None = None  # which job of `itil schedule` this is
        self.trouble = ""  # the error that was told
        self._output: list[str | Spool] = []
        self.bench: Bench | None = None  # what `itil batch` keeps open over many commands

    def child(self, bench: Bench) -> App:
        """The same run for one line of a batch: same store, same bench, own options."""
        child = App()
        child.__dict__["store"] = self.store
        child.bench = bench
        child.now_text, child.as_person = self.now_text, self.as_person
        child.json, child.quiet = self.json, self.quiet
        return child

    def anew(self) -> App:
        """The same run from its beginning: same options, nothing opened yet."""
        fresh = App()
        for name in ("directory", "store_url", "as_person", "json", "quiet", "debug", "no_index"):
            setattr(fresh, name, getattr(self, name))
        if self.now_text is not None:
            fresh.set_global("now_text", self.now_text)
        return fresh

    def set_global(self, name: str, value: object) -> None:
        """Take a global option, wherever it stood on the command line."""
        setattr(self, name, value)
        if name == "now_text":
            self.__dict__["now"] = self.when(str(value))

    @cached_property
    def store(self) -> Store:
        """The store around the current directory, around `-C DIR`, or of a URL. Raises NotFound or GitTrouble."""
        from itil_cli.store.store import Store

        where = self._borrow() or self.path
        return Store.find(where, use_index=not self.no_index, progress=self._progress, say=self.say)

    def _borrow(self) -> Path | None:
        """Where the store of `--store URL` or ITIL_STORE lies; `-C` counts more than the latter."""
        url = self.store_url or (None if self.directory else os.environ.get("ITIL_STORE"))
        if not url:
            return None
        from itil_cli.store.sync.borrowed import Borrowed

        self.borrowed = Borrowed(url)
        return self.borrowed.folder

    @property
    def path(self) -> Path:
        """The directory of `-C`, else the current one."""
        return Path(self.directory) if self.directory else Path.cwd()

    @property
    def snapshot(self) -> Snapshot:
        """HEAD as it stands; inside a batch, what the batch has committed so far."""
        return self.bench.transaction if self.bench else self.store.snapshot("HEAD")

    def whole(self, part: str, kind: str) -> str:
        """The full id of a record, from any unique part of it; what this batch has logged is found too."""
        return self.bench.find(part, kind) if self.bench else self.snapshot.find(part, kind)

    @cached_property
    def now(self) -> int:
        """Epoch seconds: `--now`, else the clock."""
        return self.when(self.now_text) if self.now_text else self.clock()

    def when(self, text: str, *, past: bool = False) -> int:
        """A time of the command line, counted from the present (cli/typing/spoken.py). Raises Malformed."""
        from itil_cli.cli.typing.spoken import parse_when

        return parse_when(text, self.__dict__.get("now", self.clock()), past=past)

    def clock(self) -> int:
        """The machine's clock in epoch seconds, whatever `--now` says: the committer's time."""
        import time

        return int(time.time())

    def tick(self) -> None:
        """Time has gone on: the store and the clock are read anew; a `--now` stays."""
        self.store.forget()
        if self.now_text is None:
            self.__dict__.pop("now", None)

    def _progress(self, done: int, total: int) -> None:
        """How far the index is, on a terminal, where it takes a while."""
        if total >= 2000 and not self.quiet and sys.stderr.isatty():
            end = "\n" if done == total else ""
            print(f"\rreading {done:,} of {total:,} files", end=end, file=sys.stderr, flush=True)

    @cached_property
    def actor(self) -> str:
        """The address of the acting person: `--as`, else git's user.email, aliases resolved."""
        return self.person.email

    @cached_property
    def person(self) -> Person:
        """The acting person with the roles that he holds now."""
        people = self.snapshot.people
        name = self.as_person or self.store.git.identity().email
        if "@" in name:
            return people.at(name, self.now)
        near = [known for known in people.all() if known.email.split("@")[0] == name]
        if len(near) != 1:
            raise NotFound(f"There is no person {name!r}.", remedy="`itil people` lists them.")
        return people.at(near[0].email, self.now)

    def emit(self, document: dict[str, Any] | None, text: str) -> None:
        """The answer: one JSON document with --json, else the text (nothing with -q)."""
        if self.json:
            if document is not None:
                from itil_cli.render.machine import dumps

                self._output.append(dumps(document))
        elif not self.quiet and text:
            self._output.append(text)

    def emit_pieces(self, pieces: Iterable[str]) -> None:
        """A long answer that is one JSON document, in pieces: kept until the end, since an error leaves nothing."""
        from itil_cli.cli.spool import Spool

        self._output.append(Spool(pieces))

    def put(self, text: str) -> None:
        """A whole document as it is, whatever the options for text and JSON say."""
        self._output.append(text.removesuffix("\n"))

    def write(self, piece: str) -> None:
        """A piece of an answer that is too long to be kept whole, at once."""
        sys.stdout.write(piece)

    def say(self, text: str) -> None:
        """A remark beside the answer, on stderr."""
        if not self.quiet:
            print(text, file=sys.stderr)

    def output(self) -> list[str]:
        """What was answered so far, taken away."""
        said, self._output = self._output, []
        return ["".join(one) for one in said]

    def finish(self) -> None:
        """Print what was answered. Raises GitTrouble where it cannot be written; what was done stays done."""
        try:
            for one in self._output:
                sys.stdout.writelines([one] if isinstance(one, str) else one)
                sys.stdout.write("\n")
            self._output.clear()
            sys.stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as trouble:
            error = GitTrouble(f"{trouble.strerror}: output.", code="disk", remedy=self.unwritten[1])
            error.exit_code = self.unwritten[0]
            raise error from None

    def close(self) -> None:
        """Let go of git's processes."""
        if "store" in self.__dict__:
            self.store.close()
        if self.borrowed is not None:
            self.borrowed.close()
