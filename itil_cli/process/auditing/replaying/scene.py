"""What a command is read from: the event, what follows it, and the record before and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from itil_cli.process.incident import Event, Incident, Record
from itil_cli.process.lifecycle.case import Command

Candidates = list[Command]


@dataclass(frozen=True, slots=True)
class Scene:
    """The event, what follows it in its record, and the record before and after. `incident` is empty for others."""

    event: Event
    rest: Sequence[Event]  # of the same commit, behind the event
    record: Record
    after: Record
    incident: Incident
    kind_of_code: Callable[[str], str | None]  # the kind of a closure code
    model: object = None  # the incident model that a `logged` event names

    @property
    def id(self) -> str:
        """The record's id."""
        return self.after.id

    def command(self, verb: str, **options: object) -> Command:
        """A command on this record, with the event's text as its message unless another is given."""
        return Command(verb, (self.id,), {"message": self.event.text, **options})

    def next(self, do: str, *, rule: str | None = None) -> Event | None:
        """The first event of a kind that follows; with `rule` only one of that rule, else only one of none."""
        return next((one for one in self.rest if one.do == do and one.get("rule") == rule), None)

    def linked(self, relation: str) -> str | None:
        """The target of a link that follows."""
        found = (one for one in self.rest if one.do == "linked" and one.get("relation") == relation)
        return next((one.str("target") for one in found if one.get("rule") is None), None)


def plain(verb: str, *names: str) -> Callable[[Scene], Candidates]:
    """A verb whose options are the event's own keys."""

    def found(scene: Scene) -> Candidates:
        return [scene.command(verb, **{name.replace("-", "_"): scene.event.get(name) for name in names})]

    return found
