"""What a command has at hand: the store, the people, the clock; each opened on first use."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from itil_cli.errors import Malformed, NotFound

if TYPE_CHECKING:
    from datetime import datetime

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
        self.logged: str | None = None  # the id that `log` gave
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
            self.__dict__["now"] = parse_when(str(value))

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
        return parse_when(self.now_text) if self.now_text else self.clock()

    def when(self, text: str) -> int:
        """A time of the command line in epoch seconds; an hour alone is of the present day."""
        return parse_when(text, self.now)

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
        """Print what was answered."""
        for one in self._output:
            sys.stdout.writelines([one] if isinstance(one, str) else one)
            sys.stdout.write("\n")
        self._output.clear()

    def close(self) -> None:
        """Let go of git's processes."""
        if "store" in self.__dict__:
            self.store.close()
        if self.borrowed is not None:
            self.borrowed.close()


def parse_when(text: str, now: int | None = None) -> int:
    """A time of the command line: RFC 3339, else in the user's zone (S1): a month, a day, a day with an hour.

    An hour alone, such as 10:05, is of the day of `now` (epoch seconds; else the clock's). Raises Malformed."""
    from itil_cli.process.time.instants import FIRST_YEAR, LAST_YEAR, parse_instant

    try:
        return parse_instant(text)
    except ValueError:
        pass
    try:
        moment = _moment(text, now)
        if FIRST_YEAR <= moment.year <= LAST_YEAR:
            return int(moment.timestamp())
    except (ValueError, OverflowError):
        pass
    raise Malformed(f"{text!r} is not a time.", remedy="Write 2026-11-24T09:00:00Z, or 2026-11-24 09:00 in your zone.")


def parse_wait(text: str, now: int) -> int:
    """A time to come: as `parse_when` takes it, or 45m and 2h counted from `now`. Raises Malformed."""
    from itil_cli.process.time.instants import parse_duration

    try:
        amount, unit = parse_duration(text)
    except ValueError:
        return parse_when(text, now)
    if unit not in _SECONDS:
        remedy = "Write 2026-11-24 09:00 in your zone, 10:05, or 45m from now."
        raise Malformed(f"{text!r} is not a time.", remedy=remedy)
    return now + amount * _SECONDS[unit]


_SECONDS = {"s": 1, "m": 60, "h": 3600}
_HOUR = re.compile(r"([0-9]{1,2}):([0-9]{2})(:[0-9]{2})?")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:$|[T ])")


def _moment(text: str, now: int | None) -> datetime:
    """What a text says in the user's zone. Raises ValueError for any other manner of writing, rather than guess."""
    from datetime import datetime

    if _MONTH.fullmatch(text):
        return datetime.fromisoformat(f"{text}-01")
    if hour := _HOUR.fullmatch(text):
        day = datetime.now() if now is None else datetime.fromtimestamp(now)
        return datetime.fromisoformat(f"{day:%Y-%m-%d}T{hour[1]:0>2}:{hour[2]}{hour[3] or ''}")
    if not _DAY.match(text):
        raise ValueError(text)
    return datetime.fromisoformat(text)
