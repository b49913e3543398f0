"""The clone's commits once more, on the tip of the remote: one new commit for each, in a line.

- Author and author time stay; the committer is who syncs, at the machine's time, never before the commit below.
- A commit that changes nothing any more is left out. Its message stays, with new ids where there are any.
- A record is decided again (`process/merging/replay.py`); a dedup key's pointer stays as published; every other
  file that both sides changed is merged as text, and refused where that does not work.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from itil_cli.errors import GitTrouble
from itil_cli.process.incident import Record, path_of
from itil_cli.process.merging.replay import Changed, Replayed, Rules, Void, replay
from itil_cli.process.merging.right import rights_by
from itil_cli.process.messages import claims
from itil_cli.process.time.calendars import build
from itil_cli.process.time.instants import parse_duration
from itil_cli.store.files import codec
from itil_cli.store.files.amend import amend
from itil_cli.store.files.merging import Side, edited
from itil_cli.store.files.settings import PEOPLE, POLICY
from itil_cli.store.git.commits import Commit, Stamp, commit_bytes, parse_commit
from itil_cli.store.git.mergefile import merge_files, merge_lines
from itil_cli.store.keys import FOLDER, LETTERS
from itil_cli.store.snapshot import Snapshot
from itil_cli.store.sync.local import Change, Renames, changes, record_of

if TYPE_CHECKING:
    from itil_cli.store.git.repository import Git


@dataclass(frozen=True, slots=True)
class Signing:
    """Who syncs, and when: `now` is the time of what happens, `clock` the machine's (epoch seconds)."""

    actor: str
    now: int
    clock: int


@dataclass(slots=True)
class Outcome:
    """What the replay came to; the ids of the records that the clone touched."""

    voids: list[Void] = field(default_factory=list)
    late: list[tuple[str, str, str]] = field(default_factory=list)
    touched: dict[str, None] = field(default_factory=dict)
    keys: dict[str, bytes | None] = field(default_factory=dict)


