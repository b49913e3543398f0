"""A store that is nobody's clone: `ITIL_STORE=URL` lets a CI job read and write without one.

- A shallow clone without blobs lies in the user's cache folder; what a command reads is fetched when it is read, so
  that `log --dedup-key` needs the key's pointer and one incident, however large the store is.
- Who held a dedup key before is found in history: so much of it is fetched as is younger than what is asked about.
- It holds nothing of its own: each run starts at the remote's tip; what could not be pushed is decided again.
- One run at a time, by a lock.
"""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import mkdtemp

from itil_cli.errors import GitTrouble, NotFound
from itil_cli.store.git.network import Upstream, fetch, push, upstream_of
from itil_cli.store.git.process import GitProcess
from itil_cli.store.git.repository import Git
from itil_cli.store.health.locks import break_stale
from itil_cli.store.keys import holder
from itil_cli.store.lock import lock
from itil_cli.store.sync.driver import wanted

SLACK = 3600  # seconds by which the clocks of senders and committers may differ
_SHALLOW = ("--depth", "1")
_STALLED = {
    "http.lowSpeedLimit": "1",
    "http.lowSpeedTime": "60",
}  # a connection without a byte for a minute is given up


class Borrowed:
    """The clone in the cache, under its lock and at the remote's tip. Close it after use."""

    def __init__(self, url: str) -> None:
        """Raises GitTrouble (`offline`) where the remote cannot be reached, NotFound where it is empty."""
        self._stack = ExitStack()
        self._deep: int | None = None  # since when history is here (epoch seconds)
        self.folder = _cache() / hashlib.sha256(url.encode()).hexdigest()[:20]
        _make(self.folder.parent)
        self._stack.enter_context(lock(self.folder.with_suffix(".lock")))
        try:
            if not (self.folder / ".git").exists():
                _clone(url, self.folder)
            self._git = self._stack.enter_context(Git(self.folder))
            self._upstream, self.tip = self._at_the_tip(url)
        except BaseException:
            self.close()
            raise

    def _at_the_tip(self, url: str) -> tuple[Upstream, str]:
        head = self._git.head()
        if head.ref is None:
            raise GitTrouble(f"{self.folder} is damaged.", remedy="Remove it; it is only a cache.")
        break_stale(self._git, int(time.time()))  # what a killed run left: nobody else works here
        upstream = upstream_of(self._git, head.ref)
        tip = fetch(self._git, upstream, *_SHALLOW)
        if tip is None:
            raise NotFound(f"{url} is empty.", remedy="Make a store in a clone (`itil init`) and push it.")
        if tip != head.commit:
            self._git.swap(head.ref, tip, head.commit, "itil: as published")
        return upstream, tip

    def publish(self) -> bool:
        """Push what was committed; False where somebody was faster. Raises GitTrouble where the remote refuses."""
        head = self._git.head().commit
        return head in (None, self.tip) or push(self._git, self._upstream, str(head))

    def held_before(self, path: str, since: int) -> list[str]:
        """Whom a pointer file named when it was taken away, since then (epoch seconds), the newest first."""
        try:
            self._deepen(since)
            words = (
                "log",
                "--format=%H",
                "--diff-filter=D",
                "--full-history",
                f"--since={since - SLACK}",
                self.tip,
                "--",
                path,
            )
            gone = self._git.run(*words).decode("ascii").split()
            return [held for commit in gone if (held := holder(self._git.run("cat-file", "blob", f"{commit}^:{path}")))]
        except GitTrouble as trouble:
            raise GitTrouble(trouble.text, code="offline", remedy=trouble.remedy) from None

    def _deepen(self, since: int) -> None:
        """Have history here back to then, and a bit further: clocks differ."""
        wanted = since - SLACK
        if self._deep is not None and self._deep <= wanted:
            return
        if int(self._git.run("log", "-1", "--format=%ct", self.tip)) >= wanted:
            fetch(self._git, self._upstream, f"--shallow-since={wanted}")
        self._deep = wanted

    def close(self) -> None:
        """Let go of the lock."""
        self._stack.close()


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "itil"


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as wrong:
        raise GitTrouble(f"{folder}: {wrong.strerror}.", remedy="Set XDG_CACHE_HOME to a folder of yours.") from None


def _clone(url: str, folder: Path) -> None:
    """Clone beside, then rename: a clone that was cut off is never taken for a whole one."""
    aside = mkdtemp(dir=folder.parent)
    if Path(url).exists():
        url = Path(url).resolve().as_uri()  # git is shallow over a protocol only
    kept = wanted() | _STALLED
    settings = [word for name, value in kept.items() for word in ("-c", f"{name}={value}")]
    words = ("--quiet", *_SHALLOW, "--filter=blob:none", "--no-checkout", "--no-tags", *settings)
    try:
        GitProcess(folder.parent).run("clone", *words, "--", url, aside)
    except GitTrouble as trouble:
        raise GitTrouble(trouble.text, code="offline", remedy="Is ITIL_STORE (or --store) right?") from None
    Path(aside).rename(folder)
