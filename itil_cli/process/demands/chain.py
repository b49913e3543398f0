"""Who is told: the levels of the escalation chain for one incident (P02, P11, S13).

- A level is the assignee, the lead of the group that has it, a role, or an address.
- A level that nobody holds is passed by: no assignee, no lead, a role that nobody has. The last role or
  address of the chain stays even so, for whoever takes it on; where there is none, it is the incident manager.
- Levels held by one person are one level, the lowest: who was told as assignee is not told again as lead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from itil_cli.process.incident import Incident
from itil_cli.process.settings.people import People
from itil_cli.process.settings.policy import Policy
from itil_cli.process.transitions import IM


@dataclass(frozen=True, slots=True)
class Level:
    """A level by its name in the policy, whom it is addressed to, and the people who hold it."""

    name: str
    to: str
    holders: frozenset[str]

    def is_reached(self, told: Collection[str]) -> bool:
        """Whether it, or everybody who holds it, is among those who were told (addresses and roles)."""
        return self.to in told or (bool(self.holders) and self.holders <= set(told))


@dataclass(frozen=True, slots=True)
class Chain:
    """The levels of one incident from below, those that nobody holds left out."""

    levels: tuple[Level, ...]

    @property
    def end(self) -> Level:
        """The last level."""
        return self.levels[-1]

    @property
    def lower(self) -> tuple[Level, ...]:
        """The levels below the end, each person once; the end itself where there are none."""
        return tuple(_collapsed(self.levels[:-1])) or (self.end,)

    def next(self, told: Collection[str], above: str | None = None) -> Level | None:
        """The first level that nobody of those told makes up; only beyond the level named `above`, if given."""
        names = [level.name for level in self.levels]
        first = names.index(above) + 1 if above in names else 0
        return next((level for level in self.levels[first:] if not level.is_reached(told)), None)


def chain(incident: Incident, policy: Policy, people: People, now: int) -> Chain:
    """The chain of the policy for this incident, with the roles that people hold at `now` (epoch seconds)."""
    found = [_level(name, incident, policy, people, now) for name in policy.chain]
    last = found[-1] if found else None
    held = [level for level in found if level is not None and (level.holders or level is last)]
    return Chain(tuple(held) or (Level(IM, IM, holders(IM, people, now)),))


def holders(addressee: str, people: People, now: int) -> frozenset[str]:
    """The people behind an address or a role."""
    if "@" in addressee:
        return frozenset({people.get(addressee).email})
    return frozenset(one.email for one in people.all() if addressee in one.at(now).roles)


def _level(name: str, incident: Incident, policy: Policy, people: People, now: int) -> Level | None:
    if name == "assignee":
        to = incident.assignee
    elif name == "group-lead":
        group = policy.groups.get(incident.group or "")
        to = group.lead if group else None
    else:
        to = name
    return Level(name, to, holders(to, people, now)) if to else None


def _collapsed(levels: Collection[Level]) -> Iterator[Level]:
    told: set[str] = set()
    for level in levels:
        if not level.is_reached(told):
            yield level
            told |= {level.to, *level.holders}