class Line:
    """The line of new commits: its tip, and what it came to so far."""

    def __init__(self, git: Git, tip: str, signing: Signing) -> None:
        self.git, self.signing = git, signing
        self.outcome = Outcome()
        self.commit = tip
        self.snapshot = Snapshot(git, tip, use_index=False)
        self._committed_at = self._commit_of(tip).committed_at

    def _commit_of(self, oid: str) -> Commit:
        found = self.git.object(oid)
        if found is None:
            raise GitTrouble(f"the commit {oid} is missing.", remedy="`git fsck` says what else is.")
        return parse_commit(oid, found[2])

    def add(self, commit: Commit, renames: Renames) -> None:
        """One commit of the clone. Raises GitTrouble (`conflict`) or Broken; nothing has changed then."""
        given = [renames.change(one) for one in changes(self.git, commit)]
        as_it_is = any(name == "Import" for name, _ in commit.trailers)
        records = {one.path: one for one in given if self._is_judged(one, as_it_is)}
        files = {one.path: self._plain(one) for one in given if one.path not in records}
        replayed = self._replayed(records, commit)
        files |= {path: self._bytes(one, replayed) for path, one in records.items()}
        message = renames.text(commit.message)
        self.write(files, message, Stamp(commit.author_name, commit.author, _author_time(commit, replayed)))
        self.outcome.voids += replayed.voids
        self.outcome.late += replayed.late

    def write(self, files: dict[str, bytes | None], message: str, author: Stamp) -> None:
        """A commit on the line, if it changes anything."""
        fresh = {path: data for path, data in files.items() if data != self.snapshot.read(path)}
        if files and not fresh:
            return
        blobs = {path: None if data is None else self.git.loose.write("blob", data) for path, data in fresh.items()}
        tree = self.git.edit_tree(self.snapshot.tree, blobs)
        identity = self.git.identity()
        clock = author.at if self.snapshot.policy.sandbox else self.signing.clock
        self._committed_at = max(self._committed_at, clock)
        committer = Stamp(identity.name, identity.email, self._committed_at)
        self.commit = self.git.loose.write("commit", commit_bytes(tree, [self.commit], message, author, committer))
        self.snapshot = Snapshot(self.git, self.commit, tree=tree, use_index=False)

    def _is_judged(self, change: Change, as_it_is: bool) -> bool:
        """Whether a file is a record whose events are decided again."""
        record_id = record_of(change.path)
        if record_id is None:
            return False
        self.outcome.touched[record_id] = None
        return change.after is not None and not (as_it_is and self.snapshot.read(change.path) == change.before)

    def _plain(self, change: Change) -> bytes | None:
        """A file as a whole: a record that was deleted or imported, a pointer, the settings, or anything else."""
        published = self.snapshot.read(change.path)
        if change.path.startswith(FOLDER):
            self.outcome.keys[change.path] = change.after
            return change.after if published == change.before else published
        if change.path.startswith(claims.FOLDER):
            return change.after if published == change.before else claims.merged(change.after, published)
        if change.path.startswith(LETTERS):
            return published or change.after
        if record_of(change.path):
            return change.after if published == change.before else published
        return merge_files(change.path, change.before, change.after, published)

    def _replayed(self, records: dict[str, Change], commit: Commit) -> Replayed:
        given = {}
        for path, one in records.items():
            published = self.snapshot.read(path)
            before, there = (codec.parse(data, path) if data else None for data in (one.before, published))
            after = codec.parse(one.after or b"", path)
            given[after.id] = Changed(before, after, there)
        replayed = replay(given, self._rules(commit))
        if replayed.conflicts:
            path = path_of(replayed.conflicts[0])
            raise GitTrouble(
                f"the description of {replayed.conflicts[0]} was changed here and there; nothing has changed.",
                code="conflict",
                remedy=f"`git pull --no-rebase` lets you choose in {path}; commit that, and sync again.",
            )
        return replayed

    def _rules(self, commit: Commit) -> Rules:
        then = Snapshot(self.git, commit.parents[-1] if commit.parents else commit.oid, use_index=False)
        now = self.snapshot
        strict = any(then.read(path) != now.read(path) for path in (POLICY, PEOPLE))
        right_now = rights_by(now.policy, now.people)
        right_then = rights_by(then.policy, then.people) if strict else right_now
        return Rules(self.signing.now, self.lateness(), merge_lines, right_then, right_now, strict)

    def lateness(self) -> Callable[[int], bool]:
        """Whether an event of that time arrives later than the policy's `offline-limit` allows (S16)."""
        limit = parse_duration(self.snapshot.policy.offline_limit)
        calendar = build(self.snapshot.policy)[self.snapshot.policy.closure.calendar]
        now = self.signing.now
        if limit.unit == "s":
            return lambda at: at + limit.amount < now
        return lambda at: calendar.add_days(at, limit.amount, business=limit.unit == "bd") < now

    def _bytes(self, change: Change, replayed: Replayed) -> bytes:
        """The file as edited here and there; as the clone has it, where nothing stands in the way."""
        assert change.after is not None
        path = change.path
        mine = Side(change.after, codec.parse(change.after, path))
        record = replayed.records[mine.record.id]
        published = self.snapshot.read(path)
        if published is None:
            return _amended(mine, record)
        if published == change.before and record == mine.record:
            return mine.data
        old = Side(change.before, codec.parse(change.before, path)) if change.before else None
        return edited(old, [Side(published, codec.parse(published, path)), mine], record)


def _amended(side: Side, record: Record) -> bytes:
    return side.data if side.record == record else amend(side.data, side.record, record)


def _author_time(commit: Commit, replayed: Replayed) -> int:
    """The author's time; of a commit with an event that came too late, that event's (S17)."""
    late = {(record_id, n) for record_id, n, _ in replayed.late}
    times = [
        event.at for record in replayed.records.values() for event in record.events if (record.id, event.n) in late
    ]
    return max(times, default=commit.at)
