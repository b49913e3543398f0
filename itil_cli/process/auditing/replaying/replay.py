"""Every added event is decided again (S17): the same table and the same verbs that judge a command now.

- The events of a commit are taken record by record, in order. For each the command that may have written it is
  carried out on the records as they stood, by the same person, at the same time, under the settings of that
  time; what it writes must be what the commit holds, promises and rules included.
- What one command writes in several records (links, spreads) is matched in all of them, by the same `n`.
- An event that no command gives is a finding under the rule that refuses it, or under that of the key that
  differs; it is taken as it is, and the next one is judged from there.
- What a command would have written and the commit lacks: an error for the other side of a link and for a spread,
  else a warning.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from itil_cli.errors import ItilError
from itil_cli.process.auditing.findings import ERROR, WARNING, Finding
from itil_cli.process.auditing.replaying.commands import candidates
from itil_cli.process.auditing.replaying.differing import Differs, difference
from itil_cli.process.auditing.replaying.pool import Letters, Pool, ReplayCase, Without
from itil_cli.process.auditing.replaying.scene import Scene
from itil_cli.process.auditing.replaying.syncing import explained
from itil_cli.process.auditing.values import Ground, Touched, about
from itil_cli.process.events.fold import fold, why_void
from itil_cli.process.incident import Event, Incident, Record, kind_of
from itil_cli.process.lifecycle import NEW, VERBS
from itil_cli.process.lifecycle.case import Case, Command
from itil_cli.process.rights import speaks_for
from itil_cli.process.transitions import REQUESTOR, rows_for


@dataclass(slots=True)
class _Try:
    """What came of one candidate: how many of its events the commit lacks, and what would be taken."""

    command: Command
    taken: list[tuple[str, Event, Event]] = field(default_factory=list)  # record, decided, actual
    missing: list[tuple[str, Event]] = field(default_factory=list)
    wrong: Finding | None = None


class Replay:
    """The judgement of one commit's events."""

    def __init__(
        self,
        ground: Ground,
        records: Mapping[str, Record],
        touched: list[Touched],
        models: Callable[[str], object] = lambda name: None,
    ) -> None:
        self.ground, self.records, self.models = ground, records, models
        self.pools: dict[str, Pool] = {}
        for one in touched:
            if one.new is not None and one.added:
                self.pools[one.new.id] = self._pool(one, one.new)
        self.paths = {pool.after.id: pool.one.path for pool in self.pools.values()}

    @staticmethod
    def _pool(one: Touched, after: Record) -> Pool:
        """Nothing before the first added event needs to be looked at again."""
        first = one.added[0][0]
        start = replace(one.old, events=after.events[:first]) if one.old is not None else None
        pool = Pool(one, after, start, first, frozenset(event.n for _, event in one.added))
        pool.settle()
        return pool

    def findings(self) -> Iterator[Finding]:
        """Judge until nothing is left: what fits goes first, so that an act comes before what follows from it."""
        while waiting := [pool for pool in self.pools.values() if pool.ahead]:
            failed: dict[str, Finding] = {}
            partly: list[_Try] = []
            progress = False
            for pool in waiting:
                while pool.ahead:
                    found = self._judge(pool)
                    if found.wrong is not None:
                        failed[pool.after.id] = found.wrong
                        break
                    if found.missing and len(waiting) > 1 and found.command.verb != "sweep":
                        partly.append(found)  # perhaps another act, in another record, comes before it
                        break
                    progress = True
                    yield from self._accept(found)
            if not progress:
                yield from self._accept(partly[0]) if partly else self._give_way(waiting, failed)

    def _give_way(self, waiting: list[Pool], failed: dict[str, Finding]) -> Iterator[Finding]:
        """Nothing fits: say so of the first that is an act of its own, and take it as it is."""
        own = [pool for pool in waiting if pool.ahead and candidates(self._scene(pool))]
        pool = (own or waiting)[0]
        yield replace(failed[pool.after.id], path=pool.one.path)
        pool.take()

    def _scene(self, pool: Pool) -> Scene:
        head, *rest = pool.ahead
        state = pool.state or Record(pool.after.id, {}, (), "")
        incident = fold(state) if kind_of(state.id) == "INC" else Incident(state.id)
        name = head.str("model") if head.do == "logged" else None
        model = self.models(name) if name else None
        return Scene(head, rest, state, pool.after, incident, self.ground.policy.codes.get, model)

    def _judge(self, pool: Pool) -> _Try:
        scene = self._scene(pool)
        if explained(scene.event, scene.record, self.records.get, self._after) and self._has_a_say(scene):
            return _Try(Command("sync"), [(pool.after.id, scene.event, scene.event)])
        best: _Try | None = None
        for command in candidates(scene):
            found = self._try(pool, scene.event, command)
            if best is None or _rank(found) < _rank(best):
                best = found
            if found.wrong is None and not found.missing:
                break
        return best if best is not None else _Try(Command(""), wrong=_unasked(scene))

    def _has_a_say(self, scene: Scene) -> bool:
        """Staff, or the requestor of this incident: nobody else's act can have come to nothing here."""
        actor = self.ground.actor(scene.event.by, scene.event.at)
        return bool(actor.roles - {REQUESTOR}) or speaks_for(actor, scene.incident, self.ground.people)

    def _after(self, record_id: str) -> Record | None:
        """A record that the commit adds events to, as it leaves it."""
        pool = self.pools.get(record_id)
        return pool.after if pool else None

    def _try(self, pool: Pool, head: Event, command: Command) -> _Try:
        result = _Try(command)
        case = self._case(pool, head, command)
        try:
            if command.verb in NEW:
                NEW[command.verb](case)
            else:
                VERBS[command.verb](case, command.ids[0])
        except ItilError as refusal:
            result.wrong = _refused(head, refusal)
            return result
        except (ValueError, TypeError, LookupError, AttributeError) as odd:  # values that no command writes
            result.wrong = about(head, "S17", f"the event {head.n} ({head.do}) cannot be judged: {odd}.")
            return result
        self._match(pool, head, case, result)
        return result

    def _case(self, pool: Pool, head: Event, command: Command) -> Case:
        states = {name: one.state for name, one in self.pools.items() if one.state is not None}
        unborn = [name for name, one in self.pools.items() if one.state is None]
        unborn.sort(key=lambda name: name != pool.after.id)
        records = ChainMap(states, Without(self.records, unborn))  # type: ignore[arg-type]
        actor = self.ground.actor(head.by, head.at)
        settings = (self.ground.policy, self.ground.people, self.ground.services)
        case = ReplayCase(command, records, *settings, actor, head.at, Letters(), unborn=unborn)
        case._calendars = self.ground.calendars
        return case

    def _match(self, pool: Pool, head: Event, case: Case, result: _Try) -> None:
        """Compare what was decided with what the commit holds, record by record, in order."""
        names: dict[str, str] = {}
        wrong: Differs | None = None
        for record_id in [pool.after.id, *(other for other in case.after if other != pool.after.id)]:
            decided = self._decided(case, record_id)
            actual = list(self.pools[record_id].ahead) if record_id in self.pools else []
            if record_id == pool.after.id:
                decided = _from_head(decided, head, case.command.verb)
            for event in decided:
                differs = difference(event, actual[0], names) if actual else Differs("missing", "")
                if differs is None:
                    names[event.n] = actual[0].n
                    result.taken.append((record_id, event, actual.pop(0)))
                    continue
                if event is decided[0] and record_id == pool.after.id:
                    wrong = differs
                result.missing.append((record_id, event))
        if not any(actual is head for _, _, actual in result.taken):
            wrong = wrong or Differs("rule", "nothing demanded it.")
            result.wrong = about(head, wrong.code_for(head), f"the event {head.n} ({head.do}): {wrong.text}")

    def _decided(self, case: Case, record_id: str) -> list[Event]:
        if record_id not in case.after:
            return []
        state = self.pools[record_id].state if record_id in self.pools else self.records.get(record_id)
        return list(case.after[record_id].events[len(state.events) if state else 0 :])

    def _accept(self, found: _Try) -> Iterator[Finding]:
        for record_id, _, _ in found.taken:
            self.pools[record_id].take()
        first = found.taken[0][2]
        if found.command.verb == "sweep":
            return
        for record_id, event in found.missing:
            grave = event.do in ("linked", "unlinked") or (event.str("rule") or "").startswith("by-parent")
            code = "S11" if grave else _rule_of(event)
            said = f"{event.do} is owed to {record_id} by the event {first.n} ({first.do}), and is not there."
            path = self.paths.get(record_id) or self.paths[found.taken[0][0]]
            yield replace(about(first, code, said, ERROR if grave else WARNING), path=path)


