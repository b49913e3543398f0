"""The ledger read as the audit reads it: each commit with the settings of its first parent, records and findings.

- Settings are read once for each blob; a policy that cannot be read is a finding, and the last good one counts on.
- A file is read by what is new in it where it has only grown (`files/grown.py`); the last version of each path is
  kept, at most `KEPT` of them.
- Commits before there was a policy are of no store and are not judged; the commit that brings it is judged by it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from itil_cli.errors import Broken
from itil_cli.process.audit import Facts, Ground, Other, Side, Subject, Touched, judge
from itil_cli.process.auditing.findings import Finding
from itil_cli.process.auditing.others.paths import folded, is_read, is_record
from itil_cli.process.events.fold import fold, told_on
from itil_cli.process.incident import ID, Event, Incident, Record, path_of
from itil_cli.process.knowledge.models import FOLDER, Model, model_of
from itil_cli.process.settings.people import People
from itil_cli.store.files import codec, grown
from itil_cli.store.git.commits import parse_commit
from itil_cli.store.git.rawcommits import RawCommit
from itil_cli.store.ledger.compared import Change
from itil_cli.store.ledger.grounds import SETTINGS, Grounds
from itil_cli.store.ledger.walk import Step, Walk, listed

if TYPE_CHECKING:
    from itil_cli.store.git.repository import Git

KEPT = 30_000  # versions of files that are kept parsed: the real log's open ones, in about half a gigabyte
KEPT_BYTES = 256 << 20  # of the same: a usual file has four kilobytes
IMPORT = "Import"
_IMPORTS = f"\n{IMPORT}: "


class Judged(NamedTuple):
    """One commit: what it says, the settings that it was judged by, the events it adds with their paths, findings, and
    whether it founds a store: it brings the first settings, and is no merge."""

    facts: Facts
    commit: RawCommit | None
    ground: Ground | None
    events: list[tuple[str, Event]]
    settings: list[str]
    after: Ground | None
    findings: list[Finding]
    founds: bool = False


@dataclass(slots=True)
class _Kept:
    """The last version of a path, and what it says."""

    blob: str
    version: grown.Version
    incident: Incident | None


class Ledger:
    """The walk over a range. `roles` are the people who count for rights (a push: those of the old tip).

    From an `anchor` in the middle of an import, files that were there are taken for that import's: to look for the
    commit that made each would be a walk over all of history. So does a walk that begins `inside` of one that others
    do (`shares`): it takes a file for the import's that adds to it, and `learned` says so."""

    def __init__(
        self,
        git: Git,
        *,
        roles: People | None = None,
        received: Mapping[str, int] | None = None,
        anchor: str | None = None,
        inside: bool = False,
    ) -> None:
        self.git = git
        self.anchored = dict(_trailers(git, anchor)).get(IMPORT) if anchor else None
        self._inside = inside
        self._assumed: dict[str, str | None] = {}
        self._received = received or {}
        self._grounds = Grounds(git, roles)
        self._times: dict[str, int] = {}
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._bytes = 0
        self._origins: dict[str, str | None] = {}
        self._twins: dict[str, str] = {}

    def judge(
        self, new: str, without: Sequence[str] = (), progress: Callable[[int, int], None] = lambda done, total: None
    ) -> Iterator[Judged]:
        """Every commit that `new` reaches and `without` do not, parents first."""
        return self.judge_all(listed(self.git, new, without), progress)

    def judge_all(
        self,
        commits: list[tuple[str, tuple[str, ...]]],
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> Iterator[Judged]:
        """The commits of a list, parents first; each with its parents."""
        for done, step in enumerate(Walk(self.git, commits, is_read), start=1):
            yield self._step(step)
            if done % 1000 == 0 or done == len(commits):
                progress(done, len(commits))

    def learned(self, edges: Collection[str]) -> dict[str, Any]:
        """What a walk knows at its end, in plain values: the trailers of the commits that made files (`origins`), the
        settings that count after those of `edges`, the `names` that came; and what it took for granted: `assumed`
        origins, and settings `read` from git."""
        return {
            "origins": self._origins,
            "settings": {oid: found for oid in edges if (found := self._grounds.standing(oid)) is not None},
            "names": list(self._twins.values()),
            "assumed": self._assumed,
            "read": self._grounds.read,
        }

    def _step(self, step: Step) -> Judged:
        facts, why = self._facts(step)
        before = self._grounds.before(step)
        blobs = self._grounds.after(step, before)
        after = self._grounds.load(blobs)
        ground = self._grounds.load(before)
        founding = ground is None
        if founding:
            ground = after if isinstance(after, Ground) else None
        self._grounds.stand(step.oid, before if isinstance(after, Broken) and not founding else blobs)
        self._times[step.oid] = facts.committed_at
        changed = [change.path for change in step.sides[0] if change.path in SETTINGS]
        findings = [Finding("commit-form", f"the commit object is refused: {why}", commit=step.oid)] if why else []
        if ground is not None:
            findings += [Finding("tree-form", said, commit=step.oid) for said in step.trees]
        events: list[tuple[str, Event]] = []
        if isinstance(ground, Ground):
            subject = self._subject(step, facts, ground, None if founding or not changed else after)
            findings += judge(subject)
            events = [(one.path, event) for one in subject.sides[0].touched for _, event in one.added]
        else:
            findings += _unjudged(step, after)
        made = after if isinstance(after, Ground) else None
        commit = step.commit if isinstance(step.commit, RawCommit) else None
        judged_by = ground if isinstance(ground, Ground) else None
        founds = founding and after is not None and len(step.parents) < 2
        return Judged(facts, commit, judged_by, events, changed, made, findings, founds)

    def _facts(self, step: Step) -> tuple[Facts, str | None]:
        received = self._received.get(step.oid)
        if isinstance(step.commit, RawCommit):
            one = step.commit
            imports = dict(one.trailers).get(IMPORT) if _IMPORTS in one.message else None
            said = (one.author, one.at, one.committer, one.committed_at)
            return Facts(step.oid, step.parents, *said, imports, received), None
        found = self.git.object(step.oid)
        loose = parse_commit(step.oid, found[2] if found else b"")
        stamp = (loose.author, loose.at, loose.committer, loose.committed_at)
        return Facts(step.oid, step.parents, *stamp, dict(loose.trailers).get(IMPORT), received), step.commit

    # Files

    def _subject(self, step: Step, facts: Facts, ground: Ground, after: Ground | Broken | None) -> Subject:
        sides = [self._side(step, side, len(step.sides) > 1) for side in step.sides]
        for one in sides[0].touched:
            if one.old is None and len(sides) == 1:
                self._origins[one.path] = facts.imports
        for other in sides[0].others:
            if other.status == "A" and step.parents:
                self._meet(step.parents[0], other.path)
        past = _Past(self, step.parents[0]) if step.parents else {}
        times = tuple(self._time(parent) for parent in step.parents)
        origin = self._origin(step, facts)
        base = self._base(step)
        merged, models = self._base_record(base), self._models(step)
        return Subject(
            facts, ground, sides, past, times, origin, after, base, merged, models, self._twins, self.git.blob
        )

    def _time(self, commit: str) -> int:
        if commit not in self._times:
            found = self.git.object(commit)
            self._times[commit] = parse_commit(commit, found[2]).committed_at if found else 0
        return self._times[commit]

    def _side(self, step: Step, side: Sequence[Change], merge: bool) -> Side:
        touched, others = [], []
        for change in side:
            if is_record(change.path):
                touched.append(self._touched(step, change, keep=not merge))
            else:
                others.append(self._other(step, change))
        return Side(touched, others)

    def _meet(self, commit: str, path: str) -> None:
        """Note how a commit writes a path, if it has it in other capitals."""
        there: list[str] = []
        for name in path.split("/"):
            found = self.git.object(":".join((commit, "/".join(there))))
            listed = self.git.tree(found[0]) if found and found[1] == "tree" else []
            names = [one.name.decode("utf-8", "surrogateescape") for one in listed]
            near = [name] if name in names else [one for one in names if folded(one) == folded(name)]
            if not near:
                return
            there.append(near[0])
        self._twins.setdefault(folded(path), "/".join(there))

    def _other(self, step: Step, change: Change) -> Other:
        old = self.git.blob(change.old) if is_read(change.path) and change.status != "A" else None
        after = step.blobs.get(change.new)
        return Other(change.path, change.status, change.mode, old, after, change.old, change.new)

    def _touched(self, step: Step, change: Change, *, keep: bool) -> Touched:
        kept = self._kept.get(change.path)
        if change.status != "A" and (kept is None or kept.blob != change.old):
            kept = self._load_version(change.old, change.path)
        old = None if change.status == "A" or kept is None else kept
        data = step.blobs.get(change.new)
        after, incident = self._new(change.path, old, data)
        before = old.version.record if old else None
        touched = Touched(change.path, change.status, change.mode, before, _record(after), incident)
        if isinstance(after, grown.Version):
            touched.aside, touched.misnamed = _beside_the_events(old, after)
        if isinstance(after, grown.Version) and keep:
            self._keep(change.path, _Kept(change.new, after, touched.now))
        return touched

    def _new(
        self, path: str, old: _Kept | None, data: bytes | None
    ) -> tuple[grown.Version | Broken | None, Incident | None]:
        if data is None:
            return None, None
        version = grown.grown(old.version, data) if old else None
        if version is not None and old is not None:
            incident = told_on(old.incident, version.record) if old.incident else None
            old.incident = None  # it goes on with the new version
            return version, incident
        try:
            return grown.first(data, codec.parse(data, path)), None
        except Broken as broken:
            return broken, None

    def _load_version(self, blob: str, path: str) -> _Kept | None:
        data = self.git.blob(blob)
        try:
            record = codec.parse(data, path) if data is not None else None
        except Broken:
            return None
        if data is None or record is None:
            return None
        incident = fold(record) if record.id.startswith("INC-") else None
        return _Kept(blob, grown.first(data, record), incident)

    def _keep(self, path: str, kept: _Kept) -> None:
        before = self._kept.pop(path, None)
        self._kept[path] = kept
        self._bytes += len(kept.version.data) - (len(before.version.data) if before else 0)
        while len(self._kept) > KEPT or (self._bytes > KEPT_BYTES and len(self._kept) > 1):
            self._bytes -= len(self._kept.popitem(last=False)[1].version.data)

    def _origin(self, step: Step, facts: Facts) -> Callable[[str], str | None]:
        def origin(path: str) -> str | None:
            """The `Import:` trailer of the commit that made a file."""
            if path in self._origins:
                return self._origins[path]
            if self._inside:
                return self._assumed.setdefault(path, facts.imports)
            if self.anchored is not None:  # an import that the anchor cut in two goes on
                return self.anchored
            first = next(iter(reversed(list(self.git.log(step.parents[0], path=path)))), None)
            self._origins[path] = dict(first.trailers).get(IMPORT) if first else None
            return self._origins[path]

        return origin

    def _base(self, step: Step) -> Callable[[str], str | None]:
        def base(path: str) -> str | None:
            """The id that a file has where the parents of a merge parted; all zeros where it was not there."""
            code, common, _ = self.git.attempt("merge-base", *step.parents[:2])  # 1: they have nothing in common
            found = None if code else self.git.at_path(f"{common.strip()}:{path}")
            return found[0] if found else self.git.no_oid

        return base

    def _models(self, step: Step) -> Callable[[str], Model | None]:
        def model(name: str) -> Model | None:
            """An incident model of the first parent; None where there is none that can be read."""
            path = f"{FOLDER}/{name}.md"
            data = self.git.blob(f"{step.parents[0]}:{path}") if step.parents and "/" not in name else None
            try:
                return model_of(codec.parse(data, path)) if data is not None else None
            except Broken:
                return None

        return model

    def _base_record(self, base: Callable[[str], str | None]) -> Callable[[str], Record | None]:
        def record(path: str) -> Record | None:
            """What a file says where the parents of a merge parted."""
            blob = base(path)
            found = self._load_version(blob, path) if blob and blob != self.git.no_oid else None
            return found.version.record if found else None

        return record

    def record_at(self, commit: str, record_id: str) -> Record | None:
        """A record as a commit has it; None where it is not there or cannot be read."""
        path = path_of(record_id)
        found = self.git.at_path(f"{commit}:{path}")
        if found is None:
            return None
        kept = self._kept.get(path)
        if kept is None or kept.blob != found[0]:
            kept = self._load_version(found[0], path)
        return kept.version.record if kept else None


class _Past(Mapping[str, Record]):
    """The records as a commit has them, read when they are asked for."""

    def __init__(self, ledger: Ledger, commit: str) -> None:
        self._ledger, self._commit = ledger, commit
        self._known: dict[str, Record | None] = {}

    def __getitem__(self, record_id: str) -> Record:
        if record_id not in self._known:
            fits = ID.fullmatch(record_id) is not None
            self._known[record_id] = self._ledger.record_at(self._commit, record_id) if fits else None
        found = self._known[record_id]
        if found is None:
            raise KeyError(record_id)
        return found

    def __contains__(self, record_id: object) -> bool:
        return isinstance(record_id, str) and self.get(record_id) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def _trailers(git: Git, commit: str) -> tuple[tuple[str, str], ...]:
    found = git.object(commit)
    return parse_commit(commit, found[2]).trailers if found else ()


def _beside_the_events(old: _Kept | None, after: grown.Version) -> tuple[str, list[str]]:
    """What came to the body of a file that no record holds: a text between the work log's heading and its first entry,
    and headings of entries that do not say what their events say."""
    if b"## Work log" not in after.data or (old and _body(old.version) == _body(after)):
        return "", []
    aside, heads = codec.aside_of(after.data), codec.misnamed(after.data, after.record)
    if old and aside == codec.aside_of(old.version.data):
        aside = ""
    if old and heads:
        before = codec.misnamed(old.version.data, old.version.record)
        heads = [n for n in heads if n not in before]
    return aside, heads


def _body(version: grown.Version) -> bytes:
    return version.data[version.end :] if version.end >= 0 else version.data


def _record(after: grown.Version | Broken | None) -> Record | Broken | None:
    return after.record if isinstance(after, grown.Version) else after


def _unjudged(step: Step, after: Ground | Broken | None) -> Iterator[Finding]:
    """No settings to judge by: none yet, or the first ones cannot be read."""
    if isinstance(after, Broken):
        yield Finding(after.code, after.text, path=after.path, commit=step.oid)
    for change in step.sides[0]:
        if is_record(change.path):
            yield Finding("P01", "a record before there is a policy.", path=change.path, commit=step.oid)
