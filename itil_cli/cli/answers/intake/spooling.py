"""An event of a job on its way into the store: written down, delivered, forgotten.

- The event lies in the spool before the store is asked, and leaves it once the commit is where it belongs. One run at
  a time delivers for a store, all that waits there, in one commit.
- Where others change the store meanwhile, it is decided again; of many jobs one always succeeds, so that all do.
- Trouble is said on stderr and returned, never raised: the job has ended as it has.
- The store is `ITIL_STORE`. A clone of the store that was made for the job goes when the job does; its remote stays,
  and is the store.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from random import uniform
from typing import Any

from itil_cli.cli.answers.intake.taking import MADE, Body, Outcome, Taken, acting_bot, take
from itil_cli.cli.answers.reports.publishing import publish
from itil_cli.cli.context import App
from itil_cli.errors import GitTrouble, ItilError, NotFound, did_you_mean
from itil_cli.intake.ci.environments import PLAIN, place
from itil_cli.intake.ci.event import alert_of
from itil_cli.intake.ci.spool import Spool, Waiting
from itil_cli.intake.monitoring.responding import IGNORED, KNOWN
from itil_cli.store.git.network import upstream_of
from itil_cli.store.git.repository import Git
from itil_cli.store.lock import lock

PATIENCE = {"moved": 900.0, "lock": 900.0, "offline": 10.0}  # seconds for which a kind of trouble is tried again
FIRST, LONGEST = 0.1, 4.0  # seconds between two tries: at most, and doubled up to
_BUG = "This is our bug, not your mistake. Please report it."

Mask = Callable[[str], str]


@dataclass(slots=True)
class Delivered:
    """What became of an event: the trouble that kept it from the store, or what was done."""

    trouble: ItilError | None = None
    taken: list[Taken] = field(default_factory=list)


def deliver(app: App, told: dict[str, Any], mask: Mask) -> Delivered:
    """Deliver an event, and what waits for the same store. Says what came of them; raises nothing of its own."""
    say = _Say(app, mask)
    try:
        return _with_the_spool(app, told, say)
    except ItilError as trouble:
        return say.failed(trouble)
    except Exception as bug:  # the job has ended as it has; a mistake of ours must not change that
        if app.debug:
            raise
        return say.failed(ItilError(f"{type(bug).__name__}: {bug}.", remedy=_BUG))


def _with_the_spool(app: App, told: dict[str, Any], say: _Say) -> Delivered:
    spool, mine = _written_down(_store_of(app), told, say)
    place = f" It waits in {spool.folder}; the next run delivers it." if spool and mine.file else ""
    try:
        with _turn(spool) as waiting:
            events = waiting if mine.file else [*waiting, mine]
            outcomes = _taken(app, events, say, told["id"]) if events else []
    except ItilError as trouble:
        return say.failed(trouble, place)
    done = Delivered()
    for one, outcome in zip(events, outcomes, strict=True):
        is_mine = one.value["id"] == told["id"]
        if isinstance(outcome, ItilError):
            failed = say.failed(outcome, place if is_mine else " It goes on waiting.")
            done = failed if is_mine else done
            continue
        if spool:
            say.dropped(spool, one)
        say.taken(one, outcome, waited=not is_mine)
        done = Delivered(taken=outcome) if is_mine else done
    return done


def _written_down(store: str, told: dict[str, Any], say: _Say) -> tuple[Spool | None, Waiting]:
    """The event in the spool; or only in memory, where this machine keeps nothing."""
    try:
        spool = Spool(store)
    except GitTrouble as trouble:
        say.remark(f"the event cannot be kept for later: {trouble}")
        return None, Waiting(told)
    try:
        return spool, spool.keep(told)
    except GitTrouble as trouble:
        say.remark(f"the event cannot be kept for later: {trouble}")
        return (spool if spool.folder.is_dir() else None), Waiting(told)


@contextmanager
def _turn(spool: Spool | None) -> Iterator[list[Waiting]]:
    """What waits, while nobody else delivers it."""
    if spool is None or not os.access(spool.folder, os.W_OK):
        yield []
        return
    with lock(spool.folder, PATIENCE["lock"]):
        yield spool.waiting()


def _store_of(app: App) -> str:
    """The store's URL or path. Raises NotFound where there is none."""
    url = app.store_url or (None if app.directory else os.environ.get("ITIL_STORE"))
    if url:
        return url
    here = app.anew()
    try:
        git = here.store.git
        here.snapshot  # noqa: B018  whether it is a store
        remote = _remote(git)
        app.store_url = remote
        return remote or str(git.common_dir)
    except NotFound:
        raise NotFound(
            "there is no store here, and ITIL_STORE names none.",
            code="no-store",
            remedy="Set ITIL_STORE to its URL; a fork's pull request is given no secrets, and records nothing.",
        ) from None
    finally:
        here.close()