def _rank(found: _Try) -> tuple[bool, int]:
    return found.wrong is not None, len(found.missing)


def _from_head(decided: list[Event], head: Event, verb: str) -> list[Event]:
    """The clock may demand several things; the commit need not hold them all, nor in the same order."""
    if verb != "sweep":
        return decided
    return next(([event] for event in decided if difference(event, head, {}) is None), decided[:1])


def _refused(head: Event, refusal: ItilError) -> Finding:
    code = refusal.code
    if code in ("not-found", "ambiguous", "usage", "refused"):
        code = next((row.code for row in rows_for(head.do)), "S17")
    return about(head, code, f"the event {head.n} ({head.do}): {refusal.text}")


def _unasked(scene: Scene) -> Finding:
    """No command writes such an event: it is unknown, or follows from an act that is not there."""
    event = scene.event
    why = why_void(scene.incident, event) if kind_of(scene.id) == "INC" else None
    if why:
        return about(event, "S16", f"the event {event.n} ({event.do}) does not fit: {why}.")
    rule = event.str("rule")
    said = f"nothing demanded it by the rule {rule}" if rule else "it follows from an act that is not there"
    return about(event, _rule_of(event), f"the event {event.n} ({event.do}): {said}.")


def _rule_of(event: Event) -> str:
    rule = event.str("rule") or ""
    if rule in ("P11", "D6", "F4", "P14", "M10", "S4"):
        return rule
    if event.do in ("linked", "unlinked"):
        return "S11"
    return next((row.code for row in rows_for(event.do)), "S17")