def _remote(git: Git) -> str | None:
    """The URL of the store that this clone is of, where the clone was made for a job."""
    if place(os.environ).system == PLAIN and not (git.common_dir / "shallow").exists():
        return None
    try:
        url = git.settings[f"remote.{upstream_of(git, git.head().ref or '').remote}.url"]
    except NotFound:
        return None
    root = git.worktree or git.common_dir
    return str((root / url).resolve()) if (root / url).exists() else url


def _taken(app: App, events: Sequence[Waiting], say: _Say, mine: str) -> list[Outcome]:
    """Everything decided, committed and published; tried again for as long as that may help. Raises ItilError.

    `mine` is the event that nobody has sent before; once a try has failed on its way, that is no longer sure."""
    began = time.monotonic()
    new: str | None = mine
    for tries in count():
        try:
            outcomes = _once(app, events, say if not tries else None, new)
            if outcomes is not None:
                return outcomes
            trouble = GitTrouble("others change the store all the time; nothing is written.", code="moved")
        except GitTrouble as wrong:
            trouble, new = wrong, None
        if time.monotonic() - began > PATIENCE.get(trouble.code, 0):
            raise trouble
        time.sleep(uniform(0, min(LONGEST, FIRST * 2**tries)))
    raise AssertionError


def _once(app: App, events: Sequence[Waiting], say: _Say | None, new: str | None) -> list[Outcome] | None:
    """One try; None where somebody was faster. `new` is the id of the event that was not sent before."""
    one = app.anew()
    try:
        acting_bot(one)
        if say:
            _look_at_services(one, events, say)
        alerts = [alert_of(event.value, is_new=event.value["id"] == new) for event in events]
        outcomes = take(one, [Body(MADE, [alert]) for alert in alerts])
        return outcomes if not one.store.committed or publish(one) else None
    finally:
        one.close()


def _look_at_services(app: App, events: Sequence[Waiting], say: _Say) -> None:
    names = app.snapshot.services.names()
    for service in dict.fromkeys(event.value.get("service") for event in events):
        if service and names and service not in names:
            say.remark(f"there is no service {service!r}; it is left out. {did_you_mean(service, names)}".rstrip())


class _Say:
    """Remarks on stderr, with secrets masked: a URL may hold one."""

    def __init__(self, app: App, mask: Mask) -> None:
        self._app, self._mask = app, mask

    def remark(self, text: str) -> None:
        self._app.say(f"itil: {self._mask(text)}")

    def failed(self, trouble: ItilError, place: str = "") -> Delivered:
        """Said with --quiet too: it is an error, but not the job's."""
        print(f"itil: {self._mask(f'not recorded: {trouble}{place}')}", file=sys.stderr)
        return Delivered(trouble)

    def dropped(self, spool: Spool, event: Waiting) -> None:
        """Take it out of the spool; where that fails it is sent again, which changes nothing."""
        try:
            spool.drop(event)
        except GitTrouble as trouble:
            self.remark(f"{trouble} The event is sent again by the next run, and counts once.")

    def taken(self, event: Waiting, outcome: Sequence[Taken], *, waited: bool) -> None:
        late = " (it had waited)" if waited else ""
        for one in outcome:
            if one.result == IGNORED and event.value.get("firing"):
                self.remark(f"left out, by a rule of the policy (`monitoring: rules`): {one.title}{late}")
            elif one.result not in (IGNORED, KNOWN):
                self.remark(f"{one.incident} {one.result}: {one.title}{late}")
